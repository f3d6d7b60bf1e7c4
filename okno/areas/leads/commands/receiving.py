"""Receiving enquiries: recognising who asks, joining repeated ones, starting deadlines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.areas.clients import queries as client_queries
from okno.areas.communications import queries as communications
from okno.areas.communications.commands import set_about
from okno.areas.communications.models import Mail
from okno.areas.documents import commands as documents
from okno.areas.leads import queries, rules
from okno.areas.leads.commands.handing import department_of_queue, give_to, next_person, show, start_deadlines
from okno.areas.leads.events import LeadReceived
from okno.areas.leads.models import Lead, LeadPoint, LeadSource
from okno.kit import contacts as kit_contacts
from okno.kit.commands import command, moment
from okno.kit.errors import Refused
from okno.kit.events import emit
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.timeline import entries


@command("leads.receive", label=gettext_lazy("Register an enquiry"), hands_over=True)
def receive(
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
    owner: User | None = None,
    suspicion: str = "",
) -> Lead:
    """
    Register an enquiry: recognise the client, give it to the next person of the queue, start its deadlines.

    Contact data left out are looked for in the text. The same phone or mail address in an open enquiry within the
    repeat window of the source is written into its feed instead.

    :param source: code of the source.
    :param owner: the person who takes care of it; by default the queue decides.
    :param suspicion: why it is taken for spam: it is kept closed, and nobody is given it.
    :raises Refused: the enquiry is empty, or there is no such source.
    """
    channel = _channel(source)
    phone, email, inn = _found_in_text(text, phone, email, inn)
    rules.check_has_something(subject, text, [name, phone, email, company])
    now = received_at or moment()
    points = client_queries.readable_points([phone], [email])
    if not suspicion and (repeated := _open_one(points, channel, now)):
        return _join(repeated, subject, text, raw or {}, now)
    said = {"name": name, "phone": phone, "email": email, "company": company, "inn": inn, "city": city}
    lead = Lead(source=channel, queue=channel.queue, text=text, received_at=now, raw=raw or {}, **rules.cut(said))
    lead.subject, lead.marks = rules.subject_of(subject, text, name or company), rules.marks_of(marks or {})
    return _keep_spam(lead, suspicion) if suspicion else _register(lead, points, owner)


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


def _found_in_text(text: str, phone: str, email: str, inn: str) -> tuple[str, str, str]:
    given = {"phone": phone.strip(), "email": email.strip(), "inn": inn.strip()}
    for one in kit_contacts.recognise(text):
        given[one.kind] = given[one.kind] or one.value
    return given["phone"], given["email"], given["inn"]


def _open_one(points: list[client_queries.Point], source: LeadSource, now: dt.datetime) -> Lead | None:
    """An open enquiry of the same person within the repeat window of the source."""
    same = Q()
    for point in points:
        same |= Q(points__kind=point.kind, points__key=point.key)
    if not same:
        return None
    _take_turns(points)
    since = now - dt.timedelta(days=source.repeat_days)
    rows = Lead.objects.select_for_update(of=("self",)).filter(received_at__gte=since, closed_at=None, is_deleted=False)
    return rows.filter(pk__in=Lead.objects.filter(same).values("pk")).order_by("-id").first()


def _take_turns(points: Sequence[client_queries.Point]) -> None:
    """Of two enquiries of one person that come at once the second one waits here, and then finds the first."""
    keys = sorted({f"leads:{one.kind}:{one.key}" for one in points})
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(%s::text[]) as key", [keys])


def _join(lead: Lead, subject: str, text: str, raw: Mapping[str, Any], now: dt.datetime) -> Lead:
    entries.tell("leads.repeated", [lead], at=now, source=lead, subject=subject, text=text[:2000], raw=dict(raw))
    show(lead)
    return lead


def _channel(source: str) -> LeadSource:
    found = queries.source(source)
    if found is None:
        raise Refused("leads.no_source", _("There is no source of enquiries “%(source)s”."), source=source)
    return found


def _register(lead: Lead, points: Sequence[client_queries.Point], owner: User | None) -> Lead:
    """Keep an enquiry, tell it in the feeds, give it to somebody."""
    sure = client_queries.sure(client_queries.recognise(points, lead.inn if kit_contacts.is_inn(lead.inn) else ""))
    if sure is not None:
        lead.client_id, lead.contact_id, lead.recognised_by = sure.client_id, sure.contact_id, sure.reason
    _number(lead)
    start_deadlines(lead, lead.received_at)
    lead.save()
    LeadPoint.objects.bulk_create(LeadPoint(lead=lead, kind=one.kind, key=one.key) for one in points)
    _tell_received(lead, [lead, *([lead.client] if lead.client else [])])
    give_to(lead, owner or next_person(lead))
    emit(LeadReceived(lead_id=lead.pk, owner_id=lead.owner_id, source=lead.source.code if lead.source else ""))
    return lead


def _keep_spam(lead: Lead, suspicion: str) -> Lead:
    """Keep what looks like spam where people can find it, out of everybody's way."""
    lead.state, lead.closed_at, lead.comment = Lead.State.SPAM, lead.received_at, suspicion
    lead.department_id = department_of_queue(lead)
    _number(lead)
    lead.save()
    _tell_received(lead, [lead])
    show(lead)
    return lead


def _number(lead: Lead) -> None:
    lead.number = documents.next_number(actor=SYSTEM, kind="leads.lead", on=lead.received_at.date())


def _tell_received(lead: Lead, on: list[Any]) -> None:
    entries.tell("leads.received", on, at=lead.received_at, source=lead, subject=lead.subject, text=lead.text[:2000])
