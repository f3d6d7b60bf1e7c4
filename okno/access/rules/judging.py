"""What people may do about access: passwords, codes, networks, hours, eyes, guards."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_otp.oath import TOTP

from okno.access.models import Authenticator, User
from okno.kit import conditions, openness, permissions, zones
from okno.kit.errors import Denied, Refused
from okno.kit.permissions import SYSTEM, Actor, ReachKind
from okno.kit.registry import Record

OWN_FIELDS = ("name", "post", "phone", "zone")
# What everybody who may sign in may do about their own account, whatever their roles.
OWN = (
    "access.change_own_password",
    "access.update_own_profile",
    "access.begin_two_step",
    "access.confirm_two_step",
    "access.renew_recovery_codes",
    "access.stop_two_step",
    "access.issue_own_token",
    "access.revoke_own_token",
    "access.end_session",
    "access.sign_out",
)
# Whoever may do this can give every other right; somebody always has to.
RULING = "access.set_role"
# Of a one-time code.
DIGITS = 6
_COUNT = re.compile(r"[0-9]{1,9}")
LONGEST_WAIT = 15 * 60
# Accounts of which sign-in failed from one address within a quarter of an hour.
MOST_TRIED = 8


def may_come_from(user: User, *, is_office: bool) -> bool:
    """Whether the user's network policy allows the network they come from."""
    if user.network == User.Network.OFFICE:
        return is_office
    return user.network == User.Network.ANY or not is_office


def check_department_name(name: str, beside: Collection[str]) -> None:
    """:raises Refused: a department of this name stands in the same place already: nobody could tell the two apart."""
    if name in beside:
        text = _("There is a department “%(name)s” here already.")
        raise Refused("access.department_there", text, name=name, missing=["name"])


def check_can_head(person: User | None) -> None:
    """:raises Refused: whoever is to head a department may not sign in: nobody would hear what is told to its head."""
    if person is not None and not person.is_active:
        text = _("%(name)s may not sign in: choose somebody else.")
        raise Refused("access.head_gone", text, name=person.name, missing=["head"])


def check_password(actor: Actor, password: str, user: User) -> str:
    """
    A password that people choose; what the program itself gives made-up people is not judged.

    :raises Refused: it is too short, too common or too like the person's name.
    """
    if actor == SYSTEM:
        return password
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(
            "access.weak_password", " ".join(error.messages).replace("%", "%%"), missing=["password"]
        ) from error
    return password


def waits(authenticator: Authenticator, at: datetime) -> bool:
    """Whether no code is looked at yet: one second after a wrong one, twice as long after each that follows it."""
    if authenticator.failed_at is None:
        return False
    seconds = min(2 ** (authenticator.failures - 1), LONGEST_WAIT)
    return at < authenticator.failed_at + timedelta(seconds=seconds)


def step_of_code(key: bytes, code: str, *, at: datetime, after: int) -> int | None:
    """
    The step of 30 seconds to which a one-time code belongs (TOTP, RFC 6238), at most one away from that of the moment.

    :param after: steps up to this one are used up.
    """
    if not (code.isascii() and code.isdigit() and len(code) == DIGITS):
        return None
    counter = TOTP(key, digits=DIGITS)
    counter.time = at.timestamp()
    return counter.t() if counter.verify(int(code), tolerance=1, min_t=after + 1) else None


def check_zone(name: str) -> str:
    """A time zone, or nothing for that of the organisation. :raises Refused: there is no such zone."""
    return zones.check(name) if name else ""


def check_language(code: str) -> str:
    """:raises Refused: there is no such language."""
    if code not in dict(settings.LANGUAGES):
        raise Refused("access.no_language", _("There is no language “%(code)s”."), code=code, missing=["language"])
    return code


def check_somebody_rules(actor: Actor, *, is_left: bool) -> None:
    """:raises Refused: after what the actor has done nobody is left who may give rights."""
    if actor.user_id is not None and not is_left:
        raise Refused("access.last_administrator", _("Nobody would be left who may give rights to others."))


def check_may_come_from(user: User, *, is_office: bool) -> None:
    """:raises Denied: the user may not work from this network."""
    if not may_come_from(user, is_office=is_office):
        raise Denied("access.network", _("You may not work from this network."))


def check_deputy(user: User, deputy: User | None) -> None:
    """:raises Refused: people do not stand in for themselves, nor those who may not sign in."""
    if deputy is None:
        return
    if deputy.pk == user.pk:
        raise Refused("access.own_deputy", _("Nobody stands in for themselves."), missing=["deputy"])
    if not deputy.is_active:
        text = _("%(name)s may not sign in: choose somebody else.")
        raise Refused("access.deputy_gone", text, name=deputy.name, missing=["deputy"])


def check_can_look_as(actor: Actor, eyes: Actor) -> None:
    """
    Nobody sees more with the eyes of another than with their own.

    :raises Refused: the other is the actor, has a right that the actor has not over all rows, or sees a field that is
        hidden from the actor.
    """
    if actor.user_id == eyes.user_id:
        raise Refused("access.own_eyes", _("These are your own eyes."))
    wide = [one for one in actor.grants if one.reach is ReachKind.ALL]
    beyond = [
        one.permission
        for one in eyes.grants
        if one.permission not in OWN and not any(mine.covers(one.permission) for mine in wide)
    ]
    # A field that is closed in some rows is closed to both in the same ones, or to the other in all.
    loose = [name for name in actor.hidden & eyes.hidden if name in eyes.veils and actor.veils != eyes.veils]
    if beyond or loose or actor.hidden - eyes.hidden:
        raise Refused("access.wider_eyes", _("This person sees more than you do."))


def check_guards(record: Record, condition: Any, fields: Iterable[str]) -> None:
    """:raises Refused: a condition on rows of the record cannot be used, or the record has no such field."""
    wrong = conditions.problems(conditions.parse(condition), record) if condition is not None else []
    if wrong:
        raise Refused(wrong[0].code, wrong[0].message.replace("%", "%%"), missing=["condition"])
    unknown = [key for key in fields if record.field(key) is None]
    if unknown:
        raise Refused("conditions.unknown_field", _("There is no field “%(field)s”."), field=", ".join(unknown))


def check_open(actor: Actor, record: Record | None, condition: Any, kept: Collection[Any]) -> None:
    """
    How many rows a condition holds for would tell of a field that whoever sets it may not see.

    :param kept: conditions that stand there already: they may stay as they are.
    :raises Denied: a condition that is new speaks of a field that is closed to the actor in all rows.
    """
    if record is None or condition is None or condition in kept:
        return
    for key in openness.closed_keys(actor, record, conditions.parse(condition)):
        raise permissions.closed(record, key)


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where and when a person may work by their roles, and how many cards an hour are not too many."""

    networks: frozenset[str] = frozenset()
    hours: tuple[tuple[time, time], ...] = ()
    most_views: int = 0


def check_bounds(bounds: Bounds, *, is_office: bool, at: time) -> None:
    """
    :param at: the time of day where the organisation works.
    :raises Denied: a role of the person does not let them work from this network, or at this hour.
    """
    wrong = User.Network.INTERNET if is_office else User.Network.OFFICE
    if wrong in bounds.networks:
        raise Denied("access.network", _("You may not work from this network."))
    if not all(is_within(at, opens, closes) for opens, closes in bounds.hours):
        raise Denied("access.hours", _("You may not work at this hour."))


def is_within(at: time, opens: time, closes: time) -> bool:
    """Whether a time of day lies in a window; a window that ends before it begins goes over midnight."""
    return opens <= at < closes if opens <= closes else at >= opens or at < closes


def read_bounds(given: Mapping[str, Any]) -> dict[str, Any]:
    """
    Values for the columns of a role.

    :raises Refused: an unknown network, a time that is none, one end of a window without the other, no number.
    """
    network = given.get("network") or User.Network.ANY
    if network not in User.Network.values:
        raise Refused("access.bad_network", _("There is no such network: %(text)s."), text=str(network))
    opens, closes = _time(given.get("opens_at")), _time(given.get("closes_at"))
    if (opens is None) is not (closes is None):
        raise Refused("access.bad_hours", _("Give both ends of the working hours, or neither."))
    most = given.get("most_views")
    if most not in {None, ""} and not _COUNT.fullmatch(str(most)):
        raise Refused("access.bad_count", _("“%(text)s” is not a number."), text=str(most))
    return {"network": network, "opens_at": opens, "closes_at": closes, "most_views": int(most) if most else None}


def _time(text: Any) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(str(text))
    except ValueError as error:
        raise Refused("access.bad_time", _("“%(text)s” is not a time of day."), text=str(text)) from error
