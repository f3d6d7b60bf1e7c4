"""Portraits of the demo company: questionnaires for companies and people, part of their answers, interests."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from okno.areas.clients.models import Client
from okno.engines.portraits import commands as portraits
from okno.engines.portraits.models import Interest, Questionnaire, Topic
from okno.fronts.home.commands.demo.organisation import Demo
from okno.kit.commands import unjournalled
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

CLIENTS, CONTACTS = "clients.client", "clients.contact"
COMPANIES = {"field": "kind", "op": "in", "value": ["company", "sole"]}
Row = tuple[str, str, str, int, dict[str, Any]]
STORES = ("Холодный", "Тёплый", "Морозильный")
LIFTS = ("Штабелёры", "Погрузчики", "Гидравлические тележки", "Нет техники")
WAREHOUSE: tuple[Row, ...] = (
    ("x_stores", "Сколько у клиента складов?", "Склады", 3, {}),
    ("x_area", "Какая их общая площадь, м²?", "Склады", 2, {}),
    ("", "Какой склад основной?", "Склады", 1, {"kind": "choice", "options": list(STORES)}),
    ("", "Сколько человек работает на складе?", "Склады", 2, {"kind": "integer"}),
    ("", "Какая есть техника?", "Техника", 2, {"kind": "choice", "options": list(LIFTS), "is_many": True}),
    ("", "Сколько единиц техники?", "Техника", 3, {"kind": "integer"}),
    ("", "Когда планируют обновлять?", "Техника", 1, {"kind": "date"}),
)
PEOPLE: tuple[Row, ...] = (
    ("post", "Должность", "", 2, {}),
    ("role", "Как влияет на покупку?", "", 2, {}),
    ("birthday", "Когда день рождения?", "", 1, {}),
    ("", "Как лучше связаться?", "", 1, {"kind": "choice", "options": ["Звонок", "Почта", "Мессенджер"]}),
)
NEEDS = ("Под новый склад", "Замена старых", "Расширение зоны отгрузки", "Сезонный запас", "")
SOURCES = ("Разговор по телефону", "Выставка", "Встреча на складе", "Заявка с сайта")
SUPPLIERS = ("СтеллажСервис", "ПаллетТорг", "")


def fill(rng: Random, demo: Demo, on: dt.date) -> None:
    """Ask by commands, answer for a part of the clients, and work out the portraits."""
    keys = _ask(CLIENTS, "Склад и техника", COMPANIES, WAREHOUSE)
    _ask(CONTACTS, "О человеке", None, PEOPLE)
    registry.forget_custom_fields()
    portraits.take_topics(actor=SYSTEM)
    with unjournalled():
        _answer(rng, keys, on)
        _interest(rng, demo, on)
        for record in (CLIENTS, CONTACTS):
            portraits.fill_all(registry.record(record), lambda *_told: None)


def _ask(record: str, name: str, condition: dict[str, Any] | None, rows: tuple[Row, ...]) -> list[str]:
    made: Questionnaire = portraits.set_questionnaire(actor=SYSTEM, record=record, name=name, condition=condition)
    return [
        portraits.add_question(
            actor=SYSTEM, questionnaire=made, field=field, text=text, section=section, weight=weight, **more
        ).field
        for field, text, section, weight, more in rows
    ]


def _answer(rng: Random, keys: list[str], on: dt.date) -> None:
    _stores, _area, main, people, lifts, fleet, renewal = keys
    rows = list(Client.objects.filter(kind__in=["company", "sole"]).order_by("pk"))
    for one in rows:
        said: dict[str, Any] = {}
        if rng.random() < 0.7:
            stores = one.extra.get("x_stores") or rng.randint(1, 8)
            said |= {"x_stores": stores, "x_area": stores * rng.randint(400, 4000), main: rng.choice("123")}
        if rng.random() < 0.6:
            said |= {people: rng.randint(3, 120), fleet: rng.randint(0, 40)}
        if rng.random() < 0.5:
            said[lifts] = sorted(rng.sample("123", rng.randint(1, 2)))
        if rng.random() < 0.3:
            said[renewal] = (on + dt.timedelta(days=rng.randint(20, 500))).isoformat()
        one.extra = {**one.extra, **said}
    Client.objects.bulk_update(rows, ["extra"], batch_size=500)


def _interest(rng: Random, demo: Demo, on: dt.date) -> None:
    topics = list(Topic.objects.order_by("pk"))
    made: list[Interest] = []
    for client_id in Client.objects.order_by("pk").values_list("pk", flat=True):
        if topics and rng.random() < 0.45:
            chosen = rng.sample(topics, min(len(topics), rng.randint(1, 2)))
            made += [_an_interest(rng, demo, on, client_id, topic) for topic in chosen]
    Interest.objects.bulk_create(made, batch_size=500)


def _an_interest(rng: Random, demo: Demo, on: dt.date, client_id: int, topic: Topic) -> Interest:
    return Interest(
        record=CLIENTS,
        row_id=client_id,
        topic=topic,
        need=rng.choice(NEEDS),
        level=rng.choice(Interest.Level.values),
        since=on - dt.timedelta(days=rng.randint(2, 300)),
        source=rng.choice(SOURCES),
        supplier=rng.choice(SUPPLIERS),
        author=rng.choice(demo.sellers),
    )
