"""Reads of billing: each starts from what the actor may see."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from okno.areas.billing import rules
from okno.areas.billing.models import Invoice, InvoiceLine, Payment
from okno.areas.catalog.queries import Terms
from okno.areas.documents import queries as documents
from okno.kit import rates, words
from okno.kit.letters import Letter
from okno.kit.models.base import RecordQuerySet
from okno.kit.money import VatMode
from okno.kit.permissions import Actor

RECORD = "billing.invoice"
SUBJECT = _("Invoice {{ number }} of {{ date | long_date }}")
BODY = _(
    "Good day.\n\nPlease find attached the invoice {{ number }} of {{ date | long_date }} for {{ total | money }}."
)

# What sums of invoices and of payments are made of: amounts of all currencies as one, by the rate of the day.
OWED = rates.in_management(F("total") - F("paid"), "currency", "date")
RECEIVED = rates.in_management(F("amount"), "invoice__currency", "date")


def invoices(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Invoice]:
    """Invoices within reach that are not marked for deletion."""
    rows: RecordQuerySet[Invoice] = RecordQuerySet(Invoice)
    return rows.visible_to(actor, narrow=narrow).alive()


def invoice_for_card(actor: Actor, invoice_id: int) -> Invoice | None:
    """An invoice with everything the card names, or None when it is out of reach."""
    named = ("organisation", "account", "client", "legal_entity", "deal", "owner", "price_type")
    rows = invoices(actor).select_related(*named)
    return rows.filter(pk=invoice_id).first()


def invoices_of_deal(actor: Actor, deal_id: int) -> RecordQuerySet[Invoice]:
    """Invoices of a deal, newest first."""
    return invoices(actor).filter(deal_id=deal_id).order_by("-date", "-id")


def invoices_of_client(actor: Actor, client_id: int) -> RecordQuerySet[Invoice]:
    """Invoices of a client, newest first."""
    return invoices(actor).filter(client_id=client_id).order_by("-date", "-id")


def unpaid(actor: Actor) -> RecordQuerySet[Invoice]:
    """Invoices within reach for which money is still awaited, the nearest deadline first."""
    rows = invoices(actor).filter(paid__lt=F("total")).exclude(state=Invoice.State.CANCELLED)
    return rows.order_by("due_date", "-id")


def payments(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Payment]:
    """Payments of invoices within reach; withdrawn ones are among them."""
    rows: RecordQuerySet[Payment] = RecordQuerySet(Payment)
    return rows.visible_to(actor, narrow=narrow).alive().filter(invoice__is_deleted=False)


def received(actor: Actor, since: date, until: date) -> Decimal:
    """Money received for invoices within reach between two days, both included, in the management currency."""
    rows = payments(actor, narrow=True).filter(date__gte=since, date__lte=until, is_withdrawn=False)
    found: Decimal = rows.order_by().aggregate(sum=Sum(RECEIVED, default=Decimal(0)))["sum"]
    return found


def lines_of(invoice: Invoice) -> list[InvoiceLine]:
    """Lines of an invoice in order."""
    return list(invoice.lines.select_related("offer__item", "taken_type", "lacked_type").order_by("position", "id"))


def terms_of(invoice: Invoice, on: date) -> Terms:
    """How an invoice takes prices on a day."""
    return Terms(
        client_id=invoice.client_id,
        price_type=invoice.price_type,
        currency=invoice.currency,
        vat=invoice.vat_mode,
        on=on,
    )


def pdf(invoice: Invoice) -> bytes:
    """The printed form «Счёт на оплату» of an invoice."""
    return documents.invoice_pdf(printed(invoice, lines_of(invoice)))


def file_name(invoice: Invoice) -> str:
    """How the printed form is called when it goes to the client, without the ending."""
    return f"Счёт {invoice.number.replace('/', '-')} от {invoice.date:%d.%m.%Y}"


def letter(invoice: Invoice) -> Letter:
    """
    The letter with an invoice, from the default template of letters about invoices or from ours.

    :raises Refused: an expression in the template is broken.
    """
    known = documents.templates(RECORD).first()
    return documents.rendered(known or documents.template(RECORD, str(SUBJECT), str(BODY)), invoice)


def printed(invoice: Invoice, lines: list[InvoiceLine]) -> documents.InvoicePrint:
    """What the printed form says: everything comes from the invoice as it is kept."""
    organisation, bank = invoice.organisation, invoice.account
    return documents.InvoicePrint(
        number=invoice.number,
        date=invoice.date,
        supplier=_supplier(invoice),
        buyer=_buyer(invoice),
        bank=documents.BankDetails(
            account=bank.account if bank else "",
            bank_name=bank.bank_name if bank else "",
            bic=bank.bic if bank else "",
            correspondent_account=bank.corr_account if bank else "",
        ),
        lines=tuple(_printed_line(line) for line in lines),
        total=sum((line.total for line in lines), Decimal(0)),
        to_pay=invoice.total,
        currency="руб." if invoice.currency == rates.MANAGEMENT else invoice.currency,
        in_words=words.sum_in_words(invoice.total, invoice.currency),
        vat=tuple(
            documents.VatTotal(rate=rate, amount=vat)
            for rate, vat in rules.vat_by_rate([(line.vat_rate, line.vat) for line in lines])
        )
        if invoice.vat_mode != VatMode.NONE
        else (),
        vat_on_top=invoice.vat_mode == VatMode.ON_TOP,
        due_date=invoice.due_date,
        comment=invoice.comment,
        signatures=tuple(
            documents.Signature(post=post, name=name)
            for post, name in (
                (organisation.head_post or "Руководитель", organisation.head_name),
                ("Бухгалтер", organisation.bookkeeper_name),
            )
        ),
        qr=_qr(invoice),
    )


def _supplier(invoice: Invoice) -> documents.Party:
    ours = invoice.organisation
    return documents.Party(
        name=ours.full_name or ours.name, inn=ours.inn, kpp=ours.kpp, address=ours.address, phone=ours.phone
    )


def _buyer(invoice: Invoice) -> documents.Party:
    entity, client = invoice.legal_entity, invoice.client
    if entity is None:
        return documents.Party(name=client.name, inn=client.inn, address=client.address, phone=client.phone)
    return documents.Party(
        name=entity.full_name or entity.name, inn=entity.inn, kpp=entity.kpp, address=entity.legal_address
    )


def _printed_line(line: InvoiceLine) -> documents.PrintedLine:
    whole = line.quantity * line.price
    return documents.PrintedLine(
        name=line.name,
        quantity=line.quantity,
        unit=line.unit,
        price=line.price,
        total=line.total,
        discount=whole - line.total if line.discount else Decimal(0),
    )


def _qr(invoice: Invoice) -> str:
    """The text of the payment code, empty when there is no account or the currency is not the rouble."""
    ours, bank = invoice.organisation, invoice.account
    if bank is None or invoice.currency != "RUB":
        return ""
    return documents.payment_qr_text(
        name=ours.full_name or ours.name,
        account=bank.account,
        bank_name=bank.bank_name,
        bic=bank.bic,
        correspondent_account=bank.corr_account,
        inn=ours.inn,
        kpp=ours.kpp,
        purpose=f"Оплата по счёту № {invoice.number} от {invoice.date:%d.%m.%Y}",
        amount=invoice.total,
    )
