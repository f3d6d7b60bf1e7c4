"""Cards of the demo company that not everybody sees whole: VIP clients, their people, and what the director sells."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from okno.access import commands as access
from okno.access import queries
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.fronts.home.commands.demo.organisation import Demo
from okno.kit.permissions import SYSTEM

# Title, sum and days until the sale is expected.
STRATEGIC = (
    ("Распределительный центр под ключ: стеллажи и техника", "18400000", 60),
    ("Рамочный договор на упаковку, год", "9600000", 30),
)


def fill(demo: Demo, on: dt.date) -> None:
    """
    Close phones and mail addresses of VIP clients, and sums of what the director sells, to all but the heads of the
    company, and keep who reads them.
    """
    for name, record, key in (("VIP", "clients.client", "is_vip"), ("Люди VIP", "clients.contact", "client.is_vip")):
        condition = {"field": key, "op": "eq", "value": True}
        access.watch_rows(actor=SYSTEM, name=name, record=record, condition=condition, masked=["phone", "email"])
    _sell(demo, on)
    of_director = {"field": "owner", "op": "eq", "value": demo.people["director"].pk}
    access.watch_rows(
        actor=SYSTEM, name="Сделки дирекции", record="deals.deal", condition=of_director, hidden=["amount", "managed"]
    )


def _sell(demo: Demo, on: dt.date) -> None:
    """The director has large deals of their own; the head of sales takes part in them without knowing the sums."""
    head = demo.people["head"]
    customers = Client.objects.filter(owner__department=head.department, kind="company").order_by("-is_vip", "id")
    actor = queries.actor_of(demo.people["director"])
    for (title, amount, days), client in zip(STRATEGIC, customers, strict=False):
        expected = on + dt.timedelta(days=days)
        deal = deals.open_deal(
            actor=actor,
            title=title,
            client=client,
            amount=Decimal(amount),
            expected_date=expected,
            source="Рекомендация",
        )
        deals.add_member(actor=actor, deal=deal, user=head)
