"""How invoices look: colours of states and deadlines, panels on other cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from okno.areas.billing import queries, rules
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
MOST = 10


def badge(invoice: Invoice, on: dt.date) -> dict[str, str]:
    """The state in words and colour; money that is late comes before all else."""
    state, late = Invoice.State(invoice.state), rules.days_overdue(invoice.state, invoice.due_date, on)
    if late:
        return {"label": _("Overdue by %(time)s") % {"time": formats.duration_text(dt.timedelta(late))}, "due": "red"}
    return {"label": str(state.label), "due": COLOURS[state]}


def colour(values: Sequence[Any], moment: Moment) -> str:
    """The colour of a row by (state, pay by): red when the deadline has passed."""
    state, due_date = values
    if state not in rules.AWAITED:
        return COLOURS[Invoice.State(state)]
    on = moment.at.astimezone(moment.zone).date()
    if due_date is None or rules.days_overdue(state, due_date, on):
        return "grey" if due_date is None else "red"
    return "yellow" if (due_date - on).days <= 1 else "green"


def of_deal(actor: Actor, deal: Deal) -> dict[str, Any]:
    """Invoices of a deal."""
    return _panel(actor, queries.invoices_of_deal(actor, deal.pk)[:MOST], f"/invoices/new/?deal={deal.pk}")


def of_client(actor: Actor, client: Client) -> dict[str, Any]:
    """Invoices of a client."""
    return _panel(actor, queries.invoices_of_client(actor, client.pk)[:MOST], f"/invoices/new/?client={client.pk}")


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
        "is_owed": invoice.state != Invoice.State.CANCELLED and invoice.paid < invoice.total,
        "pay_url": f"/invoices/{invoice.pk}/pay/",
    }


def _fact(one: Any, invoice: Invoice) -> dict[str, Any]:
    return {
        "date": formats.date_text(one.date),
        "number": one.number,
        "amount": formats.money_text(one.amount, invoice.currency),
        "is_withdrawn": one.is_withdrawn,
    }


def _panel(actor: Actor, invoices: Any, create_url: str) -> dict[str, Any]:
    on = timezone.localdate(timezone=actor.zone)
    return {
        "invoices": [
            {
                "url": f"/invoices/{one.pk}/",
                "title": f"{one.number} · {formats.date_text(one.date)}",
                "badge": badge(one, on),
                "amount": formats.money_text(one.total, one.currency),
            }
            for one in invoices
        ],
        "create_url": create_url,
    }
