"""The leads desk of the demo company: rules of distribution, what its people take, the campaigns it knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from okno.areas.leads import commands as leads
from okno.areas.leads.models import DistributionRule, LeadCampaign, LeadQueue
from okno.fronts.home.commands.demo.organisation import Demo
from okno.kit.permissions import SYSTEM

CALLS = {"field": "channel", "op": "in", "value": ["manual", "call"]}
LETTERS = {"field": "channel", "op": "in", "value": ["mail"]}
KAZAN = {
    "any": [
        {"field": "city", "op": "contains", "value": "Казань"},
        {"field": "phone", "op": "contains", "value": "843"},
    ]
}
PEOPLE = ("sokolova", "melnikov", "gusev")
NAMED = {"stellazhi_rf": "Стеллажи, вся Россия", "tehnika_msk": "Складская техника, Москва"}


@dataclass
class Desk:
    """Rules by the channel that they are for, and campaigns by their code."""

    rules: dict[str, DistributionRule] = field(default_factory=dict)
    campaigns: dict[str, LeadCampaign] = field(default_factory=dict)


def set_up(demo: Demo) -> Desk:
    """Set up the desk by the same commands that people use."""
    head = demo.people["head"]
    queue = leads.set_queue(
        actor=SYSTEM, code="sales", name="Продажи", people=[demo.people[name] for name in PEOPLE], head=head
    )
    duty = leads.set_queue(
        actor=SYSTEM, code="duty", name="Дежурные", people=[demo.people["assistant"], head], head=head
    )
    _set_people(demo, queue)
    desk = Desk(rules=_rules(queue, duty))
    for code, name in NAMED.items():
        campaign = LeadCampaign.objects.create(code=code, name=code)
        desk.campaigns[code] = leads.match_campaign(actor=SYSTEM, campaign=campaign, name=name)
    return desk


def _set_people(demo: Demo, queue: LeadQueue) -> None:
    takes: tuple[tuple[str, dict[str, Any]], ...] = (
        ("sokolova", {"weight": 2, "skills": ["стеллаж", "монтаж"]}),
        ("melnikov", {"weight": 1, "skills": ["тележк", "штабел"], "open_limit": 40}),
        ("gusev", {"weight": 1, "skills": ["плёнк", "короб", "поддон"], "regions": ["Казань", "843"]}),
    )
    for name, values in takes:
        leads.set_member(actor=SYSTEM, queue=queue, user=demo.people[name], **values)


def _rules(queue: LeadQueue, duty: LeadQueue) -> dict[str, DistributionRule]:
    """From the narrowest to the one for all."""
    said: tuple[tuple[str, str, str, dict[str, Any] | None, dict[str, Any]], ...] = (
        ("region", "Казань и область", "region", KAZAN, {}),
        ("mail", "Письма — наименее загруженному", "load", LETTERS, {"react_minutes": 30}),
        ("manual", "Звонки — кто на смене", "shift", CALLS, {}),
        ("site", "Все остальные — по весам", "weight", None, {"gives_on": True}),
    )
    return {
        key: leads.set_rule(
            actor=SYSTEM,
            name=name,
            queue=queue,
            method=DistributionRule.Method(method),
            condition=condition,
            fallback=duty,
            **more,
        )
        for key, name, method, condition, more in said
    }
