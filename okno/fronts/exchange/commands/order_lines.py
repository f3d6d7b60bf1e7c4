"""Rows of an order of 1C as lines of an invoice; the sum of a row is the truth, prices may be rounded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from okno.areas.billing.models import Invoice, InvoiceLine
from okno.areas.catalog import queries as catalog
from okno.fronts.exchange.commands.catalogue import Taking
from okno.fronts.exchange.commands.values import offer_key, unit_of
from okno.fronts.exchange.parts.commerceml.documents import DocumentSeen, Row
from okno.kit import money

HUNDRED = Decimal(100)
CENT = Decimal("0.01")
Line = dict[str, Any]


def lines_of(taking: Taking, order: DocumentSeen) -> list[Line]:
    """Lines for billing, with the offers that the rows name."""
    taking.links.load(("offer", offer_key(row.goods_id, row.characteristic_id)) for row in order.rows)
    return [_line(taking, row) for row in order.rows]


def _line(taking: Taking, row: Row) -> Line:
    quantity = row.quantity or Decimal(1)
    price, discount = _price(row, quantity)
    rates = [one.rate for one in row.taxes] + [one.rate for one in row.tax_rates]
    rate = next(filter(None, rates), "")
    line = {
        "offer": taking.links.row_id("offer", offer_key(row.goods_id, row.characteristic_id)),
        "name": (row.name or row.goods_id)[:500],
        "unit": unit_of(row.unit, {})[0],
        "quantity": str(quantity),
        "price": str(price),
        "discount": str(discount),
    }
    code = catalog.vat_code(rate)
    return {**line, "vat": code} if code else line


def _price(row: Row, quantity: Decimal) -> tuple[Decimal, Decimal]:
    """
    Price and discount in percent that bring the sum of the row: as told when they do, else the price after the
    discount, which is nearer to the truth than a rounded percent.
    """
    total = row.total if row.total is not None else (row.price or Decimal()) * quantity
    told = row.price if row.price is not None else total / quantity
    whole = told * quantity
    percent = money.round_money((whole - total) / whole * HUNDRED) if whole > 0 and total < whole else Decimal()
    percent = min(percent, HUNDRED)
    price = money.round_money(told)
    if money.line_sum(quantity, price, percent) == money.round_money(total):
        return price, percent
    return money.round_money(total / quantity), Decimal()


def differ(taking: Taking, invoice: Invoice, lines: list[Line]) -> bool:
    """Whether rows say something else than the invoice: goods, quantity or sum of a line."""
    held = [_face(one) for one in InvoiceLine.objects.filter(invoice=invoice).order_by("position", "id")]
    return held != [_face_of(one) for one in lines]


def _face(line: InvoiceLine) -> tuple[Any, ...]:
    return (line.offer_id or line.name, line.quantity.normalize(), line.total)


def _face_of(line: Line) -> tuple[Any, ...]:
    quantity, price = Decimal(line["quantity"]), Decimal(line["price"])
    total = money.line_sum(quantity, price, Decimal(line["discount"]))
    return (line["offer"] or line["name"], quantity.normalize(), total)


def tolerance(order: DocumentSeen) -> Decimal:
    """How far sums may lie apart: a kopeck for each row."""
    return CENT * max(len(order.rows), 1)
