"""Customers abroad of the demo company: exchange rates, deals in other currencies, an invoice in one of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from okno.access import queries as access
from okno.areas.billing import commands as billing
from okno.areas.catalog import queries as catalog
from okno.areas.clients import commands as clients
from okno.areas.deals import commands as deals
from okno.areas.deals import queries as deal_queries
from okno.areas.deals.models import Deal
from okno.areas.documents import commands as documents
from okno.fronts.home.commands.demo.organisation import Demo
from okno.kit.permissions import SYSTEM, Actor

# Currency, units and roubles for them; of earlier days so many hundredths of that.
RATES = (("USD", 1, "81.20"), ("EUR", 1, "94.05"), ("CNY", 1, "11.35"), ("KZT", 100, "15.60"), ("BYN", 1, "27.90"))
DAYS = ((365, "92"), (90, "97"), (30, "101"), (0, "100"))


@dataclass(frozen=True)
class Customer:
    """Who wants how much of the first goods of the catalogue, in which currency."""

    name: str
    city: str
    title: str
    currency: str
    wanted: tuple[int, ...]
    country: str
    tax_number: str
    language: str


CUSTOMERS = (
    Customer(
        "ТОО «Алатау Склад»", "Алматы", "Стеллажи для склада в Алматы", "KZT", (40, 120), "KZ", "180540012345", "ru"
    ),
    Customer(
        "ООО «Полесье Логистик»", "Минск", "Паллеты и плёнка на квартал", "BYN", (200, 60, 12), "BY", "191682495", "ru"
    ),
    Customer(
        "Harbin Trade Co., Ltd",
        "Харбин",
        "Оснащение терминала в Харбине",
        "CNY",
        (15, 4, 30),
        "CN",
        "91230102MA18XQ7Y5K",
        "zh",
    ),
)


def fill(demo: Demo, on: dt.date) -> None:
    """By the same commands that people use."""
    for days, share in DAYS:
        told = [
            {"currency": code, "nominal": units, "value": str(Decimal(value) * Decimal(share) / 100)}
            for code, units, value in RATES
        ]
        documents.load_rates(actor=SYSTEM, on=on - dt.timedelta(days=days), rates=told)
    actor = access.actor_of(demo.people["sokolova"])
    made = [_deal(actor, on, one) for one in CUSTOMERS]
    billing.draw(actor=actor, client=made[-1].client, deal=made[-1], date=on, due_date=on + dt.timedelta(days=14))


def _deal(actor: Actor, on: dt.date, one: Customer) -> Deal:
    abroad: dict[str, Any] = {"country": one.country, "tax_number": one.tax_number, "language": one.language}
    client = clients.add(actor=actor, name=one.name, city=one.city, source="Выставка", **abroad)
    expected = on + dt.timedelta(days=25)
    deal = deals.open_deal(actor=actor, title=one.title, client=client, currency=one.currency, expected_date=expected)
    offers, terms = catalog.offers(actor).order_by("id")[: len(one.wanted)], deal_queries.terms_of(deal, on)
    lines = [
        {**catalog.line_of(actor, offer.pk, terms), "quantity": str(number)}
        for offer, number in zip(offers, one.wanted, strict=False)
    ]
    return deals.set_lines(actor=actor, deal=deal, lines=lines)
