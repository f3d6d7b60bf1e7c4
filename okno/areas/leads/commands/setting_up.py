"""Queues with their people, rules of distribution, sources and reasons of rejection."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.areas.leads import rules
from okno.areas.leads.models import DistributionRule, LeadQueue, LeadSource, QueueMember, RejectReason
from okno.kit import conditions, worktime
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.permissions import Actor
from okno.kit.registry import registry

DAYS = 7


@command("leads.set_queue", label=gettext_lazy("Set up a queue"))
def set_queue(
    *,
    actor: Actor,
    code: str,
    name: str,
    people: list[User],
    react_minutes: int = 15,
    handle_minutes: int = 240,
    head: User | None = None,
) -> LeadQueue:
    """
    Make a queue of enquiries or change it; people left out are not served any more.

    :param head: who hears of what nobody takes and of what is late.
    """
    values = {"name": name, "react_minutes": react_minutes, "handle_minutes": handle_minutes, "head": head}
    queue, _made = LeadQueue.objects.update_or_create(code=code, defaults={**values, "is_deleted": False})
    queue.members.exclude(user__in=people).delete()
    for user in people:
        QueueMember.objects.get_or_create(queue=queue, user=user)
    return queue


@command("leads.set_member", label=gettext_lazy("Set up a person of a queue"))
def set_member(
    *,
    actor: Actor,
    queue: LeadQueue,
    user: User,
    open_limit: int = 0,
    weight: int = 1,
    skills: list[str] | None = None,
    regions: list[str] | None = None,
    shift: list[str] | None = None,
) -> QueueMember:
    """
    Say what a person of a queue takes: how much, about what, from where, and when.

    :param skills: words of an enquiry that make it theirs.
    :param regions: cities, or beginnings of phones.
    :param shift: hours of the seven days from Monday on, like `09:00-21:00`; empty for the hours of the office.
    :raises Refused: the hours cannot be read, or the week has not seven days.
    """
    week = [text.strip() for text in shift or []]
    for text in week:
        worktime.read_hours(text)
    if any(week) and len(week) != DAYS:
        raise Refused("leads.week", _("A week has seven days."), missing=["shift"])
    values = {
        "open_limit": open_limit,
        "weight": max(weight, 1),
        "skills": skills or [],
        "regions": regions or [],
        "shift": week if any(week) else [],
    }
    member, _made = QueueMember.objects.update_or_create(queue=queue, user=user, defaults=values)
    return member


@command("leads.set_rule", label=gettext_lazy("Set up a rule of distribution"))
def set_rule(
    *,
    actor: Actor,
    name: str,
    queue: LeadQueue,
    method: DistributionRule.Method,
    rule: DistributionRule | None = None,
    condition: dict[str, Any] | None = None,
    fallback: LeadQueue | None = None,
    is_active: bool = True,
    is_general: bool = True,
    to_client_owner: bool = True,
    asks_hours: bool = False,
    asks_reach: bool = True,
    react_minutes: int = 0,
    handle_minutes: int = 0,
    escalates: bool = True,
    gives_on: bool = False,
) -> DistributionRule:
    """
    Make a rule of distribution, or change the one that is given; a new one is asked last.

    :param condition: a tree of the condition language about enquiries; empty for all.
    :param fallback: the queue that gets what nobody of the first one may take.
    :raises Refused: the condition cannot be read, or names what is not there.
    """
    _check_condition(condition or {})
    found = rule or DistributionRule(position=DistributionRule.objects.count() + 1)
    found.name, found.queue, found.method, found.condition = name, queue, method, condition or {}
    found.fallback, found.is_active, found.is_general = fallback, is_active, is_general
    found.to_client_owner, found.asks_hours, found.asks_reach = to_client_owner, asks_hours, asks_reach
    found.react_minutes, found.handle_minutes = react_minutes, handle_minutes
    found.escalates, found.gives_on = escalates, gives_on
    found.save()
    return found


@command("leads.order_rules", label=gettext_lazy("Put rules of distribution in order"))
def order_rules(*, actor: Actor, ids: list[int]) -> None:
    """Let rules be asked in this order; those left out come after them as they stood."""
    place = {one: number for number, one in enumerate(ids)}
    rows = DistributionRule.objects.filter(is_deleted=False).order_by("position", "id")
    for number, rule in enumerate(sorted(rows, key=lambda one: place.get(one.pk, len(place))), 1):
        if rule.position != number:
            rule.position = number
            rule.save(update_fields=["position"])


@command("leads.drop_rule", label=gettext_lazy("Delete a rule of distribution"))
def drop_rule(*, actor: Actor, rule: DistributionRule) -> None:
    """Put a rule out of use for good; enquiries keep telling that it gave them."""
    rule.is_deleted = True
    rule.save(update_fields=["is_deleted"])


@command("leads.set_source", label=gettext_lazy("Set up a source"))
def set_source(
    *,
    actor: Actor,
    code: str,
    name: str,
    kind: LeadSource.Kind,
    queue: LeadQueue,
    rule: DistributionRule | None = None,
    repeat_days: int | None = None,
    joins_deals: bool | None = None,
    mapping: dict[str, str] | None = None,
    template: str | None = None,
    campaign_path: str | None = None,
) -> LeadSource:
    """
    Make a source of enquiries or change it; what is left out stays as it is.

    :param rule: the rule that is asked when no general one holds.
    :param repeat_days: for how many days the same phone or mail address makes no new enquiry.
    :param joins_deals: whether repeats go into open deals of the client too.
    :param mapping: where fields stand in what is received: `{"phone": "contact.phone"}`.
    :param template: a letter of the form on the site, with `{phone}` and the like in place of values.
    :raises Refused: the template or the mapping names what enquiries have not.
    """
    rules.check_template(template or "")
    if unknown := sorted(set(mapping or {}) - set(rules.FIELDS)):
        raise Refused("leads.no_field", _("Enquiries have no field “%(name)s”."), name=unknown[0], missing=["mapping"])
    more = {
        "repeat_days": repeat_days,
        "joins_deals": joins_deals,
        "mapping": mapping,
        "template": template,
        "campaign_path": campaign_path,
    }
    given = {key: value for key, value in more.items() if value is not None}
    values = {"name": name, "kind": kind, "queue": queue, "rule": rule, "is_deleted": False, **given}
    found, _made = LeadSource.objects.update_or_create(code=code, defaults=values)
    return found


@command("leads.set_reject_reasons", label=gettext_lazy("Set reasons of rejection"))
def set_reject_reasons(*, actor: Actor, names: list[str]) -> None:
    """Replace the list of reasons, in this order; those in use stay with their enquiries."""
    RejectReason.objects.exclude(name__in=names).update(is_deleted=True)
    for position, name in enumerate(names):
        RejectReason.objects.update_or_create(name=name, defaults={"position": position, "is_deleted": False})


def _check_condition(condition: dict[str, Any]) -> None:
    if not condition:
        return
    wrong = conditions.problems(conditions.parse(condition), registry.record("leads.lead"))
    if wrong:
        raise Refused(wrong[0].code, wrong[0].message.replace("%", "%%"), missing=["condition"])
