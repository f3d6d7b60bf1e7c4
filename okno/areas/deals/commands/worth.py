"""What a deal is for: lines, currency, and what it is worth in roubles."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy

from okno.areas.catalog import queries as catalog
from okno.areas.deals import queries, rules
from okno.areas.deals.commands.news import show
from okno.areas.deals.models import Deal, DealExpectation, DealLine, DealTotal
from okno.kit import live, money, rates
from okno.kit.commands import command, moment, today
from okno.kit.permissions import Actor
from okno.kit.rows import kept


@command("deals.set_lines", label=gettext_lazy("Change goods and services"))
def set_lines(*, actor: Actor, deal: Deal, lines: list[dict[str, Any]]) -> Deal:
    """
    Replace the lines of a deal; its amount becomes their sum.

    :param lines: `{"offer": id or absent, "name", "unit", "quantity", "price", "discount", "vat"}`; a line of an offer
        may leave out the name and the price: they are those that the client of the deal gets.
    :raises Refused: the deal is closed, a number cannot be read, or a line has no price.
    """
    rules.check_can_change(deal)
    given = catalog.filled(lines, queries.terms_of(deal, today()))
    deal.lines.all().delete()
    made = [DealLine(deal=deal, position=position).fill(one) for position, one in enumerate(given)]
    DealLine.objects.bulk_create(made)
    deal.amount = sum((one.total for one in made), Decimal(0))
    deal.save(update_fields=["amount"])
    show(deal)
    return deal


@command("deals.reprice", label=gettext_lazy("Take prices anew"))
def reprice(*, actor: Actor, deal: Deal) -> Deal:
    """
    Take prices of lines anew: of the type that the deal names, or of that whose rule its client fits. Discounts stay,
    and so do lines for which there is no price.

    :raises Refused: the deal is closed, or none of its goods has a price in the catalogue.
    """
    rules.check_can_change(deal)
    found = list(deal.lines.all())
    costs = catalog.costs_of_lines(found, queries.terms_of(deal, today()))
    catalog.check_priced(costs)
    for line in found:
        line.fill({**line.typed(), **(costs[line.pk].typed if line.pk in costs else {})})
    DealLine.objects.bulk_update(found, ["price", "total", "taken_type", "lacked_type", "vat_turn"])
    deal.amount = sum((one.total for one in found), Decimal(0))
    deal.save(update_fields=["amount"])
    show(deal)
    return deal


@command("deals.set_currency", label=gettext_lazy("Change the currency"))
def set_currency(*, actor: Actor, deal: Deal, currency: str, recount: bool = True) -> Deal:
    """
    Keep a deal in another currency.

    :param recount: whether its amount and the prices of its lines follow the rates of the day; else the numbers stay.
    :raises Refused: the deal is closed, there is no such currency, or its rate is not known.
    """
    rules.check_can_change(deal)
    code = money.currency_code(currency)
    if recount:
        _recount(deal, rates.the_cross(deal.currency, code, today()))
    deal.currency = code
    deal.save(update_fields=["amount", "currency"])
    show(deal)
    return deal


@command("deals.value_anew", told_as=gettext_lazy("Value anew by the rate"))
def value_anew(*, actor: Actor) -> int:
    """Count what open deals in other currencies are worth by the newest rates. Returns how many were looked at."""
    # The trigger that keeps `managed` answers to a change of the amount, be it the same.
    open_ones = Deal.objects.filter(closed_at=None).exclude(currency=rates.MANAGEMENT)
    # In the order in which all others lock them.
    list(open_ones.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    looked_at = open_ones.update(amount=F("amount"))
    if looked_at:
        live.tell_topic("deals.deal")
    return looked_at


@command("deals.fold_totals", label=gettext_lazy("Add up the totals of boards"))
def fold_totals(*, actor: Actor) -> None:
    """Make one row of those totals that agree in all columns, as `kept.fold` does."""
    kept.fold(DealTotal, ("count", "managed"), moment().astimezone(dt.UTC).date() - dt.timedelta(days=1))
    kept.fold(DealExpectation, ("count", "managed"), dt.date.min)


def _recount(deal: Deal, rate: Decimal) -> None:
    """Prices of lines and the amount by a rate; the amount of lines is their sum."""
    found = list(deal.lines.all())
    for line in found:
        line.fill({**line.typed(), "price": money.round_money(line.price * rate)})
    DealLine.objects.bulk_update(found, ["price", "total"])
    deal.amount = sum((one.total for one in found), Decimal(0)) if found else money.round_money(deal.amount * rate)
