"""How notices come to those who have chosen nothing, and what nobody may switch off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy

from okno.kit.commands import command, moment
from okno.kit.models.notices import NoticeChoice, NoticeEscalation, NoticeHours
from okno.kit.notices import choosing, escalating
from okno.kit.notices.commands import keeping
from okno.kit.permissions import Actor

Mode = NoticeChoice.Mode


@command("notice_rules.set", label=gettext_lazy("Notices of the organisation"))
def set_rules(*, actor: Actor, modes: dict[str, Any], mandatory: dict[str, Any]) -> None:
    """
    Keep how kinds come to those who have chosen nothing, and which of them nobody may switch off.

    :param mandatory: channels by the code of a kind, `{"deals.assigned": ["app"]}`.
    :raises Refused: a kind, a channel or a mode is unknown.
    """
    chosen = choosing.choices([])
    for kind, channel, mode in keeping.checked(modes):
        is_mandatory = channel in mandatory.get(kind.code, []) and mode != Mode.OFF
        if (mode, is_mandatory) == (chosen.default(kind, channel), chosen.is_mandatory(kind, channel)):
            continue
        is_usual = mode == kind.mode(channel) and not is_mandatory
        keeping.keep(None, kind, channel, None if is_usual else {"mode": mode, "is_mandatory": is_mandatory})


@command("notice_rules.set_late", label=gettext_lazy("Notices that are not read in time"))
def set_late(*, actor: Actor, late: dict[str, Any]) -> None:
    """
    Keep where kinds go on to that are not read in time: `{"deals.assigned": {"minutes": 30, "to": "head"}}`, to their
    person by a channel or to their head; an empty `to` is nowhere. Kinds that are not named stay as they are.

    :raises Refused: a kind or a place is unknown, or the minutes are no number of a week.
    """
    known = escalating.escalations()
    for code, said in late.items():
        wanted, old = keeping.escalation(code, said), known.get(code)
        if wanted is None:
            NoticeEscalation.objects.filter(kind=code).delete()
        elif old is None or (old.minutes, old.to) != wanted:
            values = {"minutes": wanted[0], "to": wanted[1], "since": moment()}
            NoticeEscalation.objects.update_or_create(kind=code, defaults=values)


@command("notice_rules.set_hours", label=gettext_lazy("Quiet hours of the organisation"))
def set_house_hours(
    *,
    actor: Actor,
    quiet_from: dt.time | None = None,
    quiet_until: dt.time | None = None,
    only_workdays: bool = False,
    digest_at: dt.time | None = None,
) -> NoticeHours:
    """
    Keep the quiet hours and the time of the digest of those who have chosen none, each by their own clock.

    :raises Refused: only one end of the quiet hours is given.
    """
    wanted = keeping.hours(quiet_from, quiet_until, only_workdays=only_workdays, digest_at=digest_at)
    return NoticeHours.objects.update_or_create(user_id=None, defaults=wanted)[0]
