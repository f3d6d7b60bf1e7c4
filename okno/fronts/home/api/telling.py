"""Notices of whoever asks: read, answered, and how they come; those of the organisation; mentions in notes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pydantic
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Router, Schema

from okno.fronts.home.api.reached import the_row
from okno.kit import permissions
from okno.kit.api.asking import Id, Key, actor_of, given, run
from okno.kit.api.giving import Giving
from okno.kit.api.operations import operation
from okno.kit.api.reading import plain
from okno.kit.api.shapes import LARGEST_ID, Input, Moment
from okno.kit.api.shapes import Id as RowId
from okno.kit.errors import Missing
from okno.kit.models.notices import NoticeHours
from okno.kit.notices import choosing, commands, escalating, reading
from okno.kit.notices.channels import CHANNELS, IN_APP
from okno.kit.notices.kinds import KINDS, TABS
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.rows.cells import Moment as Now
from okno.kit.timeline import entries, mentions

router = Router()
giving = Giving(router, "notices")
TAG = "notices"
Clock = Annotated[str, pydantic.Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["21:00"])]
Modes = dict[str, dict[str, Literal["off", "now", "hourly", "daily"]]]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


class NoticeShape(Schema):
    """
    A notice in words: about which row, why it came, and what can be done from it (`acts` are commands). One without
    `row_id` that has a `record` tells of `count` rows of it; `url` is where it leads.
    """

    id: int
    kind: str
    label: str
    title: str
    text: str
    body: str
    at: Moment
    reason: str
    url: str
    count: int
    is_unread: bool
    record: str
    row_id: int | None
    acts: list[str]


class Notices(Schema):
    """A page of notices, newest first; `next` goes into `before`. `unread` counts by tab."""

    items: list[NoticeShape]
    next: int | None
    unread: dict[str, int]


class ReadNotices(Input):
    """Which were read: those of a row, of a tab, the one of an id, or all; `upto` is the newest one that was seen."""

    record: str = pydantic.Field("", max_length=60)
    row_id: RowId | None = None
    tab: str = pydantic.Field("", max_length=10)
    notice: RowId | None = None
    upto: RowId | None = None


class NoticeWay(Schema):
    """How a kind comes by a channel: `off`, `now`, `hourly`, `daily`; a mandatory one cannot be switched off."""

    kind: str
    label: str
    channel: str
    mode: str
    is_mandatory: bool


class Unheard(Schema):
    """What one asked to hear nothing of; an empty `kind` is everything about the row."""

    id: int
    record: str
    row_id: int
    kind: str


class KeptHours(Schema):
    """When letters and messages do not come, and when the digest of the day does: by the clock of each person."""

    quiet_from: str | None
    quiet_until: str | None
    only_workdays: bool
    digest_at: str


class NoticeSettings(KeptHours):
    """How notices come to whoever asks; `zone` is whose clock their hours follow."""

    ways: list[NoticeWay]
    channels: list[str]
    zone: str
    unfollowed: list[Unheard]


class ChosenModes(Input):
    """Modes by kind and channel: what is not named stays as it is."""

    modes: Modes = pydantic.Field(examples=[{"deals.assigned": {"mail": "daily"}}])


class HouseModes(ChosenModes):
    """Modes for those who have chosen nothing; `mandatory` channels by kind, of the kinds that are named."""

    mandatory: dict[str, list[str]] = {}


class Late(Schema):
    """Where a kind goes on to that is not read for so many minutes: the code of a channel, or `head`."""

    kind: str
    minutes: int
    to: str


class LateWay(Input):
    """After how many minutes a kind that is not read goes on, and where to; an empty `to` is nowhere."""

    minutes: int | None = pydantic.Field(None, ge=1, le=escalating.MOST_MINUTES)
    to: str = pydantic.Field("", max_length=30)


class SetLate(Input):
    """Where kinds go on to: those that are not named stay as they are."""

    late: dict[str, LateWay] = pydantic.Field(examples=[{"leads.given": {"minutes": 30, "to": "head"}}])


class QuietHours(Input):
    """When letters and messages may not come, in the person's own zone, and when the digest of the day comes."""

    quiet_from: Clock | None = None
    quiet_until: Clock | None = None
    only_workdays: bool = False
    digest_at: Clock | None = None


class Act(Input):
    """A command of `acts`."""

    command: str = pydantic.Field(min_length=1, max_length=100)


class Mentioned(Schema):
    """A colleague who may see the row: write `@name` in a note."""

    id: int
    name: str


class Inviting(Input):
    """A colleague who is to see the row."""

    user: RowId


@operation(router, "GET", "/notices", name="notices_list", summary=gettext_lazy("Notices"), answer=Notices, tag=TAG)
def listed(request: HttpRequest, tab: str = "", before: Before = None) -> Any:
    """One's own notices about rows within reach; `tab` is `mine`, `mentions`, `robots` or `failures`."""
    actor = actor_of(request)
    permissions.check_may(actor, commands.read.name)
    groups, following = reading.centre(actor, _now(actor), tab=tab, before=before)
    told = [one for group in groups for one in group.notices]
    return {
        "items": [_notice(one) for one in sorted(told, key=lambda one: (one.at, one.id), reverse=True)],
        "next": following,
        "unread": reading.counts(actor),
    }


@operation(
    router, "POST", "/notices/read", name="notices_read", summary=commands.read.label, answer=dict[str, int], tag=TAG
)
def read(request: HttpRequest, body: ReadNotices, key: Key = "") -> Any:
    """Mark one's own notices as read; answers how many there were."""
    return {"read": run(request, commands.read, given(body), key)}


@operation(
    router, "POST", "/notices/{id}/act", name="notices_act", summary=gettext_lazy("Do what a notice offers"),
    answer=dict[str, int], tag=TAG,
)  # fmt: skip
def act(request: HttpRequest, body: Act, id: Id, key: Key = "") -> Any:  # noqa: A002 - the name in addresses
    """Give a command that the notice offers to its row, and mark what was told of the row as read."""
    actor = actor_of(request)
    own = reading.notices_of(actor).filter(pk=id).first()
    kind = KINDS.get(own.kind) if own is not None else None
    found = next((one for one in kind.acts if one.command == body.command), None) if kind is not None else None
    if own is None or found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    run(request, registry.commands[found.command], {found.on: own.scope_id}, key)
    return {"read": commands.read.run(actor, record=own.scope_record, row_id=own.scope_id)}


@operation(
    router, "GET", "/notices/settings", name="notices_settings", summary=commands.choose.label, answer=NoticeSettings,
    tag=TAG,
)  # fmt: skip
def settings(request: HttpRequest) -> Any:
    """How each kind of notices comes to whoever asks by each channel, quiet hours, and what they hear nothing of."""
    actor = actor_of(request)
    permissions.check_may(actor, commands.choose.name)
    user_id = actor.user_id or 0
    hours = choosing.hours_of([user_id])[user_id]
    return {
        "ways": _ways(actor, user_id),
        "channels": [IN_APP, *choosing.ready_channels()],
        **_hours(hours),
        "zone": actor.zone.key,
        "unfollowed": [
            {"id": one.pk, "record": one.record, "row_id": one.row_id, "kind": one.kind}
            for one in reading.unfollowed(actor)
        ],
    }


@operation(
    router, "PUT", "/notices/settings", name="notices_choose", summary=commands.choose.label, answer=NoticeSettings,
    tag=TAG,
)  # fmt: skip
def choose(request: HttpRequest, body: ChosenModes, key: Key = "") -> Any:
    """Choose how kinds come; what is as the organisation has it follows the organisation."""
    run(request, commands.choose, given(body), key)
    return settings(request)


@operation(
    router, "PUT", "/notices/hours", name="notices_hours", summary=commands.set_hours.label, answer=NoticeSettings,
    tag=TAG,
)  # fmt: skip
def hours(request: HttpRequest, body: QuietHours, key: Key = "") -> Any:
    """Say when letters and messages may not come; a half of quiet hours is refused."""
    run(request, commands.set_hours, _said(body), key)
    return settings(request)


@operation(
    router, "GET", "/notice-rules", name="notice_rules_get", summary=commands.set_rules.label, answer=list[NoticeWay],
    tag=TAG,
)  # fmt: skip
def rules(request: HttpRequest) -> Any:
    """How notices come to those who have chosen nothing, for those who set it."""
    actor = actor_of(request)
    permissions.check_may(actor, commands.set_rules.name)
    return _ways(actor, None)


@operation(
    router, "PUT", "/notice-rules", name="notice_rules_set", summary=commands.set_rules.label, answer=list[NoticeWay],
    tag=TAG,
)  # fmt: skip
def set_rules(request: HttpRequest, body: HouseModes, key: Key = "") -> Any:
    """Set how notices come to those who have chosen nothing, and what nobody may switch off."""
    run(request, commands.set_rules, {"mandatory": {}, **given(body)}, key)
    return _ways(actor_of(request), None)


@operation(
    router, "GET", "/notice-rules/late", name="notice_rules_late_get", summary=commands.set_late.label,
    answer=list[Late], tag=TAG,
)  # fmt: skip
def late(request: HttpRequest) -> Any:
    """Where kinds of notices go on to that are not read in time, for those who set it."""
    permissions.check_may(actor_of(request), commands.set_late.name)
    found = escalating.escalations().values()
    return [{"kind": one.kind, "minutes": one.minutes, "to": one.to} for one in found]


@operation(
    router, "PUT", "/notice-rules/late", name="notice_rules_late_set", summary=commands.set_late.label,
    answer=list[Late], tag=TAG,
)  # fmt: skip
def set_late(request: HttpRequest, body: SetLate, key: Key = "") -> Any:
    """Set after how many minutes a kind that is not read goes on to its person by a channel, or to their head."""
    run(request, commands.set_late, given(body), key)
    return late(request)


@operation(
    router, "GET", "/notice-rules/hours", name="notice_rules_hours_get", summary=commands.set_house_hours.label,
    answer=KeptHours, tag=TAG,
)  # fmt: skip
def house_hours(request: HttpRequest) -> Any:
    """Quiet hours and the digest of those who have chosen none, for those who set them."""
    permissions.check_may(actor_of(request), commands.set_house_hours.name)
    return _hours(choosing.hours_of_house())


@operation(
    router, "PUT", "/notice-rules/hours", name="notice_rules_hours_set", summary=commands.set_house_hours.label,
    answer=KeptHours, tag=TAG,
)  # fmt: skip
def set_house_hours(request: HttpRequest, body: QuietHours, key: Key = "") -> Any:
    """Set quiet hours and the digest of those who have chosen none; a half of quiet hours is refused."""
    run(request, commands.set_house_hours, _said(body), key)
    return _hours(choosing.hours_of_house())


giving.post("/notices/unfollow", commands.unfollow)
giving.delete("/notices/unfollowed/{id}", commands.follow, on="unfollowed_id")


@operation(
    router, "GET", "/records/{record}/{id}/mentions", name="mentions", summary=gettext_lazy("Whom a note may mention"),
    answer=list[Mentioned], tag=TAG,
)  # fmt: skip
def offered(request: HttpRequest, record: str, id: Id, q: str = "") -> Any:  # noqa: A002 - as above
    """A few colleagues who may see the row and whose name begins as typed, for `@name` in a note."""
    actor = actor_of(request)
    permissions.check_may(actor, entries.note.name)
    found = mentions.offered(actor, the_row(actor, record, id), q.strip()[:60])
    return [{"id": user_id, "name": name} for user_id, name in found]


@operation(
    router, "POST", "/records/{record}/{id}/mentions", name="mentions_invite",
    summary=gettext_lazy("Let in to the card"), answer=list[Mentioned], tag=TAG,
)  # fmt: skip
def invite(request: HttpRequest, record: str, id: Id, body: Inviting, key: Key = "") -> Any:  # noqa: A002 - as above
    """Let a colleague see the row, where its record has a way; answers who it was."""
    actor = actor_of(request)
    the_row(actor, record, id)
    known = mentions.INVITING.get(record)
    people = dict(registry.colleagues()) if registry.colleagues else {}
    if known is None or body.user not in people:
        raise Missing("not_found", _("Not found, or out of your reach."))
    run(request, registry.commands[known.command], {known.row: id, known.user: body.user}, key)
    return [{"id": body.user, "name": people[body.user]}]


def _said(body: QuietHours) -> dict[str, Any]:
    return {name: one for name, one in given(body).items() if one is not None}


def _hours(hours: NoticeHours) -> dict[str, Any]:
    return {
        "quiet_from": _clock(hours.quiet_from),
        "quiet_until": _clock(hours.quiet_until),
        "only_workdays": hours.only_workdays,
        "digest_at": _clock(hours.digest_at),
    }


def _notice(one: reading.Told) -> dict[str, Any]:
    names = ("id", "kind", "label", "title", "text", "body", "reason", "url", "count", "is_unread")
    told = {name: getattr(one, name) for name in names}
    record, row_id = one.about
    acts = [each.command for each in one.acts]
    return {**told, "at": plain(one.at), "record": record, "row_id": row_id, "acts": acts}


def _ways(actor: Actor, user_id: int | None) -> list[dict[str, Any]]:
    """The matrix in the order of the page: the kinds that one may hear of, by every channel."""
    chosen = choosing.choices([user_id] if user_id is not None else [])
    order = list(TABS)
    kinds = [one for one in KINDS.values() if not one.permission or actor.may(one.permission)]
    return [
        {
            "kind": kind.code,
            "label": str(kind.label),
            "channel": channel,
            "mode": chosen.default(kind, channel) if user_id is None else chosen.mode(user_id, kind, channel),
            "is_mandatory": chosen.is_mandatory(kind, channel),
        }
        for kind in sorted(kinds, key=lambda one: order.index(one.tab))
        for channel in (IN_APP, *CHANNELS)
    ]


def _now(actor: Actor) -> Now:
    return Now(timezone.now(), actor.zone)


def _clock(at: Any) -> str | None:
    return f"{at:%H:%M}" if at is not None else None
