"""Deals for tests, made as people make them: through commands."""

from __future__ import annotations

from typing import Any

from okno.access.models import User
from okno.areas.clients.tests.factories import a_client
from okno.areas.deals import commands, queries
from okno.areas.deals.models import Deal, Scenario
from okno.kit.permissions import SYSTEM

STAGES = [
    {"code": "new", "name": "Новый", "kind": "open", "norm_hours": 8, "probability": 10},
    {"code": "offer", "name": "КП", "kind": "open", "required": ["amount"], "probability": 50},
    {"code": "invoice", "name": "Счёт", "kind": "open", "moves_on": "invoice_sent", "probability": 80},
    {"code": "won", "name": "Успех", "kind": "won", "moves_on": "paid", "probability": 100},
    {"code": "lost", "name": "Отказ", "kind": "lost"},
]


def a_scenario() -> Scenario:
    """The scenario of these tests, made once, with its reasons of refusal."""
    found = queries.default_scenario()
    if found is None:
        commands.set_refusal_reasons(actor=SYSTEM, names=["Цена", "Срок"])
        found = commands.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    return found


def a_deal(owner: User, **fields: Any) -> Deal:
    """A deal of this person with a client of theirs."""
    a_scenario()
    given = {"title": "Поставка терминалов", **fields}
    client = given.pop("client", None) or a_client(owner)
    return commands.open_deal(actor=SYSTEM, client=client, owner=owner, **given)
