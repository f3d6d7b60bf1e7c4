"""What a segment may be and who may be put into it. Pure: no writes, no clock, no request."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.segments.models import Segment
from okno.kit import conditions
from okno.kit.conditions import Condition
from okno.kit.conditions.tree import AllOf, AnyOf, Fixed, Leaf, Negated, Related, Value
from okno.kit.errors import Refused
from okno.kit.fields import holding
from okno.kit.registry import Record, registry

# The key of the field that tells segments of a row, and the way that its path leads through.
FIELD, WAY = "segment", "segment_links"
MOST_LINES = 5_000
LONGEST_NAME = 120


class Operation(StrEnum):
    """How two segments make a third one."""

    UNION = "union"
    INTERSECTION = "intersection"
    DIFFERENCE = "difference"


OPERATIONS: dict[str, object] = {
    Operation.UNION: gettext_lazy("In the first or in the second"),
    Operation.INTERSECTION: gettext_lazy("In both"),
    Operation.DIFFERENCE: gettext_lazy("In the first and not in the second"),
}


def has_segments(record: Record) -> bool:
    """Whether rows of a record are gathered into segments: those of areas that have a card."""
    return bool(record.url) and record.model.__module__.startswith("okno.areas.")


def segmented() -> list[Record]:
    """Records whose rows are gathered into segments."""
    return [one for one in registry.records.values() if has_segments(one)]


def check_name(name: str) -> str:
    """The name without spaces around it. :raises Refused: there is none, or it is too long."""
    found = name.strip()
    if not found or len(found) > LONGEST_NAME:
        text = _("Write a name of not more than %(most)s letters.")
        raise Refused("segments.name", text, most=LONGEST_NAME, missing=["name"])
    return found


def check_record(name: str) -> Record:
    """The record of this name. :raises Refused: its rows are not gathered into segments."""
    found = registry.records.get(name)
    if found is None or not has_segments(found):
        raise Refused("segments.record", _("These records have no segments."), missing=["record"])
    return found


def check_condition(record: Record, raw: Any) -> Condition:
    """:raises Refused: the condition asks nothing, is broken, or asks for a change, which a set of rows has not."""
    condition = conditions.parse(raw)
    if condition == conditions.EVERYTHING:
        raise Refused("segments.no_condition", _("Say which rows are in the segment."), missing=["condition"])
    for wrong in conditions.problems(condition, record):
        raise Refused(wrong.code, wrong.message.replace("%", "%%"), missing=["condition"])
    return condition


def check_static(segment: Segment) -> None:
    """:raises Refused: members of the segment are told by its condition."""
    if segment.kind != Segment.Kind.STATIC:
        text = _("“%(name)s” is filled by its condition: nobody is added to it or taken away by hand.")
        raise Refused("segments.dynamic", text, name=segment.name)


def check_dynamic(segment: Segment) -> None:
    """:raises Refused: the segment has no condition."""
    if segment.kind != Segment.Kind.DYNAMIC:
        raise Refused("segments.static", _("“%(name)s” is a list: it has no condition."), name=segment.name)


def check_changes(segment: Segment) -> None:
    """:raises Refused: the segment is a snapshot."""
    if segment.taken_at is not None:
        text = _("“%(name)s” shows what was on its day and changes no more.")
        raise Refused("segments.snapshot", text, name=segment.name)


def check_alike(first: Segment, second: Segment) -> None:
    """:raises Refused: the two are of different records, or one and the same."""
    if first.record != second.record:
        raise Refused("segments.unlike", _("Choose segments of the same records."), missing=["second"])
    if first.pk == second.pk:
        raise Refused("segments.same", _("Choose two different segments."), missing=["second"])


def check_no_circle(segment_id: int, condition: Condition, others: Mapping[int, Condition]) -> None:
    """
    :param others: conditions of the other dynamic segments by id.
    :raises Refused: with this condition segments would be told by each other in a circle.
    """
    seen: set[int] = set()
    waiting = list(segments_in(condition))
    while waiting:
        one = waiting.pop()
        if one == segment_id:
            text = _("The segment cannot look at itself, through others neither.")
            raise Refused("segments.circle", text, missing=["condition"])
        if one not in seen and one in others:
            seen.add(one)
            waiting += segments_in(others[one])


def segments_in(condition: Condition) -> set[int]:
    """Ids of segments that a condition names, through links and relations too."""
    return {
        int(str(value.value))
        for leaf in _leaves(condition)
        if leaf.field.rpartition(".")[2] == FIELD
        for value in leaf.values
        if isinstance(value, Fixed) and str(value.value).isdigit()
    }


def asks_the_hour(condition: Condition) -> bool:
    """Whether what it gives changes within a day by time alone."""
    return holding.lasts(condition) is holding.Lasts.A_MOMENT


def combined(first: int, second: int, operation: str) -> dict[str, Any]:
    """The condition that tells members of two segments joined so. :raises Refused: there is no such operation."""
    one, other = ({"field": FIELD, "op": "in", "value": [segment_id]} for segment_id in (first, second))
    match operation:
        case Operation.UNION:
            return {"any": [one, other]}
        case Operation.INTERSECTION:
            return {"all": [one, other]}
        case Operation.DIFFERENCE:
            return {"all": [one, {"not": other}]}
    raise Refused("segments.operation", _("There is no such operation."), missing=["operation"])


def joined(first: Collection[int], second: Collection[int], operation: str) -> set[int]:
    """Members of two segments joined so. :raises Refused: there is no such operation."""
    match operation:
        case Operation.UNION:
            return {*first, *second}
        case Operation.INTERSECTION:
            return set(first) & set(second)
        case Operation.DIFFERENCE:
            return set(first) - set(second)
    raise Refused("segments.operation", _("There is no such operation."), missing=["operation"])


def lines_of(text: str) -> list[str]:
    """What a list that was pasted names, each once: the first column of every line. :raises Refused: it is too long."""
    firsts = (line.partition("\t")[0].strip().strip('"').strip() for line in text.splitlines())
    found = list(dict.fromkeys(one for one in firsts if one))
    if not found:
        raise Refused("segments.nothing", _("Paste a list: one name or number a line."), missing=["text"])
    if len(found) > MOST_LINES:
        text = _("Not more than %(most)s lines at once: put the rest in by an import and a filter.")
        raise Refused("segments.too_long", text, most=MOST_LINES, missing=["text"])
    return found


def _leaves(node: Condition) -> Iterator[Leaf]:
    match node:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _leaves(part)
        case Negated(part):
            yield from _leaves(part)
        case Related():
            # What a count is compared with stands like the value of a leaf.
            yield Leaf(node.relation, node.op, _values(node.values))
            yield from _leaves(node.where)
        case Leaf():
            yield node


def _values(given: Sequence[Value]) -> tuple[Value, ...]:
    return tuple(given)
