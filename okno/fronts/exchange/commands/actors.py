"""Who acts in an exchange: the connection itself, as the journal names it."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from okno.fronts.exchange.models import Connection
from okno.kit.permissions import Actor, Grant, ReachKind

# Whoever names a connection often begins so, in letters of either alphabet.
OF_1C = re.compile(r"\s*1[сc]\b", re.IGNORECASE)


def actor_of(connection: Connection) -> Actor:
    """The actor of a connection: 1C is the master of what it sends, so it reaches everything."""
    everything = (Grant("*", ReachKind.ALL, source="exchange"),)
    name = connection.name if OF_1C.match(connection.name) else f"1С: {connection.name}"
    return Actor(kind="exchange", name=name, grants=everything, zone=ZoneInfo(connection.zone))
