"""What the organisation has chosen about notices, as settings that travel in a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from okno.kit.errors import Refused
from okno.kit.models.notices import NoticeChoice
from okno.kit.notices import choosing, escalating
from okno.kit.notices.commands import set_house_hours, set_late, set_rules
from okno.kit.notices.kinds import KINDS
from okno.kit.permissions import Actor

TIMES = ("quiet_from", "quiet_until", "digest_at")


@dataclass
class Part:
    """How a kind comes by a channel to those who have chosen nothing."""

    mode: str
    is_mandatory: bool = False


def read() -> dict[str, Any]:
    """The choices of the organisation by kind and channel."""
    rows = NoticeChoice.objects.filter(user_id=None).order_by("kind", "channel")
    return {f"{one.kind} {one.channel}": {"mode": one.mode, "is_mandatory": one.is_mandatory} for one in rows}


@dataclass
class HoursPart:
    """Quiet hours and the time of the digest of those who have chosen none: `22:00`, or empty."""

    quiet_from: str = ""
    quiet_until: str = ""
    only_workdays: bool = False
    digest_at: str = "09:00"


def read_hours() -> dict[str, Any]:
    """The hours of the organisation, under the one key there is."""
    hours = choosing.hours_of_house()
    times = {name: _text(getattr(hours, name)) for name in TIMES}
    return {"all": {**times, "only_workdays": hours.only_workdays}}


def write_hours(actor: Actor, _key: str, value: Mapping[str, Any] | None) -> None:
    """Keep these hours, or the usual ones. :raises Refused: a time cannot be read, or one end is missing."""
    said = value or {}
    times = {name: _time(said.get(name, "")) for name in TIMES}
    set_house_hours(actor=actor, **times, only_workdays=bool(said.get("only_workdays")))


@dataclass
class LatePart:
    """Where a kind goes on to that is not read for so many minutes: the code of a channel, or `head`."""

    minutes: int
    to: str


def read_late() -> dict[str, Any]:
    """Where kinds go on to that are not read in time, by kind."""
    return {kind: {"minutes": one.minutes, "to": one.to} for kind, one in escalating.escalations().items()}


def write_late(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Let a kind go on so, or stay where it is. :raises Refused: it cannot go there."""
    set_late(actor=actor, late={key: value or {}})


def _text(time: dt.time | None) -> str:
    return time.isoformat("minutes") if time else ""


def _time(text: str) -> dt.time | None:
    try:
        return dt.time.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused("notices.bad_time", _("“%(text)s” is no time of day.") % {"text": text[:20]}) from error


def write(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Choose so, or let a kind come by a channel as it is declared."""
    kind, _space, channel = key.partition(" ")
    mode = value["mode"] if value is not None else KINDS[kind].mode(channel) if kind in KINDS else ""
    mandatory = {kind: [channel]} if value is not None and value.get("is_mandatory") else {}
    set_rules(actor=actor, modes={kind: {channel: mode}}, mandatory=mandatory)
