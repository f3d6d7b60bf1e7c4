"""Reads of access: who an actor is, colleagues, sessions and tokens."""

from __future__ import annotations

import hashlib
import ipaddress
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from okno.access.models import ApiToken, Department, HiddenField, OfficeNetwork, RoleGrant, User, UserSession
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor, Grant, ReachKind


_known: dict[int, tuple[tuple[int, tuple[str, ...]], Actor]] = {}


def actor_of(user: User, *, scopes: tuple[str, ...] = ()) -> Actor:
    """
    The actor for a user: grants of all their roles, the subtree of their department, hidden fields.

    An actor is kept by the version of the user's row, which every command that changes rights makes grow.

    :param scopes: permissions that a token is limited to; a pattern like `deals.*` is allowed. Empty means no limit.
    """
    stamp, known = (user.version, scopes), _known.get(user.pk)
    if known is None or known[0] != stamp:
        known = _known[user.pk] = (stamp, _read_actor(user, scopes))
    return known[1]


def _read_actor(user: User, scopes: tuple[str, ...]) -> Actor:
    grants = tuple(
        Grant(row.permission, ReachKind(row.reach), row.condition, row.role.name)
        for row in RoleGrant.objects.filter(role__people=user).select_related("role").order_by("id")
    )
    return Actor(
        kind="api" if scopes else "person",
        name=user.name,
        user_id=user.pk,
        department_id=user.department_id,
        subtree=subtree_of(user.department_id),
        grants=_limited(grants, scopes),
        hidden=_hidden_for(user),
        zone=ZoneInfo(settings.TIME_ZONE),
    )


def actor_of_user_id(user_id: int) -> Actor:
    """The actor for a user by id, for jobs that run later."""
    return actor_of(User.objects.get(pk=user_id))


def subtree_of(department_id: int | None) -> tuple[int, ...]:
    """Ids of a department and of those below it."""
    if department_id is None:
        return ()
    marker = f"/{department_id}/"
    found = Department.objects.filter(Q(pk=department_id) | Q(path__contains=marker))
    return tuple(found.order_by("id").values_list("pk", flat=True))


def _hidden_for(user: User) -> frozenset[str]:
    """A field is hidden when every role that the user has hides it."""
    roles = list(user.roles.values_list("pk", flat=True))
    rows = HiddenField.objects.filter(role__in=roles).values_list("role_id", "record", "field")
    hiding: dict[str, set[int]] = {}
    for role_id, record, name in rows:
        hiding.setdefault(f"{record}.{name}", set()).add(role_id)
    return frozenset(name for name, by in hiding.items() if len(by) == len(roles))


def _limited(grants: tuple[Grant, ...], scopes: tuple[str, ...]) -> tuple[Grant, ...]:
    """Grants narrowed to the scopes of a token."""
    if not scopes:
        return grants
    return tuple(
        Grant(scope, grant.reach, grant.condition, grant.source)
        for grant in grants
        for scope in scopes
        if grant.covers(scope) or Grant(scope, grant.reach).covers(grant.permission)
    )


def colleagues(actor: Actor) -> RecordQuerySet[User]:
    """People of the organisation who may sign in, for choosing a responsible person."""
    return User.objects.visible_to(actor).filter(is_active=True).select_related("department")


def sessions_of(actor: Actor) -> QuerySet[UserSession]:
    """The actor's own signed-in browsers, newest first."""
    return UserSession.objects.filter(user_id=actor.user_id).order_by("-id")


def user_of_token(token: str) -> tuple[User, tuple[str, ...]] | None:
    """The user of an API token and the token's scopes, or None."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    found = ApiToken.objects.select_related("user").filter(sha256=digest, is_revoked=False, user__is_active=True).first()
    return (found.user, tuple(found.scopes)) if found else None


def is_office(address: str) -> bool:
    """Whether an address belongs to the office networks."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in ipaddress.ip_network(cidr, strict=False) for cidr in OfficeNetwork.objects.values_list("cidr", flat=True))
