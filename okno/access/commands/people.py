"""People: added, changed, let in and shut out."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries, rules
from okno.access.commands.sessions import end_all, sessions_of_user
from okno.access.models import ApiToken, Department, User
from okno.kit import live
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.fields import editing
from okno.kit.permissions import Actor
from okno.kit.secrets import SecretText


@command("access.add_user", label=gettext_lazy("Add a user"), makes="access.user")
def add_user(
    *,
    actor: Actor,
    email: str,
    name: str,
    password: SecretText | None = None,
    post: str = "",
    phone: str = "",
    department: Department | None = None,
    zone: str = "",
) -> User:
    """
    Add a person who may sign in. Without a password they cannot sign in until one is set.

    :param zone: where their clock stands, empty for that of the organisation.
    :raises Refused: the address is taken, the password is too simple, or there is no such zone.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(
            "access.email_taken",
            _("A user with the address %(email)s exists already."),
            email=email,
            missing=["email"],
        )
    user = User(
        email=email.strip().lower(),
        name=name,
        post=post,
        phone=phone,
        department=department,
        zone=rules.check_zone(zone),
    )
    user.set_password(rules.check_password(actor, password.reveal(), user) if password else None)
    user.save()
    return user


@command("access.update_user", label=gettext_lazy("Change a user"))
def update_user(
    *, actor: Actor, user: User, values: dict[str, Any], department: Department | None = None, network: str = ""
) -> User:
    """
    Change what is known of a person, the department they work in and the network they may come from.

    :param values: `name`, `post`, `phone`, `email`, `zone` (empty for that of the organisation); others are left as
        they are.
    :raises Refused: the address is taken, or there is no such zone.
    """
    email = str(values.get("email") or user.email).strip().lower()
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise Refused(
            "access.email_taken",
            _("A user with the address %(email)s exists already."),
            email=email,
            missing=["email"],
        )
    rules.check_zone(str(values.get("zone", "")))
    user.email = email
    for key in rules.OWN_FIELDS:
        setattr(user, key, str(values.get(key, getattr(user, key))).strip())
    user.department = department
    user.network = User.Network(network or user.network)
    user.save(update_fields=["email", "department", "network", *rules.OWN_FIELDS])
    return user


@command("access.fill_in", label=gettext_lazy("Fill in custom fields of a user"))
def fill_in(*, actor: Actor, user: User, values: dict[str, Any], base_version: int | None = None) -> User:
    """
    Set fields that were added to people, by their keys; what they came with is changed by `update_user`.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: a value is wrong, or the field is none of those that were added.
    """
    editing.apply(actor, user, values, base_version)
    live.tell_topic("access.user")
    return user


@command("access.set_password", label=gettext_lazy("Set a password"))
def set_password(*, actor: Actor, user: User, password: SecretText) -> User:
    """
    Give a user another password; their browsers are signed out and a lock-out after failures ends.

    :raises Refused: the password is too simple.
    """
    user.set_password(rules.check_password(actor, password.reveal(), user))
    user.save(update_fields=["password"])
    end_all(sessions_of_user(user))
    AccessAttempt.objects.filter(username=user.email).delete()
    return user


@command("access.set_available", label=gettext_lazy("Take new work or not"))
def set_available(*, actor: Actor, user: User, is_available: bool, deputy: User | None = None) -> User:
    """
    Say whether new work may be given to a user, and who gets it while it may not.

    :raises Refused: the deputy is the user, or may not sign in.
    """
    rules.check_deputy(user, deputy)
    user.is_available = is_available
    user.deputy = None if is_available else deputy
    user.save(update_fields=["is_available", "deputy"])
    return user


@command("access.set_active", label=gettext_lazy("Let in or shut out"))
def set_active(*, actor: Actor, user: User, is_active: bool) -> User:
    """
    Let a user sign in, or shut them out at once: their browsers are signed out and their tokens end.

    :raises Refused: people cannot shut themselves out, and somebody who may give rights has to stay.
    """
    if actor.user_id == user.pk and not is_active:
        raise Refused("access.not_yourself", _("You cannot shut yourself out."))
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    if not is_active:
        rules.check_somebody_rules(actor, is_left=queries.somebody_rules())
        end_all(sessions_of_user(user))
        ApiToken.objects.filter(user=user).update(is_revoked=True)
    return user


@command("access.sign_out_user", label=gettext_lazy("Sign out everywhere"))
def sign_out_user(*, actor: Actor, user: User) -> User:
    """Sign a user out of all their browsers at once."""
    end_all(sessions_of_user(user))
    return user
