"""Orders for 1C: what waits, what is written, what of it the client has confirmed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.billing.models import Invoice
from okno.fronts.exchange import rules
from okno.fronts.exchange.commands.actors import actor_of
from okno.fronts.exchange.commands.order_values import order_of
from okno.fronts.exchange.models import Connection, ExchangeSession, Outcome, Outgoing, Package
from okno.fronts.exchange.parts.commerceml.orders import ChoiceOut, OrderOut
from okno.fronts.exchange.parts.commerceml.writer import WriterOptions, fingerprint, write_info, write_orders
from okno.kit import files, live
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.permissions import Actor

MOST = 1000
# Prints are made in one form, whatever form a client asks for: another version is not another order.
PRINTED = WriterOptions(version="2.09", encoding="utf-8")
NO_LINES, NO_CLIENT, DRAFT, NEVER_SENT, OTHER_ORGANISATION = "lines", "client", "draft", "never_sent", "organisation"


@dataclass(frozen=True, slots=True)
class Written:
    """An XML answer."""

    body: bytes
    content_type: str


def form_of(session: ExchangeSession, version: str = "") -> rules.Form:
    """How the client of a session wants its files."""
    return rules.form_for(session.connection, version or session.client_version)


def _options(session: ExchangeSession, version: str) -> WriterOptions:
    form = form_of(session, version)
    return WriterOptions(version=form.version, encoding=form.encoding, container=form.container)


@command("exchange.note_change", told_as=gettext_lazy("Note what to send to the accounting system"))
def note_change(*, actor: Actor, invoice_id: int) -> int:
    """Put an invoice into the queue of every connection of its organisation. Returns how many queues it is in."""
    invoice = Invoice.objects.filter(pk=invoice_id).first()
    if invoice is None:
        return 0
    ours = Q(organisation=None) | Q(organisation_id=invoice.organisation_id)
    wanted = Connection.objects.filter(ours, is_active=True, is_deleted=False)
    for connection in wanted:
        Outgoing.objects.bulk_create(
            [Outgoing(connection=connection, invoice=invoice, changes=0)], ignore_conflicts=True
        )
        Outgoing.objects.filter(connection=connection, invoice=invoice).update(changes=F("changes") + 1)
    return len(wanted)


def query(session: ExchangeSession, *, version: str, at: datetime) -> Written:
    """
    The answer to `mode=query`: orders that have changed since they were confirmed.

    A client that tells its version asks again until it gets no orders, so what this session has sent already is left
    out for it; an older one that asks again gets the same.
    """
    options = _options(session, version)
    orders = gather(
        actor=actor_of(session.connection), session=session, is_again=bool(version or session.client_version), at=at
    )
    moment = at.astimezone(actor_of(session.connection).zone).replace(tzinfo=None)
    body = b"".join(write_orders(orders, options, at=moment))
    keep_sent(actor=actor_of(session.connection), session=session, orders=Orders(orders), body=Body(body), at=at)
    return Written(body, options.content_type)


@command("exchange.gather_orders", told_as=gettext_lazy("Gather orders to send"))
def gather(*, actor: Actor, session: ExchangeSession, is_again: bool, at: datetime) -> list[OrderOut]:
    """Orders to send in this session; each is noted with the change that it shows, to be confirmed by the session."""
    connection = session.connection
    due = Outgoing.objects.select_for_update(of=("self",)).filter(
        connection=connection, changes__gt=F("confirmed_changes")
    )
    if is_again:
        due = due.exclude(sent_in=session, sent_changes=F("changes"))
    chosen = []
    for one in due.select_related("invoice__client", "invoice__legal_entity", "invoice__organisation").order_by("id")[
        :MOST
    ]:
        order = _order(connection, one)
        if order is not None:
            one.sent_in, one.sent_changes = session, one.changes
            chosen.append(order)
        one.save(update_fields=["sent_in", "sent_changes", "sent_print", "excluded_by", "confirmed_changes"])
    ExchangeSession.objects.filter(pk=session.pk).update(queried_at=at, is_confirmed=False)
    return chosen


def _order(connection: Connection, one: Outgoing) -> OrderOut | None:
    """The order to send, None when it is excluded or 1C has this very order."""
    one.excluded_by = excluded(connection, one)
    if one.excluded_by:
        return None
    order = order_of(connection, one.invoice)
    one.sent_print = fingerprint(order, PRINTED)
    if one.sent_print == one.confirmed_print:
        one.confirmed_changes = one.changes
        return None
    return order


def excluded(connection: Connection, one: Outgoing) -> str:
    """Why an invoice is not sent; empty when it is."""
    invoice = one.invoice
    is_known = bool(one.confirmed_print)
    if connection.organisation_id and invoice.organisation_id != connection.organisation_id:
        return OTHER_ORGANISATION
    if (invoice.is_deleted or invoice.state == Invoice.State.CANCELLED) and not is_known:
        return NEVER_SENT
    if invoice.state == Invoice.State.DRAFT and not connection.sends_drafts and not is_known:
        return DRAFT
    return "" if invoice.lines.exists() else NO_LINES


class Orders:
    """Orders of an answer; in the journal they are only counted."""

    def __init__(self, orders: Sequence[OrderOut]) -> None:
        self.orders = orders

    def __repr__(self) -> str:
        return f"{len(self.orders)} orders"


class Body:
    """The bytes of an answer; in the journal they are only measured."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __repr__(self) -> str:
        return f"{len(self.content)} bytes"


@command("exchange.keep_sent", told_as=gettext_lazy("Keep what was sent"))
def keep_sent(*, actor: Actor, session: ExchangeSession, orders: object, body: object, at: datetime) -> Package | None:
    """Keep what was sent: the very bytes, and a line for each order. An answer without orders is not kept."""
    if not isinstance(orders, Orders) or not isinstance(body, Body) or not orders.orders:
        return None
    kept = files.store(io.BytesIO(body.content), "orders.xml")
    package = Package.objects.create(
        connection=session.connection, session=session, name="orders.xml", type="sale", direction=Package.Direction.OUT,
        state=Package.State.DOING, sha256=kept.sha256, size=kept.size, at=at, total=len(orders.orders),
        counts={"order": {"sent": len(orders.orders)}}, format_version=form_of(session).version,
    )  # fmt: skip
    ids = dict(
        Invoice.objects.filter(uid__in=[one.id for one in orders.orders if _is_uid(one.id)]).values_list("uid", "id")
    )
    by_text = {str(uid): row_id for uid, row_id in ids.items()}
    Outcome.objects.bulk_create(
        Outcome(package=package, kind="order", foreign_id=one.id, name=one.number, record="billing.invoice",
                row_id=by_text.get(one.id), result=Outcome.Result.SENT)
        for one in orders.orders
    )  # fmt: skip
    live.tell_topic("exchange.package")
    return package


def _is_uid(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4


@command("exchange.confirm", told_as=gettext_lazy("Note that orders were taken"))
def confirm(*, actor: Actor, session: ExchangeSession, at: datetime) -> int:
    """
    The client has taken what this session's queries gave: exactly that is confirmed, and what changed meanwhile stays
    in the queue. Returns how many orders were confirmed.

    :raises Refused: this session has not asked for orders.
    """
    if session.queried_at is None:
        raise Refused("exchange.not_asked", _("This session has not asked for orders (mode=query)."))
    sent = Outgoing.objects.select_for_update().filter(connection=session.connection, sent_in=session)
    confirmed = 0
    for one in sent.order_by("id"):
        one.confirmed_changes, one.confirmed_print, one.confirmed_at = one.sent_changes, one.sent_print, at
        one.sent_in = None
        one.save(update_fields=["confirmed_changes", "confirmed_print", "confirmed_at", "sent_in"])
        confirmed += 1
    out = session.packages.filter(direction=Package.Direction.OUT, state=Package.State.DOING)
    out.update(state=Package.State.DONE, finished_at=at)
    ExchangeSession.objects.filter(pk=session.pk).update(is_confirmed=True, state=ExchangeSession.State.IDLE)
    live.tell_topic("exchange.package")
    return confirmed


def queue_open(connection: Connection) -> None:
    """Put the invoices that money is awaited for into the queue of a new connection: its base has to know of them."""
    awaited = (Invoice.State.SENT, Invoice.State.PAID_PARTLY)
    rows = Invoice.objects.filter(is_deleted=False, state__in=awaited)
    if connection.organisation_id:
        rows = rows.filter(organisation_id=connection.organisation_id)
    Outgoing.objects.bulk_create(
        [Outgoing(connection=connection, invoice_id=row_id) for row_id in rows.values_list("pk", flat=True)],
        ignore_conflicts=True,
        batch_size=5000,
    )


@command("exchange.send_again", label=gettext_lazy("Send everything again"))
def send_again(*, actor: Actor, connection: Connection) -> int:
    """Put every invoice of a connection into the queue again, as for a new base. Returns how many there are."""
    ours = Invoice.objects.filter(is_deleted=False)
    if connection.organisation_id:
        ours = ours.filter(organisation_id=connection.organisation_id)
    Outgoing.objects.bulk_create(
        [Outgoing(connection=connection, invoice_id=row_id, changes=0) for row_id in ours.values_list("pk", flat=True)],
        ignore_conflicts=True,
        batch_size=5000,
    )
    rows = Outgoing.objects.filter(connection=connection)
    return rows.update(changes=F("changes") + 1, confirmed_print="", excluded_by="")


def info(session: ExchangeSession, *, version: str) -> Written:
    """The answer to `mode=info`: states, ways of payment and of delivery that 1C may choose from."""
    options = _options(session, version)
    statuses = [ChoiceOut(id=code, name=str(label)) for code, label in Invoice.State.choices]
    systems = [ChoiceOut(id="bank", name=_("Bank transfer"))]
    body = write_info(statuses=statuses, payment_systems=systems, delivery_services=[], options=options)
    return Written(body, options.content_type)
