"""Reads of home: figures of a desktop, how clients are worked with, events."""

from okno.fronts.home.queries.figures import (
    EVENTS,
    FEW,
    LOST,
    OPEN,
    WAITING,
    WON,
    Figures,
    Month,
    Owed,
    Person,
    Sums,
    arrangement,
    is_empty,
    known_events,
)
from okno.fronts.home.queries.working import REACHED, TOUCHES, worked_clients

__all__ = [
    "EVENTS",
    "FEW",
    "LOST",
    "OPEN",
    "REACHED",
    "TOUCHES",
    "WAITING",
    "WON",
    "Figures",
    "Month",
    "Owed",
    "Person",
    "Sums",
    "arrangement",
    "is_empty",
    "known_events",
    "worked_clients",
]
