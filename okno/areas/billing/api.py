"""Billing over HTTP: invoices with lines, payments, sending and the printed form."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pydantic
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from ninja import Router, Status

from okno.areas.billing import commands, queries
from okno.areas.billing.record import INVOICE, PAYMENT
from okno.areas.catalog import queries as catalog
from okno.kit.api import record_router
from okno.kit.api.asking import Id, Key, actor_of, given, viewer
from okno.kit.api.lines import MOST_LINES, LinesOf, NewLine, raw
from okno.kit.api.problems import RESPONSES
from okno.kit.api.reading import Source, check_reached
from okno.kit.api.records import make
from okno.kit.api.shapes import Id as RowId
from okno.kit.api.shapes import WithCustom, item_of
from okno.kit.errors import Missing

router = Router()
PDF = {200: {"description": "PDF", "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}


class NewInvoice(WithCustom):
    """
    An invoice to a client; without `lines` it takes those of the deal, without `organisation` the default one; custom
    fields stand beside them.
    """

    client: RowId
    deal: RowId | None = None
    legal_entity: RowId | None = None
    organisation: RowId | None = None
    date: dt.date | None = None
    due_date: dt.date | None = None
    comment: str = pydantic.Field("", max_length=10_000)
    price_type: RowId | None = None
    lines: list[NewLine] | None = pydantic.Field(None, max_length=MOST_LINES)


@router.post(
    "/invoices",
    response={201: item_of(INVOICE), **RESPONSES},
    operation_id="invoices_create",
    summary=_("Draw an invoice"),
    tags=["billing"],
    exclude_unset=True,
)
def draw(request: HttpRequest, body: NewInvoice, key: Key = "") -> Any:
    """Draw an invoice, numbered within the organisation and the year."""
    arguments = given(body)
    actor = actor_of(request)
    if body.lines is not None:
        check_reached(catalog.offers(actor), [one.offer for one in body.lines])
        arguments["lines"] = raw(body.lines)
    made = make(request, INVOICE, commands.draw, arguments, key)
    return Status(201, Source(INVOICE, queries.invoices).one(actor, made.pk))


record_router(
    INVOICE,
    queries.invoices,
    update=commands.update,
    commands=[
        commands.set_head,
        commands.reprice,
        commands.send,
        commands.record_payment,
        commands.assign,
        commands.cancel,
        commands.reopen,
        commands.delete,
    ],
    router=router,
)
record_router(PAYMENT, queries.payments, path="/payments", router=router)


LinesOf(
    record=INVOICE,
    row=queries.invoice_for_card,
    lines=queries.lines_of,
    command=commands.set_lines,
    on="invoice",
    offers=catalog.offers,
).add_to(router, "/invoices", _("Goods and services of an invoice"))


@router.get(
    "/invoices/{id}/pdf",
    response=RESPONSES,
    operation_id="invoices_pdf",
    summary=_("The printed form"),
    tags=["billing"],
    openapi_extra={"responses": PDF},
)
def pdf(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """The invoice as PDF, with the payment code."""
    invoice = queries.invoice_for_card(viewer(request, INVOICE), id)
    if invoice is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    answer = HttpResponse(queries.pdf(invoice), content_type="application/pdf")
    name = content_disposition_header(True, f"{queries.file_name(invoice)}.pdf")
    answer.headers["Content-Disposition"] = name or "attachment"
    return answer
