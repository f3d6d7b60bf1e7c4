"""How choices of notices are checked and kept, for a person and for the organisation alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from okno.kit.errors import Refused
from okno.kit.models.notices import NoticeChoice
from okno.kit.notices import choosing, escalating
from okno.kit.notices.channels import CHANNELS, IN_APP
from okno.kit.notices.kinds import KINDS, NoticeKind

Mode = NoticeChoice.Mode


def checked(modes: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[NoticeKind, str, str]]:
    """Kinds, channels and modes of what was chosen. :raises Refused: one of them is unknown."""
    for code, by_channel in modes.items():
        if code not in KINDS:
            raise Refused("notices.no_kind", _("There is no kind of notices “%(code)s”."), code=code)
        for channel, mode in by_channel.items():
            known = {Mode.OFF.value, Mode.NOW.value} if channel == IN_APP else set(Mode.values)
            if (channel != IN_APP and channel not in CHANNELS) or mode not in known:
                raise Refused("notices.bad_choice", _("“%(mode)s” is no way for a notice to come."), mode=str(mode))
            yield KINDS[code], channel, str(mode)


def escalation(code: str, said: Mapping[str, Any]) -> tuple[int, str] | None:
    """
    Minutes, and where a kind goes on to that is not read by then; None for nowhere.

    :raises Refused: the kind or the place is unknown, or the minutes are no number of a week.
    """
    if code not in KINDS:
        raise Refused("notices.no_kind", _("There is no kind of notices “%(code)s”."), code=code)
    to, minutes = str(said.get("to") or ""), str(said.get("minutes") or "")
    if not to:
        return None
    if to not in escalating.places(KINDS[code]):
        text = _("“%(kind)s” cannot go on to “%(place)s”.")
        raise Refused("notices.bad_place", text, kind=str(KINDS[code].label), place=to[:30])
    if not (minutes.isascii() and minutes.isdigit() and 1 <= int(minutes[:9]) <= escalating.MOST_MINUTES):
        text = _("“%(kind)s”: write after how many minutes, from 1 to %(most)s.")
        raise Refused("notices.minutes", text, kind=str(KINDS[code].label), most=escalating.MOST_MINUTES)
    return int(minutes), to


def hours(
    quiet_from: dt.time | None, quiet_until: dt.time | None, *, only_workdays: bool, digest_at: dt.time | None
) -> dict[str, Any]:
    """Quiet hours as they are kept. :raises Refused: only one end of them is given."""
    if (quiet_from is None) != (quiet_until is None):
        raise Refused("notices.half_hours", _("Give both the beginning and the end of quiet hours."))
    return {
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "only_workdays": only_workdays,
        "digest_at": digest_at or choosing.MORNING,
    }


def keep(user_id: int | None, kind: NoticeKind, channel: str, values: Mapping[str, Any] | None) -> None:
    """Keep how a kind comes by a channel to a person, or to all who chose nothing; None is as it comes anyway."""
    rows = NoticeChoice.objects.filter(user_id=user_id, kind=kind.code, channel=channel)
    if values is None:
        rows.delete()
    else:
        rows.update_or_create(user_id=user_id, kind=kind.code, channel=channel, defaults=values)
