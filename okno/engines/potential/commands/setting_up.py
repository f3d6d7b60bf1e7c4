"""Formulas and tables of coefficients."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.potential import queries, rules
from okno.engines.potential.commands import estimating
from okno.engines.potential.models import Coefficients, Formula
from okno.kit import worth as offered
from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.rates import MANAGEMENT


@command("potential.set_formula", label=gettext_lazy("Set a formula of potential"))
def set_formula(
    *,
    actor: Actor,
    record: str,
    name: str,
    expression: str,
    fact: str = "",
    bought: str = "",
    period: str = Formula.Period.YEAR,
    currency: str = MANAGEMENT,
    group: int | None = None,
    condition: dict[str, Any] | None = None,
    valid_from: dt.date | None = None,
    position: int | None = None,
    formula: Formula | None = None,
) -> Formula:
    """
    Set a formula, a new one or one that is there; all rows are estimated anew in the worker.

    :param expression: what a row could buy in the period, in the currency.
    :param fact: what it bought in the same period, in roubles; without it the reserve is the whole potential.
    :param bought: instead of that the record of documents whose lines tell it, of the group and all inside it.
    :param currency: its code of three letters.
    :param group: the id of the product group that it is about; a row has a potential in each of them.
    :param condition: rows that it is for; of the formulas of one group the first that is for a row decides.
    :param position: its place among others, the last one by default.
    :raises Missing: rows of the record have no potential, or no such group is there.
    :raises Refused: a name is missing, a condition or an expression is wrong, or what was bought is told twice.
    """
    written = [("expression", expression), *([("fact", fact)] if fact else [])]
    rules.check_formula(queries.the_record(record), name, condition, written)
    rules.check_bought([one.record for one in queries.sources(record)], fact, bought)
    rules.check_measure(period, currency)
    row = _the(formula, record)
    row.group = None if group is None else queries.the_group(actor, group).pk
    row.name, row.condition, row.bought = name.strip()[:100], condition or None, bought
    row.expression, row.fact, row.period, row.currency = expression, fact, period, currency
    row.valid_from, row.position = valid_from, row.position if position is None else position
    return _kept(row)


def _kept(formula: Formula) -> Formula:
    formula.save()
    estimating.recount(actor=SYSTEM, record=formula.record)
    return formula


def _the(formula: Formula | None, record: str) -> Formula:
    """The formula that is there, or a new one behind the others."""
    if formula is not None and formula.record != record:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return formula or Formula(record=record, position=len(queries.formulas(record)))


@command("potential.drop_formula", label=gettext_lazy("Delete a formula of potential"))
def drop_formula(*, actor: Actor, formula: Formula) -> Formula:
    """Estimate by it no more; what rows had come to stays in their history."""
    formula.is_deleted = True
    return _kept(formula)


@command("potential.order_formulas", label=gettext_lazy("Put formulas in order"))
def order_formulas(*, actor: Actor, record: str, ids: list[int]) -> None:
    """Put formulas in the order in which they are asked. :raises Missing: one of them is not of the record."""
    rows = {one.pk: one for one in queries.formulas(record)}
    if set(ids) - set(rows):
        raise Missing("not_found", _("Not found, or out of your reach."))
    for position, one in enumerate(ids):
        rows[one].position = position
        rows[one].save(update_fields=["position"])
    estimating.recount(actor=SYSTEM, record=record)


@command("potential.set_table", label=gettext_lazy("Set a table of coefficients"))
def set_table(
    *,
    actor: Actor,
    record: str,
    name: str,
    rows: list[dict[str, str]],
    field: str = "",
    table: Coefficients | None = None,
) -> Coefficients:
    """
    Set a table of coefficients, a new one or one that is there.

    :param rows: `{"value": text, "number": text}`; values of a field with options are their labels.
    :param field: the field whose values they are, when they are of one.
    :raises Missing: rows of the record have no potential.
    :raises Refused: it has no name or another one has it, a value stands twice or has no number, or
        there is no such field.
    """
    known = queries.the_record(record)
    clean = name.strip()[:60]
    others = [one for one in queries.tables(record) if table is None or one.pk != table.pk]
    if not clean or clean.lower() in {one.name.lower() for one in others}:
        raise Refused("potential.bad_name", _("Give the table a name of its own."), missing=["name"])
    if field and known.field(field) is None:
        raise Refused("no_field", _("There is no such field."), missing=["field"])
    rules.check_rows(rows)
    row = table or Coefficients(record=record)
    if row.record != record:
        raise Missing("not_found", _("Not found, or out of your reach."))
    row.name, row.field, row.rows = clean, field, rows
    row.save()
    estimating.recount(actor=SYSTEM, record=record)
    return row


@command("potential.drop_table", label=gettext_lazy("Delete a table of coefficients"))
def drop_table(*, actor: Actor, table: Coefficients) -> Coefficients:
    """Look it up no more: formulas that name it give nothing."""
    table.is_deleted = True
    table.save(update_fields=["is_deleted"])
    estimating.recount(actor=SYSTEM, record=table.record)
    return table


@command("potential.take_shipped", label=gettext_lazy("Take the formulas that are shipped"))
def take_shipped(*, actor: Actor, record: str) -> int:
    """
    Begin with the formulas that are shipped for a record; how many can be computed here.

    :raises Missing: rows of the record have no potential.
    :raises Refused: there are formulas already, or nothing that is shipped suits the fields here.
    """
    known = queries.the_record(record)
    if queries.formulas(record):
        raise Refused("potential.there_are_some", _("There are formulas already."))
    count = 0
    for one in offered.KNOWN[record].formulas:
        if queries.read(one.expression, known) is not None:
            said = {"expression": one.expression, "fact": one.fact, "period": one.period, "condition": one.condition}
            set_formula(actor=actor, record=record, name=str(one.name), **said)
            count += 1
    if not count:
        raise Refused("potential.nothing_suits", _("The formulas that are shipped ask for fields that are not here."))
    return count
