"""Writes of the exchange: connections, sessions, packages, the queue of orders."""

from okno.fronts.exchange.commands.connections import (
    Made,
    accept_base,
    allow_archive,
    default_connection,
    new_password,
    set_connection,
    settle,
)
from okno.fronts.exchange.commands.matching import apply_waiting, match, meanings
from okno.fronts.exchange.commands.orders_out import note_change, send_again
from okno.fronts.exchange.commands.sessions import end_session
from okno.fronts.exchange.commands.upkeep import tidy

__all__ = [
    "Made",
    "accept_base",
    "allow_archive",
    "apply_waiting",
    "default_connection",
    "end_session",
    "match",
    "meanings",
    "new_password",
    "note_change",
    "send_again",
    "set_connection",
    "settle",
    "tidy",
]
