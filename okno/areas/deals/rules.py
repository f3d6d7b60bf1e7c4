"""When something may happen to a deal, and what follows from it. Pure: no writes, no clock, no request."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from okno.access.models import User
from okno.areas.deals.models import Deal, Stage
from okno.kit.errors import Refused

# The keys of fields that a stage may ask for, and how to tell that one is empty.
EMPTY = (None, "", Decimal(0))


def check_title(title: str) -> str:
    """The title without blanks around. :raises Refused: there is none."""
    if not title.strip():
        raise Refused("deals.no_title", _("Name the deal."), missing=["title"])
    return title.strip()


def check_can_change(deal: Deal) -> None:
    """:raises Refused: the deal is closed."""
    if deal.stage.kind in {Stage.Kind.WON, Stage.Kind.LOST}:
        raise Refused("deals.closed", _("The deal is closed: bring it back into work first."))


def check_can_move(deal: Deal, target: Stage, *, open_mandatory: Sequence[str] = (), has_lines: bool = True) -> None:
    """
    May the deal come to this stage?

    :param open_mandatory: titles of mandatory tasks that are still open.
    :raises Refused: the stage is of another scenario or the present one; fields are empty (`params["missing"]` has
        their keys); mandatory tasks are open.
    """
    if target.scenario_id != deal.scenario_id:
        raise Refused("deals.other_scenario", _("This stage belongs to another scenario."))
    if target.pk == deal.stage_id:
        raise Refused("deals.same_stage", _("The deal is on this stage already."))
    if missing := missing_fields(deal, target, has_lines=has_lines):
        raise Refused("deals.missing", _("Fill in first: %(fields)s."), fields=_named(missing), missing=missing)
    if open_mandatory and target.kind != Stage.Kind.LOST:
        raise Refused("deals.open_tasks", _("Finish first: %(tasks)s."), tasks=", ".join(open_mandatory))


def missing_fields(deal: Deal, target: Stage, *, has_lines: bool = True) -> list[str]:
    """The keys of the fields that the stage asks for and that are empty; a refusal always asks for its reason."""
    required = list(target.required)
    if target.kind == Stage.Kind.LOST and "refusal" not in required:
        required.append("refusal")
    return [key for key in required if _is_empty(deal, key, has_lines=has_lines)]


def check_can_join(deal: Deal, user: User, *, sees_client: bool, level: str) -> None:
    """:raises Refused: the colleague is responsible already, or has no access to the client and is not let in."""
    if deal.owner_id == user.pk:
        raise Refused(
            "deals.is_responsible", _("%(name)s is responsible for the deal."), name=user.name, missing=["user"]
        )
    if not sees_client and not level:
        raise Refused(
            "deals.no_access",
            _("%(name)s has no access to the client “%(client)s”. Let them in, or leave the deal as it is."),
            name=user.name,
            client=deal.client.name,
            missing=["level"],
        )


def check_may_merge(survivor: Deal, losers: Sequence[Deal]) -> None:
    """:raises Refused: the deals are of different clients: those are merged first."""
    if any(deal.client_id != survivor.client_id for deal in losers):
        raise Refused("deals.other_client", _("Deals of different clients are not merged: merge the clients first."))


def _is_empty(deal: Deal, key: str, *, has_lines: bool) -> bool:
    if key == "lines":
        return not has_lines
    if key.startswith("x_"):
        return deal.extra.get(key) in EMPTY
    field = deal._meta.get_field(key)
    return getattr(deal, field.attname) in EMPTY  # type: ignore[union-attr]


def _named(keys: Sequence[str]) -> str:
    return ", ".join(label_of(key) for key in keys)


def label_of(key: str) -> str:
    """How a person calls the field."""
    if key == "lines":
        return _("Goods and services")
    if key.startswith("x_"):
        return key
    return str(Deal._meta.get_field(key).verbose_name).capitalize()  # type: ignore[union-attr]


def stage_for_fact(stages: Sequence[Stage], current: Stage, fact: str) -> Stage | None:
    """
    The stage that a fact brings a deal to, or None. A fact never brings a deal back: only a stage further on counts,
    and a closed deal stays where it is.
    """
    if current.kind in {Stage.Kind.WON, Stage.Kind.LOST}:
        return None
    return next((one for one in stages if one.moves_on == fact and one.position > current.position), None)
