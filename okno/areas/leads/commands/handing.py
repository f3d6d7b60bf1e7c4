"""Giving enquiries to people: by turn, by hand, back to the queue."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.areas.calendar import queries as calendar
from okno.areas.leads import rules
from okno.areas.leads.events import LeadGiven
from okno.areas.leads.models import Lead, LeadQueue, QueueMember
from okno.kit import live
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.events import emit
from okno.kit.permissions import Actor
from okno.kit.timeline import entries
from okno.kit.worktime import add_work


@command("leads.give", label=gettext_lazy("Give to a person"), hands_over=True)
def give(*, actor: Actor, lead: Lead, owner: User) -> Lead:
    """Give an enquiry to a person. :raises Refused: it has ended."""
    rules.check_is_open(lead)
    give_to(lead, owner)
    entries.tell("leads.given", [lead], source=lead, owner=owner.name)
    emit(LeadGiven(lead_id=lead.pk, owner_id=owner.pk))
    return lead


@command("leads.return_to_queue", label=gettext_lazy("Return to the queue"), hands_over=True)
def return_to_queue(*, actor: Actor, lead: Lead, reason: str) -> Lead:
    """
    Give an enquiry back: the next person of the queue gets it.

    :raises Refused: it has ended, or no reason is given.
    """
    rules.check_is_open(lead)
    if not reason.strip():
        raise Refused("leads.no_reason", _("Say why you return the enquiry."), missing=["reason"])
    left = lead.owner_id
    give_to(lead, next_person(lead, but=left))
    entries.tell("leads.returned", [lead], source=lead, reason=reason.strip())
    return lead


def start_deadlines(lead: Lead, now: dt.datetime) -> None:
    """Start the clocks of reaction and handling, in working time."""
    if lead.queue is None:
        return
    schedule = calendar.default_schedule()
    lead.react_by = add_work(now, dt.timedelta(minutes=lead.queue.react_minutes), schedule)
    lead.handle_by = add_work(now, dt.timedelta(minutes=lead.queue.handle_minutes), schedule)


def next_person(lead: Lead, but: int | None = None) -> User | None:
    """Whom the queue gives the enquiry to. Its people are locked, so that two enquiries never take one turn."""
    queue = lead.queue
    if queue is None:
        return None
    if queue.to_client_owner and lead.client and lead.client.owner and _takes_work(lead.client.owner, but):
        return lead.client.owner
    members = list(
        QueueMember.objects.select_for_update(of=("self",)).filter(queue=queue).select_related("user").order_by("id")
    )
    chosen = rules.next_in_turn(_people(queue, members, but))
    if chosen is None:
        return None
    member = next(one for one in members if one.user_id == chosen.user_id)
    # The clock of the statement, not of the command: of two commands that began together one waits for the turn.
    QueueMember.objects.filter(pk=member.pk).update(served_at=Now())
    return member.user


def _people(queue: LeadQueue, members: list[QueueMember], but: int | None) -> list[rules.Person]:
    limited = any(member.open_limit for member in members)
    rows = Lead.objects.filter(queue=queue, closed_at=None).values_list("owner_id").annotate(Count("id"))
    open_now: dict[int | None, int] = dict(rows) if limited else {}
    return [
        rules.Person(
            user_id=member.user_id,
            served_at=member.served_at,
            is_available=_takes_work(member.user, but),
            open_now=open_now.get(member.user_id, 0),
            open_limit=member.open_limit,
        )
        for member in members
    ]


def _takes_work(user: User, but: int | None) -> bool:
    return user.is_active and user.is_available and user.pk != but


def give_to(lead: Lead, owner: User | None) -> None:
    """Make a person responsible: whatever was done before, for them the enquiry is a new one."""
    lead.owner, lead.department_id = owner, owner.department_id if owner else department_of_queue(lead)
    lead.state = Lead.State.GIVEN if owner else Lead.State.NEW
    lead.save(update_fields=["owner", "department", "state"])
    show(lead)


def department_of_queue(lead: Lead) -> int | None:
    """Whose an enquiry is that nobody was given: the department of the first of its queue, so that its head sees it."""
    members = QueueMember.objects.filter(queue=lead.queue, user__department__isnull=False).order_by("id")
    found: int | None = members.values_list("user__department_id", flat=True).first()
    return found


def show(lead: Lead) -> None:
    """Let open pages ask again, and tell the person who was given the enquiry."""
    live.tell_topic("leads.lead")
    live.tell_users(
        [lead.owner_id], "leads.lead", lead.pk, kind="given" if lead.state == Lead.State.GIVEN else "changed"
    )
