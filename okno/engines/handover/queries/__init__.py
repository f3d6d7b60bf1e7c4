"""Reads of handovers: what can be handed over, what a person has, who gets which row by a plan."""

from okno.engines.handover.queries.handovers import (
    beside,
    handover_for_page,
    handovers,
    is_under_way,
    is_working,
    job_of,
    leaves,
    of_person,
    runs_of,
)
from okno.engines.handover.queries.planning import (
    Hand,
    Parcel,
    beyond_reach,
    counts_of,
    hands,
    held_by,
    kept_by,
    parcels_back,
    parcels_of,
)

__all__ = [
    "Hand",
    "Parcel",
    "beside",
    "beyond_reach",
    "counts_of",
    "handover_for_page",
    "handovers",
    "hands",
    "held_by",
    "is_under_way",
    "is_working",
    "job_of",
    "kept_by",
    "leaves",
    "of_person",
    "parcels_back",
    "parcels_of",
    "runs_of",
]
