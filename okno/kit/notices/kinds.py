"""Kinds of notices: which event tells whom what. `okno.kit.notices.add` puts one here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.kit.models.notices import NoticeChoice
from okno.kit.notices.audiences import (
    ADMINISTRATOR,
    AUTHOR,
    HEAD,
    INVITED,
    MENTIONED,
    OWN,
    OWNER,
    PARTICIPANT,
    TOLD,
    WATCHER,
)
from okno.kit.notices.channels import IN_APP, PUSH

MINE, MENTIONS, ROBOTS, FAILURES = "mine", "mentions", "robots", "failures"
TABS: dict[str, object] = {
    MINE: _("For me"),
    MENTIONS: _("Mentions"),
    ROBOTS: _("Robots"),
    FAILURES: _("Failures"),
}
# What the centre says to "Why do I get this?".
REASONS: dict[str, object] = {
    OWNER: _("You are responsible for it."),
    PARTICIPANT: _("You take part in it."),
    AUTHOR: _("You have made it."),
    HEAD: _("You head those who work with it."),
    MENTIONED: _("You were mentioned."),
    INVITED: _("It is offered to you."),
    OWN: _("You asked for this yourself."),
    ADMINISTRATOR: _("You look after the program."),
    WATCHER: _("You watch over who reads what."),
    TOLD: _("You were told of it before."),
}
Mode = NoticeChoice.Mode


@dataclass(frozen=True)
class Act:
    """What can be done from the notice itself: a command whose argument `on` is the row."""

    label: object
    command: str
    on: str
    icon: str = "check"


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """
    One line of the matrix. `text` may name `%(who)s`, `%(title)s` of the row, `%(shown)s` (the field `shows` of the row
    as its reader may see it) and the values of the event named in `values`. What `pops` shows itself in the corner of
    open pages as it comes, and stays there until it is closed. One with a `permission` is for those who have it only.
    It leads to `url`, in which `{id}` is the row, where that is not the card of the row. Values named in `sums` add up
    over like events that nobody has read yet. `many` says what long work did to `%(number)s` rows.
    """

    code: str
    label: object
    text: object
    icon: str
    tab: str
    record: str
    row: str
    to: Sequence[str | tuple[str, str]]
    when: Callable[[Any], bool] | None
    values: Sequence[str]
    shows: str
    acts: Sequence[Act]
    modes: Mapping[str, str]
    pops: bool
    permission: str
    url: str
    sums: Sequence[str] = ()
    many: Any = ""

    def mode(self, channel: str) -> str:
        """
        How it comes by a channel while nobody has chosen: all kinds are shown in the pages, and those that pop there
        come at once to browsers that were subscribed.
        """
        is_on = channel == IN_APP or (channel == PUSH and self.pops)
        return self.modes.get(channel, Mode.NOW.value if is_on else Mode.OFF.value)


KINDS: dict[str, NoticeKind] = {}
# Kinds by the name of their event.
OF_EVENT: dict[str, list[NoticeKind]] = {}


def of(event: Any) -> list[NoticeKind]:
    """The kinds of notices by which people are told of this event."""
    known = OF_EVENT.get(type(event).name(), [])
    return [one for one in known if one.when is None or one.when(event)]
