"""Which invoice of ours a document of 1C is about; no writes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from okno.areas.billing.models import Invoice, Payment, Shipment
from okno.areas.documents import queries as documents
from okno.fronts.exchange.commands.catalogue import Taking, link_of
from okno.fronts.exchange.commands.links import Link
from okno.fronts.exchange.commands.order_values import origin_of
from okno.fronts.exchange.models import ExternalLink, Outgoing
from okno.fronts.exchange.parts.commerceml import meaning
from okno.fronts.exchange.parts.commerceml.documents import DocumentSeen
from okno.kit.errors import Refused
from okno.kit.models.base import RecordQuerySet


def linked(link: Link | None) -> Invoice | None:
    """The invoice that a link names."""
    return Invoice.objects.filter(pk=link.row_id or 0).first() if link else None


def by_document(taking: Taking, order: DocumentSeen) -> Invoice | None:
    """
    An invoice by our id, by our number within the year and the organisation, or by the number that 1C gave it.

    :raises Refused: invoices of several organisations have this number, and nothing says whose it is.
    """
    return _by_uid(taking, order.id) or _by_number(taking, order) or _by_number_1c(taking, order)


def by_basis(taking: Taking, foreign_id: str) -> Invoice | None:
    """The invoice that a payment, a shipment or what takes them back is for, by the id of its basis."""
    if not foreign_id:
        return None
    return (
        linked(link_of(taking, "order", foreign_id)) or _by_uid(taking, foreign_id) or _by_its_fact(taking, foreign_id)
    )


def _reached(taking: Taking) -> RecordQuerySet[Invoice]:
    """Invoices that this base may speak of: those of another organisation never went to it."""
    rows: RecordQuerySet[Invoice] = RecordQuerySet(Invoice)
    ours = taking.connection.organisation_id
    return rows.filter(organisation_id=ours) if ours else rows


def _by_uid(taking: Taking, text: str) -> Invoice | None:
    try:
        return _reached(taking).filter(uid=uuid.UUID(text)).first()
    except ValueError:
        return None


def _by_its_fact(taking: Taking, foreign_id: str) -> Invoice | None:
    """A refund names its payment, a return its shipment."""
    key = f"{origin_of(taking.connection)}{foreign_id}"[:150]
    rows = (model.objects.filter(key=key).values_list("invoice_id", flat=True).first() for model in (Payment, Shipment))
    invoice_id = next(filter(None, rows), None)
    return _reached(taking).filter(pk=invoice_id).first() if invoice_id else None


def _by_number(taking: Taking, order: DocumentSeen) -> Invoice | None:
    if not order.number:
        return None
    rows = _reached(taking).filter(number=order.number)
    if order.dated:
        rows = rows.filter(date__year=order.dated.year)
    inn = meaning.seller_inn(order)
    sellers = [one.pk for one in documents.organisations(taking.actor) if inn and one.inn == inn]
    if sellers:
        rows = rows.filter(organisation_id__in=sellers)
    found = list(rows.order_by("id")[:20])
    if len(found) > 1:
        found = _known_there(taking, found) or found
    if len(found) > 1:
        raise Refused(
            "exchange.several_orders",
            _("Several organisations have an invoice %(number)s: choose the organisation of the connection."),
            number=order.number,
        )
    return found[0] if found else None


def _known_there(taking: Taking, found: Sequence[Invoice]) -> list[Invoice]:
    """Those that this base has confirmed: it speaks of what it was given."""
    rows = Outgoing.objects.filter(connection=taking.connection, invoice__in=found, confirmed_changes__gt=0)
    known = set(rows.values_list("invoice_id", flat=True))
    return [one for one in found if one.pk in known]


def _by_number_1c(taking: Taking, order: DocumentSeen) -> Invoice | None:
    if not order.number_1c:
        return None
    links = ExternalLink.objects.filter(
        connection=taking.connection, foreign_type="order", details__number_1c=order.number_1c
    )
    if order.date_1c:
        links = links.filter(details__year_1c=order.date_1c.year)
    ids = set(links.values_list("row_id", flat=True)[:2])
    return _reached(taking).filter(pk__in=ids).first() if len(ids) == 1 else None
