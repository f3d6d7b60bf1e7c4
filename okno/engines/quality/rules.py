"""What a card has come to, and what may be said of criteria. Pure: no writes, no clock, no request."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from okno.engines.quality.models import MOST_WEIGHT, Norm, Score
from okno.kit import conditions
from okno.kit.completeness import Judged
from okno.kit.errors import Refused
from okno.kit.registry import Record

YELLOW_FROM, GREEN_FROM = 50, 80
ADDRESS = re.compile(r"/[\w/{}?=&.-]{0,199}")
LONGEST_LABEL = 150


@dataclass(frozen=True)
class Standing:
    """Per cent of a row, by groups too, and the ids of criteria it misses."""

    value: int
    groups: dict[str, int] = field(default_factory=dict)
    missed: list[int] = field(default_factory=list)

    @property
    def colour(self) -> str:
        """Red, yellow or green, by the per cent that is shown."""
        return colour_of(self.value)


def colour_of(value: int) -> str:
    """The colour of a per cent: red below 50, green from 80."""
    if value < YELLOW_FROM:
        return Score.Colour.RED
    return Score.Colour.YELLOW if value < GREEN_FROM else Score.Colour.GREEN


def standing(norms: Iterable[Norm], held: Collection[int]) -> Standing | None:
    """
    What a row has come to: `Q = 100 · Σ wᵢ·fᵢ / Σ wᵢ`, halves up; None without criteria.

    :param held: ids of the criteria that the row holds.
    """
    whole: dict[str, int] = defaultdict(int)
    earned: dict[str, int] = defaultdict(int)
    missed = []
    for norm in norms:
        whole[norm.group] += norm.weight
        if norm.pk in held:
            earned[norm.group] += norm.weight
        else:
            missed.append(norm.pk)
    if not whole:
        return None
    groups = {group: per_cent(earned[group], weight) for group, weight in whole.items()}
    return Standing(per_cent(sum(earned.values()), sum(whole.values())), groups, missed)


def per_cent(part: int, whole: int) -> int:
    """A share in whole per cent, halves up."""
    return (200 * part + whole) // (2 * whole)


def check_norm(record: Record, judged: Judged, said: dict[str, Any]) -> None:
    """
    What may be said of a criterion.

    :raises Refused: it has no name, weighs nothing, asks nothing or something that is no more, or names a status, a
        field or a page that is not there.
    """
    if not 0 < len(str(said.get("label") or "").strip()) <= LONGEST_LABEL:
        text = _("Say what a card has, in not more than %(most)s letters.")
        raise Refused("quality.no_label", text, most=LONGEST_LABEL, missing=["label"])
    if not 1 <= int(said.get("weight") or 0) <= MOST_WEIGHT:
        text = _("A weight is a number from 1 to %(most)s.")
        raise Refused("quality.bad_weight", text, most=MOST_WEIGHT, missing=["weight"])
    if said.get("group") not in Norm.Group.values:
        raise Refused("quality.no_group", _("There is no such group."), missing=["group"])
    check_status(record, judged, str(said.get("status") or ""))
    check_condition(record, said.get("condition"))
    if said.get("field") and record.field(str(said["field"])) is None:
        raise Refused("no_field", _("There is no such field."), missing=["field"])
    if said.get("url") and not ADDRESS.fullmatch(str(said["url"])):
        raise Refused(
            "quality.bad_url", _("A page is named by its address here: /tasks/new/?client={id}"), missing=["url"]
        )


def check_status(record: Record, judged: Judged, status: str) -> None:
    """:raises Refused: the record has no rows of this status."""
    known = {str(value) for value, _label in statuses(record, judged)}
    if status not in known:
        raise Refused("quality.no_status", _("There is no such status."), missing=["status"])


def statuses(record: Record, judged: Judged) -> list[tuple[str, str]]:
    """The options by which sets of criteria differ: (value, label); one without a name where they do not."""
    by = record.field(judged.by) if judged.by else None
    return [(str(value), str(label)) for value, label in by.choices] if by else [("", _("All rows"))]


def check_condition(record: Record, tree: Any) -> None:
    """:raises Refused: it asks nothing, or something that is no more."""
    if not tree:
        raise Refused("quality.no_condition", _("Say when a card has it."), missing=["condition"])
    found = conditions.problems(conditions.parse(tree), record)
    if found:
        raise Refused("quality.broken", found[0].message.replace("%", "%%"), missing=["condition"])
