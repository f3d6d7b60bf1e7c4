"""Cancelled in 1C, alive there again, of another status: what that does to the invoice and to its deal."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from okno.areas.billing import commands as billing
from okno.areas.billing.models import Invoice
from okno.areas.deals import commands as deals
from okno.fronts.exchange import rules
from okno.fronts.exchange.commands.catalogue import Taking
from okno.fronts.exchange.commands.journal import Told
from okno.fronts.exchange.commands.links import Link
from okno.fronts.exchange.models import Connection
from okno.fronts.exchange.parts.commerceml import meaning
from okno.fronts.exchange.parts.commerceml.documents import DocumentSeen
from okno.kit import errors

# In the details of the link: the invoice was cancelled because 1C said so, by a mark or by a status.
CANCELLED = "cancelled"


def is_cancelled(connection: Connection, order: DocumentSeen) -> bool:
    """Cancelled by a mark of 1C, or of a status that is set to mean it."""
    return meaning.is_cancelled(order) or _meant(connection, order) == rules.CANCELS


def cancel(taking: Taking, order: DocumentSeen, invoice: Invoice, link: Link, told: Told) -> Invoice:
    """Cancel an invoice because its order is cancelled in 1C, unless money or goods that were noted here remain."""
    if invoice.paid or invoice.shipped:
        told.messages.append(_("It is cancelled in 1C, but payments or shipments noted here remain: decide by hand."))
        return invoice
    link.details[CANCELLED] = "mark" if meaning.is_cancelled(order) else "status"
    reason = meaning.told(order, "Причина отмены") or _("Cancelled in 1C")
    return billing.cancel(actor=taking.actor, invoice=invoice, reason=reason)


def bring_back(taking: Taking, order: DocumentSeen, invoice: Invoice, link: Link) -> Invoice:
    """
    Bring back an invoice whose order is alive in 1C again. What was cancelled here stays so: 1C may not know of it
    yet; and a message that says nothing of the mark does not lift it.
    """
    by = link.details.get(CANCELLED)
    is_lifted = meaning.denies_cancellation(order) or (by == "status" and meaning.status_of(order) is not None)
    if not by or not is_lifted:
        return invoice
    del link.details[CANCELLED]
    if invoice.state != Invoice.State.CANCELLED:
        return invoice
    return billing.reopen(actor=taking.actor, invoice=invoice)


def move_deal(taking: Taking, order: DocumentSeen, invoice: Invoice, link: Link, told: Told) -> None:
    """
    Move the deal to the stage that a new status of the order is set to mean. A status that came before moves nothing,
    since people may have moved the deal on meanwhile; what the stage asks for is told, and holds nothing up.
    """
    status = meaning.status_of(order)
    if status is None or invoice.deal is None or (status.name or status.code) == link.details.get("status"):
        return
    scenario, stage = rules.stage_meant(_meant(taking.connection, order))
    if not stage or invoice.deal.scenario.code != scenario or invoice.deal.stage.code == stage:
        return
    try:
        with transaction.atomic():
            deals.move(actor=taking.actor, deal=invoice.deal, stage=stage)
    except errors.Told as refusal:
        told.messages.append(refusal.message)


def _meant(connection: Connection, order: DocumentSeen) -> str:
    status = meaning.status_of(order)
    statuses: dict[str, str] = connection.options.get("statuses", {})
    return statuses.get(status.name or status.code, "") if status else ""
