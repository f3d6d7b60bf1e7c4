"""Where notices go on to that their people do not read: what the organisation has set, and who heads whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okno.kit.actors import Actor, ReachKind
from okno.kit.commands import asked_once
from okno.kit.jobs import actor_for
from okno.kit.models.notices import NoticeEscalation
from okno.kit.notices.audiences import HEAD
from okno.kit.notices.channels import CHANNELS
from okno.kit.notices.kinds import NoticeKind
from okno.kit.registry import registry

# What the head is told by.
KIND = "notices.unread"
MOST_MINUTES = 7 * 24 * 60


def escalations() -> dict[str, NoticeEscalation]:
    """Where kinds go on to, by kind."""
    return {one.kind: one for one in NoticeEscalation.objects.order_by("kind")}


def places(kind: NoticeKind) -> dict[str, str]:
    """Where a kind may go on to: the channels, and the head, who is told of cards only."""
    found = {code: str(one.label) for code, one in CHANNELS.items()}
    return found | ({HEAD: _("to the head")} if kind.record else {})


def said(minutes: int) -> str:
    """Why a notice was sent on."""
    return ngettext("Not read for %(count)s minute.", "Not read for %(count)s minutes.", minutes) % {"count": minutes}


def told_ahead(escalation: NoticeEscalation) -> str:
    """What those whom a kind comes to know of where it goes on to."""
    text = ngettext(
        "If not read within %(count)s minute: %(place)s", "If not read within %(count)s minutes: %(place)s",
        escalation.minutes,
    )  # fmt: skip
    if escalation.to == HEAD:
        place = _("your head is told")
    else:
        way = CHANNELS.get(escalation.to)
        place = str(way.label) if way is not None else escalation.to
    return text % {"count": escalation.minutes, "place": place}


def heads_of(person: Actor) -> list[int]:
    """
    Ids of the heads of a person, from their own department up the tree: whoever heads it by name, else those in it
    whose rights reach what is below it; where there is nobody, whoever may do everything.
    """
    others = [one for one in asked_once("notices.colleagues", _colleagues) if one.user_id != person.user_id]
    named = asked_once("notices.heads", _named)
    for department in reversed(person.above):
        if department in named and named[department] != person.user_id:
            return [named[department]]
        if heads := [one for one in others if one.department_id == department and _heads(one)]:
            return _ids(heads)
    return _ids([one for one in others if _may_all(one)])


def _ids(people: Sequence[Actor]) -> list[int]:
    return [one.user_id for one in people if one.user_id is not None]


def _named() -> Mapping[int, int]:
    return registry.heads() if registry.heads else {}


def _colleagues() -> Sequence[Actor]:
    return [actor_for(user_id) for user_id, _name in (registry.colleagues() if registry.colleagues else ())]


def _heads(actor: Actor) -> bool:
    return any(grant.reach is ReachKind.SUBTREE for grant in actor.grants)


def _may_all(actor: Actor) -> bool:
    return any(grant.permission == "*" and grant.reach is ReachKind.ALL for grant in actor.grants)
