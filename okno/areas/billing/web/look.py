"""How invoices look: colours of states and deadlines, panels on other cards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from okno.areas.billing import queries
from okno.areas.billing.models import Invoice
from okno.areas.clients.models import Client
from okno.areas.deals.models import Deal
from okno.kit import formats
from okno.kit.permissions import Actor
from okno.kit.rows.cells import Moment

COLOURS = {
    Invoice.State.DRAFT: "grey",
    Invoice.State.SENT: "yellow",
    Invoice.State.PAID_PARTLY: "yellow",
    Invoice.State.PAID: "green",
    Invoice.State.SHIPPED: "green",
    Invoice.State.CANCELLED: "grey",
}
ENDED = {Invoice.State.PAID, Invoice.State.SHIPPED, Invoice.State.CANCELLED}
MOST = 10


def badge(invoice: Invoice) -> dict[str, str]:
    """The state in words and colour."""
    return {"label": str(Invoice.State(invoice.state).label), "due": COLOURS[Invoice.State(invoice.state)]}


def colour(values: Sequence[Any], moment: Moment) -> str:
    """The colour of a row by (state, pay by): red when the deadline has passed."""
    state, due_date = values
    if state in ENDED or due_date is None:
        return COLOURS[Invoice.State(state)] if state in ENDED else "grey"
    left = (due_date - moment.at.astimezone(moment.zone).date()).days
    return "red" if left < 0 else "yellow" if left <= 1 else "green"


def of_deal(actor: Actor, deal: Deal) -> dict[str, Any]:
    """Invoices of a deal."""
    return _panel(queries.invoices_of_deal(actor, deal.pk)[:MOST], f"/invoices/new/?deal={deal.pk}")


def of_client(actor: Actor, client: Client) -> dict[str, Any]:
    """Invoices of a client."""
    return _panel(queries.invoices_of_client(actor, client.pk)[:MOST], f"/invoices/new/?client={client.pk}")


def lines_of(_actor: Actor, invoice: Invoice) -> dict[str, Any]:
    """Lines of an invoice."""
    return {
        "lines": [
            {
                "name": line.name,
                "quantity": f"{formats.quantity_text(line.quantity)} {line.unit}".strip(),
                "price": formats.money_text(line.price, invoice.currency),
                "discount": f"{formats.quantity_text(line.discount)} %" if line.discount else "",
                "total": formats.money_text(line.total, invoice.currency),
            }
            for line in queries.lines_of(invoice)
        ],
        "total": formats.money_text(invoice.total, invoice.currency),
        "edit_url": "" if invoice.paid or invoice.shipped else f"/invoices/{invoice.pk}/lines/",
    }


def payments_of(_actor: Actor, invoice: Invoice) -> dict[str, Any]:
    """Payments and shipments of an invoice; withdrawn ones are struck out."""
    return {
        "payments": [_fact(one, invoice) for one in invoice.payments.order_by("date", "id")],
        "shipments": [_fact(one, invoice) for one in invoice.shipments.order_by("date", "id")],
        "debt": formats.money_text(invoice.total - invoice.paid, invoice.currency),
        "is_paid": invoice.paid >= invoice.total,
        "pay_url": f"/invoices/{invoice.pk}/pay/",
    }


def _fact(one: Any, invoice: Invoice) -> dict[str, Any]:
    return {
        "date": formats.date_text(one.date),
        "number": one.number,
        "amount": formats.money_text(one.amount, invoice.currency),
        "is_withdrawn": one.is_withdrawn,
    }


def _panel(invoices: Any, create_url: str) -> dict[str, Any]:
    return {
        "invoices": [
            {
                "url": f"/invoices/{one.pk}/",
                "title": f"{one.number} · {formats.date_text(one.date)}",
                "badge": badge(one),
                "amount": formats.money_text(one.total, one.currency),
            }
            for one in invoices
        ],
        "create_url": create_url,
    }
