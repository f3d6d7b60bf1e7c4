"""Cards of the demo company that not everybody sees whole, and who has read or taken out what over the last days."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from okno.access import commands as access
from okno.access import queries
from okno.access.models import Reading, User
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.fronts.home.commands.demo.organisation import Demo
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

# Title, sum and days until the sale is expected.
STRATEGIC = (
    ("Распределительный центр под ключ: стеллажи и техника", "18400000", 60),
    ("Рамочный договор на упаковку, год", "9600000", 30),
)
# How many days ago, at what hour, who read the card of which VIP client, counted from the first.
READ = ((6, 10, "sokolova", 0), (5, 12, "head", 1), (3, 16, "melnikov", 2), (2, 9, "sokolova", 0), (1, 11, "buh", 3))
TAKEN_OUT = ((4, 17, "head", "deals.deal", 214), (1, 15, "buh", "billing.invoice", 61))


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
    Reading.objects.bulk_create(_log(demo, on))


def _log(demo: Demo, on: dt.date) -> list[Reading]:
    """Lines of the access log, the oldest first."""
    vips = list(Client.objects.filter(is_vip=True).order_by("id"))
    director, seller = demo.people["director"], demo.people["sokolova"]
    found = [
        _line(Reading.Kind.CARD, demo.people[who], _at(on, days, hour), "clients.client", vips[number], why="VIP")
        for days, hour, who, number in READ
    ]
    found += [
        _line(Reading.Kind.EXPORT, demo.people[who], _at(on, days, hour), record, rows=rows)
        for days, hour, who, record, rows in TAKEN_OUT
    ]
    found.append(_line(Reading.Kind.LOOK, director, _at(on, 3, 18), "access.user", seller))
    return sorted(found, key=lambda one: one.at)


def _line(
    kind: Reading.Kind,
    who: User,
    at: dt.datetime,
    record: str,
    row: Client | User | None = None,
    *,
    why: str = "",
    rows: int | None = None,
) -> Reading:
    title = row.name if row is not None else str(registry.record(record).plural)
    whose = {"user_id": who.pk, "user_name": who.name, "record": record, "row_id": row.pk if row is not None else None}
    return Reading(kind=kind, at=at, title=title, why=why, rows=rows, **whose)


def _at(on: dt.date, days: int, hour: int) -> dt.datetime:
    return dt.datetime.combine(on - dt.timedelta(days=days), dt.time(hour - 3, 20), dt.UTC)


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
