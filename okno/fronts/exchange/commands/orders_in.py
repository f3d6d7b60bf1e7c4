"""Orders that come back from 1C: found, applied once by their content, kept from being sent back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from okno.areas.billing import commands as billing
from okno.areas.billing.models import Invoice, Payment
from okno.fronts.exchange import rules
from okno.fronts.exchange.commands import order_facts, order_lines, order_search, order_states, parties
from okno.fronts.exchange.commands.catalogue import Taking, link_of
from okno.fronts.exchange.commands.journal import Result, Told
from okno.fronts.exchange.commands.links import Link
from okno.fronts.exchange.commands.order_facts import Fact
from okno.fronts.exchange.commands.order_values import order_of, origin_of
from okno.fronts.exchange.commands.orders_out import PRINTED
from okno.fronts.exchange.models import ExternalLink, Outgoing
from okno.fronts.exchange.parts.commerceml import meaning
from okno.fronts.exchange.parts.commerceml.documents import ContainerSeen, DocumentSeen
from okno.fronts.exchange.parts.commerceml.found import Found
from okno.fronts.exchange.parts.commerceml.writer import fingerprint
from okno.kit import formats
from okno.kit.errors import Refused

Deal = ContainerSeen | DocumentSeen


def take_documents(taking: Taking, found: Sequence[Found]) -> None:
    """Documents of a batch, each for itself: what one is refused for does not hold up the others."""
    for one in found:
        if not isinstance(one.object, ContainerSeen | DocumentSeen):
            continue
        orders = meaning.orders_of(one.object)
        for order in orders:
            _take_one(taking, one.object, order, one.line)
        if not orders:
            _take_apart(taking, one.object, one.line)


def _about(taking: Taking, document: DocumentSeen, line: int, kind: str = "order") -> Told:
    number = document.number or document.number_1c
    return taking.journal.about(kind, document.id or document.number_1c, line, number)


def _take_one(taking: Taking, deal: Deal, order: DocumentSeen, line: int) -> None:
    told = _about(taking, order, line)
    before = taking.links.snapshot()
    try:
        with transaction.atomic():
            _apply(taking, deal, order, told)
    except Refused as refusal:
        taking.links.restore(before)
        told.results.clear()
        told.say(Result.REFUSED, refusal.message)


def _key(order: DocumentSeen) -> str:
    dated = order.date_1c or order.at
    return order.id or f"{order.number_1c}/{dated.year if dated else ''}"


def _apply(taking: Taking, deal: Deal, order: DocumentSeen, told: Told) -> None:
    link = link_of(taking, "order", _key(order))
    invoice = order_search.linked(link) or order_search.by_document(taking, order)
    printed = rules.print_of(deal if isinstance(deal, ContainerSeen) else order)
    if invoice is not None and link is not None and link.prints.get("order") == printed:
        told.record, told.row_id = "billing.invoice", invoice.pk
        told.say(Result.UNCHANGED)
        return
    if invoice is None:
        invoice, is_made = _born_in_1c(taking, order), True
    else:
        is_made = False
    link = taking.links.touch("order", _key(order))
    if link.row_id is None:
        link.how = "created" if is_made else "number" if str(invoice.uid) != order.id else "our_id"
        taking.links.set_row(link, "billing.invoice", invoice.pk)
    was = _print(taking, invoice, link)
    version = (invoice.version, invoice.paid, invoice.shipped, invoice.state, invoice.total)
    invoice = _change(taking, deal, order, invoice, link, told)
    _remember(link, order, printed)
    told.record, told.row_id = "billing.invoice", invoice.pk
    invoice.refresh_from_db()
    is_same = version == (invoice.version, invoice.paid, invoice.shipped, invoice.state, invoice.total)
    told.say(Result.CREATED if is_made else Result.UNCHANGED if is_same else Result.UPDATED)
    _do_not_echo(taking, invoice, link, was, is_made=is_made)


def _born_in_1c(taking: Taking, order: DocumentSeen) -> Invoice:
    """
    A new invoice for an order that was made in 1C.

    :raises Refused: it is not known here and may not be made: not allowed, no rows, no number of 1C, or no buyer.
    """
    name = order.number or order.number_1c or order.id
    if not meaning.is_born_in_1c(order):
        raise Refused("exchange.unknown_order", _("There is no order %(number)s here."), number=name)
    if not taking.connection.creates_orders:
        raise Refused(
            "exchange.born_in_1c",
            _("Order %(number)s was made in 1C, and the connection does not take such orders."),
            number=name,
        )
    buyer = meaning.buyer_of(order)
    if not order.has_rows or buyer is None or meaning.is_cancelled(order):
        raise Refused("exchange.empty_order", _("Order %(number)s has no rows or no buyer."), number=name)
    match = parties.find(taking, buyer) or parties.make(taking, buyer)
    parties.remember(taking, buyer, match)
    return billing.draw(
        actor=taking.actor,
        client=match.client,
        legal_entity=match.entity,
        organisation=taking.connection.organisation,
        lines=order_lines.lines_of(taking, order),
        date=(order.date_1c or order.at or taking.at).date(),
        comment=meaning.comment_of(order),
        owner=match.client.owner or taking.connection.responsible,
        currency=rules.currency_code(order.currency),
    )


def _change(taking: Taking, deal: Deal, order: DocumentSeen, invoice: Invoice, link: Link, told: Told) -> Invoice:
    """
    What brings it back first, then rows, payments and shipments, and cancellation last: nothing changes in what is
    paid or cancelled.
    """
    if buyer := meaning.buyer_of(order):
        parties.remember(taking, buyer, parties.Match(invoice.client, invoice.legal_entity, "order"))
    is_cancelled = order_states.is_cancelled(taking.connection, order)
    if not is_cancelled:
        invoice = order_states.bring_back(taking, order, invoice, link)
        if order.has_rows:
            invoice = _set_rows(taking, order, invoice, told)
    asked = order_facts.Asked(deal, order, invoice, _noted_here(taking, invoice))
    facts = order_facts.Facts([], []) if is_cancelled else order_facts.facts_of(asked)
    invoice = _set_facts(taking, invoice, link, "order", facts, told)
    if is_cancelled and invoice.state != Invoice.State.CANCELLED:
        invoice = order_states.cancel(taking, order, invoice, link, told)
    order_states.move_deal(taking, order, invoice, link, told)
    return invoice


def _noted_here(taking: Taking, invoice: Invoice) -> list[Payment]:
    """Payments that did not come from this base, so that it can only tell them back."""
    rows = Payment.objects.filter(invoice=invoice, is_withdrawn=False, is_deleted=False)
    return list(rows.exclude(key__startswith=origin_of(taking.connection)).order_by("id"))


def _set_rows(taking: Taking, order: DocumentSeen, invoice: Invoice, told: Told) -> Invoice:
    theirs = rules.currency_code(order.currency, invoice.currency)
    if theirs != invoice.currency:
        text = _("The order is in %(theirs)s there and in %(ours)s here: its rows are left as they are.")
        told.messages.append(text % {"theirs": theirs, "ours": invoice.currency})
        return invoice
    lines = order_lines.lines_of(taking, order)
    if order_lines.differ(taking, invoice, lines):
        if invoice.paid or invoice.shipped or invoice.state == Invoice.State.CANCELLED:
            told.messages.append(
                _("Its rows differ, but the invoice is paid, shipped or cancelled: they stay as they are.")
            )
        else:
            invoice = billing.set_lines(actor=taking.actor, invoice=invoice, lines=lines)
    if order.total is not None and abs(order.total - invoice.total) > order_lines.tolerance(order):
        text = _("The total in 1C is %(theirs)s, here it is %(ours)s.")
        told.messages.append(text % {"theirs": order.total, "ours": invoice.total})
    return invoice


def _set_facts(
    taking: Taking, invoice: Invoice, link: Link, source: str, facts: order_facts.Facts, told: Told
) -> Invoice:
    """
    Payments and shipments of the invoice are the union of what its documents have told, each the last time, less
    what was given back.
    """
    for name, listed, command in (
        ("payments", facts.payments, billing.set_payments),
        ("shipments", facts.shipments, billing.set_shipments),
    ):
        held: dict[str, list[Fact]] = link.details.setdefault(name, {})
        if listed is None or held.get(source, []) == _plain(listed):
            continue
        held[source] = _plain(listed)
        every = {one["key"]: one for of_source in held.values() for one in of_source}
        left, lacking = order_facts.settled(every.values())
        if lacking:
            text = _("%(sum)s was given back of what 1C has not told of: look at it by hand.")
            told.messages.append(text % {"sum": formats.money_text(lacking, invoice.currency)})
        origin = origin_of(taking.connection)
        keyed = [_keyed(origin, one) for one in left]
        invoice = command(actor=taking.actor, invoice=invoice, origin=origin, **{name: keyed})
    return invoice


def _plain(told: list[Fact]) -> list[Fact]:
    return [{**one, "amount": str(one["amount"])} for one in told]


def _keyed(origin: str, one: Fact) -> dict[str, Any]:
    return {**one, "key": f"{origin}{one['key']}"[:150], "date": dt.date.fromisoformat(one["date"])}


def _remember(link: Link, order: DocumentSeen, printed: str) -> None:
    link.prints["order"] = printed
    link.version = order.version
    if order.number_1c:
        link.details["number_1c"] = order.number_1c
    if order.date_1c:
        link.details["year_1c"] = order.date_1c.year
        link.details["date_1c"] = order.date_1c.isoformat()
    if status := meaning.status_of(order):
        link.details["status"] = status.name or status.code


def _print(taking: Taking, invoice: Invoice, link: Link) -> str:
    known_as = link.foreign_id if link.how == "created" else ""
    return fingerprint(order_of(taking.connection, invoice, known_as=known_as), PRINTED)


def _do_not_echo(taking: Taking, invoice: Invoice, link: Link, was: str, *, is_made: bool) -> None:
    """What 1C itself has just told is known there: only a change of ours that it has not got yet stays in the queue."""
    row, _made = Outgoing.objects.select_for_update().get_or_create(
        connection=taking.connection, invoice=invoice, defaults={"changes": 0}
    )
    has_own_change = not is_made and row.changes > row.confirmed_changes and was != row.confirmed_print
    if has_own_change:
        return
    row.confirmed_print, row.confirmed_changes, row.confirmed_at = (
        _print(taking, invoice, link),
        row.changes,
        taking.at,
    )
    row.save(update_fields=["confirmed_print", "confirmed_changes", "confirmed_at"])


def _take_apart(taking: Taking, deal: Deal, line: int) -> None:
    """Payments and shipments that come without their order: they are found by their basis."""
    for document in deal.documents if isinstance(deal, ContainerSeen) else (deal,):
        told = _about(taking, document, line, _kind(document))
        try:
            with transaction.atomic():
                _apply_apart(taking, document, told)
        except Refused as refusal:
            told.say(Result.REFUSED, refusal.message)


def _kind(document: DocumentSeen) -> str:
    if document.operation in meaning.MONEY_OPERATIONS:
        return "payment"
    return "shipment" if document.operation in meaning.GOODS_OPERATIONS else "document"


def _apply_apart(taking: Taking, document: DocumentSeen, told: Told) -> None:
    kind = _kind(document)
    if kind == "document":
        told.say(Result.IGNORED, _("Documents “%(name)s” are not taken.") % {"name": document.operation})
        return
    invoice = order_search.by_basis(taking, document.basis_id)
    if invoice is None:
        raise Refused(
            "exchange.no_basis", _("The order “%(id)s” that it is for is not known here."), id=document.basis_id
        )
    link = _link_of_invoice(taking, document, invoice)
    was = _print(taking, invoice, link)
    before = (invoice.paid, invoice.shipped)
    asked = order_facts.Asked(document, document, invoice, _noted_here(taking, invoice))
    if kind == "payment":
        facts = order_facts.Facts(order_facts.payments_from(meaning.payments_of(document), asked), None)
    else:
        facts = order_facts.Facts(None, order_facts.shipments_from(meaning.shipments_of(document), asked))
    invoice = _set_facts(taking, invoice, link, document.id or document.number_1c, facts, told)
    told.record, told.row_id = "billing.invoice", invoice.pk
    told.say(Result.UNCHANGED if before == (invoice.paid, invoice.shipped) else Result.UPDATED)
    _do_not_echo(taking, invoice, link, was, is_made=False)


def _link_of_invoice(taking: Taking, document: DocumentSeen, invoice: Invoice) -> Link:
    """
    The link of the order that a document is for: what it tells is kept there. A document on the basis of a payment
    finds the link by the invoice, one on the basis of an order that was never answered makes it.
    """
    known = ExternalLink.objects.filter(
        connection=taking.connection, foreign_type="order", record="billing.invoice", row_id=invoice.pk
    )
    found = known.order_by("id").values_list("foreign_id", flat=True).first()
    foreign_id = found or str(invoice.uid)
    taking.links.load([("order", foreign_id)])
    link = taking.links.touch("order", foreign_id)
    if link.row_id is None:
        link.how = "our_id"
        taking.links.set_row(link, "billing.invoice", invoice.pk)
    return link
