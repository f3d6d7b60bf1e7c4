"""Writes of access: people, departments, roles, grants, tokens and sessions."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import rules
from okno.access.models import ApiToken, Department, HiddenField, Role, RoleGrant, User, UserSession
from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import Actor, ReachKind
from okno.kit.secrets import SecretText


@command("access.add_department", label=gettext_lazy("Add a department"))
def add_department(*, actor: Actor, name: str, parent: Department | None = None) -> Department:
    """Add a department under another one or at the root."""
    department = Department.objects.create(name=name, parent=parent)
    department.path = f"{parent.path if parent else '/'}{department.pk}/"
    department.save(update_fields=["path"])
    return department


@command("access.add_user", label=gettext_lazy("Add a user"))
def add_user(
    *,
    actor: Actor,
    email: str,
    name: str,
    password: SecretText | None = None,
    post: str = "",
    department: Department | None = None,
) -> User:
    """
    Add a person who may sign in. Without a password they cannot sign in until one is set.

    :raises Refused: the address is taken.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise Refused("access.email_taken", _("A user with the address %(email)s exists already."), email=email)
    user = User(email=email.strip().lower(), name=name, post=post, department=department)
    user.set_password(password.reveal() if password else None)
    user.save()
    return user


@command("access.set_password", label=gettext_lazy("Set a password"))
def set_password(*, actor: Actor, user: User, password: SecretText) -> User:
    """Give a user another password; their other browsers are signed out."""
    user.set_password(password.reveal())
    user.save(update_fields=["password"])
    _end(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    return user


@command("access.set_available", label=gettext_lazy("Take new work or not"))
def set_available(*, actor: Actor, user: User, is_available: bool) -> User:
    """Say whether new work may be given to a user."""
    user.is_available = is_available
    user.save(update_fields=["is_available"])
    return user


@command("access.set_active", label=gettext_lazy("Let in or shut out"))
def set_active(*, actor: Actor, user: User, is_active: bool) -> User:
    """
    Let a user sign in, or shut them out at once: their browsers are signed out and their tokens end.

    :raises Refused: people cannot shut themselves out.
    """
    if actor.user_id == user.pk and not is_active:
        raise Refused("access.not_yourself", _("You cannot shut yourself out."))
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    if not is_active:
        _end(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
        ApiToken.objects.filter(user=user).update(is_revoked=True)
    return user


@command("access.set_role", label=gettext_lazy("Set a role"))
def set_role(*, actor: Actor, code: str, name: str, grants: list[dict[str, Any]], hidden: list[str]) -> Role:
    """
    Make a role or replace its grants.

    :param grants: `{"permission": "deals.*", "reach": "subtree", "condition": tree or absent}`.
    :param hidden: fields that the role may not read, `record.field`, e.g. `deals.deal.amount`.
    """
    role, _made = Role.objects.update_or_create(code=code, defaults={"name": name})
    role.grants.all().delete()
    RoleGrant.objects.bulk_create(
        RoleGrant(
            role=role,
            permission=one["permission"],
            reach=ReachKind(one["reach"]).value,
            condition=one.get("condition"),
        )
        for one in grants
    )
    role.hidden_fields.all().delete()
    HiddenField.objects.bulk_create(
        HiddenField(role=role, record=name.rpartition(".")[0], field=name.rpartition(".")[2]) for name in hidden
    )
    _touch(User.objects.filter(roles=role))
    return role


@command("access.set_default_roles", label=gettext_lazy("Make the roles that are shipped"))
def set_default_roles(*, actor: Actor) -> list[str]:
    """Make those of the shipped roles that are missing; others stay as people changed them. Returns the codes made."""
    known = set(Role.objects.values_list("code", flat=True))
    made = [one for one in rules.DEFAULT_ROLES if one.code not in known]
    for one in made:
        pairs = [(name, reach) for reach, names in one.grants.items() for name in sorted(set(names))]
        grants = [{"permission": name, "reach": reach} for name, reach in pairs]
        set_role(actor=actor, code=one.code, name=str(one.name), grants=grants, hidden=[])
    return [one.code for one in made]


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
    """Take a role from a user by its code."""
    user.roles.remove(*Role.objects.filter(code=role))
    _touch(User.objects.filter(pk=user.pk))
    return user


@command("access.issue_token", label=gettext_lazy("Issue an API token"))
def issue_token(*, actor: Actor, user: User, name: str, scopes: list[str]) -> str:
    """Issue a token of the API. Returns its text, which is shown once: only the hash is kept."""
    text = f"okno_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(user=user, name=name, scopes=scopes, sha256=hashlib.sha256(text.encode()).hexdigest())
    return text


@command("access.revoke_token", label=gettext_lazy("Revoke an API token"))
def revoke_token(*, actor: Actor, token: ApiToken) -> ApiToken:
    """End a token at once."""
    token.is_revoked = True
    token.save(update_fields=["is_revoked"])
    return token


@command("access.end_session", label=gettext_lazy("Sign out a browser"))
def end_session(*, actor: Actor, session_id: int) -> None:
    """Sign out one of the actor's own browsers. :raises Missing: it is not theirs."""
    found = UserSession.objects.filter(pk=session_id, user_id=actor.user_id).first()
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    _end([found.session_key])


def _touch(users: Any) -> None:
    """Grow the version of user rows, by which every process knows its cached actor is stale."""
    users.update(access_stamp=F("access_stamp") + 1)


def _end(keys: Any) -> None:
    keys = list(keys)
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
