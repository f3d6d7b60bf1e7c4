"""Receiving enquiries: reading them as their source says, recognising who asks, joining repeated ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
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
from okno.areas.deals.models import Deal
from okno.areas.documents import commands as documents
from okno.areas.leads import queries, rules
from okno.areas.leads.commands import distributing, handing
from okno.areas.leads.commands.campaigns import campaign_of
from okno.areas.leads.events import LeadReceived, LeadRepeated
from okno.areas.leads.models import Lead, LeadPoint, LeadSource
from okno.kit import contacts as kit_contacts
from okno.kit import money
from okno.kit.commands import command, moment
from okno.kit.errors import Refused
from okno.kit.events import emit
from okno.kit.fields import editing
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.timeline import entries

Points = Sequence[client_queries.Point]


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
    amount: Decimal | None = None,
    kind: Lead.Kind = Lead.Kind.SALE,
    marks: dict[str, str] | None = None,
    raw: dict[str, Any] | None = None,
    received_at: dt.datetime | None = None,
    owner: User | None = None,
    suspicion: str = "",
    values: dict[str, Any] | None = None,
) -> Lead:
    """
    Register an enquiry: recognise the client, give it to whomever the rules find, start its deadlines.

    Fields are read from `raw` where the source says they stand; contact data left out are looked for in the text. The
    same phone or mail address in an open enquiry within the repeat window of the source is written into its feed
    instead; a client with an open deal as young as that gets the enquiry closed at once and shown on the deal.

    :param source: its code; `amount`: what it may bring, in the management currency; `values`: other fields of it.
    :param owner: who takes care of it, by default as the rules say; `suspicion`: why it is kept closed, as spam.
    :raises Refused: the enquiry is empty, there is no such source, or a value is wrong.
    """
    channel = channel_of(source)
    given = (subject, text, name, phone, email, company, inn, city, _written(amount))
    said = dict(zip(rules.FIELDS, given, strict=True)) | rules.mapped(channel.mapping, raw or {})
    lead = described(channel, said, kind, marks or {}, raw or {})
    lead.received_at = received_at or moment()
    joins = owner is None and channel.joins_deals
    kept = _keep_spam(lead, suspicion) if suspicion else take_in(lead, channel, owner, joins_deals=joins)
    return _filled_in(actor, kept, values) if values and kept is lead else kept


def _filled_in(actor: Actor, lead: Lead, values: dict[str, Any]) -> Lead:
    """Whoever registers an enquiry fills it in, though the rules give it to somebody else at once."""
    editing.apply(actor, lead, values, None)
    return lead


def take_in(lead: Lead, channel: LeadSource, owner: User | None, *, joins_deals: bool) -> Lead:
    """Join an enquiry to an open one of the same person or to their deal, else keep it and give it to somebody."""
    points = client_queries.readable_points([lead.phone], [lead.email])
    if repeated := _open_one(points, channel, lead.received_at):
        return _join(repeated, lead, points)
    if lead.client_id is None:
        _recognise(lead, points)
    if joins_deals and (deal := _open_deal(lead, channel)):
        return _join_deal(lead, deal)
    return _register(lead, points, owner)


@command("leads.receive_mail", told_as=gettext_lazy("Make an enquiry of a letter"))
def receive_mail(*, actor: Actor, mail: Mail, source: str) -> Lead:
    """
    Register the enquiry that a letter is; a letter of a site's form is read into its fields: by the template of the
    source, else by the usual names of fields.

    :raises Refused: there is no such source, or the letter is empty and has no sender.
    """
    channel = channel_of(source)
    form = rules.read_letter(channel.template, f"{mail.text}\n{mail.quoted}") if channel.template else {}
    form = form or communications.form_fields(mail)
    name = " ".join(part for part in (form.get("last_name"), form.get("name")) if part)
    lead = receive(
        actor=actor,
        source=source,
        subject=form.get("subject") or mail.subject,
        text=form.get("text") or form.get("message") or mail.text,
        name=name or ("" if form else mail.from_name),
        phone=form.get("phone", ""),
        email=form.get("email", "") or ("" if form else mail.from_address),
        company=form.get("company", ""),
        inn=form.get("inn", ""),
        city=form.get("city", ""),
        amount=money.told_amount(form.get("amount", "")),
        marks=form,
        raw={"mail": mail.pk, **form},
        received_at=mail.at,
    )
    set_about(actor=SYSTEM, mail=mail, about_record="leads.lead", about_id=lead.pk)
    return lead


def described(
    channel: LeadSource, given: Mapping[str, str], kind: str, marks: Mapping[str, str], raw: Mapping[str, Any]
) -> Lead:
    """An enquiry that is not kept yet, as it was received. :raises Refused: it says nothing."""
    said = {**given, **_found_in_text(given)}
    left = [said[key] for key in ("name", "phone", "email", "company")]
    rules.check_has_something(said["subject"], said["text"], left)
    contact = {key: said[key] for key in ("name", "phone", "email", "company", "inn", "city")}
    lead = Lead(source=channel, queue=channel.queue, text=said["text"], kind=kind, raw=dict(raw), **rules.cut(contact))
    lead.subject = rules.subject_of(said["subject"], said["text"], said["name"] or said["company"])
    lead.amount = money.told_amount(said.get("amount", ""))
    lead.marks = rules.marks_of(marks)
    lead.campaign = campaign_of(rules.value_at({**raw, **marks}, channel.campaign_path))
    return lead


def _written(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount)


def _found_in_text(said: Mapping[str, str]) -> dict[str, str]:
    given = {key: said[key].strip() for key in ("phone", "email", "inn")}
    for one in kit_contacts.recognise(said["text"]):
        given[one.kind] = given[one.kind] or one.value
    return given


def _open_one(points: Points, source: LeadSource, now: dt.datetime) -> Lead | None:
    """An open enquiry of the same person within the repeat window of the source."""
    same = Q()
    for point in points:
        same |= Q(kind=point.kind, key=point.key)
    if not same:
        return None
    _take_turns(points)
    since = now - dt.timedelta(days=source.repeat_days)
    # Most people ask for the first time: a look at the points alone says so, and costs a third of reading enquiries.
    asked = LeadPoint.objects.filter(same, lead__closed_at=None, lead__received_at__gte=since)
    ids = list(asked.values_list("lead_id", flat=True))
    if not ids:
        return None
    rows = Lead.objects.select_for_update(of=("self",)).filter(received_at__gte=since, closed_at=None, is_deleted=False)
    return rows.filter(pk__in=ids).order_by("-id").first()


def _take_turns(points: Points) -> None:
    """Of two enquiries of one person that come at once the second one waits here, and then finds the first."""
    keys = sorted({f"leads:{one.kind}:{one.key}" for one in points})
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(%s::text[]) as key", [keys])


def _join(lead: Lead, again: Lead, points: Points) -> Lead:
    """Write a repeat into the feed of the open enquiry; its person hears of it, and what was put off is back."""
    known = set(lead.points.values_list("kind", "key"))
    new = [one for one in points if (one.kind, one.key) not in known]
    LeadPoint.objects.bulk_create(LeadPoint(lead=lead, kind=one.kind, key=one.key) for one in new)
    said: dict[str, Any] = {**_said(again), "raw": again.raw}
    entries.tell("leads.repeated", [lead], at=again.received_at, source=lead, **said)
    emit(LeadRepeated(lead_id=lead.pk, owner_id=lead.owner_id, deal_id=None))
    if lead.state == Lead.State.POSTPONED:
        handing.bring_back(lead)
    handing.show(lead)
    return lead


def _open_deal(lead: Lead, source: LeadSource) -> Deal | None:
    """The newest open deal of the recognised client within the repeat window."""
    if lead.client_id is None:
        return None
    since = lead.received_at - dt.timedelta(days=source.repeat_days)
    rows = Deal.objects.filter(client_id=lead.client_id, closed_at=None, is_deleted=False, created_at__gte=since)
    return rows.select_related("owner").order_by("-id").first()


def _join_deal(lead: Lead, deal: Deal) -> Lead:
    """Keep an enquiry as a word more on the deal that is under way; the person of the deal hears of it."""
    lead.deal, lead.owner, lead.department_id = deal, deal.owner, deal.department_id
    lead.state, lead.closed_at, lead.reacted_at = Lead.State.MERGED, lead.received_at, lead.received_at
    lead.told = {"outcome": "deal", "chosen": deal.owner.name if deal.owner else ""}
    _number(lead)
    lead.save()
    said: dict[str, Any] = _said(lead)
    entries.tell("leads.repeated", [lead, deal, deal.client], at=lead.received_at, source=lead, **said)
    emit(LeadRepeated(lead_id=lead.pk, owner_id=lead.owner_id, deal_id=deal.pk))
    handing.show(lead)
    return lead


def channel_of(source: str) -> LeadSource:
    """A source in use, by its code or, as files have it, by its name. :raises Refused: there is none."""
    found = queries.source(source) or queries.source_by_name(source)
    if found is None:
        raise Refused("leads.no_source", _("There is no source of enquiries “%(source)s”."), source=source)
    return found


def _recognise(lead: Lead, points: Points) -> None:
    """Note the client when one alone has the phone, the mail address or the INN."""
    inn = lead.inn if kit_contacts.is_inn(lead.inn) else ""
    sure = client_queries.sure(client_queries.recognise(points, inn))
    if sure is not None:
        lead.client_id, lead.contact_id, lead.recognised_by = sure.client_id, sure.contact_id, sure.reason


def _register(lead: Lead, points: Points, owner: User | None) -> Lead:
    """Give an enquiry to somebody, keep it, tell it in the feeds."""
    distributing.set_rule(lead)
    distributing.start_deadlines(lead, lead.received_at)
    if owner is not None:
        lead.told = {"outcome": "given", "chosen": owner.name}
    handing.place(lead, owner or distributing.find_person(lead))
    _number(lead)
    lead.save()
    LeadPoint.objects.bulk_create(LeadPoint(lead=lead, kind=one.kind, key=one.key) for one in points)
    _tell_received(lead, [lead, *([lead.client] if lead.client else [])])
    emit(LeadReceived(lead_id=lead.pk, owner_id=lead.owner_id, source=lead.source.code if lead.source else ""))
    handing.show(lead)
    if lead.owner is None:
        handing.offer(lead)
        handing.tell_stuck(lead)
    return lead


def _keep_spam(lead: Lead, suspicion: str) -> Lead:
    """Keep what looks like spam where people can find it, out of everybody's way."""
    lead.state, lead.closed_at, lead.comment = Lead.State.SPAM, lead.received_at, suspicion
    lead.department_id = distributing.department_of_queue(lead)
    _number(lead)
    lead.save()
    _tell_received(lead, [lead])
    handing.show(lead)
    return lead


def _number(lead: Lead) -> None:
    lead.number = documents.next_number(kind="leads.lead", on=lead.received_at.date())


def _tell_received(lead: Lead, on: list[Any]) -> None:
    said: dict[str, Any] = _said(lead)
    entries.tell("leads.received", on, at=lead.received_at, source=lead, **said)


def _said(lead: Lead) -> dict[str, str]:
    channel = lead.source.name if lead.source else ""
    return {"subject": lead.subject, "text": lead.text[:2000], "channel": channel}
