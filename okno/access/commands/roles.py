"""Roles with their grants, and who has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries, rules
from okno.access.models import DroppedRole, HiddenField, Role, RoleGrant, User
from okno.kit import conditions
from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import Actor, ReachKind


@command("access.set_role", label=gettext_lazy("Set a role"))
def set_role(
    *,
    actor: Actor,
    code: str,
    name: str,
    grants: list[dict[str, Any]],
    hidden: list[str],
    masked: list[str] | None = None,
    bounds: dict[str, Any] | None = None,
) -> Role:
    """
    Make a role or replace its grants.

    :param grants: `{"permission": "deals.*", "reach": "subtree", "condition": tree or absent}`.
    :param hidden: fields that the role may not read, `record.field`, e.g. `deals.deal.amount`.
    :param masked: fields of which the role sees the end only.
    :param bounds: `network`, `opens_at`, `closes_at` ("09:00"), `most_views` (cards an hour before a warning).
    :raises Refused: a condition cannot be read, or nobody would be left who may give rights.
    :raises Denied: a condition speaks of a field that is closed to the actor.
    """
    check_conditions(actor, code, grants)
    values = {"name": name, **rules.read_bounds(bounds or {})}
    role, _made = Role.objects.update_or_create(code=code, defaults=values)
    role.grants.all().delete()
    RoleGrant.objects.bulk_create(_grant(role, one) for one in grants)
    role.hidden_fields.all().delete()
    veiled = {**dict.fromkeys(masked or (), True), **dict.fromkeys(hidden, False)}
    HiddenField.objects.bulk_create(_veil(role, field, is_masked=is_masked) for field, is_masked in veiled.items())
    DroppedRole.objects.filter(code=code).delete()
    _touch(User.objects.filter(roles=role))
    rules.check_somebody_rules(actor, is_left=queries.somebody_rules())
    return role


def check_conditions(actor: Actor, code: str, grants: Sequence[dict[str, Any]]) -> None:
    """:raises Denied: a condition that the role does not have yet speaks of a field that is closed to the actor."""
    kept = list(RoleGrant.objects.filter(role__code=code).exclude(condition=None).values_list("condition", flat=True))
    for one in grants:
        rules.check_open(actor, queries.main_record(one["permission"]), one.get("condition"), kept)


@command("access.set_default_roles", label=gettext_lazy("Make the roles that are shipped"))
def set_default_roles(*, actor: Actor) -> list[str]:
    """
    Make those of the shipped roles that are missing, and bring those that nobody has changed to the rights of this
    version; others stay as people have made them, and those that people have deleted stay deleted. Returns the codes
    of both.
    """
    known = {role.code: role for role in Role.objects.prefetch_related("grants", "hidden_fields")}
    dropped = set(DroppedRole.objects.values_list("code", flat=True))
    due = [one for one in rules.shipped_roles() if one.code not in dropped and _is_due(known.get(one.code), one)]
    for one in due:
        name = known[one.code].name if one.code in known else str(one.name)
        grants = [{"permission": permission, "reach": reach} for permission, reach in one.pairs]
        role = set_role(actor=actor, code=one.code, name=name, grants=grants, hidden=[])
        role.shipped = one.fingerprint
        role.save(update_fields=["shipped"])
    return [one.code for one in due]


@command("access.drop_role", label=gettext_lazy("Delete a role"))
def drop_role(*, actor: Actor, role: Role) -> None:
    """Delete a role that nobody has; a shipped one does not come back by itself. :raises Refused: somebody has it."""
    if (count := role.people.count()) > 0:
        raise Refused(
            "access.role_busy",
            _("“%(role)s” is given to %(count)s people: take it from them first."),
            role=role.name,
            count=count,
        )
    if role.code in {one.code for one in rules.shipped_roles()}:
        DroppedRole.objects.get_or_create(code=role.code)
    role.delete()


@command("access.give_role", label=gettext_lazy("Give a role"))
def give_role(*, actor: Actor, user: User, role: str) -> User:
    """Give a user a role by its code. :raises Missing: there is no such role."""
    found = Role.objects.filter(code=role).first()
    if found is None:
        raise Missing("access.no_role", _("There is no role “%(role)s”."), role=role)
    user.roles.add(found)
    _touch(User.objects.filter(pk=user.pk))
    return user


@command("access.take_role", label=gettext_lazy("Take a role away"))
def take_role(*, actor: Actor, user: User, role: str) -> User:
    """Take a role from a user by its code. :raises Refused: nobody would be left who may give rights."""
    user.roles.remove(*Role.objects.filter(code=role))
    _touch(User.objects.filter(pk=user.pk))
    rules.check_somebody_rules(actor, is_left=queries.somebody_rules())
    return user


@command("access.set_roles", label=gettext_lazy("Choose the roles of a user"))
def set_roles(*, actor: Actor, user: User, roles: list[str]) -> User:
    """
    Give a user exactly these roles, by their codes.

    :raises Refused: nobody would be left who may give rights.
    """
    user.roles.set(Role.objects.filter(code__in=roles))
    _touch(User.objects.filter(pk=user.pk))
    rules.check_somebody_rules(actor, is_left=queries.somebody_rules())
    return user


def _is_due(role: Role | None, template: rules.RoleTemplate) -> bool:
    """Whether a shipped role is missing, or came with other rights and has them still."""
    if role is None:
        return True
    grants = [(one.permission, one.reach, one.condition) for one in role.grants.all()]
    veiled = [f"{one} masked" if one.is_masked else str(one) for one in role.hidden_fields.all()]
    now = rules.fingerprint(grants, veiled)
    return role.shipped != template.fingerprint and now in {role.shipped, template.fingerprint}


def _grant(role: Role, one: dict[str, Any]) -> RoleGrant:
    condition = one.get("condition")
    if condition is not None:
        conditions.parse(condition)
    return RoleGrant(role=role, permission=one["permission"], reach=ReachKind(one["reach"]).value, condition=condition)


def _veil(role: Role, name: str, *, is_masked: bool) -> HiddenField:
    record, _dot, field = name.rpartition(".")
    return HiddenField(role=role, record=record, field=field, is_masked=is_masked)


def renew_grants(grants: QuerySet[RoleGrant]) -> None:
    """Let what everybody may by these grants be read anew."""
    _touch(User.objects.filter(roles__grants__in=grants))


def _touch(users: QuerySet[User]) -> None:
    """Grow the version of user rows, by which every process knows its cached actor is stale."""
    users.update(access_stamp=F("access_stamp") + 1)
