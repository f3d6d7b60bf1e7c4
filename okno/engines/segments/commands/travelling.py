"""Segments as settings that travel in a file: conditions go along, rows of lists stay those of each installation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from okno.engines.segments import queries, rules
from okno.engines.segments.commands import making
from okno.engines.segments.models import Segment
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry
from okno.kit.travelling import BETWEEN, NAMED, condition_in, condition_out


@dataclass
class SegmentPart:
    """A segment; a list has no condition."""

    record: str
    name: str
    condition: dict[str, Any] | None = None
    note: str = ""


def read() -> dict[str, Any]:
    """Segments by record and name; snapshots show rows of this installation and stay here."""
    return {
        key: {
            "record": one.record,
            "name": one.name,
            "note": one.note,
            "condition": condition_out(registry.records.get(one.record), one.condition),
        }
        for key, one in _known().items()
    }


def write(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Make a segment so, or drop it. :raises Refused: it is a list here and not there, or the other way round."""
    old = _known().get(key)
    if value is None:
        if old is not None:
            making.delete(actor=actor, segment=old)
        return
    record, note = rules.check_record(str(value["record"])), str(value.get("note", ""))
    condition = condition_in(record, value.get("condition"))
    if old is None:
        making.add(actor=actor, name=str(value["name"]), record=record.name, condition=condition, note=note)
        return
    if (old.condition is None) is not (condition is None):
        text = _("“%(name)s” is filled by hand in one place and by a condition in the other: rename one of the two.")
        raise Refused("segments.other", text, name=old.name)
    if old.note != note:
        making.update(actor=actor, segment=old, values={"note": note})
    if old.condition != condition and condition is not None:
        making.set_condition(actor=actor, segment=old, condition=condition)


def needs(part: Any) -> list[str]:
    """Keys of segments that the condition of a part names."""
    return list(_named(part.get("condition") if isinstance(part, Mapping) else None))


def _named(tree: Any) -> Iterator[str]:
    match tree:
        case {"field": str(key), "value": value} if key.rpartition(".")[2] == rules.FIELD:
            each = value if isinstance(value, list) else [value]
            yield from (str(one[NAMED]) for one in each if isinstance(one, Mapping) and NAMED in one)
        case Mapping():
            for one in tree.values():
                yield from _named(one)
        case list():
            for one in tree:
                yield from _named(one)


def _known() -> dict[str, Segment]:
    rows = queries.segments(SYSTEM).filter(taken_at=None).order_by("record", "name")
    return {f"{one.record}{BETWEEN}{one.name}": one for one in rows}
