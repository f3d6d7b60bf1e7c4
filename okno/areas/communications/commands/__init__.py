"""Writes of communications: mailboxes set up, messages taken in, written, sent and dealt with."""

from okno.areas.communications.commands.accounts import (
    assign_account,
    drop_account,
    note_read,
    note_trouble,
    set_account,
)
from okno.areas.communications.commands.incoming import assign, handle, link, set_about, take_in
from okno.areas.communications.commands.mailing import send_out
from okno.areas.communications.commands.outgoing import note_outcome, send_again, write
from okno.areas.communications.commands.reading import read_account, watch

__all__ = [
    "assign",
    "assign_account",
    "drop_account",
    "handle",
    "link",
    "note_outcome",
    "note_read",
    "note_trouble",
    "read_account",
    "send_again",
    "send_out",
    "set_about",
    "set_account",
    "take_in",
    "watch",
    "write",
]
