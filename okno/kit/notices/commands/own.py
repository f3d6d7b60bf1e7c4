"""What people do with their notices: read them, choose how they come, stop hearing of a row."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import live, reached
from okno.kit.commands import command, moment
from okno.kit.errors import Refused
from okno.kit.models.notices import Notice, NoticeChoice, NoticeHours, Unfollowed
from okno.kit.notices import choosing
from okno.kit.notices.commands import keeping, telling
from okno.kit.notices.kinds import KINDS
from okno.kit.permissions import Actor

Mode = NoticeChoice.Mode


@command("notices.read", label=gettext_lazy("Mark as read"))
def read(
    *,
    actor: Actor,
    record: str = "",
    row_id: int | None = None,
    tab: str = "",
    notice: int | None = None,
    upto: int | None = None,
) -> int:
    """
    Mark the actor's own notices as read: those of one row, of one tab, one alone, or all. Returns how many there were.

    :param notice: the one alone, by id.
    :param upto: the newest notice that was seen, by id: what came later stays unread.
    """
    own = Notice.objects.filter(user_id=actor.user_id or 0, read_at=None)
    about = Q(scope_record=record, scope_id=row_id) if record or row_id is not None else Q()
    seen = Q(pk__lte=upto) if upto is not None else Q()
    alone = Q(pk=notice) if notice is not None else Q()
    found = own.filter(about, alone, seen, **({"tab": tab} if tab else {}))
    count = found.update(read_at=moment())
    live.tell_users([actor.user_id], telling.TOPIC)
    return count


@command("notices.choose", label=gettext_lazy("Settings of notices"))
def choose(*, actor: Actor, modes: dict[str, Any]) -> None:
    """
    Keep how kinds come to the actor: `{"deals.assigned": {"app": "now", "mail": "daily"}}`.

    What is as the organisation has it follows the organisation.

    :raises Refused: a kind, a channel or a mode is unknown, or the administrator lets nobody switch it off.
    """
    user_id = actor.user_id or 0
    chosen = choosing.choices([user_id])
    for kind, channel, mode in keeping.checked(modes):
        if mode == Mode.OFF and chosen.is_mandatory(kind, channel):
            raise Refused("notices.mandatory", _("“%(kind)s” cannot be switched off."), kind=str(kind.label))
        wanted = None if mode == chosen.default(kind, channel) else mode
        if wanted != chosen.own.get((user_id, kind.code, channel)):
            keeping.keep(user_id, kind, channel, {"mode": wanted} if wanted is not None else None)


@command("notices.set_hours", label=gettext_lazy("Quiet hours"))
def set_hours(
    *,
    actor: Actor,
    quiet_from: dt.time | None = None,
    quiet_until: dt.time | None = None,
    only_workdays: bool = False,
    digest_at: dt.time | None = None,
) -> NoticeHours:
    """
    Keep when the actor wants no letters and messages, and when the digest of the day comes; times of their own zone.

    Hours that are as the organisation has them follow the organisation.

    :raises Refused: only one end of the quiet hours is given.
    """
    wanted = keeping.hours(quiet_from, quiet_until, only_workdays=only_workdays, digest_at=digest_at)
    usual = choosing.hours_of_house()
    if all(getattr(usual, name) == value for name, value in wanted.items()):
        NoticeHours.objects.filter(user_id=actor.user_id or 0).delete()
        return usual
    return NoticeHours.objects.update_or_create(user_id=actor.user_id or 0, defaults=wanted)[0]


@command("notices.unfollow", label=gettext_lazy("Tell me no more"))
def unfollow(*, actor: Actor, record: str, row_id: int, kind: str = "") -> Unfollowed:
    """
    Tell the actor nothing more of a row, or of a kind about it; what waits is read by that.

    :raises Missing: the row is not there or out of reach. :raises Refused: there is no such kind.
    """
    reached.the_row(actor, record, row_id)
    if kind and kind not in KINDS:
        raise Refused("notices.no_kind", _("There is no kind of notices “%(code)s”."), code=kind)
    made = Unfollowed.objects.get_or_create(user_id=actor.user_id or 0, record=record, row_id=row_id, kind=kind)[0]
    read(actor=actor, record=record, row_id=row_id)
    return made


@command("notices.follow", label=gettext_lazy("Tell me again"))
def follow(*, actor: Actor, unfollowed_id: int) -> None:
    """Take back that the actor wants to hear nothing of a row."""
    Unfollowed.objects.filter(pk=unfollowed_id, user_id=actor.user_id or 0).delete()
