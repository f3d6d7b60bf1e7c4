"""Sums of money: taxes in them, how they look, and how they are written in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.kit import money, words
from okno.kit.expressions.catalog import function
from okno.kit.expressions.functions.numbers import HUNDRED, round_half_up
from okno.kit.expressions.values import multiplied

_SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "KZT": "₸", "BYN": "Br"}
NO_BREAK = "\u00a0"


@function("round_money", "до_копеек", "number -> number", _("The sum rounded to hundredths."))
def round_money(amount: Decimal) -> Decimal:
    return money.round_money(amount)


@function("vat_inside", "ндс_внутри", "number, number -> number", _("The VAT contained in a sum at so many per cent."))
def vat_inside(amount: Decimal, rate: Decimal) -> Decimal:
    return money.vat_inside(amount, rate)


@function("vat_on_top", "ндс_сверху", "number, number -> number", _("The VAT to be added to a sum."))
def vat_on_top(amount: Decimal, rate: Decimal) -> Decimal:
    return money.vat_on_top(amount, rate)


@function("without_vat", "без_ндс", "number, number -> number", _("A sum without the VAT contained in it."))
def without_vat(amount: Decimal, rate: Decimal) -> Decimal:
    return money.round_money(amount) - money.vat_inside(amount, rate)


@function("discounted", "со_скидкой", "number, number -> number", _("A sum less so many per cent, to hundredths."))
def discounted(amount: Decimal, rate: Decimal) -> Decimal:
    return money.line_sum(Decimal(1), amount, rate)


@function("digits_of", "разряды", "number, number? -> text", _("A number with spaces between thousands: 1 234 567,80."))
def grouped(value: Decimal, digits: Decimal = Decimal(0)) -> str:
    places = max(0, min(10, int(digits)))
    return f"{round_half_up(value, Decimal(places)):,.{places}f}".replace(",", NO_BREAK).replace(".", ",")


@function(
    "money", "деньги", "number, text? -> text", _("A sum as people read it: 1 234,50 ₽; the currency by its code.")
)
def as_money(amount: Decimal, currency: str = "RUB") -> str:
    return f"{grouped(amount, Decimal(2))}{NO_BREAK}{_SIGNS.get(currency, currency)}"


@function(
    "in_words", "прописью", "number, text? -> text", _("A sum in words, as invoices have it; the currency by its code.")
)
def in_words(amount: Decimal, currency: str = "RUB") -> str:
    return words.sum_in_words(amount, currency)


@function("number_in_words", "число_прописью", "number -> text", _("A whole number in words."))
def number_in_words(value: Decimal) -> str:
    return words.number_in_words(int(value))


@function(
    "convert",
    "пересчитать",
    "number, number, number? -> number",
    _("A sum by a rate for so many units, to hundredths."),
)
def convert(amount: Decimal, rate: Decimal, units: Decimal = Decimal(1)) -> Any:
    found = multiplied("/", multiplied("*", amount, rate), units)
    return None if found is None else money.round_money(found)


@function("markup", "наценка", "number, number -> number", _("By how many per cent a price is above its cost."))
def markup(price: Decimal, cost: Decimal) -> Any:
    return multiplied("/", (price - cost) * HUNDRED, cost)
