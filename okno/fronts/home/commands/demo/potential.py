"""Potential of the demo company's clients: formulas over portraits, coefficients of industries, a quarter before."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from random import Random

from django.utils import timezone

from okno.areas.catalog.models import Group
from okno.engines.portraits.models import Question
from okno.engines.potential import commands as potential
from okno.engines.potential.models import Estimate, Past
from okno.engines.potential.queries import When
from okno.kit.commands import unjournalled
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.saved_views import commands as saved_views

CLIENTS = "clients.client"
INDUSTRIES = {
    "Оптовая торговля": "1.5",
    "Розничная сеть": "1.2",
    "Логистика": "1.8",
    "Производство": "1",
    "Строительство": "0.6",
    "Пищевая промышленность": "1.1",
}
BACK = 90
COLUMNS = "name,potential,bought,wallet_share,reserve,status,owner"


def fill(rng: Random, at: dt.datetime) -> None:
    """Set the table and the formulas by commands, estimate all, and keep how it was a quarter ago."""
    people, fleet = (_key(text) for text in ("Сколько человек работает на складе?", "Сколько единиц техники?"))
    rows = [{"value": name, "number": number} for name, number in INDUSTRIES.items()]
    potential.set_table(actor=SYSTEM, record=CLIENTS, name="Отрасль", field="x_industry", rows=rows)
    for name, group, period, expression in (
        ("Оснащение складов", "Стеллажи", "year", "x_stores * 90000"),
        ("Парк техники", "Складская техника", "year", f"{fleet} * 60000"),
        ("Расходники на человека", "Тара и упаковка", "month", f"{people} * 750"),
    ):
        potential.set_formula(
            actor=SYSTEM,
            record=CLIENTS,
            name=name,
            group=Group.objects.get(name=group).pk,
            period=period,
            expression=f'{expression} * coefficient("отрасль", x_industry)',
            bought="deals.deal",
        )
    with unjournalled():
        record = registry.record(CLIENTS)
        now = When(at, timezone.get_default_timezone())
        potential.estimate_all(record, now, lambda *_progress: None)
        _remember(rng, at.astimezone(now.zone).date() - dt.timedelta(days=BACK))
    has = json.dumps({"field": "reserve", "op": "gt", "value": 0})
    config = {"tab": "all", "cols": COLUMNS, "sort": "-reserve", "f": has}
    saved_views.save(actor=SYSTEM, record=CLIENTS, name="Кому звонить: резерв", config=config)


def _key(text: str) -> str:
    return Question.objects.get(text=text).field


def _remember(rng: Random, day: dt.date) -> None:
    rows = [
        Past(
            record=CLIENTS,
            row_id=one.row_id,
            day=day,
            value=(one.value * Decimal(rng.randint(70, 110)) / 100).quantize(Decimal("0.01")),
            fact=Decimal(0),
        )
        for one in Estimate.objects.filter(record=CLIENTS, is_whole=True, value__isnull=False).order_by("row_id")
    ]
    Past.objects.bulk_create(rows, batch_size=500)
