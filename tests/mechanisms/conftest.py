"""A small company on which the mechanisms of the kit are tried."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from okno.access import commands as access
from okno.access import queries as access_queries
from okno.access.models import User
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit.permissions import SYSTEM, Actor


@dataclass
class Company:
    """Two departments, a head over both, two sellers, one deal of Anna's."""

    head: User
    anna: User
    boris: User
    client: Client
    deal: Deal

    def actor(self, who: str) -> Actor:
        """The actor of a person, with rights as they are now."""
        user: User = getattr(self, who)
        user.refresh_from_db()
        return access_queries.actor_of(user)


STAGES = [
    {"code": "new", "name": "Новый", "kind": "open", "norm_hours": 8},
    {
        "code": "offer",
        "name": "КП",
        "kind": "open",
        "required": ["amount"],
        "tasks": [{"title": "Позвонить", "kind": "call", "hours": 2}],
    },
    {"code": "invoice", "name": "Счёт", "kind": "open", "moves_on": "invoice_sent"},
    {"code": "won", "name": "Успех", "kind": "won", "moves_on": "paid"},
    {"code": "lost", "name": "Отказ", "kind": "lost"},
]


@pytest.fixture
def company(db: None) -> Company:
    """The company with its rights."""
    office = access.add_department(actor=SYSTEM, name="Продажи")
    team = access.add_department(actor=SYSTEM, name="Опт", parent=office)
    people = {
        name: access.add_user(actor=SYSTEM, email=f"{name}@okno.test", name=name, department=where)
        for name, where in (("head", office), ("anna", team), ("boris", team))
    }
    own = [{"permission": name, "reach": "own"} for name in ("deals.*", "clients.*", "calendar.*", "timeline.*")]
    wide = [{"permission": name, "reach": "subtree"} for name in ("deals.*", "clients.*", "calendar.*", "journal.*")]
    look = [{"permission": "access.view", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="seller", name="Продавец", grants=own + look, hidden=[])
    access.set_role(actor=SYSTEM, code="head", name="Руководитель", grants=wide + look, hidden=[])
    access.give_role(actor=SYSTEM, user=people["head"], role="head")
    for name in ("anna", "boris"):
        access.give_role(actor=SYSTEM, user=people[name], role="seller")
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    deals.set_refusal_reasons(actor=SYSTEM, names=["Цена"])
    client = Client.objects.create(name="ООО «Ромашка»", owner=people["anna"], department=team)
    deal = deals.open_deal(actor=SYSTEM, title="Поставка", client=client, owner=people["anna"])
    return Company(**people, client=client, deal=deal)
