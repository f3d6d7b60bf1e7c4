"""Potential over HTTP: what a card has come to, and how it moved."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pydantic
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from okno.engines.potential import commands, queries
from okno.kit import permissions
from okno.kit.api.asking import actor_of
from okno.kit.api.beside import Beside
from okno.kit.api.giving import Giving
from okno.kit.api.operations import operation
from okno.kit.api.shapes import Input
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


class FormulaShape(Schema):
    """A formula as it was set: the first one that is for a row decides."""

    id: int
    name: str
    expression: str
    fact: str
    period: str
    product: str
    condition: Any
    valid_from: dt.date | None
    position: int


class Coefficient(Input):
    """A value and its number."""

    value: str = pydantic.Field(min_length=1, max_length=200)
    number: str = pydantic.Field(min_length=1, max_length=40, examples=["0.35"])


class CoefficientShape(Schema):
    """A value and its number, as they are kept."""

    value: str
    number: str


class TableShape(Schema):
    """A table of coefficients: numbers by values of a field, or by values of its own."""

    id: int
    name: str
    field: str
    rows: list[CoefficientShape]


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

FORMULAS, TABLES = "/potential/{record}/formulas", "/potential/{record}/tables"
ROWS = {"rows": list[Coefficient]}
giving = Giving(router, "potential")


@operation(
    router, "GET", FORMULAS, name="potential_formulas", summary=_("Formulas of potential"), answer=list[FormulaShape],
    tag="potential",
)  # fmt: skip
def formulas(request: HttpRequest, record: str) -> Any:
    """The formulas of a record in the order in which they are asked, for those who set them."""
    permissions.check_may(actor_of(request), commands.set_formula.name)
    return [_told(one, FormulaShape) for one in queries.formulas(queries.the_record(record).name)]


@operation(
    router, "GET", TABLES, name="potential_tables", summary=_("Tables of coefficients"), answer=list[TableShape],
    tag="potential",
)  # fmt: skip
def tables(request: HttpRequest, record: str) -> Any:
    """The tables that formulas look numbers up in, for those who set them."""
    permissions.check_may(actor_of(request), commands.set_table.name)
    return [_told(one, TableShape) for one in queries.tables(queries.the_record(record).name)]


giving.post(FORMULAS, commands.set_formula, without=["formula"])
giving.put(f"{FORMULAS}/{{id}}", commands.set_formula, on="formula", name="potential_change_formula")
giving.delete(f"{FORMULAS}/{{id}}", commands.drop_formula, on="formula")
giving.post("/potential/{record}/order", commands.order_formulas)
giving.post(TABLES, commands.set_table, without=["table"], typed=ROWS)
giving.put(f"{TABLES}/{{id}}", commands.set_table, on="table", name="potential_change_table", typed=ROWS)
giving.delete(f"{TABLES}/{{id}}", commands.drop_table, on="table")
giving.post("/potential/{record}/take-shipped", commands.take_shipped)


def _told(one: Any, shape: type[Schema]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in shape.model_fields}
