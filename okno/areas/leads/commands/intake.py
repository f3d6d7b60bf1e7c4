"""The intake of an inquiry by hand: who, what about, and what is done with it at once; it always leaves an entry."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.areas.calendar import commands as calendar
from okno.areas.calendar.models import Task
from okno.areas.calendar.record import TASK
from okno.areas.clients import queries as clients
from okno.areas.clients.models import Client, Contact, Prospect
from okno.areas.deals.models import Deal
from okno.areas.leads import queries, rules
from okno.areas.leads.commands import converting, handling, receiving
from okno.areas.leads.models import Lead, LeadSource, RejectReason
from okno.kit.commands import command, moment
from okno.kit.fields import making
from okno.kit.permissions import Actor
from okno.kit.timeline import entries

# How they talked: as the source says (a call is an incoming one), so, or not at all.
Talk = Literal["", "call_in", "call_out", "meeting", "none"]
TALKS = {
    "call_in": (Task.Kind.CALL, Task.Direction.IN),
    "call_out": (Task.Kind.CALL, Task.Direction.OUT),
    "meeting": (Task.Kind.MEETING, None),
}
# What leaves the inquiry with whoever takes it in: a day given with it is that of their next step.
KEPT = {"mine", "deal", "attach", "task"}
Action = Literal["mine", "deal", "attach", "queue", "redirect", "task", "reject", "spam"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """What is done with the inquiry."""

    action: str
    client: Client | None
    deal: Deal | None
    owner: User | None
    due_at: dt.datetime | None
    reason: RejectReason | None
    contact: Contact | None
    talk: Talk
    duration: int | None
    values: dict[str, Any]


@command("leads.intake", label=gettext_lazy("Take an inquiry"), hands_over=True)
def intake(
    *,
    actor: Actor,
    source: str,
    action: Action,
    text: str = "",
    name: str = "",
    phone: str = "",
    email: str = "",
    inn: str = "",
    kind: Lead.Kind = Lead.Kind.SALE,
    client: Client | None = None,
    contact: Contact | None = None,
    prospect: Prospect | None = None,
    deal: Deal | None = None,
    owner: User | None = None,
    due_at: dt.datetime | None = None,
    reason: RejectReason | None = None,
    talk: Talk = "",
    duration: int | None = None,
    values: dict[str, Any] | None = None,
) -> Lead:
    """
    Write an inquiry and its talk down and act on it: keep it (`mine`), open a deal, attach it to one, let the rules
    decide (`queue`), redirect it, plan a task, reject it, take it for spam. An open one of the person gets a repeat.

    :param due_at: the next step of whoever keeps it, a task; `values`: of a new deal, of tasks as `task.x_region`.
    :raises Refused: it says nothing, or what the action needs is not given.
    """
    what: dict[str, Any] = {"client": client, "deal": deal, "owner": owner, "reason": reason}
    _check(action, contact, **what)
    channel = receiving.channel_of(source)
    what |= {"talk": talk or _talk_by(channel), "duration": duration, "values": values or {}, "due_at": due_at}
    chosen = _Chosen(action=action, contact=contact, **what)
    typed = {"text": text, "name": name, "phone": phone, "email": email, "inn": inn}
    lead = receiving.described(channel, _said(typed, client, contact, prospect), kind, {}, {**typed, "by": actor.name})
    lead.received_at, lead.client, lead.contact = moment(), client, contact
    found = _tied(receiving.take_in(lead, channel, _person(actor, chosen), joins_deals=False), prospect)
    return _go_on(actor, found, chosen, text.strip() or lead.subject)


def _talk_by(channel: LeadSource) -> Talk:
    return "call_in" if channel.kind == LeadSource.Kind.CALL else "none"


def _go_on(actor: Actor, lead: Lead, chosen: _Chosen, said: str) -> Lead:
    """Write the talk down and act, as far as the enquiry is within reach: a repeat may be somebody else's."""
    is_seen = queries.leads(actor).filter(pk=lead.pk).exists()
    _note_talk(actor, lead if is_seen else None, chosen, said)
    if is_seen and lead.closed_at is None:
        _act(actor, lead, chosen)
    return lead


def _note_talk(actor: Actor, lead: Lead | None, chosen: _Chosen, said: str) -> None:
    """The talk in the feeds of the enquiry, when it is seen, and of the client."""
    if chosen.talk not in TALKS or not actor.user_id or not actor.may(calendar.note_held.name):
        return
    kind, direction = TALKS[chosen.talk]
    with making.naming(TASK, "task"):
        calendar.note_held(
            actor=actor,
            kind=kind,
            direction=direction,
            text=said,
            duration=chosen.duration,
            client=chosen.client,
            contact=chosen.contact,
            about_record="leads.lead" if lead else "",
            about_id=lead.pk if lead else None,
            values=making.of(chosen.values, "task"),
        )


def _check(action: Action, contact: Contact | None, *, client: Client | None, **given: Any) -> None:
    """:raises Refused: what the action needs is not given, or the contact is somebody else's."""
    rules.check_intake(action, client=client, **given)
    if client is not None:
        rules.check_is_of(contact, is_with=contact is not None and clients.is_with(contact, client))


def _tied(lead: Lead, prospect: Prospect | None) -> Lead:
    """Let an enquiry be of a prospect: it stands in their feed, and a deal makes a client of them."""
    if prospect is None:
        return lead
    if lead.prospect_id is None:
        lead.prospect = prospect
        lead.save(update_fields=["prospect"])
    entries.carry_over(lead, prospect)
    return lead


def _said(
    typed: dict[str, str], client: Client | None, contact: Contact | None, prospect: Prospect | None
) -> dict[str, str]:
    """What is known of whoever asks: typed, else from the card."""
    person = contact or (client if client and client.kind == Client.Kind.PERSON else None)
    card = contact or client
    company = client if client and client is not person else None if client else _company_of(prospect)
    return {
        "subject": "" if typed["text"].strip() else _("Inquiry without words"),
        "text": typed["text"],
        "name": typed["name"] or (person.name if person else ""),
        "phone": typed["phone"] or (card.phone if card else ""),
        "email": typed["email"] or (card.email if card else ""),
        "company": company.name if company else "",
        "inn": typed["inn"] or (client.inn if client else ""),
        "city": client.city if client else prospect.city if prospect else "",
    }


def _company_of(prospect: Prospect | None) -> Prospect | None:
    return prospect if prospect and prospect.kind != Client.Kind.PERSON else None


def _person(actor: Actor, chosen: _Chosen) -> User | None:
    """Who takes care of it from now on; nobody when the rules decide."""
    if chosen.action == "queue":
        return None
    if chosen.action == "redirect":
        return chosen.owner or (chosen.client.owner if chosen.client else None)
    return User.objects.filter(pk=actor.user_id).first() if actor.user_id else None


def _act(actor: Actor, lead: Lead, chosen: _Chosen) -> None:
    """Do with the enquiry what was chosen."""
    match chosen.action:
        case "deal":
            converting.convert(actor=actor, lead=lead, client=chosen.client, values=chosen.values)
        case "attach":
            converting.convert(actor=actor, lead=lead, deal=chosen.deal)
        case "reject":
            handling.reject(actor=actor, lead=lead, reason=chosen.reason)
        case "spam":
            handling.mark_spam(actor=actor, lead=lead)
        case "mine" | "task":
            handling.take(actor=actor, lead=lead)
    if chosen.action == "task" or (chosen.due_at and chosen.action in KEPT):
        _plan(actor, lead, chosen)


def _plan(actor: Actor, lead: Lead, chosen: _Chosen) -> None:
    """The next step: about the deal where there is one now."""
    lead.refresh_from_db(fields=["deal"])
    record, row_id = ("deals.deal", lead.deal_id) if lead.deal_id else ("leads.lead", lead.pk)
    planned = calendar.add_task(
        actor=actor,
        title=lead.subject,
        due_at=chosen.due_at,
        client=chosen.client,
        contact=chosen.contact,
        text=lead.text,
        about_record=record,
        about_id=row_id,
    )
    making.finish(actor, planned, making.fitting(actor, planned, chosen.values, under="task"), under="task")
