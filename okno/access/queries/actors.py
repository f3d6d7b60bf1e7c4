"""Who an actor is: grants of their roles, fields hidden from them, and from where and when they may work."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q

from okno.access import rules
from okno.access.models import (
    Department,
    HiddenField,
    OfficeNetwork,
    RoleGrant,
    SensitiveRows,
    User,
    UserSession,
)
from okno.kit import conditions
from okno.kit.permissions import Actor, Grant, ReachKind, Veil
from okno.kit.registry import registry

# For browsers only: see `api.Token`.
SEES_GUARDED = "access.see_guarded"
OWN_GRANTS = tuple(Grant(name, ReachKind.ALL, source="own account") for name in rules.OWN)
TRIES_KEPT = timedelta(minutes=15)

_bounds: dict[int, tuple[int, rules.Bounds]] = {}
_known: dict[tuple[int, tuple[str, ...]], tuple[int, Actor]] = {}


def actor_of(user: User, *, scopes: tuple[str, ...] = ()) -> Actor:
    """
    The actor for a user: grants of all their roles, the subtree of their department, hidden fields.

    An actor is kept by the version of the user's row, which every command that changes rights makes grow.

    :param scopes: permissions that a token is limited to; a pattern like `deals.*` is allowed. Empty means no limit.
    """
    known = _known.get((user.pk, scopes))
    if known is None or known[0] != user.version:
        known = _known[user.pk, scopes] = (user.version, _read_actor(user, scopes))
    return known[1]


def eyes_of(user: User, *, looker: str) -> Actor:
    """The actor with whose eyes somebody else looks: it sees what the user sees, and has no say in their account."""
    own = actor_of(user)
    return replace(own, grants=tuple(one for one in own.grants if one not in OWN_GRANTS), looker=looker)


@dataclass(frozen=True, slots=True)
class Held:
    """What a role gives: its grants, and the fields it veils, each with whether it is only masked."""

    grants: tuple[Grant, ...]
    veiled: Mapping[str, bool]


def actor_afresh(user: User) -> Actor:
    """The actor for a user as the database has it now, past what is kept."""
    return _read_actor(user, ())


def actor_with(user: User, roles: Sequence[Held]) -> Actor:
    """The actor that a user would be with these roles and no others."""
    return _guarded(_unguarded(user, roles))


def _unguarded(user: User, roles: Sequence[Held]) -> Actor:
    veiled, place = _veiled([one.veiled for one in roles]), place_of(user.department_id)
    return Actor(
        kind="person",
        name=user.name,
        user_id=user.pk,
        department_id=user.department_id,
        subtree=place.subtree,
        above=place.above,
        grants=(*(grant for one in roles for grant in one.grants), *OWN_GRANTS),
        hidden=with_twins(veiled.hidden),
        masked=veiled.masked,
        zone=zone_of(user),
    )


def zone_of(user: User) -> ZoneInfo:
    """Where the clock of a person stands: their own zone, else that of the organisation."""
    return ZoneInfo(user.zone or settings.TIME_ZONE)


def with_twins(names: Iterable[str]) -> frozenset[str]:
    """Fields, `record.key` each, with those that tell the same: a sum in the management currency."""
    found = set(names)
    for name in list(found):
        record, _dot, key = name.rpartition(".")
        known = registry.records.get(record)
        field = known.fields.get(key) if known else None
        if known is not None and field is not None and isinstance(field.managed, str):
            found |= {f"{record}.{twin}" for twin, one in known.fields.items() if one.path == field.managed}
    return frozenset(found)


def _read_actor(user: User, scopes: tuple[str, ...]) -> Actor:
    found = _unguarded(user, _roles_of(user))
    if scopes:
        grants = tuple(one for one in found.grants if one not in OWN_GRANTS)
        found = replace(found, kind="api", grants=_limited(grants, scopes))
    return _guarded(found)


def _guarded(actor: Actor) -> Actor:
    """The actor with the fields of guarded rows closed, unless they may see these rows whole."""
    if actor.may(SEES_GUARDED):
        return actor
    hides: dict[str, list[conditions.Condition]] = {}
    masks: dict[str, list[conditions.Condition]] = {}
    for one in SensitiveRows.objects.order_by("pk"):
        condition = conditions.parse(one.condition or {"all": []})
        for fields, found in ((one.hidden, hides), (one.masked, masks)):
            for name in with_twins(f"{one.record}.{key}" for key in fields):
                found.setdefault(name, []).append(condition)
    named = {*hides, *masks} - actor.hidden
    veils = {name: Veil(tuple(hides.get(name, ())), tuple(masks.get(name, ()))) for name in named}
    # What a role masks everywhere and a guard hides somewhere is hidden everywhere.
    return replace(actor, hidden=actor.hidden | named, masked=actor.masked - hides.keys(), veils=veils)


def _roles_of(user: User) -> list[Held]:
    """The roles of a user in two statements."""
    roles = list(user.roles.order_by("pk").values_list("pk", flat=True))
    grants: dict[int, list[Grant]] = {}
    for row in RoleGrant.objects.filter(role__in=roles).select_related("role").order_by("id"):
        grant = Grant(row.permission, ReachKind(row.reach), row.condition, row.role.name)
        grants.setdefault(row.role_id, []).append(grant)
    veils: dict[int, dict[str, bool]] = {}
    rows = HiddenField.objects.filter(role__in=roles).values_list("role_id", "record", "field", "is_masked")
    for role_id, record, name, is_masked in rows:
        veils.setdefault(role_id, {})[f"{record}.{name}"] = is_masked
    return [Held(tuple(grants.get(one, ())), veils.get(one, {})) for one in roles]


def actor_of_user_id(user_id: int) -> Actor:
    """The actor for a user by id, for jobs that run later."""
    return actor_of(User.objects.get(pk=user_id))


class Place(NamedTuple):
    """Ids of a department and of those below it, and of those from the root down to it."""

    subtree: tuple[int, ...]
    above: tuple[int, ...]


def subtree_of(department_id: int | None) -> tuple[int, ...]:
    """Ids of a department and of those below it."""
    return place_of(department_id).subtree


def place_of(department_id: int | None) -> Place:
    """Where a department stands among the others."""
    if department_id is None:
        return Place((), ())
    marker = f"/{department_id}/"
    found = Department.objects.filter(Q(pk=department_id) | Q(path__contains=marker))
    paths = dict(found.order_by("id").values_list("pk", "path"))
    above = paths.get(department_id, "").split("/")
    return Place(tuple(paths), tuple(int(one) for one in above if one))


@dataclass(frozen=True, slots=True)
class _Veiled:
    hidden: frozenset[str]
    masked: frozenset[str]


def _veiled(roles: Sequence[Mapping[str, bool]]) -> _Veiled:
    """A field is hidden when every role that the user has hides or masks it, and masked when one of them masks it."""
    everywhere = set.intersection(*(set(one) for one in roles)) if roles else set()
    masked = {name for name in everywhere if any(one[name] for one in roles)}
    return _Veiled(frozenset(everywhere), frozenset(masked))


def _limited(grants: tuple[Grant, ...], scopes: tuple[str, ...]) -> tuple[Grant, ...]:
    """What both the roles of a user and the scopes of a token allow: of a right and a scope the narrower one."""
    return tuple(
        replace(grant, permission=scope if grant.covers(scope) else grant.permission)
        for grant in grants
        for scope in scopes
        if grant.covers(scope) or replace(grant, permission=scope).covers(grant.permission)
    )


def check_network(user: User, address: str) -> None:
    """:raises Denied: the user's network policy does not let them come from this address."""
    if user.network != User.Network.ANY:
        rules.check_may_come_from(user, is_office=is_office(address))


def check_bounds(user: User, *, address: str, at: datetime) -> None:
    """:raises Denied: the user or one of their roles may not work from this address, or at this moment."""
    check_network(user, address)
    bounds = bounds_of(user)
    if bounds.networks or bounds.hours:
        here = at.astimezone(ZoneInfo(settings.TIME_ZONE)).time()
        rules.check_bounds(bounds, is_office=is_office(address), at=here)


def bounds_of(user: User) -> rules.Bounds:
    """What the roles of a user bind them to; kept like the actor."""
    known = _bounds.get(user.pk)
    if known is None or known[0] != user.version:
        known = _bounds[user.pk] = (user.version, _read_bounds(user))
    return known[1]


def _read_bounds(user: User) -> rules.Bounds:
    rows = list(user.roles.values_list("network", "opens_at", "closes_at", "most_views"))
    return rules.Bounds(
        networks=frozenset(one[0] for one in rows if one[0] != User.Network.ANY),
        hours=tuple((one[1], one[2]) for one in rows if one[1] is not None and one[2] is not None),
        most_views=min((one[3] for one in rows if one[3]), default=0),
    )


def is_trying_many(address: str, email: str, at: datetime) -> bool:
    """
    Whether sign-in failed of so many accounts from one address that it tries passwords on many: then it waits for all
    accounts but those that have signed in from there before, so that a whole office is not shut out by one of its own.
    """
    failed = AccessAttempt.objects.filter(ip_address=address or None, attempt_time__gt=at - TRIES_KEPT)
    if failed.values("username").distinct().count() < rules.MOST_TRIED:
        return False
    return not UserSession.objects.filter(user__email=email, address=address or None).exists()


def is_office(address: str) -> bool:
    """Whether an address belongs to the office networks."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(
        ip in ipaddress.ip_network(cidr, strict=False) for cidr in OfficeNetwork.objects.values_list("cidr", flat=True)
    )
