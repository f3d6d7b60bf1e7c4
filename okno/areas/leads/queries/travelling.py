"""What is set up about enquiries, as parts of a file of settings: queues, rules, sources, reasons of rejection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from okno.areas.leads.models import DistributionRule, LeadQueue, LeadSource, RejectReason
from okno.areas.leads.record import LEAD
from okno.kit.travelling import condition_out, keyed

REASONS = "reasons"
QUEUE = ("name", "react_minutes", "handle_minutes")
RULE = (
    "name",
    "position",
    "is_active",
    "is_general",
    "method",
    "to_client_owner",
    "asks_hours",
    "asks_reach",
    "react_minutes",
    "handle_minutes",
    "escalates",
    "gives_on",
)
SOURCE = ("name", "kind", "repeat_days", "joins_deals", "mapping", "template", "campaign_path")


@dataclass
class QueuePart:
    """A queue by its code; its people stay those of each installation."""

    name: str
    react_minutes: int = 15
    handle_minutes: int = 240


@dataclass
class RulePart:
    """A rule of distribution; queues by their codes."""

    name: str
    queue: str
    method: DistributionRule.Method
    fallback: str = ""
    condition: dict[str, Any] = field(default_factory=dict)
    position: int = 0


@dataclass
class SourcePart:
    """A source by its code; the queue by its code, the rule by its key."""

    name: str
    kind: LeadSource.Kind
    queue: str
    rule: str = ""
    mapping: dict[str, str] = field(default_factory=dict)


@dataclass
class ReasonsPart:
    """Reasons of rejection in their order."""

    names: list[str]


def queues_to_take_out() -> dict[str, Any]:
    """Queues by code."""
    # ast-grep-ignore: unscoped-read settings: whoever takes them out has the right to all of them
    rows = LeadQueue.objects.filter(is_deleted=False).order_by("code")
    return {one.code: {name: getattr(one, name) for name in QUEUE} for one in rows}


def rules_by_key() -> dict[str, DistributionRule]:
    """Rules of distribution by name."""
    # ast-grep-ignore: unscoped-read settings: whoever takes them out has the right to all of them
    rows = DistributionRule.objects.filter(is_deleted=False).select_related("queue", "fallback")
    return keyed(rows.order_by("position", "id"), lambda one: one.name)


def rules_to_take_out() -> dict[str, Any]:
    """Rules of distribution as they travel."""
    return {
        key: {
            **{name: getattr(one, name) for name in RULE},
            "position": number,
            "queue": one.queue.code,
            "fallback": one.fallback.code if one.fallback else "",
            "condition": condition_out(LEAD, one.condition),
        }
        for number, (key, one) in enumerate(rules_by_key().items(), 1)
    }


def sources_to_take_out() -> dict[str, Any]:
    """Sources by code."""
    rules = {one.pk: key for key, one in rules_by_key().items()}
    # ast-grep-ignore: unscoped-read settings: whoever takes them out has the right to all of them
    rows = LeadSource.objects.filter(is_deleted=False).select_related("queue").order_by("code")
    return {
        one.code: {
            **{name: getattr(one, name) for name in SOURCE},
            "queue": one.queue.code,
            "rule": rules.get(one.rule_id, "") if one.rule_id else "",
        }
        for one in rows
    }


def reasons_to_take_out() -> dict[str, Any]:
    """Reasons of rejection, all in one part."""
    # ast-grep-ignore: unscoped-read settings: whoever takes them out has the right to all of them
    rows = RejectReason.objects.filter(is_deleted=False).order_by("position", "id")
    return {REASONS: {"names": list(rows.values_list("name", flat=True))}}
