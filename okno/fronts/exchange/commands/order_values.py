"""An invoice of ours as the order that 1C gets: stable ids, dates by the clock of its server."""

from __future__ import annotations

import uuid
from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from okno.areas.billing.models import Invoice, InvoiceLine, Payment
from okno.areas.catalog import queries as catalog
from okno.areas.clients.models import Client
from okno.fronts.exchange.models import Connection, ExternalLink
from okno.fronts.exchange.parts.commerceml.orders import (
    ContactOut,
    OrderOut,
    PartyOut,
    PaymentOut,
    RowOut,
    StatusOut,
    TaxOut,
    UnitOut,
    party_id,
)
from okno.fronts.exchange.parts.commerceml.values import split_id
from okno.kit import money, rates

# Free text in a line becomes goods of 1C by this namespace: the same text is the same goods there.
TEXTS = uuid.UUID("6f6b6e6f-2d63-5d6d-8c6c-6c696e657301")


def origin_of(connection: Connection) -> str:
    """The prefix of the keys of payments and shipments that came from a connection."""
    return f"1c:{connection.code}:"


def order_of(connection: Connection, invoice: Invoice, *, known_as: str = "") -> OrderOut:
    """The order that 1C gets for an invoice; `known_as` is its id when its link has not been written yet."""
    lines = list(invoice.lines.select_related("offer__item").order_by("position", "id"))
    foreign = _offer_ids(connection, [line.offer_id for line in lines if line.offer_id])
    is_cancelled = invoice.is_deleted or invoice.state == Invoice.State.CANCELLED
    return OrderOut(
        id=known_as or foreign_id(connection, invoice),
        number=invoice.number,
        at=_moment(connection, invoice),
        total=invoice.total,
        currency=invoice.currency,
        rate=rates.cross(invoice.currency, rates.MANAGEMENT, invoice.date) or Decimal(1),
        parties=(_buyer(invoice),),
        rows=tuple(_row(invoice, line, foreign.get(line.offer_id or 0, "")) for line in lines),
        pay_by=invoice.due_date,
        comment=invoice.comment,
        status=_status(connection, invoice),
        is_cancelled=is_cancelled,
        payments=_payments(connection, invoice),
    )


def foreign_id(connection: Connection, invoice: Invoice) -> str:
    """The id of an order: of 1C when it was born there, else ours."""
    link = ExternalLink.objects.filter(
        connection=connection, foreign_type="order", record="billing.invoice", row_id=invoice.pk, how_matched="created"
    ).first()
    return link.foreign_id if link else str(invoice.uid)


def _moment(connection: Connection, invoice: Invoice) -> datetime:
    """The day of the invoice with the time at which it was made, by the clock of the 1C server."""
    made = invoice.created_at.astimezone(ZoneInfo(connection.zone))
    clock = made.time().replace(microsecond=0) if made.date() == invoice.date else time()
    return datetime.combine(invoice.date, clock)


def _offer_ids(connection: Connection, offer_ids: list[int]) -> dict[int, str]:
    links = ExternalLink.objects.filter(connection=connection, record="catalog.offer", row_id__in=offer_ids)
    return {link.row_id: link.foreign_id for link in links.order_by("-id") if link.row_id is not None}


def _status(connection: Connection, invoice: Invoice) -> StatusOut | None:
    """The status goes to 1C only where the connection has a name for it: an unasked one unposts orders."""
    name = connection.options.get("status_names", {}).get(invoice.state)
    return StatusOut(code=invoice.state, name=str(name)) if name else None


def _buyer(invoice: Invoice) -> PartyOut:
    client, entity = invoice.client, invoice.legal_entity
    contacts = (("phone", client.phone), ("email", client.email))
    is_company = client.kind == Client.Kind.COMPANY
    names = [] if is_company else client.name.split()
    first, middle = (names[1] if len(names) > 1 else ""), (names[2] if len(names) > 2 else "")
    return PartyOut(
        id=party_id(entity.uid if entity else client.uid),
        name=entity.name if entity else client.name,
        is_company=is_company,
        full_name=(entity.full_name or entity.name) if entity else client.name,
        last_name=names[0] if names else "",
        first_name=first,
        middle_name=middle,
        inn=entity.inn if entity else client.inn,
        kpp=entity.kpp if entity else "",
        legal_address=entity.legal_address if entity else client.address,
        contacts=tuple(ContactOut(kind=kind, value=value) for kind, value in contacts if value),
    )


def _row(invoice: Invoice, line: InvoiceLine, known: str) -> RowOut:
    goods_id, characteristic_id = split_id(known) if known else _own_id(line)
    item = line.offer.item if line.offer else None
    whole = money.round_money(line.price * line.quantity)
    return RowOut(
        goods_id=goods_id,
        characteristic_id=characteristic_id,
        name=line.name,
        article=item.article if item else "",
        unit=_unit(line, item.unit_code if item else ""),
        price=line.price,
        quantity=line.quantity,
        total=line.total,
        tax=_tax(invoice, line),
        discount=max(whole - line.total, Decimal()),
        discount_percent=line.discount or None,
        is_service=bool(item and item.kind == "service"),
    )


def _own_id(line: InvoiceLine) -> tuple[str, str]:
    if line.offer:
        return f"crm-{line.offer.item.uid}"[:40], line.offer.characteristic
    return f"crm-{uuid.uuid5(TEXTS, line.name.strip().casefold())}"[:40], ""


def _unit(line: InvoiceLine, code: str) -> UnitOut:
    name = line.unit.strip()
    known = code or catalog.unit_code(name)
    if not name or known in {"", "796"}:
        return UnitOut(name=name or "шт")
    return UnitOut(code=known, name=name, full_name=name, international="")


def _tax(invoice: Invoice, line: InvoiceLine) -> TaxOut | None:
    if invoice.vat_mode == money.VatMode.NONE or line.vat_rate == "none":
        return TaxOut(rate="Без НДС", amount=Decimal())
    return TaxOut(rate=line.vat_rate, amount=line.vat, is_included=invoice.vat_mode == money.VatMode.INCLUDED)


def _payments(connection: Connection, invoice: Invoice) -> tuple[PaymentOut, ...]:
    """Payments that were noted here; those that came from this base are known there."""
    rows = Payment.objects.filter(invoice=invoice, is_withdrawn=False, is_deleted=False)
    return tuple(
        PaymentOut(
            id=str(one.uid), number=one.number or str(one.pk), at=datetime.combine(one.date, time()), amount=one.amount
        )
        for one in rows.exclude(key__startswith=origin_of(connection)).order_by("id")
    )
