"""Who acts in an exchange: the connection itself, as the journal names it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from okno.fronts.exchange.models import Connection
from okno.kit.permissions import Actor, Grant, ReachKind


def actor_of(connection: Connection) -> Actor:
    """The actor of a connection: 1C is the master of what it sends, so it reaches everything."""
    everything = (Grant("*", ReachKind.ALL, source="exchange"),)
    return Actor(kind="exchange", name=f"1С: {connection.name}", grants=everything, zone=ZoneInfo(connection.zone))
