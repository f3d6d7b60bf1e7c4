"""Who acts: a person, the system, a program; with the grants that say what they may do, and what is closed to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from okno.kit import conditions
from okno.kit.conditions.tree import AllOf, Negated
from okno.kit.registry import CUSTOM_PREFIX, registry


class ReachKind(StrEnum):
    """How far a grant goes."""

    OWN = "own"
    PARTICIPANTS = "participants"
    DEPARTMENT = "department"
    SUBTREE = "subtree"
    ALL = "all"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission and its reach. `source` names the role it comes from, for the answer to "why"."""

    permission: str
    reach: ReachKind
    condition: Mapping[str, Any] | None = None
    source: str = ""

    def covers(self, permission: str) -> bool:
        """Whether the grant speaks of this permission; `deals.*` and `*` are patterns."""
        if self.permission in {"*", permission}:
            return True
        return self.permission.endswith(".*") and permission.startswith(self.permission[:-1])


@dataclass(frozen=True)
class Veil:
    """A field closed in some rows: what is set says when it `hides` the value, and when it `masks` all but its end."""

    hides: tuple[conditions.Condition, ...] = ()
    masks: tuple[conditions.Condition, ...] = ()

    @property
    def is_open(self) -> conditions.Condition:
        """Of which rows the value may be seen; none when something in what is set can no more be judged."""
        return AllOf(tuple(Negated(one) for one in (*self.hides, *self.masks)))

    @property
    def is_bare(self) -> conditions.Condition:
        """Of which rows at least the end may be seen."""
        return AllOf(tuple(Negated(one) for one in self.hides))


@dataclass(frozen=True)
class Actor:
    """
    Somebody or something that acts: a person, the system, a robot, an exchange.

    `subtree` are the actor's department and those below it, `above` those from the root down to it.
    `hidden` are fields that are closed, `masked` those of them whose end is shown. Those of `veils` are closed as well
    to whoever does not ask of a certain row (see `facing`) or in SQL: there they are open in most rows. `looker` is who
    sees with these eyes: such an actor runs no command.
    """

    kind: str
    name: str
    user_id: int | None = None
    department_id: int | None = None
    subtree: tuple[int, ...] = ()
    grants: tuple[Grant, ...] = ()
    hidden: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    veils: Mapping[str, Veil] = field(default_factory=dict, hash=False)
    looker: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(settings.TIME_ZONE))
    above: tuple[int, ...] = ()

    @cached_property
    def memo(self) -> dict[Any, Any]:
        """What was worked out for this actor and holds as long as their rights do."""
        return {}

    @cached_property
    def _by_permission(self) -> dict[str, tuple[Grant, ...]]:
        return {}

    def grants_for(self, permission: str) -> tuple[Grant, ...]:
        """The grants that speak of a permission; an ALL grant makes the others needless."""
        known = self._by_permission.get(permission)
        if known is None:
            found = tuple(grant for grant in self.grants if grant.covers(permission))
            widest = tuple(grant for grant in found if grant.reach is ReachKind.ALL)
            known = self._by_permission[permission] = widest[:1] or found
        return known

    def may(self, permission: str) -> bool:
        """Whether there is any grant for the permission, whatever its reach."""
        return bool(self.grants_for(permission))

    def sees_field(self, record: str, key: str) -> bool:
        """Whether a field of a record is open to the actor; a formula is not when it looks at one that is hidden."""
        if f"{record}.{key}" in self.hidden:
            return False
        return not self.hidden or not key.startswith(CUSTOM_PREFIX) or self._sees_formula(record, key)

    def sees_some(self, record: str, key: str) -> bool:
        """Whether a field is open at least in some rows: for those who ask `veil_of` before they show a value."""
        return f"{record}.{key}" in self.veils or self.sees_field(record, key)

    def veil_of(self, record: str, key: str) -> Veil | None:
        """In which rows a field is closed; None when it is open, or closed, in all of them."""
        return self.veils.get(f"{record}.{key}")

    def seeing(self, hidden: frozenset[str], masked: frozenset[str]) -> Actor:
        """The actor with other fields closed."""
        return replace(self, hidden=hidden, masked=masked)

    def masks_field(self, record: str, key: str) -> bool:
        """Whether a field that is not open to the actor shows its end on cards and in lists."""
        return f"{record}.{key}" in self.masked

    def _sees_formula(self, record: str, key: str) -> bool:
        known = registry.records.get(record)
        field = known.field(key) if known else None
        if known is None or field is None or not field.formula or registry.sees_formula is None:
            return True
        place = ("formula", record, key, field.formula)
        if place not in self.memo:
            self.memo[place] = registry.sees_formula(self, known, field)
        return bool(self.memo[place])


SYSTEM = Actor(kind="system", name="Okno", grants=(Grant("*", ReachKind.ALL, source="system"),))
