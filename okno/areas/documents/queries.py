"""Reads of documents: own organisations, templates, and printed forms for other areas."""

from __future__ import annotations

from django.db.models import QuerySet

from okno.areas.documents.models import Organisation, OrganisationAccount, TextTemplate
from okno.areas.documents.parts.print.invoice import (
    BankDetails,
    InvoicePrint,
    Party,
    Signature,
    VatTotal,
    invoice_pages,
    invoice_pdf,
)
from okno.areas.documents.parts.print.invoice import InvoiceLine as PrintedLine
from okno.areas.documents.parts.print.payment_qr import payment_qr_text
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor


def organisations(actor: Actor) -> RecordQuerySet[Organisation]:
    """Our own legal entities, the default one first."""
    rows: RecordQuerySet[Organisation] = RecordQuerySet(Organisation)
    return rows.visible_to(actor).alive().order_by("-is_default", "name")


def default_organisation() -> Organisation | None:
    """The organisation in whose name documents are made unless another is chosen."""
    # ast-grep-ignore: unscoped-read commands choose it for whoever asks
    return Organisation.objects.filter(is_deleted=False).order_by("-is_default", "id").first()


def default_account(organisation: Organisation) -> OrganisationAccount | None:
    """The account that clients pay to unless another is chosen."""
    # ast-grep-ignore: unscoped-read accounts of an organisation that was read
    rows = OrganisationAccount.objects.filter(organisation=organisation, is_deleted=False)
    return rows.order_by("-is_default", "id").first()


def templates(record: str) -> QuerySet[TextTemplate]:
    """Templates of letters about a record, the default one first."""
    # ast-grep-ignore: unscoped-read templates are the same for everybody
    return TextTemplate.objects.filter(record=record, is_deleted=False).order_by("-is_default", "name")


__all__ = [
    "BankDetails",
    "InvoicePrint",
    "Party",
    "PrintedLine",
    "Signature",
    "VatTotal",
    "invoice_pages",
    "invoice_pdf",
    "payment_qr_text",
]
