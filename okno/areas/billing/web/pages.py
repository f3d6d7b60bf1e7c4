"""Pages of billing: each names its record, its query or command, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from django.db.models import Model
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okno.areas.billing import commands, queries, rules
from okno.areas.billing.models import Invoice
from okno.areas.billing.record import INVOICE, PAYMENT
from okno.areas.billing.web import forms, look
from okno.areas.catalog import queries as catalog
from okno.areas.catalog.queries import Terms
from okno.areas.clients import queries as clients
from okno.areas.deals import queries as deals
from okno.areas.documents import queries as documents
from okno.kit import formats, money, permissions
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.web import lines, pages

UNPAID = {"field": "state", "op": "in", "value": [str(one) for one in rules.AWAITED]}
LATE = {"all": [UNPAID, {"field": "due_date", "op": "lt", "value": {"rel": "today"}}]}


class InvoiceList(pages.ListPage):
    """Invoices with what is paid of them."""

    record, query = INVOICE, queries.invoices
    columns = ("number", "date", "client", "state", "total", "paid", "due_date", "owner")
    tabs = (
        pages.Tab("unpaid", pgettext_lazy("of a list", "Waiting for payment"), where=UNPAID),
        pages.Tab("late", pgettext_lazy("of a list", "Overdue"), where=LATE, sort="due_date"),
        pages.Tab(
            "paid",
            pgettext_lazy("of a list", "Paid"),
            where={"field": "state", "op": "in", "value": ["paid", "shipped"]},
        ),
        pages.Tab("all", gettext_lazy("All")),
    )
    due = pages.Due(("state", "due_date"), look.colour)
    bulk = (pages.Bulk(commands.assign, on="invoice", form=forms.Assign, icon="user"),)
    create_url, create_label, create_permission = "/invoices/new/", gettext_lazy("Invoice"), "billing.draw"


class PaymentList(pages.ListPage):
    """Money that came."""

    record, query = PAYMENT, queries.payments
    columns = ("date", "amount", "number", "invoice", "client")
    sort = "-date"
    tabs = (
        pages.Tab(
            "received",
            pgettext_lazy("of a list", "Received"),
            where={"field": "is_withdrawn", "op": "eq", "value": False},
        ),
        pages.Tab("all", gettext_lazy("All")),
    )


class InvoiceCard(pages.CardPage):
    """An invoice with its lines, payments, letters and files."""

    record, query = INVOICE, queries.invoice_for_card
    sections = (
        pages.Section(gettext_lazy("Invoice"), ("number", "date", "client", "legal_entity", "deal", "organisation")),
        pages.Section(gettext_lazy("Money"), ("total", "vat_total", "paid", "shipped", "due_date")),
        pages.Section(gettext_lazy("More"), ("owner", "price_type", "sent_at", "comment")),
    )
    update, update_on = commands.update, "invoice"
    amount = "total"
    header_actions = (
        pages.Action(gettext_lazy("Send"), "send", "/invoices/{id}/send/", "billing.send", check=rules.check_is_alive),
        pages.Action(gettext_lazy("Print (PDF)"), "printer", "/invoices/{id}/pdf/", "billing.view", is_dialog=False),
        pages.Action(
            gettext_lazy("Payment"), "cash", "/invoices/{id}/pay/", "billing.record_payment", check=rules.check_is_alive
        ),
        pages.Action(
            gettext_lazy("Bring the invoice back"),
            "arrow-back-up",
            "/invoices/{id}/reopen/",
            "billing.reopen",
            check=rules.check_can_reopen,
        ),
    )
    more_actions = (
        pages.Action(
            gettext_lazy("Change the lines"),
            "list",
            "/invoices/{id}/lines/",
            "billing.set_lines",
            check=rules.check_can_change,
        ),
        pages.Action(
            gettext_lazy("Take prices anew"),
            "refresh",
            "/invoices/{id}/reprice/",
            "billing.reprice",
            check=rules.check_can_change,
        ),
        pages.Action(
            gettext_lazy("Payer and deadline"),
            "edit",
            "/invoices/{id}/head/",
            "billing.set_head",
            check=rules.check_can_change,
        ),
        pages.Action(gettext_lazy("Give to another person"), "user", "/invoices/{id}/assign/", "billing.assign"),
        pages.Action(
            gettext_lazy("Cancel the invoice"),
            "ban",
            "/invoices/{id}/cancel/",
            "billing.cancel",
            check=rules.check_can_cancel,
        ),
    )

    @property
    def row_title(self) -> str:
        """The invoice as people call it."""
        given = {"number": self.row.number, "date": formats.date_text(self.row.date)}  # type: ignore[attr-defined]
        return _("Invoice %(number)s of %(date)s") % given

    def head(self) -> dict[str, Any]:
        """The state beside the title."""
        return {"badge": look.badge(self.row, self.moment.at.astimezone(self.moment.zone).date())}  # type: ignore[arg-type]


class Lines(pages.TablePage):
    """Rows of goods and services with totals: of a new invoice or of one that is there."""

    row_form, link = lines.LineForm, "catalog.offer"
    table_title, sum_title = gettext_lazy("Goods and services"), gettext_lazy("Sum")

    @cached_property
    def terms(self) -> Terms:
        """How the invoice takes prices."""
        raise NotImplementedError

    def picked(self, choice: int) -> Mapping[str, Any]:
        """Name, unit, price and VAT of an offer."""
        return catalog.line_of(self.actor, choice, self.terms)

    def row_sum(self, row: Mapping[str, Any]) -> str:
        """After the discount."""
        return lines.shown_sum(row)

    def totals(self, row: Model | None, rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
        """The sum, the VAT in it, and what the client pays."""
        terms = self.terms
        counted = [
            rules.with_vat(money.measures(one).total, one["vat"] or money.standard_vat(terms.on).code, terms.vat)
            for one in rows
        ]
        sums = rules.to_pay(counted, terms.vat)
        vat = [] if terms.vat == money.VatMode.NONE else [(_("VAT"), formats.money_text(sums.vat, terms.currency))]
        told = [(one, "") for one in catalog.told_by_quantity(rows, terms)]
        return [*told, *vat, (_("To pay"), formats.money_text(sums.total, terms.currency))]


class DrawInvoice(Lines):
    """A new invoice, with the lines of its deal when there is one."""

    command, form = commands.draw, forms.Draw
    done = gettext_lazy("The invoice is drawn.")
    title, submit = gettext_lazy("New invoice"), gettext_lazy("Draw the invoice")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The client of the deal."""
        deal, ours = self._deal, self._organisation
        found = {**super().initial(row), "currency": self.terms.currency, "organisation": ours.pk if ours else None}
        return {**found, "client": deal.client_id, "price_type": deal.price_type_id} if deal is not None else found

    @cached_property
    def terms(self) -> Terms:
        """As the head of the form says now."""
        deal, ours, currency = self._deal, self._organisation, self._said("currency")
        client = clients.client_for_card(self.actor, asked) if (asked := self._asked("client")) else None
        chosen = catalog.price_type(self.actor, asked) if (asked := self._asked("price_type")) else None
        usual = deal.currency if deal is not None else catalog.default_currency()
        return Terms(
            client_id=client.pk if client else None,
            price_type=chosen,
            currency=currency if currency in money.CODES else usual,
            vat=ours.vat if ours else money.VatMode.NONE,
            on=self.moment.at.date(),
        )

    def totals(self, row: Model | None, rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
        """The sums, and whose prices goods come with for the client that is chosen now."""
        told = catalog.told_terms(self.actor, self.terms)
        return [*([(told, "")] if told else []), *super().totals(row, rows)]

    def rows(self, row: Model | None) -> Sequence[Mapping[str, Any]]:
        """The lines of the deal."""
        deal = self._deal
        return [lines.initial(one) for one in deals.lines_of(deal)] if deal is not None else []

    @cached_property
    def _deal(self) -> Any:
        asked = id_of(self.request.GET.get("deal"))
        return None if asked is None else deals.deal_for_card(self.actor, asked)

    @cached_property
    def _organisation(self) -> Any:
        """Who draws the invoice: the one that is chosen, else that of the deal, else the default one."""
        asked, deal = self._asked("organisation"), self._deal
        chosen = documents.organisations(self.actor).filter(pk=asked).first() if asked else None
        return chosen or (deal.organisation if deal is not None else None) or documents.default_organisation()

    def _asked(self, name: str) -> int | None:
        return id_of(self._said(name))

    def _said(self, name: str) -> str:
        said = self.request.POST if self.request.method == "POST" else self.request.GET
        return said.get(name, "")


class EditLines(Lines):
    """The lines of an invoice."""

    command, on, query = commands.set_lines, "invoice", queries.invoice_for_card
    done = gettext_lazy("Goods and services are saved.")

    def rows(self, row: Model | None) -> Sequence[Mapping[str, Any]]:
        """The lines that are there."""
        return [lines.initial(one) for one in queries.lines_of(row)] if isinstance(row, Invoice) else []

    @cached_property
    def terms(self) -> Terms:
        """As the invoice has them."""
        return queries.terms_of(cast("Invoice", self.row(**self.kwargs)), self.moment.at.date())

    def table_note(self, row: Model | None) -> str:
        """Whose prices goods come with, and why; of a new invoice it is told with the totals, as one chooses."""
        return catalog.told_terms(self.actor, self.terms)


class Reprice(pages.CommandPage):
    """Prices of the goods of an invoice as they are today."""

    command, on, query = commands.reprice, "invoice", queries.invoice_for_card
    done = gettext_lazy("Prices are taken anew.")
    stays = True

    @property
    def text(self) -> str:  # type: ignore[override]
        """What becomes of the prices, for those who see the sum."""
        told = _("Goods take today's prices of the type of the invoice; discounts stay. Undo brings the old ones back.")
        invoice: Any = self.row(**self.kwargs)
        if not permissions.facing(self.actor, invoice).sees_field(INVOICE.name, "total"):
            return told
        terms = queries.terms_of(invoice, self.moment.at.date())
        return f"{told} {catalog.told_repricing(queries.lines_of(invoice), terms)}"


class EditHead(pages.CommandPage):
    """Who pays, by when, and the comment."""

    command, form, on, query = commands.set_head, forms.Head, "invoice", queries.invoice_for_card
    done = gettext_lazy("The invoice is saved.")
    stays = True

    def initial(self, row: Any) -> dict[str, Any]:
        """What is there."""
        return {"legal_entity": row.legal_entity_id, "due_date": row.due_date, "comment": row.comment}


class SendInvoice(pages.CommandPage):
    """The invoice goes to the client by mail."""

    command, form, on, query = commands.send, forms.Send, "invoice", queries.invoice_for_card
    stays = True
    done = gettext_lazy("The invoice is on its way.")

    def initial(self, row: Any) -> dict[str, Any]:
        """The client's address and the template."""
        return forms.letter_for(row)


class PayInvoice(pages.CommandPage):
    """A payment recorded by hand."""

    command, form, on, query = commands.record_payment, forms.Pay, "invoice", queries.invoice_for_card
    done = gettext_lazy("The payment is recorded.")
    stays = True

    def initial(self, row: Any) -> dict[str, Any]:
        """What is owed."""
        return {"amount": lines.shown_number(row.total - row.paid), "date": self.moment.at.date()}


class AssignInvoice(pages.CommandPage):
    """Another responsible person for an invoice."""

    command, form, on, query = commands.assign, forms.Assign, "invoice", queries.invoice_for_card
    stays = True


class CancelInvoice(pages.CommandPage):
    """The invoice is not needed any more."""

    command, form, on, query = commands.cancel, forms.Cancel, "invoice", queries.invoice_for_card
    done = gettext_lazy("The invoice is cancelled.")
    stays, is_danger = True, True


class ReopenInvoice(pages.CommandPage):
    """A cancelled invoice is needed after all."""

    command, on, query = commands.reopen, "invoice", queries.invoice_for_card
    done = gettext_lazy("The invoice is back.")
    stays = True
    text = gettext_lazy("Its state follows from what was sent, paid and shipped; 1C learns of it at the next exchange.")


class PrintInvoice(pages.Page):
    """The printed form as PDF."""

    permission = "billing.view"

    def show(self, **address: Any) -> HttpResponse:
        """The file; the browser shows it."""
        invoice = queries.invoice_for_card(self.actor, address["id"])
        if invoice is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        response = HttpResponse(queries.pdf(invoice), content_type="application/pdf")
        name = content_disposition_header(False, f"{queries.file_name(invoice)}.pdf")
        response.headers["Content-Disposition"] = name or "inline"
        return response
