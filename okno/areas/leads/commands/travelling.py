"""What a file of settings says about enquiries, made through the commands of the area."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from okno.access.models import User
from okno.areas.leads.commands.setting_up import (
    drop_rule,
    order_rules,
    set_queue,
    set_reject_reasons,
    set_rule,
    set_source,
)
from okno.areas.leads.models import LeadQueue
from okno.areas.leads.queries import travelling as reads
from okno.kit.errors import Refused
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.travelling import condition_in

Value = Mapping[str, Any] | None


def bring_queue(actor: Actor, key: str, value: Value) -> None:
    """Make a queue so; its people stay. :raises Refused: it would be dropped."""
    told = _kept(key, value)
    queue = LeadQueue.objects.filter(code=key).select_related("head").first()
    people = User.objects.filter(pk__in=queue.members.values("user")) if queue else User.objects.none()
    values = {name: told[name] for name in reads.QUEUE if name in told}
    set_queue(actor=actor, code=key, people=list(people), head=queue.head if queue else None, **values)


def bring_rule(actor: Actor, key: str, value: Value) -> None:
    """Make a rule of distribution so, in its place, or drop it. :raises Refused: a queue is not there."""
    known = reads.rules_by_key()
    if value is None:
        drop_rule(actor=actor, rule=known[key])
        return
    values = {name: value[name] for name in reads.RULE if name in value and name != "position"}
    made = set_rule(
        actor=actor,
        rule=known.get(key),
        queue=_queue(value["queue"]),
        fallback=_queue(value["fallback"]) if value.get("fallback") else None,
        condition=condition_in(registry.record("leads.lead"), value.get("condition") or {}),
        **values,
    )
    others = [one.pk for one in known.values() if one.pk != made.pk]
    place = max(int(value.get("position", 0)) - 1, 0)
    order_rules(actor=actor, ids=[*others[:place], made.pk, *others[place:]])


def bring_source(actor: Actor, key: str, value: Value) -> None:
    """Make a source so. :raises Refused: it would be dropped, or its queue or rule is not there."""
    told = _kept(key, value)
    values = {name: told[name] for name in reads.SOURCE if name in told}
    rule = reads.rules_by_key().get(told.get("rule", ""))
    set_source(actor=actor, code=key, queue=_queue(told["queue"]), rule=rule, **values)


def bring_reasons(actor: Actor, key: str, value: Value) -> None:
    """Make the list of reasons so. :raises Refused: it would be dropped."""
    set_reject_reasons(actor=actor, names=list(_kept(key, value)["names"]))


def _kept(key: str, value: Value) -> Mapping[str, Any]:
    if value is None:
        raise Refused("leads.kept", _("“%(name)s” stands in enquiries and is not dropped by a file."), name=key)
    return value


def _queue(code: str) -> LeadQueue:
    found = LeadQueue.objects.filter(code=code, is_deleted=False).first()
    if found is None:
        raise Refused("leads.no_queue", _("There is no queue “%(name)s”."), name=code)
    return found
