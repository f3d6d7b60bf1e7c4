"""Who gets which row, and what may be done with a plan. Pure: no writes, no clock, no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.engines.handover.models import Handover
from okno.kit.errors import Refused

State = Handover.State
# Columns that say that a row has ended, where a record has one of them.
ENDED = ("closed_at", "done_at", "ended_at")


class Way(StrEnum):
    """How the rows of a rule are shared out."""

    ONE = "one"
    EVENLY = "evenly"
    LEAST = "least"
    KEEP = "keep"


WORDS: dict[Way, object] = {
    Way.EVENLY: gettext_lazy("evenly"),
    Way.LEAST: gettext_lazy("to those who have least"),
    Way.KEEP: gettext_lazy("leave where they are"),
}


@dataclass(frozen=True)
class Rule:
    """Rows of a record and who gets them. `view` is a saved view; without one all the rest is meant."""

    record: str
    people: tuple[int, ...]
    way: str
    view: int | None = None
    is_all: bool = False


def over(model: type[Model]) -> Q:
    """What is true of rows that have ended: as their model says, otherwise by the column of the moment it did."""
    told: Q | None = getattr(model, "is_over", None)
    if told is not None:
        return told
    names = {one.name for one in model._meta.concrete_fields}
    ended = next((one for one in ENDED if one in names), None)
    return Q(**{f"{ended}__isnull": False}) if ended else Q(pk__in=[])


def rule_of(told: Mapping[str, object]) -> Rule:
    """A rule as a plan keeps it."""
    people = told.get("people") or ()
    view = told.get("view")
    return Rule(
        record=str(told["record"]),
        people=tuple(int(str(one)) for one in people) if isinstance(people, list | tuple) else (),
        way=str(told["way"]),
        view=int(str(view)) if view else None,
        is_all=bool(told.get("is_all")),
    )


def shared_out(rows: Sequence[int], rule: Rule, load: Mapping[int, int]) -> dict[int, list[int]]:
    """
    Which rows go to whom, in their order.

    :param load: how many open rows each of these people has already.
    """
    if rule.way == Way.KEEP or not rule.people:
        return {}
    found: dict[int, list[int]] = {one: [] for one in rule.people}
    has = {one: load.get(one, 0) if rule.way == Way.LEAST else 0 for one in rule.people}
    for row_id in rows:
        least = min(rule.people, key=lambda one: (has[one], rule.people.index(one)))
        found[least].append(row_id)
        has[least] += 1
    return {one: some for one, some in found.items() if some}


def check_plan(
    person: int,
    rules: Sequence[Rule],
    starts_at: datetime,
    returns_at: datetime | None,
    deputy: User | None = None,
) -> None:
    """
    See that a plan can be carried out.

    :param starts_at: when it would begin at the earliest.
    :raises Refused: no rows go to anybody, somebody gets their own or stands in for themselves, or the way back is
        before the beginning.
    """
    if deputy is not None and deputy.pk == person:
        raise Refused("handover.own_deputy", _("Nobody stands in for themselves."), missing=["deputy"])
    giving = [one for one in rules if one.way != Way.KEEP]
    if not giving:
        raise Refused("handover.nobody", _("Choose who gets what."))
    if any(not one.people for one in giving):
        raise Refused("handover.nobody", _("Choose who gets what."))
    if any(person in one.people for one in giving):
        raise Refused("handover.self", _("Rows cannot go to whom they are taken from."))
    if returns_at and returns_at <= starts_at:
        raise Refused("handover.back_first", _("The way back is after the beginning."), missing=["returns_at"])


def check_can_start(handover: Handover, *, is_working: bool) -> None:
    """:raises Refused: it was begun already, or is over. One whose work broke off may be begun anew."""
    open_states = {State.DRAFT, State.PLANNED} if is_working else {State.DRAFT, State.PLANNED, State.RUNNING}
    if handover.state not in open_states:
        raise Refused("handover.begun", _("This handover was begun already."))


def check_can_cancel(handover: Handover) -> None:
    """:raises Refused: rows went already; they are brought back instead."""
    if handover.state not in {State.DRAFT, State.PLANNED}:
        raise Refused("handover.begun", _("This handover was begun already: bring the rows back instead."))


def check_can_return(handover: Handover, *, is_working: bool) -> None:
    """:raises Refused: nothing has gone yet, or it came back. A way back that broke off may be begun anew."""
    if handover.state not in ({State.GIVEN} if is_working else {State.GIVEN, State.RETURNING}):
        raise Refused("handover.not_given", _("There is nothing to bring back."))
