"""Reads of documents: own organisations, templates, and printed forms for other areas."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

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
from okno.kit import expressions, openness, permissions, reached
from okno.kit.commands import asked_once
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.letters import Letter
from okno.kit.models import CurrencyRate
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import SYSTEM, Actor, view_permission
from okno.kit.registry import Record, registry


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
    return accounts_of(organisation).first()


def default_accounts(organisations: Iterable[Organisation]) -> dict[int, OrganisationAccount]:
    """The default account of each organisation that has one, by the organisation's id."""
    # ast-grep-ignore: unscoped-read accounts of organisations that were read
    rows = OrganisationAccount.objects.filter(organisation__in=organisations, is_deleted=False)
    first = rows.order_by("organisation_id", "-is_default", "id").distinct("organisation_id")
    return {one.organisation_id: one for one in first}


def templates(record: str) -> QuerySet[TextTemplate]:
    """Templates of letters about a record, the default one first."""
    # ast-grep-ignore: unscoped-read templates are the same for everybody
    return TextTemplate.objects.filter(record=record, is_deleted=False).order_by("-is_default", "name")


def all_templates(actor: Actor) -> RecordQuerySet[TextTemplate]:
    """Templates of letters about all records."""
    rows: RecordQuerySet[TextTemplate] = RecordQuerySet(TextTemplate)
    return rows.visible_to(actor).alive().order_by("record", "-is_default", "name")


def accounts_of(organisation: Organisation) -> QuerySet[OrganisationAccount]:
    """Bank accounts of an organisation that are in use, the default one first."""
    # ast-grep-ignore: unscoped-read reference data: whoever opens the page sees all of it
    rows = OrganisationAccount.objects.filter(organisation=organisation, is_deleted=False)
    return rows.order_by("-is_default", "id")


def letters(actor: Actor, record: str, row_id: int) -> list[Letter]:
    """Every template of letters about a row within reach, with the row's values in it; none when it is out of reach."""
    row = _row(actor, record, row_id)
    return [_letter(actor, one, row) for one in templates(record)] if row is not None else []


def names(record: str) -> list[tuple[int, str]]:
    """Templates of letters about a record by id and name, the default one first."""
    return list(templates(record).values_list("pk", "name"))


def letter_of(actor: Actor, template_id: int, row: Model) -> Letter:
    """
    A template with the values of a row that was read for the actor.

    :raises Missing: there is no such template of letters about rows of this record.
    :raises Refused: an expression in it is broken. :raises Denied: it names a field that is closed to the actor.
    """
    record = registry.record_of(type(row))
    known = asked_once(
        f"documents.template:{template_id}", lambda: templates(record.name).filter(pk=template_id).first()
    )
    if known is None or known.record != record.name:
        raise Missing("documents.no_template", _("There is no such text of a letter."))
    return rendered(known, row, actor)


def preview(actor: Actor, record: str, subject: str, body: str, row_id: int | None = None) -> Letter:
    """A template that is being written, with the values of a row: the chosen one, else the newest within reach."""
    row = _row(actor, record, row_id)
    if row is None:
        return Letter(0, "", subject, body, problem=_("There is no row to look at it with yet."))
    return _letter(actor, template(record, subject, body), row)


def latest_rates() -> list[CurrencyRate]:
    """The newest rate of each currency."""
    # ast-grep-ignore: unscoped-read reference data: whoever opens the page sees all of it
    return list(CurrencyRate.objects.order_by("currency", "-since").distinct("currency"))


def _row(actor: Actor, record_name: str, row_id: int | None) -> Model | None:
    record = registry.records.get(record_name)
    if record is None or not actor.may(view_permission(record.model)):
        return None
    if row_id:
        return reached.row(actor, record_name, row_id)
    manager: Any = record.model._default_manager
    newest: Model | None = manager.visible_to(actor).order_by("-pk").first()
    return newest


def template(record: str, subject: str, body: str) -> TextTemplate:
    """A template that is not kept: one that is being written, or one of the areas' own."""
    return TextTemplate(record=record, subject=subject, body=body)


def rendered(template: TextTemplate, row: Model, actor: Actor = SYSTEM) -> Letter:
    """
    A template with the values of a row in it.

    :param actor: for whose eyes it is.
    :raises Refused: an expression in it is broken. :raises Denied: it names a field that is closed to the actor.
    """
    record = registry.record_of(type(row))
    context = expressions.Context(at=timezone.now(), zone=ZoneInfo(settings.TIME_ZONE))
    subject, body = (expressions.parse_template(one, record) for one in (template.subject, template.body))
    _check_open(actor, record, row, subject.dependencies | body.dependencies)
    return Letter(template.pk or 0, template.name, subject.render(row, context).text, body.render(row, context).text)


def _check_open(actor: Actor, record: Record, row: Model, keys: Collection[str]) -> None:
    """:raises Denied: a field of these is closed to the actor, or is in this row."""
    for key in keys if actor.hidden else ():
        if openness.sees_path(actor, record, key):
            continue
        if not openness.may_ask_row(actor, record, key) or any(openness.closed_of(actor, record, row, [key])):
            raise permissions.closed(record, key)


def _letter(actor: Actor, template: TextTemplate, row: Model) -> Letter:
    """A template with the values of a row, or as it is with what is wrong in it."""
    try:
        return rendered(template, row, actor)
    except (Refused, Denied) as refusal:
        return Letter(template.pk or 0, template.name, template.subject, template.body, problem=refusal.message)


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
