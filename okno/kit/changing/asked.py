"""What a person asks of many records: a command for each of them, or other values of their fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from okno.kit.arguments import row_argument
from okno.kit.changing.edits import Edit
from okno.kit.commands import Command
from okno.kit.errors import Missing, Refused
from okno.kit.registry import Record, registry

MOST_ROWS = 100_000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """
    A change of many rows. `command` is run for each row, its argument `on`; `given` are its other arguments, and
    with `edits` the values of fields are worked out for each row. A silent one tells robots and people nothing.
    `said` are the words of what was filled in: `{"label", "text"}`, and `{"link", "id"}` of a row that it names.
    """

    record: str
    ids: Sequence[int]
    label: str
    command: str
    on: str
    given: Mapping[str, Any] = field(default_factory=dict)
    edits: Sequence[Edit] = ()
    is_silent: bool = False
    back: str = ""
    said: Sequence[Mapping[str, Any]] = ()

    def plain(self) -> dict[str, Any]:
        """As the arguments of a job keep it."""
        return {
            "record": self.record,
            "ids": packed(self.ids),
            "label": self.label,
            "command": self.command,
            "on": self.on,
            "given": dict(self.given),
            "edits": [one.plain() for one in self.edits],
            "is_silent": self.is_silent,
            "back": self.back,
            "said": [dict(one) for one in self.said],
        }


def asked_of(args: Mapping[str, Any]) -> Asked:
    """What the arguments of a job ask."""
    names = ("record", "label", "command", "on", "given", "is_silent", "back", "said")
    edits = [Edit(**one) for one in args["edits"]]
    return Asked(ids=unpacked(args["ids"]), edits=edits, **{name: args[name] for name in names})


def update_of(record: Record) -> tuple[Command[Any, Any], str]:
    """The command that changes fields of a record, and its argument that is the row. :raises Missing: it has none."""
    _create, update = registry.edited_by().get(record.name, (None, None))
    if update is None:
        raise Missing("changing.no_update", _("Fields of these records are not changed together."))
    return update, row_argument(update.parameters, record.model)


def check_count(count: int) -> None:
    """:raises Refused: there are no rows, or more than one change may hold."""
    if not count:
        raise Refused("nothing_selected", _("Select rows first."))
    if count > MOST_ROWS:
        text = _("Not more than %(most)s rows are changed at once: narrow the filter.")
        raise Refused("changing.too_many", text, most=MOST_ROWS)


def packed(ids: Iterable[int]) -> str:
    """Ids in their order as ranges: `1-500,503`."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in _ranges(sorted(set(ids))))


def unpacked(text: str) -> list[int]:
    """Ids out of ranges."""
    found: list[int] = []
    for part in filter(None, text.split(",")):
        first, _dash, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return found


def _ranges(ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = None
    for one in ids:
        if last is not None and first is not None and one != last + 1:
            yield first, last
            first = one
        first = one if first is None else first
        last = one
    if first is not None and last is not None:
        yield first, last
