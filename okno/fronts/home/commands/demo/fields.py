"""Fields that the invented company has added to its deals and clients: every kind, a set, logic and formulas."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from django.db import transaction

from okno.areas.clients.models import Client
from okno.areas.deals.models import Deal
from okno.fronts.home.commands.demo.organisation import Demo
from okno.kit.commands import unjournalled
from okno.kit.fields import custom
from okno.kit.fields.settling import keep_links
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

DEALS, CLIENTS = "deals.deal", "clients.client"
KINDS = ("Поставка", "Тендер", "Сервис")
WAYS = ("Самовывоз", "Транспортная компания", "Наша машина")
MORE = ("Обучение", "Сервис", "Запчасти", "Аренда")
CITIES = ("Тюмень, Республики 200", "Пермь, Героев Хасана 41", "Казань, Тихорецкая 7", "Самара, Заводское шоссе 12")
BROUGHT = {"field": "x_way", "op": "in", "value": ["2", "3"]}
TENDER = {"field": "x_kind", "op": "eq", "value": "2"}
Row = tuple[str, str, str, dict[str, Any], dict[str, Any]]
OF_DEALS: tuple[Row, ...] = (
    ("kind", "Вид сделки", "choice", {"options": KINDS}, {"is_sortable": True, "default": "1"}),
    ("margin", "Наценка, %", "decimal", {}, {}),
    ("profit", "Ожидаемая прибыль", "formula", {}, {"formula": "amount * x_margin / 100", "result": "money"}),
    ("more", "Что ещё предложить", "choice", {"options": MORE, "is_many": True}, {}),
    ("partner", "Партнёр по сделке", "link", {"link": CLIENTS}, {}),
    ("engineer", "Инженер", "person", {}, {}),
    ("way", "Способ доставки", "choice", {"options": WAYS}, {"section": "Доставка"}),
    ("place", "Адрес доставки", "address", {}, {"section": "Доставка"}),
    ("day", "Дата отгрузки", "date", {}, {"section": "Доставка", "is_sortable": True}),
    ("unload", "Нужна разгрузка", "boolean", {}, {"section": "Доставка"}),
    ("terms", "Особые условия", "long_text", {}, {"section": "Доставка"}),
    ("tender", "Номер закупки", "text", {}, {"section": "Тендер", "is_unique": True, "is_searchable": True}),
    ("deadline", "Окончание подачи заявок", "moment", {}, {"section": "Тендер"}),
    ("bond", "Обеспечение заявки", "money", {}, {"section": "Тендер"}),
    ("brief", "Техническое задание", "file", {}, {"section": "Тендер", "hint": "Документация с площадки"}),
)
OF_CLIENTS: tuple[Row, ...] = (
    ("stores", "Складов", "integer", {}, {"is_sortable": True}),
    ("area", "Площадь складов, м²", "decimal", {}, {}),
    ("average", "Площадь одного склада, м²", "formula", {}, {"formula": "round(x_area / x_stores, 0)"}),
    ("accounting", "Телефон бухгалтерии", "phone", {}, {"is_searchable": True}),
    ("papers", "Почта для документов", "email", {}, {"is_searchable": True}),
)


def fill(rng: Random, demo: Demo, on: dt.date) -> None:
    """Add the fields and fill them in for a part of the rows that are there; worker jobs make indexes and formulas."""
    # Jobs begin when all of this is kept: formulas are to see the values they are computed from.
    with transaction.atomic():
        for record, rows in ((DEALS, OF_DEALS), (CLIENTS, OF_CLIENTS)):
            for row in rows:
                _add(record, row)
        custom.set_logic(actor=SYSTEM, record=DEALS, key="x_place", shown=BROUGHT, required=BROUGHT)
        keys = ["x_tender", "x_deadline", "x_bond", "x_brief"]
        custom.set_set(actor=SYSTEM, record=DEALS, name="Тендеры", fields=keys, condition=TENDER)
        with unjournalled():
            _fill_deals(rng, demo, on)
            _fill_clients(rng)
            keep_links(registry.record(DEALS), Deal.objects.values_list("pk", flat=True))


def _add(record: str, row: Row) -> None:
    key, label, kind, more, settings = row
    options = [{"id": str(number), "label": one} for number, one in enumerate(more.get("options", ()), 1)]
    given = {**more, "options": options} if options else more
    custom.add(actor=SYSTEM, record=record, key=key, label=label, kind=kind, settings=settings, **given)


def _fill_deals(rng: Random, demo: Demo, on: dt.date) -> None:
    partners = list(Client.objects.order_by("pk").values_list("pk", flat=True)[:40])
    rows = list(Deal.objects.order_by("pk"))
    for number, one in enumerate(rows):
        if rng.random() < 0.6:
            one.extra = {**one.extra, **_of_deal(rng, demo, on, partners, number)}
    Deal.objects.bulk_update(rows, ["extra"], batch_size=500)


def _of_deal(rng: Random, demo: Demo, on: dt.date, partners: list[int], number: int) -> dict[str, Any]:
    way = rng.choice("123")
    found: dict[str, Any] = {
        "x_kind": rng.choices("123", (6, 2, 2))[0],
        "x_margin": rng.choice((12, 15, 18, 22.5, 27)),
        "x_way": way,
        "x_day": (on + dt.timedelta(days=rng.randint(-200, 60))).isoformat(),
        "x_unload": rng.random() < 0.3,
    }
    if way != "1":
        found["x_place"] = rng.choice(CITIES)
    if rng.random() < 0.3:
        found["x_more"] = sorted(rng.sample("1234", 2))
    if rng.random() < 0.15:
        found["x_partner"] = rng.choice(partners)
    if rng.random() < 0.3:
        found["x_engineer"] = rng.choice(demo.sellers).pk
    if found["x_kind"] == "2":
        found["x_tender"] = f"0372{on.year}{number:06d}"
        found["x_deadline"] = f"{(on + dt.timedelta(days=rng.randint(-90, 30))).isoformat()}T06:00:00Z"
        found["x_bond"] = {"a": f"{rng.randint(20, 400)}000.00", "c": "RUB"}
    return found


def _fill_clients(rng: Random) -> None:
    rows = list(Client.objects.order_by("pk"))
    for number, one in enumerate(rows):
        if rng.random() < 0.4:
            stores = rng.randint(1, 12)
            one.extra = {
                **one.extra,
                "x_stores": stores,
                "x_area": stores * rng.randint(400, 5000),
                "x_accounting": f"+7343{2000000 + number * 37:07d}",
                "x_papers": f"doc{number}@example.ru",
            }
    Client.objects.bulk_update(rows, ["extra"], batch_size=500)
