"""What people have chosen: how a kind comes by each channel, when, and what they want to hear nothing of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Q

from okno.kit import worktime
from okno.kit.models.notices import NoticeChoice, NoticeHours, Unfollowed
from okno.kit.notices.channels import CHANNELS
from okno.kit.notices.kinds import NoticeKind

Mode = NoticeChoice.Mode
MORNING = dt.time(9)
DAY = dt.timedelta(days=1)


@dataclass
class Choices:
    """What the house and some people have chosen about kinds: asked for once."""

    house: dict[tuple[str, str], NoticeChoice] = field(default_factory=dict)
    own: dict[tuple[int, str, str], str] = field(default_factory=dict)

    def is_mandatory(self, kind: NoticeKind, channel: str) -> bool:
        """Whether the administrator lets nobody switch it off."""
        house = self.house.get((kind.code, channel))
        return house is not None and house.is_mandatory and house.mode != Mode.OFF

    def default(self, kind: NoticeKind, channel: str) -> str:
        """How it comes to those who have chosen nothing."""
        house = self.house.get((kind.code, channel))
        return house.mode if house is not None else kind.mode(channel)

    def mode(self, user_id: int, kind: NoticeKind, channel: str) -> str:
        """How it comes to this person."""
        default = self.default(kind, channel)
        own = self.own.get((user_id, kind.code, channel), default)
        return default if own == Mode.OFF and self.is_mandatory(kind, channel) else own


def choices(users: Collection[int], kinds: Collection[str] = ()) -> Choices:
    """What the house and these people have chosen, about these kinds or all of them."""
    rows = NoticeChoice.objects.filter(Q(user_id__in=users) | Q(user_id=None))
    found = Choices()
    for row in rows.filter(kind__in=kinds) if kinds else rows:
        if row.user_id is None:
            found.house[row.kind, row.channel] = row
        else:
            found.own[row.user_id, row.kind, row.channel] = row.mode
    return found


def hours_of(users: Collection[int]) -> dict[int, NoticeHours]:
    """Quiet hours and the time of digests of these people; those who set none have those of the organisation."""
    rows = NoticeHours.objects.filter(Q(user_id__in=users) | Q(user_id=None))
    found = {one.user_id: one for one in rows}
    usual = found.get(None) or NoticeHours()
    return {user_id: found.get(user_id) or usual for user_id in users}


def hours_of_house() -> NoticeHours:
    """Quiet hours and the time of digests of those who set none."""
    return NoticeHours.objects.filter(user_id=None).first() or NoticeHours()


def deaf(users: Collection[int], kind: str, record: str, row_id: int | None) -> set[int]:
    """Those who asked to hear nothing of this row, or nothing of this kind about it."""
    if row_id is None:
        return set()
    rows = Unfollowed.objects.filter(user_id__in=users, record=record, row_id=row_id, kind__in=["", kind])
    return set(rows.values_list("user_id", flat=True))


def ready_channels() -> Iterable[str]:
    """Codes of channels outside the pages that are set up."""
    return [code for code, channel in CHANNELS.items() if channel.is_ready()]


def due_at(mode: str, at: dt.datetime, hours: NoticeHours, zone: ZoneInfo) -> dt.datetime:
    """When a notice of this moment goes out: at once, with the next full hour or the digest, never in quiet hours."""
    local = at.astimezone(zone)
    if mode == Mode.HOURLY:
        local = local.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
    elif mode == Mode.DAILY:
        digest = dt.datetime.combine(local.date(), hours.digest_at, zone)
        local = digest if digest > local else dt.datetime.combine(local.date() + DAY, hours.digest_at, zone)
    return _loud(local, hours, zone)


def _loud(local: dt.datetime, hours: NoticeHours, zone: ZoneInfo) -> dt.datetime:
    """The first moment from this one on at which the person wants to be disturbed."""
    starts = hours.quiet_until or hours.digest_at
    if _is_quiet(local.time(), hours):
        day = local.date() + (DAY if local.time() >= starts else dt.timedelta())
        local = dt.datetime.combine(day, starts, zone)
    if not hours.only_workdays:
        return local
    week = worktime.office(zone, follows_calendar=True)
    while not week.is_workday(local.date()):
        local = dt.datetime.combine(local.date() + DAY, starts, zone)
    return local


def _is_quiet(at: dt.time, hours: NoticeHours) -> bool:
    begins, ends = hours.quiet_from, hours.quiet_until
    if begins is None or ends is None or begins == ends:
        return False
    return begins <= at < ends if begins < ends else at >= begins or at < ends
