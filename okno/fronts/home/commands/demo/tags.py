"""Tags that people of the invented company have put on their clients, leads and deals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from django.db import transaction

from okno.kit.commands import unjournalled
from okno.kit.fields import custom, tagging
from okno.kit.fields.reading import field_of
from okno.kit.fields.values import canonical
from okno.kit.models.registry import FieldDef
from okno.kit.permissions import SYSTEM
from okno.kit.registry import CUSTOM_PREFIX, registry
from okno.kit.saved_views import commands as saved_views

KEY = f"{CUSTOM_PREFIX}tags"
CLIENTS = "clients.client"
# The first ones are put on most often.
TAGS = {
    CLIENTS: ("VIP", "Постоплата", "Звонить после 11", "Нужен пропуск", "Партнёр по монтажу", "Просит скидку"),
    "leads.lead": ("С выставки", "Повторный", "Сравнивает цены", "Нужен замер"),
    "deals.deal": ("Срочно", "Торгуется", "Под проект", "Нужен выезд", "Рассрочка", "Ждёт бюджета"),
}
SHARE = 0.45


def fill(rng: Random) -> None:
    """Add a field of tags to each, put tags on a part of the rows, and share a view of clients by their tags."""
    with transaction.atomic():
        for record, names in TAGS.items():
            row = custom.add(actor=SYSTEM, record=record, key="tags", label="Метки", kind="tags")
            tagging.add_tags(actor=SYSTEM, record=record, key=KEY, names=list(names))
            row.refresh_from_db()
            with unjournalled():
                _put(rng, row)
    wanted = json.dumps({"field": KEY, "op": "in", "value": ["t1", "t2"]})
    config = {"tab": "all", "cols": f"name,{KEY},status,phone,owner", "f": wanted}
    saved_views.save(actor=SYSTEM, record=CLIENTS, name="VIP и постоплата", config=config)


def _put(rng: Random, row: FieldDef) -> None:
    field, model = field_of(row), registry.record(row.record).model
    ids = [one["id"] for one in row.options]
    rows: list[Any] = [one for one in model._default_manager.order_by("pk") if rng.random() < SHARE]
    for one in rows:
        one.extra = {**one.extra, KEY: canonical(field, _chosen(rng, ids))}
    model._default_manager.bulk_update(rows, ["extra"], batch_size=500)


def _chosen(rng: Random, ids: Sequence[str]) -> list[str]:
    weights = range(len(ids), 0, -1)
    return list(dict.fromkeys(rng.choices(ids, list(weights), k=rng.choice((1, 1, 2, 3)))))
