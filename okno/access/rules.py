"""What people may do about access, and the roles shipped. Pure: no writes, no clock, no request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_otp.oath import TOTP

from okno.access.models import Authenticator, User
from okno.kit import conditions
from okno.kit.errors import Denied, Refused
from okno.kit.permissions import SYSTEM, Actor, ReachKind
from okno.kit.registry import Record, registry

OWN_FIELDS = ("name", "post", "phone")
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
LONGEST_WAIT = 15 * 60
# Accounts of which sign-in failed from one address within a quarter of an hour.
MOST_TRIED = 8


def may_come_from(user: User, *, is_office: bool) -> bool:
    """Whether the user's network policy allows the network they come from."""
    if user.network == User.Network.OFFICE:
        return is_office
    return user.network == User.Network.ANY or not is_office


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
    if most not in {None, ""} and not str(most).isdigit():
        raise Refused("access.bad_count", _("“%(text)s” is not a number."), text=str(most))
    return {"network": network, "opens_at": opens, "closes_at": closes, "most_views": int(most) if most else None}


def _time(text: Any) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(str(text))
    except ValueError as error:
        raise Refused("access.bad_time", _("“%(text)s” is not a time of day."), text=str(text)) from error


@dataclass(frozen=True, kw_only=True)
class RoleTemplate:
    """A role as it is shipped: permissions by how far they reach."""

    code: str
    name: object
    grants: Mapping[str, tuple[str, ...]]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each permission with its reach, once."""
        return [(name, reach) for reach, names in self.grants.items() for name in sorted(set(names))]

    @property
    def fingerprint(self) -> str:
        """By what a role that nobody has changed is known."""
        return fingerprint([(*pair, None) for pair in self.pairs], [])


def fingerprint(grants: Iterable[tuple[str, str, Any]], hidden: Iterable[str]) -> str:
    """
    What a role may do as a short text: the same for the same rights in any order.

    :param grants: permission, reach, and the tree of the condition or None.
    """
    told = [sorted(json.dumps(one, sort_keys=True) for one in grants), sorted(hidden)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


# What everybody needs who signs in: own views and files, notes, the catalogue and the names of colleagues.
EVERYDAY = (
    "home.*",
    "access.view",
    "access.end_session",
    "addresses.view",
    "catalog.view",
    "documents.view",
    "communications.view_accounts",
    "timeline.*",
    "notices.*",
    "reminders.*",
    "attachments.*",
    "files.*",
    "jobs.*",
    "journal.undo",
    "saved_views.save",
    "saved_views.keep",
    "layouts.lay_out",
    "saved_views.rename",
    "saved_views.drop",
)
TASKS = (
    "calendar.view",
    "calendar.add_task",
    "calendar.update",
    "calendar.reschedule",
    "calendar.hand_over",
    "calendar.finish",
    "calendar.cancel",
)
MAIL = (
    "communications.view",
    "communications.write",
    "communications.handle",
    "communications.link",
    "communications.send_again",
)
CLIENTS = (
    "clients.view",
    "clients.add",
    "clients.update",
    "clients.share",
    "clients.unshare",
    "clients.add_points",
    "clients.add_contact",
    "clients.update_contact",
    "clients.add_legal_entity",
    "clients.update_legal_entity",
    "clients.add_point",
    "clients.drop_point",
    "clients.set_main_point",
    "clients.relate",
    "clients.unrelate",
    "clients.add_address",
    "clients.drop_address",
    "clients.set_coordinates",
    "clients.find_duplicates",
    "clients.add_duplicate",
    "clients.ask_access",
    "clients.answer_access",
    "clients.add_prospect",
    "clients.update_prospect",
    "clients.move_prospect",
    "clients.convert_prospect",
    "clients.place_contact",
    "clients.unplace_contact",
    "clients.set_main_place",
    "clients.add_account",
    "clients.set_main_account",
    "clients.drop_account",
)
DEALS = (
    "deals.view",
    "deals.open",
    "deals.update",
    "deals.move",
    "deals.set_lines",
    "deals.set_currency",
    "deals.assign",
    "deals.add_member",
    "deals.drop_member",
)
LEADS = (
    "leads.view",
    "leads.receive",
    "leads.intake",
    "leads.link_client",
    "leads.make_client",
    "leads.merge",
    "leads.redistribute",
    "leads.take",
    "leads.postpone",
    "leads.reject",
    "leads.mark_spam",
    "leads.return_to_queue",
    "leads.give",
    "leads.convert",
    "leads.update",
)
INVOICES = (
    "billing.view",
    "billing.draw",
    "billing.set_lines",
    "billing.set_head",
    "billing.note_sent",
    "billing.send",
    "billing.cancel",
    "billing.reopen",
)
# The wizard and one's own imports, for roles that may import something: that is said by `<area>.import`.
IMPORTS = ("imports.*",)
SIGHT = ("clients.view", "deals.view", "leads.view", "billing.view", "calendar.view")
EXPORTS = ("clients.export", "deals.export", "leads.export", "billing.export", "calendar.export")
AREAS = ("clients.*", "deals.*", "leads.*", "billing.*", "calendar.*", "communications.*")

# domain.md 13.3: the profiles of those who walk the path from an enquiry to a paid invoice.
DEFAULT_ROLES = (
    RoleTemplate(code="admin", name=_("Administrator"), grants={"all": ("*",)}),
    RoleTemplate(code="director", name=_("Head of the company"), grants={"all": ("*",)}),
    RoleTemplate(
        code="sales-head",
        name=_("Head of sales"),
        grants={
            "all": (*EVERYDAY, "saved_views.*", "layouts.*", "catalog.export", "portal.*"),
            "subtree": (*AREAS, *IMPORTS),
        },
    ),
    RoleTemplate(
        code="seller",
        name=_("Sales manager"),
        grants={"all": EVERYDAY, "participants": (*CLIENTS, *DEALS, *LEADS, *INVOICES, *TASKS, *MAIL)},
    ),
    RoleTemplate(
        code="assistant",
        name=_("Assistant, dispatcher"),
        grants={"all": (*EVERYDAY, *CLIENTS, *LEADS, *MAIL, "deals.view", "deals.open", *TASKS)},
    ),
    RoleTemplate(
        code="bookkeeper",
        name=_("Bookkeeper"),
        grants={
            "all": (
                *EVERYDAY,
                "billing.*",
                "documents.*",
                "exchange.view",
                "clients.view",
                "clients.add_legal_entity",
                "clients.update_legal_entity",
                "clients.add_account",
                "clients.set_main_account",
                "clients.drop_account",
                "deals.view",
            ),
            "participants": (*TASKS, *MAIL),
        },
    ),
    RoleTemplate(
        code="marketer",
        name=_("Marketer"),
        grants={
            "all": (*EVERYDAY, *SIGHT, "marketing.*", "portal.*", "leads.set_source", "clients.export", "leads.export"),
            "participants": (*TASKS, *MAIL),
        },
    ),
    RoleTemplate(
        code="telemarketer",
        name=_("Telemarketer"),
        grants={
            "all": EVERYDAY,
            "participants": (*CLIENTS, *LEADS, "deals.view", "deals.open", *TASKS, *MAIL),
        },
    ),
    RoleTemplate(code="performer", name=_("Performer (own tasks only)"), grants={"all": EVERYDAY, "own": TASKS}),
    RoleTemplate(code="analyst", name=_("Analyst"), grants={"all": (*EVERYDAY, *SIGHT, *EXPORTS, "catalog.export")}),
    RoleTemplate(
        code="integration",
        name=_("Integration (API)"),
        grants={"all": (*EVERYDAY, *AREAS, *IMPORTS, "catalog.*", "documents.*", "exchange.*")},
    ),
)


def shipped_roles() -> list[RoleTemplate]:
    """The roles as they are shipped, with the rights that areas add to them through `registry.add_rights`."""
    return [replace(one, grants=_with_added(one)) for one in DEFAULT_ROLES]


def _with_added(role: RoleTemplate) -> Mapping[str, tuple[str, ...]]:
    grants = dict(role.grants)
    for reach, names in registry.role_rights.get(role.code, ()):
        grants[reach] = (*grants.get(reach, ()), *names)
    return grants
