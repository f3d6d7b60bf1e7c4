"""Potential over HTTP: what a card has come to, and how it moved."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

import pydantic
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from okno.engines.potential import commands, queries
from okno.engines.potential.models import Estimate
from okno.engines.potential.queries import Whole
from okno.kit import permissions, reached
from okno.kit.api.asking import actor_of
from okno.kit.api.beside import Beside
from okno.kit.api.giving import Giving
from okno.kit.api.operations import operation
from okno.kit.api.problems import RESPONSES
from okno.kit.api.shapes import LARGEST_ID, Input
from okno.kit.permissions import Actor
from okno.kit.registry import Record

router = Router()
SUMS = ("value", "fact", "reserve", "share")
MOST = 200


class Day(Schema):
    """The potential and the fact at the end of a day on which they moved."""

    day: dt.date
    value: Decimal | None
    fact: Decimal | None


class PartEstimated(Schema):
    """
    What a card has come to in a product group, roubles a year; `period` is that of the formula. `group` is the id of
    the group in the catalogue, null for what no group is told of.
    """

    group: int | None
    product: str
    formula: str
    period: str
    value: Decimal | None
    fact: Decimal | None
    reserve: Decimal | None
    share: Decimal | None
    problem: str


class Estimated(Schema):
    """What a card has come to, roubles a year, as a whole and in parts; `problem` says why there is nothing."""

    value: Decimal | None
    fact: Decimal | None
    reserve: Decimal | None
    share: Decimal | None
    problem: str
    parts: list[PartEstimated]
    past: list[Day]


class PotentialOfGroup(Schema):
    """All that is within reach put together in a product group, by its id and its name."""

    group: int | None
    product: str
    rows: int
    value: Decimal
    fact: Decimal
    reserve: Decimal
    share: Decimal | None


class PotentialOfAll(Schema):
    """All that is within reach put together, as a whole and by product group."""

    rows: int
    value: Decimal
    fact: Decimal
    reserve: Decimal
    share: Decimal | None
    products: list[PotentialOfGroup]


class AskedReserves(Schema):
    """
    Which product group, none for what no group is told of, and which part of the list: `after` is the `next` of the
    page before.
    """

    group: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None
    after: str = pydantic.Field("", max_length=60)
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50


class RowReserve(Schema):
    """A card with what is left to win in a product group."""

    id: int
    title: str
    value: Decimal
    fact: Decimal
    reserve: Decimal
    share: Decimal | None


class ReservePage(Schema):
    """Cards from the largest reserve down; `next` is what to pass as `after`."""

    items: list[RowReserve]
    next: str | None


class FormulaShape(Schema):
    """A formula as it was set: the first one that is for a row decides."""

    id: int
    name: str
    expression: str
    fact: str
    period: str
    currency: str
    group: int | None
    bought: str
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


def potential(actor: Actor, record: Record, row: Model) -> Any:
    """The potential of a card, our share of it and what is left."""
    found, parts = queries.estimates_of(record, row.pk)
    past = [{"day": one.day, "value": one.value, "fact": one.fact} for one in queries.past_of(record, row.pk)]
    whole = _sums(found) if found else {**dict.fromkeys(SUMS), "problem": ""}
    names = {**queries.names_of(actor, [one.group for one in parts]), 0: ""}
    told = [
        {
            "group": one.group or None,
            "product": names[one.group],
            "formula": one.formula.name,
            "period": one.formula.period,
            **_sums(one),
        }
        for one in parts
        if one.formula is not None
    ]
    return {**whole, "parts": told, "past": past}


def whole(actor: Actor, record: Record) -> Any:
    """Potentials of all cards within reach added up."""
    found = queries.by_group(actor, record)
    names = {**queries.names_of(actor, [one.key for one in found]), 0: ""}
    products = [{"group": one.key or None, "product": names[one.key], **_together(one)} for one in found]
    return {**_together(queries.whole(actor, record)), "products": products}


def _sums(one: Estimate) -> dict[str, Any]:
    return {name: getattr(one, name) for name in (*SUMS, "problem")}


def _together(one: Whole) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("rows", *SUMS)}


beside = Beside(router, "potential", "potential.view", queries.the_record, queries.SHOWN)
beside.of_row(potential, Estimated, "of", _("Potential of a card"))
beside.of_all(whole, PotentialOfAll, "whole", _("Sales potential"))
beside.recounting(commands.recount)


@router.get(
    "/potential/{record}/reserves",
    response={200: ReservePage, **RESPONSES},
    operation_id="potential_reserves",
    summary=str(_("Reserves of a product group")),
    tags=["potential"],
)
def reserves(request: HttpRequest, record: str, asked: Query[AskedReserves]) -> Any:
    """Cards within reach by what is left to win in a product group, from the largest reserve down."""
    actor, known = beside.asked(request, record)
    found = list(queries.after(queries.parts(actor, known, asked.group or 0), asked.after)[: asked.limit + 1])
    shown = found[: asked.limit]
    names = reached.titles(actor, [(known.name, one.row_id) for one in shown])
    items = [
        {"id": one.row_id, "title": names.get((known.name, one.row_id), ""), **{key: getattr(one, key) for key in SUMS}}
        for one in shown
    ]
    return {"items": items, "next": queries.cursor_of(shown[-1]) if len(found) > len(shown) else None}


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
