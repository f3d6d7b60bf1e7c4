"""Writes of billing: invoices, payments and shipments."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.areas.billing import queries, rules
from okno.areas.billing.commands import news
from okno.areas.billing.events import (
    InvoiceAssigned,
    InvoiceDrawn,
    InvoiceSent,
)
from okno.areas.billing.models import Invoice, InvoiceLine
from okno.areas.catalog import queries as catalog
from okno.areas.catalog.models import PriceType
from okno.areas.clients.models import Client, LegalEntity
from okno.areas.communications import commands as communications
from okno.areas.communications.models import Mail
from okno.areas.deals import queries as deals
from okno.areas.deals.models import Deal
from okno.areas.documents import commands as documents
from okno.areas.documents import queries as document_queries
from okno.areas.documents.models import Organisation
from okno.kit import files, live, money, rates
from okno.kit.attachments import commands as attachments
from okno.kit.commands import command, moment, today
from okno.kit.errors import Refused
from okno.kit.events import emit
from okno.kit.fields import editing
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import CUSTOM_PREFIX
from okno.kit.timeline import entries


@command("billing.draw", label=gettext_lazy("Draw an invoice"), makes="billing.invoice")
def draw(
    *,
    actor: Actor,
    client: Client,
    deal: Deal | None = None,
    legal_entity: LegalEntity | None = None,
    organisation: Organisation | None = None,
    lines: list[dict[str, Any]] | None = None,
    date: dt.date | None = None,
    due_date: dt.date | None = None,
    comment: str = "",
    owner: User | None = None,
    currency: str = "",
    price_type: PriceType | None = None,
) -> Invoice:
    """
    Draw an invoice to a client, numbered within the organisation and the year; by default who keeps the deal keeps it.

    :param lines: as `set_lines` takes them; by default those of the deal, by the rates of the day.
    :param currency: by default that of the deal, and so is `price_type`: that of goods that are added later.
    :raises Refused: there is no organisation yet, the deal or the legal entity is another client's, a line is wrong, or
        there is no such currency or no rate of it.
    """
    rules.check_belongs(client, deal, legal_entity)
    ours, day = organisation or _organisation_of(deal), date or today()
    code = money.currency_code(currency or (deal.currency if deal else rates.MANAGEMENT))
    invoice = Invoice.objects.create(
        **_numbered(ours, day),
        client=client,
        legal_entity=legal_entity or _payer_of(client),
        deal=deal,
        currency=code,
        price_type=price_type or (deal.price_type if deal else None),
        due_date=due_date,
        comment=comment,
        **_keeper(actor, owner, deal),
    )
    _write_lines(invoice, _lines_of_deal(invoice) if lines is None else _priced(invoice, lines))
    _tell_drawn(invoice)
    return invoice


def _numbered(ours: Organisation, day: dt.date) -> dict[str, Any]:
    """What an invoice has of the organisation that draws it: the next number of the year, the account, how VAT goes."""
    number = documents.next_number(kind="billing.invoice", on=day, organisation=ours)
    account = document_queries.default_account(ours)
    return {"number": number, "date": day, "organisation": ours, "account": account, "vat_mode": ours.vat}


@command("billing.set_lines", label=gettext_lazy("Change the lines"))
def set_lines(*, actor: Actor, invoice: Invoice, lines: list[dict[str, Any]]) -> Invoice:
    """
    Replace the lines of an invoice.

    :param lines: `{"offer": id or absent, "name", "unit", "quantity", "price", "discount", "vat"}`; a line of an offer
        may leave out the name and the price: they are those that the client gets.
    :raises Refused: it is paid, shipped or cancelled, or a line is wrong or has no price.
    """
    rules.check_can_change(invoice)
    _write_lines(invoice, _priced(invoice, lines))
    return news.changed(invoice)


@command("billing.reprice", label=gettext_lazy("Take prices anew"))
def reprice(*, actor: Actor, invoice: Invoice) -> Invoice:
    """
    Take prices of lines anew: of the type that the invoice names, or of that whose rule its client fits. Discounts
    stay, and so do lines for which there is no price.

    :raises Refused: it is paid, shipped or cancelled, or none of its goods has a price in the catalogue.
    """
    rules.check_can_change(invoice)
    found = list(queries.lines_of(invoice))
    costs = catalog.costs_of_lines(found, queries.terms_of(invoice, today()))
    catalog.check_priced(costs)
    _write_lines(invoice, [{**one.typed(), **(costs[one.pk].typed if one.pk in costs else {})} for one in found])
    return news.changed(invoice)


@command("billing.set_head", label=gettext_lazy("Change the invoice"))
def set_head(
    *,
    actor: Actor,
    invoice: Invoice,
    legal_entity: LegalEntity | None = None,
    due_date: dt.date | None = None,
    comment: str = "",
) -> Invoice:
    """
    Change who pays, by when, and the comment.

    :raises Refused: it is paid, shipped or cancelled, or the legal entity is another client's.
    """
    rules.check_can_change(invoice)
    rules.check_belongs(invoice.client, None, legal_entity)
    invoice.legal_entity, invoice.due_date, invoice.comment = legal_entity, due_date, comment
    invoice.save(update_fields=["legal_entity", "due_date", "comment"])
    return news.changed(invoice)


@command("billing.update", label=gettext_lazy("Change fields of an invoice"))
def update(*, actor: Actor, invoice: Invoice, values: dict[str, Any], base_version: int | None = None) -> Invoice:
    """
    Change fields of an invoice by their keys; custom ones of an invoice in work too.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: a value is wrong, or it is paid, shipped or cancelled and the field is no custom one.
    """
    if any(not key.startswith(CUSTOM_PREFIX) for key in values):
        rules.check_can_change(invoice)
    editing.apply(actor, invoice, values, base_version)
    return news.changed(invoice)


@command("billing.send", label=gettext_lazy("Send the invoice"))
def send(*, actor: Actor, invoice: Invoice, to: list[str], subject: str = "", text: str = "") -> Invoice:
    """
    Send the printed invoice by mail; it becomes sent when the mail server takes the letter.

    :param text: by default the template of letters about invoices.
    :raises Refused: the invoice is cancelled or has no lines, an address is wrong, the template is broken, or no
        mailbox can send.
    """
    rules.check_can_send(invoice, invoice.lines.count())
    stored = files.store(io.BytesIO(queries.pdf(invoice)), f"{queries.file_name(invoice)}.pdf")
    version, _is_again = attachments.attach(invoice, stored)
    letter = queries.letter(invoice)
    mail = communications.write(
        actor=actor,
        to=to,
        subject=subject or letter.subject,
        text=text or letter.text,
        client=invoice.client,
        about_record="billing.invoice",
        about_id=invoice.pk,
        versions=[version],
    )
    show_letter(actor=SYSTEM, invoice=invoice, mail=mail)
    return invoice


@command("billing.show_letter", told_as=gettext_lazy("Show a letter in the feed of its deal"))
def show_letter(*, actor: Actor, invoice: Invoice, mail: Mail) -> Invoice:
    """Show a letter about an invoice in the feed of its deal too."""
    entry = entries.entry_of(mail)
    if entry is not None and invoice.deal is not None:
        entries.link(entry, [invoice.deal])
    return invoice


@command("billing.note_sent", label=gettext_lazy("Note that an invoice was sent"))
def note_sent(*, actor: Actor, invoice: Invoice, mail: Mail | None = None, to: str = "") -> Invoice:
    """Note that an invoice went to the client. What has happened is noted even of one cancelled meanwhile."""
    invoice.sent_at = moment()
    invoice.state = rules.state_after(invoice, invoice.paid, invoice.shipped)
    invoice.save(update_fields=["sent_at", "state"])
    addresses = to or ", ".join(mail.to if mail else [])
    entries.tell("billing.sent", news.told_on(invoice), source=invoice, number=invoice.number, to=addresses)
    emit(InvoiceSent(invoice_id=invoice.pk, deal_id=invoice.deal_id))
    news.show(invoice)
    return invoice


@command("billing.cancel", label=gettext_lazy("Cancel the invoice"))
def cancel(*, actor: Actor, invoice: Invoice, reason: str = "") -> Invoice:
    """Cancel an invoice. :raises Refused: it is paid, shipped or cancelled already."""
    rules.check_can_cancel(invoice)
    invoice.state = Invoice.State.CANCELLED
    invoice.save(update_fields=["state"])
    entries.tell("billing.cancelled", news.told_on(invoice), source=invoice, number=invoice.number, reason=reason)
    return news.changed(invoice)


@command("billing.reopen", label=gettext_lazy("Bring the invoice back"))
def reopen(*, actor: Actor, invoice: Invoice) -> Invoice:
    """
    Bring back an invoice that was cancelled: its payments, shipments and sending tell its state again.

    :raises Refused: it is not cancelled.
    """
    rules.check_can_reopen(invoice)
    invoice.state = Invoice.State.DRAFT
    invoice.state = rules.state_after(invoice, invoice.paid, invoice.shipped)
    invoice.save(update_fields=["state"])
    entries.tell("billing.reopened", news.told_on(invoice), source=invoice, number=invoice.number)
    return news.changed(invoice)


@command("billing.assign", label=gettext_lazy("Give to another person"), hands_over=True)
def assign(*, actor: Actor, invoice: Invoice, owner: User) -> Invoice:
    """Make another person responsible for an invoice; its department follows."""
    before = invoice.owner_id
    invoice.owner, invoice.department_id = owner, owner.department_id
    invoice.save(update_fields=["owner", "department"])
    entries.tell("billing.assigned", [invoice], source=invoice, number=invoice.number, owner=owner.name)
    emit(InvoiceAssigned(invoice_id=invoice.pk, from_owner_id=before, to_owner_id=owner.pk))
    live.tell_users([before], "billing.invoice", invoice.pk)
    news.show(invoice)
    return invoice


@command("billing.delete", label=gettext_lazy("Mark for deletion"))
def delete(*, actor: Actor, invoice: Invoice) -> Invoice:
    """Mark an invoice for deletion. :raises Refused: money has come for it or goods were shipped."""
    rules.check_can_delete(invoice)
    invoice.is_deleted = True
    invoice.save(update_fields=["is_deleted"])
    return news.changed(invoice)


def _keeper(actor: Actor, owner: User | None, deal: Deal | None) -> dict[str, int | None]:
    """Whose an invoice is: of the person named, else of whoever keeps the deal, else of the actor."""
    owner_id, department_id = (None, None) if deal is None else (deal.owner_id, deal.department_id)
    if owner is not None:
        owner_id, department_id = owner.pk, owner.department_id
    return {"owner_id": owner_id or actor.user_id, "department_id": department_id or actor.department_id}


def _payer_of(client: Client) -> LegalEntity | None:
    first: LegalEntity | None = client.legal_entities.filter(is_deleted=False).order_by("id").first()
    return first


def _organisation_of(deal: Deal | None) -> Organisation:
    """Who draws invoices of a deal. :raises Refused: there is no organisation yet."""
    ours = (deal.organisation if deal else None) or document_queries.default_organisation()
    if ours is None:
        raise Refused("billing.no_organisation", _("Set up your organisation first: it is who draws invoices."))
    return ours


def _tell_drawn(invoice: Invoice) -> None:
    on = [*([invoice.deal] if invoice.deal else []), invoice.client, invoice]
    entries.tell("billing.drawn", on, source=invoice, number=invoice.number, total=str(invoice.total))
    emit(InvoiceDrawn(invoice_id=invoice.pk, deal_id=invoice.deal_id))
    news.show(invoice)


def _lines_of_deal(invoice: Invoice) -> list[dict[str, Any]]:
    """Lines of the deal of an invoice: prices in its currency by the rates of its day, with VAT as its sums have it."""
    deal = invoice.deal
    if deal is None:
        return []
    rate = rates.the_cross(deal.currency, invoice.currency, invoice.date)
    found = deal.lines.order_by("position", "id")
    return catalog.recast(found, rate, deals.vat_mode(deal), queries.terms_of(invoice, invoice.date))


def _priced(invoice: Invoice, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines with the prices that they leave out."""
    return catalog.filled(lines, queries.terms_of(invoice, today()))


def _write_lines(invoice: Invoice, raw: list[dict[str, Any]]) -> None:
    rules.check_lines_count(len(raw))
    made = [_line(invoice, position, one) for position, one in enumerate(raw)]
    invoice.lines.all().delete()
    InvoiceLine.objects.bulk_create(made)
    sums = rules.to_pay([rules.Sums(one.total, one.vat) for one in made], invoice.vat_mode)
    invoice.total, invoice.vat_total = sums.total, sums.vat
    invoice.save(update_fields=["total", "vat_total"])


def _line(invoice: Invoice, position: int, raw: dict[str, Any]) -> InvoiceLine:
    line = InvoiceLine(invoice=invoice, position=position).fill(raw)
    rate = line.vat_rate or money.standard_vat(invoice.date).code
    line.vat = rules.with_vat(line.total, rate, invoice.vat_mode).vat
    line.vat_rate = "none" if invoice.vat_mode == money.VatMode.NONE else rate
    return line
