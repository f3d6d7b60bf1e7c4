"""Work on an enquiry: taking, postponing, rejecting, bringing back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.areas.leads import rules
from okno.areas.leads.commands.handing import give_to, next_person, show, start_deadlines
from okno.areas.leads.events import LeadEnded
from okno.areas.leads.models import Lead, RejectReason
from okno.kit import live
from okno.kit.commands import command, moment
from okno.kit.errors import Refused
from okno.kit.events import emit
from okno.kit.fields import editing
from okno.kit.permissions import Actor
from okno.kit.timeline import entries


@command("leads.take", label=gettext_lazy("Take into work"))
def take(*, actor: Actor, lead: Lead) -> Lead:
    """Take an enquiry into work: the reaction is noted. :raises Refused: it has ended."""
    rules.check_is_open(lead)
    if lead.owner_id is None and actor.user_id:
        give_to(lead, User.objects.get(pk=actor.user_id))
    now = moment()
    lead.state, lead.taken_at = Lead.State.TAKEN, lead.taken_at or now
    lead.reacted_at = lead.reacted_at or now
    lead.save(update_fields=["state", "taken_at", "reacted_at"])
    show(lead)
    return lead


@command("leads.postpone", label=gettext_lazy("Postpone"))
def postpone(*, actor: Actor, lead: Lead, until: dt.datetime, reason: str) -> Lead:
    """
    Put an enquiry off until a moment.

    :raises Refused: it has ended, the moment has passed, or no reason is given.
    """
    rules.check_is_open(lead)
    if not reason.strip():
        raise Refused("leads.no_reason", _("Say why you postpone the enquiry."), missing=["reason"])
    if until <= moment():
        raise Refused("leads.past", _("Choose a moment in the future."), missing=["until"])
    lead.state, lead.postponed_until = Lead.State.POSTPONED, until
    lead.save(update_fields=["state", "postponed_until"])
    entries.tell("leads.postponed", [lead], source=lead, until=until.isoformat(), reason=reason.strip())
    show(lead)
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
def reopen(*, actor: Actor, lead: Lead) -> Lead:
    """
    Bring a rejected enquiry or one taken for spam back into work; one that was nobody's goes to the queue.

    :raises Refused: it ended otherwise.
    """
    if lead.state not in {Lead.State.REJECTED, Lead.State.SPAM}:
        raise Refused("leads.not_rejected", _("Only a rejected enquiry can be brought back."))
    lead.state, lead.closed_at, lead.reject_reason = Lead.State.TAKEN, None, None
    if lead.reacted_at is None:
        start_deadlines(lead, moment())
    lead.save(update_fields=["state", "closed_at", "reject_reason", "react_by", "handle_by"])
    entries.tell("leads.reopened", [lead], source=lead)
    if lead.owner is None:
        give_to(lead, next_person(lead))
    show(lead)
    return lead


@command("leads.wake", label=gettext_lazy("Bring back what was postponed"))
def wake(*, actor: Actor) -> int:
    """Bring the enquiries whose moment has come back to their people; returns how many."""
    due = Lead.objects.filter(state=Lead.State.POSTPONED, postponed_until__lte=moment(), is_deleted=False)
    found = list(due.select_for_update(of=("self",)).select_related("owner").order_by("pk"))
    for lead in found:
        lead.postponed_until = None
        lead.save(update_fields=["postponed_until"])
        give_to(lead, lead.owner)
        entries.tell("leads.woken", [lead], source=lead)
    return len(found)


@command("leads.update", label=gettext_lazy("Change an enquiry"))
def update(*, actor: Actor, lead: Lead, values: dict[str, Any], base_version: int | None = None) -> Lead:
    """
    Change what people have added to an enquiry: its subject and comment; what was received stays.

    :raises Conflict: the same field was changed since `base_version`.
    """
    editing.apply(actor, lead, values, base_version)
    live.tell_topic("leads.lead")
    return lead


def end(lead: Lead, state: str, *, outcome: str = "", deal: str = "") -> Lead:
    """Close an enquiry with its one outcome: its feed tells the reason or the deal."""
    now = moment()
    lead.state, lead.closed_at, lead.reacted_at = state, now, lead.reacted_at or now
    lead.save(update_fields=["state", "closed_at", "reacted_at"])
    entries.tell("leads.ended", [lead], source=lead, state=state, outcome=outcome, deal=deal)
    emit(LeadEnded(lead_id=lead.pk, state=state, deal_id=lead.deal_id))
    show(lead)
    return lead
