"""Potential over HTTP: what a card has come to, and how it moved."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from okno.engines.potential import commands, queries
from okno.kit.api.beside import Beside
from okno.kit.permissions import Actor
from okno.kit.registry import Record

router = Router()


class Day(Schema):
    """The potential and the fact at the end of a day on which they moved."""

    day: dt.date
    value: Decimal | None
    fact: Decimal | None


class Estimated(Schema):
    """What a card has come to, roubles a year; `period` is that of its formula, `problem` says why there is nothing."""

    formula: str
    period: str
    value: Decimal | None
    fact: Decimal | None
    reserve: Decimal | None
    share: Decimal | None
    problem: str
    past: list[Day]


class PotentialOfAll(Schema):
    """All that is within reach put together."""

    rows: int
    value: Decimal
    fact: Decimal
    reserve: Decimal
    share: Decimal | None


def potential(_actor: Actor, record: Record, row: Model) -> Any:
    """The potential of a card, our share of it and what is left."""
    found = queries.estimate_of(record, row.pk)
    past = [{"day": one.day, "value": one.value, "fact": one.fact} for one in queries.past_of(record, row.pk)]
    if found is None:
        nothing = dict.fromkeys(("value", "fact", "reserve", "share"))
        return {"formula": "", "period": "", "problem": "", **nothing, "past": past}
    sums = {name: getattr(found, name) for name in ("value", "fact", "reserve", "share", "problem")}
    return {"formula": found.formula.name, "period": found.formula.period, **sums, "past": past}


def whole(actor: Actor, record: Record) -> Any:
    """Potentials of all cards within reach added up."""
    found = queries.whole(actor, record)
    return {name: getattr(found, name) for name in ("rows", "value", "fact", "reserve", "share")}


beside = Beside(router, "potential", "potential.view", queries.the_record, queries.SHOWN)
beside.of_row(potential, Estimated, "of", _("Potential of a card"))
beside.of_all(whole, PotentialOfAll, "whole", _("Sales potential"))
beside.recounting(commands.recount)
