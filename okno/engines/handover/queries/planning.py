"""What can be handed over and who gets which row: the same for the preview and for the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from okno.access.models import User
from okno.engines.handover import rules
from okno.engines.handover.models import HandedRow, Handover
from okno.engines.handover.rules import Rule
from okno.kit import conditions, permissions
from okno.kit.commands import Command
from okno.kit.models.base import Reach
from okno.kit.openness import hidden_keys
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows.counting import counted
from okno.kit.saved_views import reading
from okno.kit.web.pages.address import Address, joined

TO = "owner"


@dataclass(frozen=True)
class Hand:
    """A record whose rows can be handed over, and the command that does it."""

    record: Record
    command: Command[Any, Any]
    on: str


@dataclass(frozen=True)
class Parcel:
    """Rows of one record for one person."""

    hand: Hand
    to: int
    rows: Sequence[int]


def hands(actor: Actor) -> list[Hand]:
    """Records whose rows the actor may hand over: found by their commands, whatever area they are of."""
    found: dict[str, Hand] = {}
    for command in registry.commands.values():
        hand = _hand_of(command) if command.hands_over and actor.may(command.name) else None
        if hand is not None:
            found.setdefault(hand.record.name, hand)
    return sorted(found.values(), key=lambda one: str(one.record.plural))


def _hand_of(command: Command[Any, Any]) -> Hand | None:
    """A command that needs a row and its new owner, and nothing else."""
    needed = [one for one in command.parameters.values() if one.required]
    if len(needed) != 2 or TO not in command.parameters or command.parameters[TO].model is not User:
        return None
    on = next((one for one in needed if one.name != TO and one.model is not None and not one.many), None)
    record = next((one for one in registry.records.values() if on is not None and one.model is on.model), None)
    reach = getattr(on.model, "reach", None) if on is not None else None
    if on is None or record is None or not isinstance(reach, Reach) or reach.owner != "owner_id":
        return None
    return Hand(record, command, on.name)


def held_by(actor: Actor, hand: Hand, person: int, *, is_all: bool = False) -> QuerySet[Any]:
    """Rows of a person within the actor's reach; those that have ended only when they are asked for."""
    model = hand.record.model
    manager: Any = model._default_manager
    rows = manager.visible_to(actor, permissions.permission_on(hand.command.name, model)).alive()
    rows = rows.filter(owner_id=person)
    found: QuerySet[Any] = rows if is_all else rows.exclude(rules.over(model))
    return found


def counts_of(actor: Actor, found: Sequence[Hand], person: int) -> dict[str, int]:
    """How many open rows a person has, by record, in one statement."""
    return counted({hand.record.name: held_by(actor, hand, person) for hand in found})


def beyond_reach(actor: Actor, found: Sequence[Hand], person: int) -> dict[str, int]:
    """How many open rows a person has that the actor may not give away, by record."""
    seen = {f"seen {hand.record.name}": held_by(actor, hand, person) for hand in found}
    every = {hand.record.name: _every(hand, person) for hand in found}
    counts = counted({**seen, **every})
    return {name: counts[name] - counts.get(f"seen {name}", 0) for name in every}


def _every(hand: Hand, person: int) -> QuerySet[Any]:
    model = hand.record.model
    rows: QuerySet[Any] = model._default_manager.filter(owner_id=person, is_deleted=False).exclude(rules.over(model))
    return rows


def kept_by(hand: Hand, person: int, ids: Sequence[int]) -> list[int]:
    """Which of these rows a person has."""
    return list(hand.record.model._default_manager.filter(pk__in=ids, owner_id=person).values_list("pk", flat=True))


def parcels_of(actor: Actor, handover: Handover) -> list[Parcel]:
    """Who gets which rows by a plan: of several rules the first one that a row meets decides."""
    known = {one.record.name: one for one in hands(actor)}
    taken: dict[str, set[int]] = {}
    found: list[Parcel] = []
    for rule in (rules.rule_of(one) for one in handover.rules):
        hand = known.get(rule.record)
        if hand is None:
            continue
        gone = taken.setdefault(rule.record, set())
        rows = [one for one in _rows(actor, hand, handover.person_id, rule) if one not in gone]
        gone.update(rows)
        shares = rules.shared_out(rows, rule, _load(hand, rule.people))
        found += [Parcel(hand, person, some) for person, some in shares.items()]
    return found


def parcels_back(actor: Actor, handover: Handover) -> list[Parcel]:
    """Rows that went by a plan and that their new people still have; what somebody gave on stays with them."""
    known = {one.record.name: one for one in hands(actor)}
    found = []
    for record, hand in known.items():
        went = dict(_went(handover, record))
        model = hand.record.model
        manager: Any = model._default_manager
        right = permissions.permission_on(hand.command.name, model)
        rows = manager.visible_to(actor, right).filter(pk__in=list(went)).order_by("pk")
        still = [row_id for row_id, owner in rows.values_list("pk", "owner_id") if went[row_id] == owner]
        if still:
            found.append(Parcel(hand, handover.person_id, still))
    return found


def _went(handover: Handover, record: str) -> Iterator[tuple[int, int]]:
    # ast-grep-ignore: unscoped-read rows of a plan that was found within reach
    rows = HandedRow.objects.filter(of=handover, record=record, is_returned=False)
    yield from rows.values_list("row_id", "to_id")


def _rows(actor: Actor, hand: Hand, person: int, rule: Rule) -> list[int]:
    rows = held_by(actor, hand, person, is_all=rule.is_all)
    if rule.view is not None:
        view = next((one for one in reading.views_of(actor, hand.record.name) if one.pk == rule.view), None)
        if view is None:
            return []
        tree = conditions.parse(joined(Address(view.config).filter()))
        if any(hidden_keys(actor, hand.record, tree)):
            return []
        rows = rows.filter(conditions.to_q(tree, hand.record, permissions.condition_context(actor)))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _load(hand: Hand, people: Sequence[int]) -> dict[int, int]:
    """How many open rows these people have."""
    model = hand.record.model
    rows = model._default_manager.filter(owner_id__in=people, is_deleted=False).exclude(rules.over(model))
    counted: dict[int, int] = dict(rows.order_by().values_list("owner_id").annotate(count=Count("pk")))
    return counted
