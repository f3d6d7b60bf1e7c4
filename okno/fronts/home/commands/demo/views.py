"""How the invented company looks at its base: shared views with colours, a seller's own one, a card laid out."""

from __future__ import annotations

import json
from typing import Any

from okno.access import queries as access
from okno.fronts.home.commands.demo.organisation import Demo
from okno.kit.layouts import commands as layouts
from okno.kit.permissions import SYSTEM
from okno.kit.saved_views import commands as saved_views

CLIENTS, DEALS = "clients.client", "deals.deal"
OPEN = {"field": "stage_kind", "op": "eq", "value": "open"}
LARGE = {"all": [OPEN, {"field": "managed", "op": "ge", "value": 300_000}]}
LATE = {"field": "next_task_at", "op": "lt", "value": {"rel": "now"}}
NO_STEP = {"field": "next_task_at", "op": "empty"}
TENDERS = {"all": [OPEN, {"field": "x_kind", "op": "eq", "value": "2"}]}
BOUGHT = {"field": "status", "op": "in", "value": ["one_off", "regular", "sleeping", "lost"]}
URGENT = [{"where": LATE, "colour": "red"}, {"where": NO_STEP, "colour": "yellow"}]
BY_STATUS = [
    {"where": {"field": "status", "op": "eq", "value": status}, "colour": colour}
    for status, colour in (("regular", "green"), ("one_off", "blue"), ("sleeping", "yellow"), ("lost", "red"))
]
# What a bookkeeper opens the card of a client for comes first.
OF_BOOKKEEPERS = {
    "sections": [
        {"title": "Для документов", "fields": ["name", "inn", "x_papers", "x_accounting", "owner"]},
        {"title": "Адрес", "fields": ["city", "address"]},
    ],
    "panels": ["legal-entities", "invoices"],
}


# A short sale is written down while the client is still on the phone.
OF_SHORT_SALES = {
    "sections": [{"title": "Быстрая продажа", "fields": ["title", "client", "amount", "scenario"]}],
    "hidden": ["contact", "currency", "expected_date", "need"],
}


def fill(demo: Demo) -> None:
    """Share views of all four modes, keep one for a seller alone, lay out a card of bookkeepers, a form of a type."""
    columns = "title,client,stage,amount,next_task_at,expected_date,owner"
    large = {"f": _text(LARGE), "cols": columns, "group": "owner", "sort": "-amount", "paint": _text(URGENT)}
    calendar = {"f": _text(OPEN), "mode": "calendar", "by": "expected_date", "span": "month", "paint": _text(URGENT)}
    shared = (
        (DEALS, "Крупные: разбор", {"mode": "list", **large}, True),
        (DEALS, "Когда ждём продажи", calendar, False),
        (CLIENTS, "Покупатели на карте", {"f": _text(BOUGHT), "mode": "map", "paint": _text(BY_STATUS)}, False),
    )
    for position, (record, name, config, is_locked) in enumerate(shared, 10):
        view = {"tab": "all", **config}
        saved_views.bring(actor=SYSTEM, record=record, name=name, config=view, is_locked=is_locked, position=position)
    seller = access.actor_of(demo.people["sokolova"])
    tenders = {"tab": "all", "mode": "list", "f": _text(TENDERS), "cols": "title,client,x_tender,x_deadline,x_bond"}
    saved_views.save(actor=seller, record=DEALS, name="Мои тендеры", config=tenders)
    bookkeepers = demo.people["buh"].department_id
    layouts.lay_out_for_others(
        actor=SYSTEM, record=CLIENTS, purpose="card", config=OF_BOOKKEEPERS, department_id=bookkeepers
    )
    short, _stages = demo.scenarios["short"]
    layouts.lay_out_for_others(actor=SYSTEM, record=DEALS, purpose="create", kind=short.name, config=OF_SHORT_SALES)


def _text(condition: Any) -> str:
    return json.dumps(condition)
