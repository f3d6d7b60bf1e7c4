"""Quality of the demo company's base: the shipped criteria, answers that they ask for, and the weeks before today."""

from __future__ import annotations

import datetime as dt
import json
from random import Random
from typing import Any

from django.db.models import Count, Max

from okno.areas.clients.models import Client
from okno.areas.deals.models import Deal
from okno.engines.quality import commands as quality
from okno.engines.quality import queries
from okno.engines.quality.models import Norm, Past, Score, Snapshot
from okno.kit.commands import unjournalled
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.saved_views import commands as saved_views

CLIENTS, CONTACTS = "clients.client", "clients.contact"
INDUSTRIES = (
    "Оптовая торговля",
    "Розничная сеть",
    "Логистика",
    "Производство",
    "Строительство",
    "Пищевая промышленность",
)
REASONS = ("Ушли к конкуренту из-за цены", "Закрыли направление", "Сменился закупщик", "Сорвали срок поставки")
DAYS, SLEEPS_AFTER = 60, 150


def fill(rng: Random, on: dt.date) -> None:
    """Take the criteria that are shipped, fill in a part of what they ask for, and judge all cards."""
    for record in (CLIENTS, CONTACTS):
        quality.take_shipped(actor=SYSTEM, record=record)
    with unjournalled():
        _stand(on)
        _answer(rng)
        for record in (CLIENTS, CONTACTS):
            quality.judge_all(registry.record(record), lambda *_progress: None)
        _remember(rng, on)
        _grow(rng, on)
    below = json.dumps({"field": "quality", "op": "lt", "value": 50})
    columns = "name,quality,status,owner,phone,email,city,source"
    config = {"tab": "all", "cols": columns, "sort": "quality", "f": below}
    saved_views.save(actor=SYSTEM, record=CLIENTS, name="Дозаполнить карточки", config=config)


def _stand(on: dt.date) -> None:
    """What clients are to us, by the deals that were won: it decides which criteria count."""
    won = {one["client"]: one for one in _won()}
    rows = list(Client.objects.filter(pk__in=won))
    for one in rows:
        count, last = won[one.pk]["count"], won[one.pk]["last"]
        if (on - last.date()).days > SLEEPS_AFTER:
            one.status = Client.Status.SLEEPING
        else:
            one.status = Client.Status.ONE_OFF if count == 1 else Client.Status.REGULAR
    Client.objects.bulk_update(rows, ["status"], batch_size=500)


def _won() -> Any:
    return (
        Deal.objects.filter(stage__kind="won")
        .values("client")
        .annotate(count=Count("pk"), last=Max("closed_at"))
        .order_by()
    )


def _answer(rng: Random) -> None:
    rows = list(Client.objects.order_by("pk"))
    for one in rows:
        said: dict[str, Any] = {}
        if rng.random() < 0.65:
            said["x_industry"] = rng.choice(INDUSTRIES)
        # The draws that answered a tick of old: what was invented after them stays as it was.
        if rng.random() < 0.4:
            rng.random()
        if one.status == Client.Status.SLEEPING and rng.random() < 0.5:
            said["x_leave_reason"] = rng.choice(REASONS)
        one.extra = {**one.extra, **said}
    Client.objects.bulk_update(rows, ["extra"], batch_size=500)


def _remember(rng: Random, on: dt.date) -> None:
    """The base grew better by little: what stands today is led back day by day."""
    for record in (CLIENTS, CONTACTS):
        now = queries.by_owner(registry.record(record))
        for back in range(DAYS):
            share = 1 - 0.2 * back / DAYS + rng.uniform(-0.01, 0.01) if back else 1
            Snapshot.objects.bulk_create(
                Snapshot(record=record, day=on - dt.timedelta(days=back), **_less(one, share)) for one in now
            )


def _grow(rng: Random, on: dt.date) -> None:
    """A part of the cards was filled in point by point over these weeks."""
    made = []
    for one in Score.objects.filter(record=CLIENTS, row_id__in=_some(rng)):
        value = one.value
        for back in sorted(rng.sample(range(2, DAYS), rng.randint(2, 5))):
            value = max(10, value - rng.choice((5, 10, 15)))
            made.append(Past(record=CLIENTS, row_id=one.row_id, day=on - dt.timedelta(days=back), value=value))
    Past.objects.bulk_create(made, batch_size=500)


def _some(rng: Random) -> list[int]:
    ids = list(Client.objects.order_by("pk").values_list("pk", flat=True)[:400])
    return [one for one in ids if rng.random() < 0.6]


def _less(told: dict[str, Any], share: float) -> dict[str, Any]:
    groups = {
        group: [
            round(total * (share if group in {Norm.Group.PORTRAIT, Norm.Group.ACTIVITY} else (1 + share) / 2)),
            rows,
        ]
        for group, (total, rows) in told["groups"].items()
    }
    return {**told, "total": round(told["total"] * share), "groups": groups}
