"""Writes of leads: receiving, giving, taking, converting and rejecting enquiries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.areas.calendar import queries as calendar
from okno.areas.clients import commands as clients
from okno.areas.clients import queries as client_queries
from okno.areas.clients import rules as client_rules
from okno.areas.clients.models import Client, Contact
from okno.areas.communications import queries as communications
from okno.areas.communications.commands import set_about
from okno.areas.communications.models import Mail
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.documents import commands as documents
from okno.areas.leads import queries, rules
from okno.areas.leads.events import LeadEnded, LeadGiven, LeadReceived
from okno.areas.leads.models import Lead, LeadPoint, LeadQueue, LeadSource, QueueMember, RejectReason
from okno.kit import contacts as kit_contacts
from okno.kit import live
from okno.kit.commands import command, moment
from okno.kit.errors import Refused
from okno.kit.events import emit
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.timeline import entries
from okno.kit.worktime import add_work


@command("leads.receive", label=gettext_lazy("Register an enquiry"), hands_over=True)
def receive(  # noqa: PLR0913 - the fields of an enquiry
    *,
    actor: Actor,
    source: str,
    subject: str = "",
    text: str = "",
    name: str = "",
    phone: str = "",
    email: str = "",
    company: str = "",
    inn: str = "",
    city: str = "",
    marks: dict[str, str] | None = None,
    raw: dict[str, Any] | None = None,
    received_at: dt.datetime | None = None,
) -> Lead:
    """
    Register an enquiry: recognise the client, give it to the next person of the queue, start its deadlines.

    Contact data left out are looked for in the text. The same phone or mail address in an open enquiry within the
    repeat window of the source is written into its feed instead.

    :param source: code of the source.
    :raises Refused: the enquiry is empty, or there is no such source.
    """
    phone, email, inn = _found_in_text(text, phone, email, inn)
    rules.check_has_something(subject, text, [name, phone, email, company])
    channel = queries.source(source)
    if channel is None:
        raise Refused("leads.no_source", _("There is no source of enquiries “%(source)s”."), source=source)
    now = received_at or moment()
    points = client_rules.readable_points([phone], [email])
    if repeated := _open_one(points, channel, now):
        return _join(repeated, subject, text, raw or {}, now)
    sure = client_queries.sure(client_queries.recognise(points, inn if kit_contacts.is_inn(inn) else ""))
    lead = Lead.objects.create(
        number=documents.next_number(actor=SYSTEM, kind="leads.lead", on=now.date()),
        source=channel,
        queue=channel.queue,
        subject=rules.subject_of(subject, text, name or company),
        text=text,
        name=name[:200],
        phone=phone[:100],
        email=email[:254],
        company=company[:255],
        inn=inn[:12],
        city=city[:100],
        marks=rules.marks_of(marks or {}),
        raw=raw or {},
        client_id=sure.client_id if sure else None,
        contact_id=sure.contact_id if sure else None,
        recognised_by=sure.reason if sure else "",
        received_at=now,
        **_deadlines(channel.queue, now),
    )
    LeadPoint.objects.bulk_create(LeadPoint(lead=lead, kind=one.kind, key=one.key) for one in points)
    on: list[Any] = [lead, *([lead.client] if lead.client else [])]
    entries.tell("leads.received", on, at=now, source=lead, subject=lead.subject, text=lead.text[:2000])
    _give_to(lead, _next_person(lead))
    emit(LeadReceived(lead_id=lead.pk, owner_id=lead.owner_id, source=channel.code))
    return lead


@command("leads.receive_mail")
def receive_mail(*, actor: Actor, mail: Mail, source: str) -> Lead:
    """
    Register the enquiry that a letter is; a letter of a site's form is read into its fields.

    :raises Refused: there is no such source, or the letter is empty and has no sender.
    """
    form = communications.form_fields(mail)
    name = " ".join(part for part in (form.get("last_name"), form.get("name")) if part)
    lead = receive(
        actor=actor,
        source=source,
        subject=form.get("subject") or mail.subject,
        text=form.get("message") or mail.text,
        name=name or ("" if form else mail.from_name),
        phone=form.get("phone", ""),
        email=form.get("email", "") or ("" if form else mail.from_address),
        company=form.get("company", ""),
        inn=form.get("inn", ""),
        city=form.get("city", ""),
        marks=form,
        raw={"mail": mail.pk, **form},
        received_at=mail.at,
    )
    set_about(actor=SYSTEM, mail=mail, about_record="leads.lead", about_id=lead.pk)
    return lead


@command("leads.give", label=gettext_lazy("Give to a person"), hands_over=True)
def give(*, actor: Actor, lead: Lead, owner: User) -> Lead:
    """Give an enquiry to a person. :raises Refused: it has ended."""
    rules.check_is_open(lead)
    _give_to(lead, owner)
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
    _give_to(lead, _next_person(lead, but=left))
    entries.tell("leads.returned", [lead], source=lead, reason=reason.strip())
    return lead


@command("leads.take", label=gettext_lazy("Take into work"))
def take(*, actor: Actor, lead: Lead) -> Lead:
    """Take an enquiry into work: the reaction is noted. :raises Refused: it has ended."""
    rules.check_is_open(lead)
    if lead.owner_id is None and actor.user_id:
        _give_to(lead, User.objects.get(pk=actor.user_id))
    now = moment()
    lead.state, lead.taken_at = Lead.State.TAKEN, lead.taken_at or now
    lead.reacted_at = lead.reacted_at or now
    lead.save(update_fields=["state", "taken_at", "reacted_at"])
    _show(lead)
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
    _show(lead)
    return lead


@command("leads.reject", label=gettext_lazy("Reject"))
def reject(*, actor: Actor, lead: Lead, reason: RejectReason | None = None, comment: str = "") -> Lead:
    """Close an enquiry without a deal. :raises Refused: it has ended, or no reason is given."""
    rules.check_can_reject(lead, reason)
    lead.reject_reason, lead.comment = reason, comment or lead.comment
    lead.save(update_fields=["reject_reason", "comment"])
    return _end(lead, Lead.State.REJECTED, reason.name if reason else "")


@command("leads.mark_spam", label=gettext_lazy("Spam"))
def mark_spam(*, actor: Actor, lead: Lead) -> Lead:
    """Close an enquiry as spam. :raises Refused: it has ended."""
    rules.check_is_open(lead)
    return _end(lead, Lead.State.SPAM, "")


@command("leads.reopen", label=gettext_lazy("Bring back into work"))
def reopen(*, actor: Actor, lead: Lead) -> Lead:
    """Bring a rejected enquiry or one taken for spam back into work. :raises Refused: it ended otherwise."""
    if lead.state not in {Lead.State.REJECTED, Lead.State.SPAM}:
        raise Refused("leads.not_rejected", _("Only a rejected enquiry can be brought back."))
    lead.state, lead.closed_at, lead.reject_reason = Lead.State.TAKEN, None, None
    lead.save(update_fields=["state", "closed_at", "reject_reason"])
    entries.tell("leads.reopened", [lead], source=lead)
    _show(lead)
    return lead


@command("leads.convert", label=gettext_lazy("Turn into a deal"))
def convert(
    *,
    actor: Actor,
    lead: Lead,
    client: Client | None = None,
    deal: Deal | None = None,
    title: str = "",
) -> Deal:
    """
    Turn an enquiry into a client, a contact and a deal, or attach it to those found; its feed goes along.

    :param client: the client found; by default the recognised one, else a new one is made.
    :param deal: an open deal to attach to instead of opening one.
    :raises Refused: the enquiry has ended.
    """
    rules.check_is_open(lead)
    owner = lead.owner or User.objects.filter(pk=actor.user_id).first()
    found = (deal.client if deal else None) or client or lead.client or _new_client(actor, lead, owner)
    contact = lead.contact if lead.contact and lead.contact.client_id == found.pk else _contact(actor, lead, found)
    made = deal or deals.open_deal(
        actor=actor,
        title=title or lead.subject,
        client=found,
        contact=contact,
        owner=owner,
        need=lead.text,
        source=lead.source.name if lead.source else "",
        utm=lead.marks,
    )
    lead.client, lead.contact, lead.deal = found, contact, made
    lead.reacted_at = lead.reacted_at or moment()
    lead.save(update_fields=["client", "contact", "deal", "reacted_at"])
    entries.carry_over(lead, made)
    entries.carry_over(lead, found)
    _end(lead, Lead.State.CONVERTED, made.title)
    return made


@command("leads.set_queue", label=gettext_lazy("Set up a queue"))
def set_queue(
    *, actor: Actor, code: str, name: str, people: list[User], react_minutes: int = 15, handle_minutes: int = 240
) -> LeadQueue:
    """Make a queue of enquiries or change it; people left out are not served any more."""
    values = {"name": name, "react_minutes": react_minutes, "handle_minutes": handle_minutes}
    queue, _made = LeadQueue.objects.update_or_create(code=code, defaults=values)
    queue.members.exclude(user__in=people).delete()
    for user in people:
        QueueMember.objects.get_or_create(queue=queue, user=user)
    return queue


@command("leads.set_source", label=gettext_lazy("Set up a source"))
def set_source(*, actor: Actor, code: str, name: str, kind: str, queue: LeadQueue) -> LeadSource:
    """Make a source of enquiries or change it."""
    values = {"name": name, "kind": LeadSource.Kind(kind), "queue": queue, "is_deleted": False}
    found, _made = LeadSource.objects.update_or_create(code=code, defaults=values)
    return found


@command("leads.set_reject_reasons", label=gettext_lazy("Set reasons of rejection"))
def set_reject_reasons(*, actor: Actor, names: list[str]) -> None:
    """Replace the list of reasons, in this order; those in use stay with their enquiries."""
    RejectReason.objects.exclude(name__in=names).update(is_deleted=True)
    for position, name in enumerate(names):
        RejectReason.objects.update_or_create(name=name, defaults={"position": position, "is_deleted": False})


def _found_in_text(text: str, phone: str, email: str, inn: str) -> tuple[str, str, str]:
    given = {"phone": phone.strip(), "email": email.strip(), "inn": inn.strip()}
    for one in kit_contacts.recognise(text):
        given[one.kind] = given[one.kind] or one.value
    return given["phone"], given["email"], given["inn"]


def _deadlines(queue: LeadQueue, now: dt.datetime) -> dict[str, dt.datetime]:
    schedule = calendar.default_schedule()
    return {
        "react_by": add_work(now, dt.timedelta(minutes=queue.react_minutes), schedule),
        "handle_by": add_work(now, dt.timedelta(minutes=queue.handle_minutes), schedule),
    }


def _open_one(points: list[client_rules.Point], source: LeadSource, now: dt.datetime) -> Lead | None:
    """An open enquiry of the same person within the repeat window of the source."""
    same = Q()
    for point in points:
        same |= Q(points__kind=point.kind, points__key=point.key)
    if not same:
        return None
    since = now - dt.timedelta(days=source.repeat_days)
    rows = Lead.objects.select_for_update(of=("self",)).filter(received_at__gte=since, closed_at=None, is_deleted=False)
    return rows.filter(pk__in=Lead.objects.filter(same).values("pk")).order_by("-id").first()


def _join(lead: Lead, subject: str, text: str, raw: Mapping[str, Any], now: dt.datetime) -> Lead:
    entries.tell("leads.repeated", [lead], at=now, source=lead, subject=subject, text=text[:2000], raw=dict(raw))
    _show(lead)
    return lead


def _next_person(lead: Lead, but: int | None = None) -> User | None:
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


def _give_to(lead: Lead, owner: User | None) -> None:
    lead.owner, lead.department_id = owner, owner.department_id if owner else None
    if lead.state in {Lead.State.NEW, Lead.State.GIVEN}:
        lead.state = Lead.State.GIVEN if owner else Lead.State.NEW
    lead.save(update_fields=["owner", "department", "state"])
    _show(lead)


def _new_client(actor: Actor, lead: Lead, owner: User | None) -> Client:
    shown = _shown_points(lead) if not (lead.name and lead.company) else {}
    return clients.add(
        actor=actor,
        name=lead.company or lead.name or shown.get("phone") or shown.get("email") or lead.subject,
        kind=Client.Kind.COMPANY if lead.company else Client.Kind.PERSON,
        inn=lead.inn if kit_contacts.is_inn(lead.inn) else "",
        phone=shown.get("phone", ""),
        email=shown.get("email", ""),
        city=lead.city,
        source=lead.source.name if lead.source else "",
        owner=owner,
    )


def _contact(actor: Actor, lead: Lead, client: Client) -> Contact | None:
    """The person who wrote, at the client: made when a name was left besides the company's."""
    if not lead.name or client.kind == Client.Kind.PERSON:
        return None
    known = Contact.objects.filter(client=client, name__iexact=lead.name, is_deleted=False).first()
    shown = _shown_points(lead)
    return known or clients.add_contact(
        actor=actor, name=lead.name, client=client, phone=shown.get("phone", ""), email=shown.get("email", "")
    )


def _shown_points(lead: Lead) -> dict[str, str]:
    """The phone and the mail address of an enquiry as they are shown, if they can be read."""
    return {one.kind: one.value for one in client_rules.readable_points([lead.phone], [lead.email])}


def _end(lead: Lead, state: str, outcome: str) -> Lead:
    now = moment()
    lead.state, lead.closed_at, lead.reacted_at = state, now, lead.reacted_at or now
    lead.save(update_fields=["state", "closed_at", "reacted_at"])
    entries.tell("leads.ended", [lead], source=lead, state=state, outcome=outcome)
    emit(LeadEnded(lead_id=lead.pk, state=state, deal_id=lead.deal_id))
    _show(lead)
    return lead


def _show(lead: Lead) -> None:
    live.tell_topic("leads.lead")
    live.tell_users([lead.owner_id], "leads.lead", lead.pk, kind="given" if lead.state == Lead.State.GIVEN else "changed")


