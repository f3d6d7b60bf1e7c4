"""Plans of handing over: made, begun now or on their day, cancelled, brought back."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import commands as access
from okno.access.models import User
from okno.engines.handover import queries, rules
from okno.engines.handover.commands import running
from okno.engines.handover.models import Handover
from okno.kit import jobs, permissions
from okno.kit.commands import command, moment
from okno.kit.errors import Denied, Refused, Told
from okno.kit.permissions import SYSTEM, Actor

State = Handover.State


@command("handover.plan", label=gettext_lazy("Prepare a handover"))
def plan(
    *,
    actor: Actor,
    person: User,
    rules_told: list[dict[str, Any]],
    reason: str = Handover.Reason.OTHER,
    starts_at: datetime | None = None,
    returns_at: datetime | None = None,
    shuts_out: bool = False,
    stops_new_work: bool = False,
    deputy: User | None = None,
) -> Handover:
    """
    Prepare a handover and look what it would do; nothing goes yet.

    :param rules_told: `{"record", "view", "people", "way", "is_all"}` in their order, see `rules.Rule`.
    :param deputy: who gets new work meanwhile; the person then gets none.
    :raises Refused: no rows go to anybody, somebody who may not sign in gets some, or the days are wrong.
    :raises Denied: whom the plan shuts out or stops, the actor may not.
    """
    if reason not in Handover.Reason.values:
        raise Refused("handover.reason", _("There is no such reason."), missing=["reason"])
    told = [rules.rule_of(one) for one in rules_told]
    rules.check_plan(person.pk, told, max(starts_at or moment(), moment()), returns_at, deputy)
    _check_people({one for rule in told for one in rule.people} | ({deputy.pk} if deputy else set()))
    stops_new_work = stops_new_work or deputy is not None
    _check_rights(actor, shuts_out=shuts_out, stops_new_work=stops_new_work)
    row = Handover.objects.create(
        person=person,
        author_id=_author(actor),
        reason=reason,
        starts_at=starts_at,
        returns_at=returns_at,
        rules=rules_told,
        shuts_out=shuts_out,
        stops_new_work=stops_new_work,
        deputy=deputy,
    )
    _work(actor, row, running.PREVIEW_WORK)
    return row


def _check_rights(actor: Actor, *, shuts_out: bool, stops_new_work: bool) -> None:
    for is_asked, right in ((shuts_out, access.set_active.name), (stops_new_work, access.set_available.name)):
        if is_asked:
            permissions.check_may(actor, right)


def _author(actor: Actor) -> int:
    if actor.user_id is None:
        raise Denied("denied", _("A handover is prepared by a person."))
    return actor.user_id


@command("handover.start", label=gettext_lazy("Hand over"))
def start(*, actor: Actor, handover: Handover) -> Handover:
    """
    Hand the rows over, now or on the day of the plan.

    :raises Refused: it was begun already, or is over.
    """
    rules.check_can_start(handover, is_working=queries.is_working(handover))
    if handover.starts_at and handover.starts_at > moment():
        handover.state = State.PLANNED
        handover.save(update_fields=["state"])
        return handover
    return begin(actor=actor, handover=handover)


@command("handover.begin", label=gettext_lazy("Begin a handover"))
def begin(*, actor: Actor, handover: Handover) -> Handover:
    """Hand the rows over at once. :raises Refused: it was begun already, or is over."""
    rules.check_can_start(handover, is_working=queries.is_working(handover))
    handover.state = State.RUNNING
    handover.save(update_fields=["state"])
    _work(actor, handover, running.RUN_WORK)
    return handover


@command("handover.cancel", label=gettext_lazy("Cancel the handover"))
def cancel(*, actor: Actor, handover: Handover) -> Handover:
    """Drop a plan before anything has gone by it. :raises Refused: it was begun already."""
    rules.check_can_cancel(handover)
    handover.state = State.CANCELLED
    handover.save(update_fields=["state"])
    return handover


@command("handover.bring_back", label=gettext_lazy("Bring the rows back"))
def bring_back(*, actor: Actor, handover: Handover) -> Handover:
    """
    Give the rows back that their new people still have, and let the person in and to work again.

    :raises Refused: nothing has gone, or it came back already.
    """
    rules.check_can_return(handover, is_working=queries.is_working(handover))
    handover.state = State.RETURNING
    handover.save(update_fields=["state"])
    _work(actor, handover, running.RETURN_WORK)
    return handover


@command("handover.note_problem", told_as=gettext_lazy("Note why a handover has not begun"))
def note_problem(*, actor: Actor, handover: Handover, text: str) -> None:
    """Note why a plan could not be begun on its day."""
    handover.counts = {"problem": text}
    handover.save(update_fields=["counts"])


def begin_due(at: datetime) -> int:
    """
    Begin the plans whose day has come, and bring back those whose last day is over, each as its author; returns how
    many. One that is refused says why on its page and is tried again.
    """
    starting = Handover.objects.filter(state=State.PLANNED, starts_at__lte=at)
    returning = Handover.objects.filter(state=State.GIVEN, returns_at__lte=at)
    begun = 0
    for rows, act in ((starting, begin), (returning, bring_back)):
        for row in rows.filter(is_deleted=False).order_by("pk"):
            try:
                act(actor=jobs.actor_for(row.author_id), handover=row)
                begun += 1
            except Told as refusal:
                if row.counts.get("problem") != refusal.message:
                    note_problem(actor=SYSTEM, handover=row, text=refusal.message)
    return begun


def _check_people(people: set[int]) -> None:
    gone = User.objects.filter(pk__in=people, is_active=False).order_by("name").first()
    if gone is not None:
        raise Refused("handover.gone", _("%(name)s may not sign in: choose somebody else."), name=gone.name)


def _work(actor: Actor, row: Handover, work: str) -> None:
    """Start a work about a plan in the worker."""
    key = uuid.uuid4().hex
    label = _("Handover: %(who)s") % {"who": row.person.name}
    job = jobs.start.once(key)(actor=actor, work=work, label=label, args={"handover": row.pk, "key": key})
    row.job = job.pk
    row.save(update_fields=["job"])


__all__ = ["begin", "begin_due", "bring_back", "cancel", "plan", "start"]
