"""Reads of segments: what they are, who is in them within reach, and what dynamic ones look at."""

from okno.engines.segments.queries.imported import imported, the_import
from okno.engines.segments.queries.judging import eyes_of, holding, parsed, watches
from okno.engines.segments.queries.listeners import listeners, others_listening, seen_of
from okno.engines.segments.queries.members import (
    Compared,
    Passing,
    compared,
    counts,
    gone_since,
    member_ids,
    members,
    movement,
    passages,
    size_for,
)
from okno.engines.segments.queries.pasted import Found, by_lines, named_by
from okno.engines.segments.queries.segments import (
    changing_for,
    dynamic_others,
    segment_for_card,
    segments,
    segments_for,
    segments_of_row,
    users_of,
    usual_record,
)

__all__ = [
    "Compared",
    "Found",
    "Passing",
    "by_lines",
    "changing_for",
    "compared",
    "counts",
    "dynamic_others",
    "eyes_of",
    "gone_since",
    "holding",
    "imported",
    "listeners",
    "member_ids",
    "members",
    "movement",
    "named_by",
    "others_listening",
    "parsed",
    "passages",
    "seen_of",
    "segment_for_card",
    "segments",
    "segments_for",
    "segments_of_row",
    "size_for",
    "the_import",
    "users_of",
    "usual_record",
    "watches",
]
