"""Potential over HTTP: what a card has come to, and how it moved."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from okno.engines.potential import queries
from okno.kit import permissions, reached
from okno.kit.api.asking import Id, actor_of
from okno.kit.api.problems import RESPONSES
from okno.kit.errors import Denied

router = Router()


class Day(Schema):
    """The potential and the fact at the end of a day on which they moved."""

    day: dt.date
    value: Decimal | None
    fact: Decimal | None


class Estimated(Schema):
    """What a card has come to: roubles in the period of its formula; without a value, the problem says why."""

    formula: str
    period: str
    value: Decimal | None
    fact: Decimal | None
    reserve: Decimal | None
    share: Decimal | None
    problem: str
    past: list[Day]


@router.get(
    "/potential/{record}/{int:id}",
    response={200: Estimated, **RESPONSES},
    operation_id="potential_of",
    summary=str(_("Potential of a card")),
    tags=["potential"],
)
def potential(request: HttpRequest, record: str, id: Id) -> Any:  # noqa: A002 - named so in every address
    """The potential of a card, our share of it and what is left."""
    actor = actor_of(request)
    permissions.check_may(actor, "potential.view")
    known = queries.the_record(record)
    row = reached.the_row(actor, known.name, id)
    if not all(actor.sees_field(known.name, key) for key in queries.SHOWN):
        raise Denied("denied", _("You have no right to do this: %(permission)s."), permission="potential.view")
    found = queries.estimate_of(known, row.pk)
    past = [{"day": one.day, "value": one.value, "fact": one.fact} for one in queries.past_of(known, row.pk)]
    if found is None:
        nothing = dict.fromkeys(("value", "fact", "reserve", "share"))
        return {"formula": "", "period": "", "problem": "", **nothing, "past": past}
    sums = {name: getattr(found, name) for name in ("value", "fact", "reserve", "share", "problem")}
    return {"formula": found.formula.name, "period": found.formula.period, **sums, "past": past}
