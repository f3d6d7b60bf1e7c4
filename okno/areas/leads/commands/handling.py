"""Work on an enquiry: taking, postponing, rejecting, bringing back, and what the clock does about it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.areas.calendar.models import Task
from okno.areas.communications.models import Mail
from okno.areas.leads import rules
from okno.areas.leads.commands import distributing, handing
from okno.areas.leads.events import LeadEnded
from okno.areas.leads.models import Lead, RejectReason
from okno.kit import live
from okno.kit.commands import command, moment
from okno.kit.events import emit
from okno.kit.fields import editing
from okno.kit.permissions import Actor
from okno.kit.timeline import entries

REACTION = ["reacted_at", "react_seconds"]


@command("leads.take", label=gettext_lazy("Take into work"))
def take(*, actor: Actor, lead: Lead) -> Lead:
    """Take an enquiry into work: the reaction is noted. :raises Refused: it has ended."""
    rules.check_is_open(lead)
    if lead.owner_id is None and actor.user_id:
        lead.told = {**lead.told, "outcome": "taken", "chosen": actor.name}
        handing.keep_place(lead, User.objects.get(pk=actor.user_id))
    now = moment()
    handing.end_pause(lead, now)
    lead.state, lead.taken_at = Lead.State.TAKEN, lead.taken_at or now
    note_reaction(lead, now)
    lead.save(update_fields=["state", "taken_at", *handing.PAUSE, *REACTION])
    handing.show(lead)
    return lead


@command("leads.note_answer", told_as=gettext_lazy("Note the answer to an enquiry"))
def note_answer(*, actor: Actor, lead: Lead, at: dt.datetime) -> Lead:
    """Note that whoever asked was answered: the first answer is the reaction, and the enquiry is in work."""
    if lead.closed_at is not None:
        return lead
    note_reaction(lead, at)
    if lead.state == Lead.State.GIVEN:
        lead.state, lead.taken_at = Lead.State.TAKEN, lead.taken_at or at
    lead.save(update_fields=["state", "taken_at", *REACTION])
    handing.show(lead)
    return lead


@command("leads.note_letter", told_as=gettext_lazy("Note a letter about an enquiry"))
def note_letter(*, actor: Actor, mail: Mail) -> None:
    """Note that a letter about an enquiry was sent: it is the answer; an enquiry that is no more has none."""
    lead = (
        Lead.objects.filter(pk=mail.about_id or 0, is_deleted=False).first()
        if mail.about_record == "leads.lead"
        else None
    )
    if lead is not None:
        note_answer(actor=actor, lead=lead, at=mail.at)


@command("leads.note_talk", told_as=gettext_lazy("Note a talk about an enquiry"))
def note_talk(*, actor: Actor, task: Task) -> None:
    """Note that whoever asked was spoken or written to by a task; the talk that it came by is no answer."""
    lead = Lead.objects.filter(pk=task.about_id or 0, is_deleted=False).first()
    if lead is not None and rules.is_answer(task, lead.received_at):
        note_answer(actor=actor, lead=lead, at=task.done_at or moment())


@command("leads.postpone", label=gettext_lazy("Postpone"))
def postpone(*, actor: Actor, lead: Lead, until: dt.datetime, reason: str) -> Lead:
    """
    Put an enquiry off until a moment; the clock of its handling stands still meanwhile.

    :raises Refused: it has ended, the moment has passed, or no reason is given.
    """
    now = moment()
    rules.check_can_postpone(lead, until, reason, now)
    lead.state, lead.postponed_at, lead.postponed_until = Lead.State.POSTPONED, lead.postponed_at or now, until
    note_reaction(lead, now)
    lead.save(update_fields=["state", "postponed_at", "postponed_until", *REACTION])
    entries.tell("leads.postponed", [lead], source=lead, until=until.isoformat(), reason=reason.strip())
    handing.show(lead)
    return lead


@command("leads.reject", label=gettext_lazy("Reject"))
def reject(*, actor: Actor, lead: Lead, reason: RejectReason | None = None, comment: str = "") -> Lead:
    """Close an enquiry without a deal. :raises Refused: it has ended, or no reason is given."""
    rules.check_can_reject(lead, reason)
    lead.reject_reason, lead.comment = reason, comment or lead.comment
    lead.save(update_fields=["reject_reason", "comment"])
    return end(lead, Lead.State.REJECTED, outcome=reason.name if reason else "")


@command("leads.mark_spam", label=gettext_lazy("Spam"))
def mark_spam(*, actor: Actor, lead: Lead) -> Lead:
    """Close an enquiry as spam. :raises Refused: it has ended."""
    rules.check_is_open(lead)
    return end(lead, Lead.State.SPAM)


@command("leads.reopen", label=gettext_lazy("Bring back into work"), hands_over=True)
def reopen(*, actor: Actor, lead: Lead, reason: str = "") -> Lead:
    """
    Bring a rejected enquiry or one taken for spam back into work; one that was nobody's goes to the rules.

    :raises Refused: it ended otherwise, or no reason is given.
    """
    rules.check_can_reopen(lead, reason)
    lead.state, lead.closed_at, lead.reject_reason, lead.handle_seconds = Lead.State.TAKEN, None, None, None
    if lead.reacted_at is None:
        distributing.start_deadlines(lead, moment())
    lead.save(update_fields=["state", "closed_at", "reject_reason", "handle_seconds", *handing.CLOCKS])
    entries.tell("leads.reopened", [lead], source=lead, reason=reason.strip())
    if lead.owner is None:
        distributing.set_rule(lead)
        handing.give_by_rule(lead)
    handing.show(lead)
    return lead


@command("leads.wake", label=gettext_lazy("Bring back what was postponed"))
def wake(*, actor: Actor) -> int:
    """Bring the enquiries whose moment has come back to their people; returns how many."""
    due = Lead.objects.filter(state=Lead.State.POSTPONED, postponed_until__lte=moment(), is_deleted=False)
    found = list(due.select_for_update(of=("self",)).select_related("owner", "queue").order_by("pk"))
    for lead in found:
        handing.bring_back(lead)
        entries.tell("leads.woken", [lead], source=lead)
    return len(found)


@command("leads.update", label=gettext_lazy("Change an enquiry"))
def update(*, actor: Actor, lead: Lead, values: dict[str, Any], base_version: int | None = None) -> Lead:
    """
    Change what people have added to an enquiry: its subject, kind and comment; what was received stays.

    :raises Conflict: the same field was changed since `base_version`.
    """
    editing.apply(actor, lead, values, base_version)
    live.tell_topic("leads.lead")
    return lead


def note_reaction(lead: Lead, now: dt.datetime) -> None:
    """Stop the clock of the reaction, if it still runs."""
    if lead.reacted_at is None:
        lead.reacted_at, lead.react_seconds = now, distributing.seconds_of_work(lead.received_at, now)


def end(lead: Lead, state: str, *, outcome: str = "", deal: str = "") -> Lead:
    """Close an enquiry with its one outcome: its feed tells the reason or the deal."""
    now = moment()
    note_reaction(lead, now)
    handing.end_pause(lead, now)
    lead.state, lead.closed_at = state, now
    lead.handle_seconds = distributing.seconds_of_work(lead.received_at, now)
    lead.save(update_fields=["state", "closed_at", "handle_seconds", *handing.PAUSE, *REACTION])
    handing.drop_invites(lead)
    entries.tell("leads.ended", [lead], source=lead, state=state, outcome=outcome, deal=deal)
    emit(LeadEnded(lead_id=lead.pk, state=state, deal_id=lead.deal_id))
    handing.show(lead)
    return lead
