"""How invoices look: colours of states and deadlines, panels on other cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from okno.areas.billing import commands, queries, rules
from okno.areas.billing.models import Invoice
from okno.areas.catalog import queries as catalog
from okno.areas.clients.models import Client
from okno.areas.deals.models import Deal
from okno.kit import formats
from okno.kit.errors import allowed
from okno.kit.permissions import Actor, facing
from okno.kit.rows.cells import Moment
from okno.kit.web import lines

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


def lines_of(actor: Actor, invoice: Invoice) -> dict[str, Any]:
    """Lines of an invoice; their prices only for those who see its sum."""
    is_priced = _sees(actor, invoice, "total")
    return {
        **lines.panel(queries.lines_of(invoice), invoice.total, invoice.currency, is_priced=is_priced),
        "told": _told_prices(actor, invoice) if is_priced else "",
        "edit_url": "" if invoice.paid or invoice.shipped else f"/invoices/{invoice.pk}/lines/",
        "edit_label": _("Change the lines"),
        "empty": _("No lines yet"),
    }


def _told_prices(actor: Actor, invoice: Invoice) -> str:
    """Whose prices goods would come with, while lines may change."""
    if not allowed(rules.check_can_change, invoice):
        return ""
    return catalog.told_terms(actor, queries.terms_of(invoice, timezone.localdate(timezone=actor.zone)))


def payments_of(actor: Actor, invoice: Invoice) -> dict[str, Any]:
    """Payments and shipments of an invoice; withdrawn ones are struck out. Sums only for those who see them."""
    is_paid, is_shipped = _sees(actor, invoice, "paid"), _sees(actor, invoice, "shipped")
    is_owed = invoice.state != Invoice.State.CANCELLED and invoice.paid < invoice.total
    return {
        "payments": [_fact(one, invoice, is_open=is_paid) for one in invoice.payments.order_by("date", "id")],
        "shipments": [_fact(one, invoice, is_open=is_shipped) for one in invoice.shipments.order_by("date", "id")],
        "debt": formats.money_text(invoice.total - invoice.paid, invoice.currency),
        "is_owed": is_owed and is_paid and _sees(actor, invoice, "total"),
        "pay_url": f"/invoices/{invoice.pk}/pay/",
    }


def _sees(actor: Actor, invoice: Invoice, field: str) -> bool:
    """Whether the actor sees a sum of this very invoice."""
    return facing(actor, invoice).sees_field("billing.invoice", field)


def _fact(one: Any, invoice: Invoice, *, is_open: bool) -> dict[str, Any]:
    return {
        "date": formats.date_text(one.date),
        "number": one.number,
        "amount": formats.money_text(one.amount, invoice.currency) if is_open else "",
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
                "amount": formats.money_text(one.total, one.currency) if _sees(actor, one, "total") else "",
            }
            for one in invoices
        ],
        "create_url": create_url if actor.may(commands.draw.name) else "",
    }
