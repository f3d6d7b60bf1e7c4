"""Reads of access: colleagues, departments, roles, sessions, tokens and what happened to them."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from okno.access import rules
from okno.access.models import (
    ApiToken,
    Authenticator,
    Department,
    OfficeNetwork,
    RecoveryCode,
    Role,
    RoleGrant,
    User,
    UserSession,
)
from okno.kit.models import CommandRun
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import SYSTEM, Actor, ReachKind
from okno.kit.secrets import decrypt

LATEST = 200
GIVEN_UP_LISTED = 20
ISSUER = "Okno"
USE_NOTED_EVERY = timedelta(hours=1)


def colleagues(actor: Actor) -> RecordQuerySet[User]:
    """People of the organisation who may sign in, for choosing a responsible person."""
    return User.objects.visible_to(actor).filter(is_active=True).select_related("department")


def people_by_name() -> list[tuple[int, str]]:
    """Ids and names of everybody who may sign in: whose reach may be asked about."""
    return list(User.objects.visible_to(SYSTEM).filter(is_active=True).order_by("name").values_list("pk", "name"))


def people_to_choose(actor: Actor) -> list[tuple[int, str]]:
    """Colleagues by id for a list to choose from: of those called alike the addresses are told too."""
    found = list(colleagues(actor).order_by("name", "email").values_list("pk", "name", "email"))
    count = Counter(name for _id, name, _email in found)
    return [(user_id, f"{name} ({email})" if count[name] > 1 else name) for user_id, name, email in found]


def sessions_of(actor: Actor) -> QuerySet[UserSession]:
    """The actor's own signed-in browsers, newest first."""
    # ast-grep-ignore: unscoped-read these are the actor's own
    return UserSession.objects.filter(user_id=actor.user_id or 0).order_by("-id")


def token(text: str) -> ApiToken | None:
    """A token that is in force, with its user, by its text."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    # ast-grep-ignore: unscoped-read the token itself says whose it is
    found = ApiToken.objects.select_related("user")
    return found.filter(sha256=digest, is_revoked=False, user__is_active=True).first()


def is_use_noted(token: ApiToken, at: datetime) -> bool:
    """Whether the last use of a token is known well enough: a write for each request would cost more than it tells."""
    return token.last_used_at is not None and at - token.last_used_at < USE_NOTED_EVERY


def users(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[User]:
    """Everybody who may sign in or once might."""
    return User.objects.visible_to(actor, narrow=narrow)


def user_for_card(actor: Actor, user_id: int) -> User | None:
    """A person with their department, or None."""
    return users(actor).select_related("department", "deputy").filter(pk=user_id).first()


def who_takes(user: User) -> User | None:
    """Who gets new work meant for a person: they, or whoever stands in for them; None when nobody does."""
    asked: set[int] = set()
    found: User | None = user
    while found is not None and found.pk not in asked:
        if found.is_active and found.is_available:
            return found
        asked.add(found.pk)
        found = found.deputy
    return None


def departments() -> list[Department]:
    """The tree in the order of reading: each department before those below it."""
    found = {one.pk: one for one in Department.objects.select_related("parent", "head").order_by("name")}
    below: dict[int | None, list[Department]] = {}
    for one in found.values():
        below.setdefault(one.parent_id, []).append(one)
    return _walk(below, None)


def heads() -> dict[int, int]:
    """Whoever heads each department that has a head, by its id."""
    rows = Department.objects.filter(head__is_active=True)
    return dict(rows.values_list("pk", "head__pk"))


def parents_of_alike() -> dict[int, str]:
    """Of departments that have the name of another, below which each stands."""
    found = departments()
    count = Counter(one.name for one in found)
    return {one.pk: one.parent.name if one.parent else _("at the root") for one in found if count[one.name] > 1}


def department_labels() -> list[tuple[int, str]]:
    """Ids and names of departments in the order of reading; alike ones with that below which each stands."""
    above = parents_of_alike()
    return [(one.pk, f"{one.name} ({above[one.pk]})" if one.pk in above else one.name) for one in departments()]


def departments_below(parent: Department | None, *, but: Department | None = None) -> list[str]:
    """Names of the departments right below one, or at the root."""
    rows = Department.objects.filter(parent=parent).exclude(pk=but.pk if but else 0)
    return list(rows.values_list("name", flat=True))


def _walk(below: dict[int | None, list[Department]], parent: int | None) -> list[Department]:
    return [one for child in below.get(parent, []) for one in (child, *_walk(below, child.pk))]


def people_by_department() -> dict[int | None, int]:
    """How many people who may sign in work in each department itself."""
    rows = User.objects.visible_to(SYSTEM).filter(is_active=True).order_by()
    return dict(rows.values_list("department_id").annotate(count=Count("id")))


def roles() -> QuerySet[Role]:
    """Roles by name, each with how many people have it."""
    return Role.objects.annotate(count=Count("people", filter=Q(people__is_active=True))).order_by("name")


def role(role_id: int) -> Role | None:
    """A role with its grants and hidden fields."""
    return Role.objects.prefetch_related("grants", "hidden_fields").filter(pk=role_id).first()


def role_told(role: Role) -> dict[str, Any]:
    """A role as `commands.set_role` takes it and files of settings hold it: without its code and its people."""
    grants = [
        {"permission": one.permission, "reach": one.reach, **({"condition": one.condition} if one.condition else {})}
        for one in role.grants.all()
    ]
    return {
        "name": role.name,
        "grants": sorted(grants, key=lambda one: (one["permission"], one["reach"])),
        "hidden": sorted(str(one) for one in role.hidden_fields.all() if not one.is_masked),
        "masked": sorted(str(one) for one in role.hidden_fields.all() if one.is_masked),
        "bounds": {
            "network": role.network,
            "opens_at": f"{role.opens_at:%H:%M}" if role.opens_at else "",
            "closes_at": f"{role.closes_at:%H:%M}" if role.closes_at else "",
            "most_views": role.most_views,
        },
    }


def somebody_rules() -> bool:
    """Whether anybody is left who may sign in and give every right."""
    names = ["*", rules.RULING, f"{rules.RULING.partition('.')[0]}.*"]
    grants = RoleGrant.objects.filter(permission__in=names, reach=ReachKind.ALL)
    return grants.filter(role__people__is_active=True).exists()


def office_networks() -> QuerySet[OfficeNetwork]:
    """Address ranges that count as the office."""
    return OfficeNetwork.objects.order_by("cidr")


def sessions_of_user(user: User) -> QuerySet[UserSession]:
    """The signed-in browsers of a user, newest first: for themselves and for the administrator."""
    # ast-grep-ignore: unscoped-read whoever asks has been given the user
    return UserSession.objects.filter(user=user).order_by("-id")


def tokens_of(user_id: int | None) -> QuerySet[ApiToken]:
    """Tokens of a user that are in force, newest first."""
    # ast-grep-ignore: unscoped-read whoever asks has been given the user
    return ApiToken.objects.filter(user_id=user_id or 0, is_revoked=False).order_by("-id")


def has_two_step(user: User) -> bool:
    """Whether a code is asked of the user besides the password."""
    # ast-grep-ignore: unscoped-read whoever asks has been given the user
    return Authenticator.objects.filter(user=user, is_confirmed=True).exists()


def two_step_begun(user: User) -> Authenticator | None:
    """The authenticator that waits for its first code."""
    # ast-grep-ignore: unscoped-read whoever asks has been given the user
    return Authenticator.objects.filter(user=user, is_confirmed=False).first()


def authenticator_url(authenticator: Authenticator) -> str:
    """
    What the QR code of an authenticator says.

    Format: https://github.com/google/google-authenticator/wiki/Key-Uri-Format

    :raises Refused: its key cannot be decrypted.
    """
    label = quote(f"{ISSUER}:{authenticator.user.email}")
    told = {"secret": decrypt(authenticator.sealed_key).reveal(), "issuer": ISSUER, "digits": rules.DIGITS}
    return f"otpauth://totp/{label}?{urlencode(told)}"


def recovery_codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    # ast-grep-ignore: unscoped-read whoever asks has been given the user
    return RecoveryCode.objects.filter(user=user, is_used=False).count()


def security_events(*, before: int | None = None) -> QuerySet[CommandRun]:
    """What happened to access: sign-ins, failures, changes of people and rights, newest first."""
    # ast-grep-ignore: unscoped-read the journal of security asks a right of its own
    rows = CommandRun.objects.filter(name__startswith="access.", depth=0)
    return (rows.filter(pk__lt=before) if before else rows).order_by("-id")[:LATEST]


def given_up() -> QuerySet[CommandRun]:
    """What administrators gave up of work that had failed, newest first."""
    # ast-grep-ignore: unscoped-read the page of troubles asks a right of its own
    return CommandRun.objects.filter(name="troubles.give_up").order_by("-id")[:GIVEN_UP_LISTED]
