"""Invoices of the stories: drawn, sent, paid in one or two parts, shipped, overdue or cancelled."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from okno.access.models import User
from okno.areas.billing.models import Invoice, InvoiceLine, Payment, Shipment
from okno.areas.deals.models import Deal
from okno.fronts.home.commands.demo import feed
from okno.fronts.home.commands.demo.history import History, vat_of
from okno.fronts.home.commands.demo.stories import Story
from okno.kit import formats, money

KIND = "billing.invoice"


def write(history: History, told: list[tuple[Story, Deal]]) -> None:
    """Draw the invoices of all deals that came so far, in the order of their days."""
    drawn = [(moment, story, deal) for story, deal in told if (moment := story.entered("invoice"))]
    for moment, story, deal in sorted(drawn, key=lambda one: one[0]):
        _invoice(history, story, deal, moment)


def _invoice(history: History, story: Story, deal: Deal, sent: dt.datetime) -> None:
    day, demo, writer = sent.date(), history.demo, history.writer
    rate = vat_of(day)
    percent = money.vat_rate(rate).percent
    vats = [money.vat_inside(one.total, percent) for one in story.lines]
    invoice = writer.add(
        Invoice,
        number=f"{demo.organisation.prefix}{history.number(KIND, day.year)}",
        date=day,
        organisation=demo.organisation,
        account=demo.account,
        client_id=deal.client_id,
        legal_entity=story.customer.entity,
        deal=deal,
        owner=story.owner,
        department_id=story.owner.department_id,
        due_date=history.calendar.later(sent, 40).date(),
        total=story.amount,
        vat_total=sum(vats, Decimal(0)),
        sent_at=sent,
        state=Invoice.State.SENT,
        created_at=sent - dt.timedelta(minutes=history.rng.randint(4, 50)),
    )
    _lines(history, story, invoice, rate, vats)
    _tell(history, invoice, "billing.drawn", invoice.created_at, story.owner, total=str(invoice.total))
    to = story.customer.contacts[0].email if story.customer.contacts else story.customer.client.email
    _tell(history, invoice, "billing.sent", sent, story.owner, to=to)
    _facts(history, story, invoice)


def _lines(history: History, story: Story, invoice: Invoice, rate: str, vats: list[Decimal]) -> None:
    for position, (one, vat) in enumerate(zip(story.lines, vats, strict=True)):
        history.writer.add(
            InvoiceLine,
            invoice=invoice,
            position=position,
            offer_id=one.good.offer_id,
            name=one.good.name,
            unit=one.good.unit,
            quantity=one.quantity,
            price=one.good.price,
            discount=one.discount,
            vat_rate=rate,
            total=one.total,
            vat=vat,
        )


def _facts(history: History, story: Story, invoice: Invoice) -> None:
    """What came of it: money in parts or at once, goods, or nothing."""
    partly, fully, won, lost = (story.entered(code) for code in ("payment", "work", "won", "lost"))
    if partly:
        half = (invoice.total / 2).quantize(Decimal("0.01"))
        _pay(history, invoice, partly, half)
    if fully:
        _pay(history, invoice, fully, invoice.total - invoice.paid)
    if won:
        history.writer.add(
            Shipment,
            invoice=invoice,
            date=won.date(),
            amount=invoice.total,
            number=f"РН-{invoice.pk}",
            key=f"1c:ship:{invoice.pk}",
            created_at=won,
        )
        invoice.shipped, invoice.state = invoice.total, Invoice.State.SHIPPED
        _tell(history, invoice, "billing.shipped", won, None, shipped=formats.money_text(invoice.shipped))
    elif lost:
        invoice.state = Invoice.State.CANCELLED
        _tell(history, invoice, "billing.cancelled", lost, story.owner, reason=story.refusal)


def _pay(history: History, invoice: Invoice, at: dt.datetime, amount: Decimal) -> None:
    number = history.number("payment", at.year)
    history.writer.add(
        Payment,
        invoice=invoice,
        date=at.date(),
        amount=amount,
        number=number,
        key=f"1c:pay:{invoice.pk}:{number}",
        created_at=at,
    )
    invoice.paid += amount
    invoice.state = Invoice.State.PAID if invoice.paid >= invoice.total else Invoice.State.PAID_PARTLY
    _tell(history, invoice, "billing.paid", at, None, paid=formats.money_text(invoice.paid))


def _tell(history: History, invoice: Invoice, kind: str, at: dt.datetime, user: User | None, **words: str) -> None:
    on = [(KIND, invoice.pk), ("deals.deal", invoice.deal_id or 0), ("clients.client", invoice.client_id)]
    feed.tell(history.writer, kind, at, user, on, number=invoice.number, **words)
