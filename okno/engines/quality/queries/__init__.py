"""Reads of quality: criteria, what rows have come to and why, the base as a whole."""

from okno.engines.quality.queries.base import (
    NAME,
    Base,
    by_owner,
    days,
    days_by,
    histogram,
    missed,
    put_together,
    whole,
)
from okno.engines.quality.queries.norms import (
    all_norms,
    judged,
    judged_records,
    norm_for_page,
    norms,
    parsed,
    the_record,
    watches,
    working,
)
from okno.engines.quality.queries.scores import Line, Why, judge, past_of, why

__all__ = [
    "NAME",
    "Base",
    "Line",
    "Why",
    "all_norms",
    "by_owner",
    "days",
    "days_by",
    "histogram",
    "judge",
    "judged",
    "judged_records",
    "missed",
    "norm_for_page",
    "norms",
    "parsed",
    "past_of",
    "put_together",
    "the_record",
    "watches",
    "whole",
    "why",
    "working",
]
