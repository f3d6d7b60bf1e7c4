"""Pages of billing: the record contracts, an invoice from a deal, totals, the printed form, sending and payments."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access.models import RoleGrant
from okno.access.tests.cast import Cast
from okno.areas.billing import commands
from okno.areas.billing.models import Invoice, Payment
from okno.areas.billing.tests.factories import LINE, a_deal_with_lines, an_invoice, an_organisation
from okno.areas.billing.web import pages
from okno.areas.catalog import commands as catalog
from okno.areas.clients import commands as clients
from okno.areas.deals.models import Deal
from okno.kit.models import CurrencyRate
from okno.kit.permissions import SYSTEM
from okno.kit.testing.forms import filled
from okno.kit.testing.record_contract import HTMX, RecordContract

pytestmark = pytest.mark.django_db


class TestInvoice(RecordContract):
    page, hidden, api = pages.InvoiceList, "total", "/api/v1/invoices"

    def make(self, cast: Cast, owner: Any) -> Invoice:
        invoice = an_invoice(owner)
        # Whoever sees not the sum of the invoice may see that of its deal, which is another one here.
        Deal.objects.update(amount=1)
        return invoice


class TestPayment(RecordContract):
    page, hidden, has_card = pages.PaymentList, "amount", False

    @property
    def list_url(self) -> str:
        """Payments have a list and no card of their own."""
        return "/payments/"

    def make(self, cast: Cast, owner: Any) -> Payment:
        commands.record_payment(actor=SYSTEM, invoice=an_invoice(owner), amount=Decimal(100))
        return Payment.objects.latest("pk")


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


@pytest.fixture
def deal(cast: Cast) -> Deal:
    an_organisation()
    return a_deal_with_lines(cast.anna)


@pytest.fixture
def invoice(cast: Cast) -> Invoice:
    return an_invoice(cast.anna)


def bare(text: str) -> str:
    return "".join(text.split())


def test_an_invoice_from_a_deal_begins_with_its_client_and_lines(anna: Browser, deal: Deal) -> None:
    shown = filled(anna.get(f"/invoices/new/?deal={deal.pk}"))

    assert (shown["client"], shown["deal"]) == (str(deal.client_id), str(deal.pk))
    assert (shown["lines-0-name"], shown["lines-0-quantity"], shown["lines-0-price"]) == ("Терминал", "3", "1999,99")
    assert "lines-1-name" not in shown


def test_an_invoice_from_a_deal_is_drawn_once(anna: Browser, deal: Deal, cast: Cast) -> None:
    sent = {
        **{f"lines-0-{name}": text.replace(".", ",") for name, text in LINE.items()},
        "client": deal.client_id,
        "deal": deal.pk,
        "once": "i1",
    }

    answers = [anna.post("/invoices/new/", sent) for _again in range(2)]

    made = Invoice.objects.get()
    assert [one.status_code for one in answers] == [302, 302]
    assert (made.deal, made.owner, made.total) == (deal, cast.anna, Decimal("5699.97"))


def test_totals_tell_the_vat_inside_and_what_is_to_be_paid(anna: Browser, invoice: Invoice) -> None:
    sent = {f"lines-0-{name}": text.replace(".", ",") for name, text in {**LINE, "vat": "20"}.items()}

    answer = anna.post(f"/invoices/{invoice.pk}/lines/?part=totals", sent, headers=HTMX)

    assert [bare(text) for _label, text in answer.context["totals"]] == ["950,00₽", "5699,97₽"]
    assert [(key, bare(text)) for key, text in answer.context["sums"]] == [("lines-0", "5699,97")]


def test_a_line_with_too_large_a_discount_is_told_in_the_totals(anna: Browser, invoice: Invoice) -> None:
    sent = {f"lines-0-{name}": text.replace(".", ",") for name, text in {**LINE, "discount": "500"}.items()}

    totals = anna.post(f"/invoices/{invoice.pk}/lines/?part=totals", sent, headers=HTMX).context["totals"]
    answer = anna.post(f"/invoices/{invoice.pk}/lines/", sent)

    assert "100" in totals[0][0]
    assert (answer.status_code, invoice.lines.get().discount) == (422, Decimal(5))


def test_the_card_is_called_as_the_paper_and_prints_from_its_head(anna: Browser, invoice: Invoice) -> None:
    card = anna.get(f"/invoices/{invoice.pk}/").context["card"]

    assert card["title"] == f"Счёт {invoice.number} от {invoice.date:%d.%m.%Y}"
    assert f"/invoices/{invoice.pk}/pdf/" in [one["url"] for one in card["actions"]]


def test_the_printed_form_is_a_pdf_named_after_the_invoice(anna: Browser, invoice: Invoice) -> None:
    answer = anna.get(f"/invoices/{invoice.pk}/pdf/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''%D0%A1%D1%87")
    assert answer.content.startswith(b"%PDF")


def test_the_printed_form_out_of_reach_reads_as_missing(client: Browser, cast: Cast, invoice: Invoice) -> None:
    client.force_login(cast.boris)

    assert client.get(f"/invoices/{invoice.pk}/pdf/").status_code == 404


def test_the_form_of_sending_begins_with_the_client_and_the_letter(anna: Browser, invoice: Invoice) -> None:
    clients.update(actor=SYSTEM, client=invoice.client, values={"email": "office@romashka.example"})

    shown = filled(anna.get(f"/invoices/{invoice.pk}/send/", headers=HTMX))

    assert shown["to"] == "office@romashka.example"
    assert invoice.number in shown["subject"]
    assert "5699,97" in bare(shown["text"])


def test_sending_without_a_mailbox_is_refused_in_the_form(anna: Browser, invoice: Invoice) -> None:
    sent = {"to": "office@romashka.example", "subject": "Счёт", "text": "Во вложении"}

    answer = anna.post(f"/invoices/{invoice.pk}/send/", sent, headers=HTMX)

    assert answer.status_code == 422
    assert len(answer.context["dialog"]["errors"]) == 1


def test_a_payment_of_nothing_is_refused_beside_the_sum(anna: Browser, invoice: Invoice) -> None:
    answer = anna.post(f"/invoices/{invoice.pk}/pay/", {"amount": "0"}, headers=HTMX)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.context["dialog"]["errors"]] == ["amount"]


def test_a_payment_is_recorded_once(anna: Browser, invoice: Invoice) -> None:
    shown = filled(anna.get(f"/invoices/{invoice.pk}/pay/", headers=HTMX))
    assert shown["amount"] == "5699,97"

    for _again in range(2):
        anna.post(f"/invoices/{invoice.pk}/pay/", shown, headers=HTMX)

    assert Payment.objects.count() == 1
    assert Invoice.objects.get().state == Invoice.State.PAID


def test_a_paid_invoice_tells_why_its_lines_stay(anna: Browser, invoice: Invoice) -> None:
    commands.record_payment(actor=SYSTEM, invoice=invoice, amount=Decimal(1))
    sent = {f"lines-0-{name}": text.replace(".", ",") for name, text in LINE.items()}

    answer = anna.post(f"/invoices/{invoice.pk}/lines/", sent)

    assert answer.status_code == 422
    assert len(answer.context["form_page"]["errors"]) == 1


def test_a_cancelled_invoice_is_not_cancelled_again(anna: Browser, invoice: Invoice) -> None:
    for expected in (204, 422):
        answer = anna.post(f"/invoices/{invoice.pk}/cancel/", {"reason": "передумали"}, headers=HTMX)
        assert answer.status_code == expected

    assert Invoice.objects.get().state == Invoice.State.CANCELLED


def test_an_invoice_shows_its_sums_in_its_currency(anna: Browser, invoice: Invoice) -> None:
    Invoice.objects.update(currency="EUR")

    (row,) = anna.get("/invoices/?tab=all").context["page"]["rows"]

    assert "5699,97€" in [bare(str(one["text"])) for one in row["cells"]]


def test_a_row_of_an_invoice_takes_the_price_in_its_currency(anna: Browser, invoice: Invoice) -> None:
    Invoice.objects.update(currency="EUR")
    CurrencyRate.objects.create(currency="EUR", since="2020-01-01", value=100)
    item = catalog.add_item(actor=SYSTEM, name="Весы", price=Decimal(5000))

    row = anna.get(f"/invoices/{invoice.pk}/lines/?part=row&choice={item.offers.get().pk}&number=1", headers=HTMX)

    assert 'value="50,00"' in row.content.decode()


def test_a_row_of_a_new_invoice_takes_the_price_in_the_currency_of_the_deal(anna: Browser, deal: Deal) -> None:
    Deal.objects.update(currency="EUR")
    CurrencyRate.objects.create(currency="EUR", since="2020-01-01", value=100)
    item = catalog.add_item(actor=SYSTEM, name="Весы", price=Decimal(5000))
    page = anna.get(f"/invoices/new/?deal={deal.pk}").context["form_page"]

    row = anna.get(f"{page['row_url']}&choice={item.offers.get().pk}&number=1", headers=HTMX)

    assert 'value="50,00"' in row.content.decode()


def foot(browser: Browser, url: str) -> list[str]:
    return [bare(str(one["text"])) for one in browser.get(url).context["page"]["totals"] if one["text"]]


def test_sums_of_one_currency_are_told_in_it(anna: Browser, cast: Cast) -> None:
    for _number in range(2):
        an_invoice(cast.anna)
    Invoice.objects.update(currency="EUR")

    assert "11399,94€" in foot(anna, "/invoices/?tab=all")


def test_sums_of_several_currencies_are_not_added_up(anna: Browser, cast: Cast) -> None:
    an_invoice(cast.anna)
    Invoice.objects.update(currency="EUR")
    an_invoice(cast.anna)

    told = foot(anna, "/invoices/?tab=all")
    groups = anna.get("/invoices/?tab=all&group=currency").context["page"]["groups"]

    assert not any("11399" in one for one in told)
    assert told
    assert {one["label"]: "5699,97" in bare(one["totals"]) for one in groups} == {
        "Евро (EUR)": True,
        "Российский рубль (RUB)": True,
    }
    assert [sign in bare(one["totals"]) for one, sign in zip(groups, "₽€", strict=True)] == [True, True]


def actions(browser: Browser, invoice: Invoice) -> set[str]:
    """What the card offers: the last parts of the addresses."""
    card = browser.get(f"/invoices/{invoice.pk}/").context["card"]
    return {str(one["url"]).rstrip("/").rsplit("/", 1)[-1] for one in (*card["actions"], *card["more"])}


def test_a_card_offers_what_may_be_done_in_its_state(anna: Browser, invoice: Invoice) -> None:
    alive = actions(anna, invoice)
    commands.cancel(actor=SYSTEM, invoice=invoice)

    cancelled = actions(anna, invoice)

    assert alive >= {"send", "lines", "head", "cancel"}
    assert "reopen" not in alive
    assert "reopen" in cancelled
    assert not cancelled & {"send", "pay", "lines", "head", "cancel"}


def test_a_cancelled_invoice_is_brought_back_from_its_card(anna: Browser, invoice: Invoice) -> None:
    commands.cancel(actor=SYSTEM, invoice=invoice)

    asked = anna.get(f"/invoices/{invoice.pk}/reopen/", headers=HTMX)
    anna.post(f"/invoices/{invoice.pk}/reopen/", {"once": "r1"})

    assert asked.status_code == 200
    assert Invoice.objects.get().state == "draft"


def test_an_invoice_that_is_alive_is_not_brought_back(anna: Browser, invoice: Invoice) -> None:
    answer = anna.post(f"/invoices/{invoice.pk}/reopen/", {"once": "r1"})

    assert answer.status_code == 422


def test_bringing_back_asks_for_a_right(cast: Cast, anna: Browser, invoice: Invoice) -> None:
    commands.cancel(actor=SYSTEM, invoice=invoice)
    RoleGrant.objects.all().delete()

    answer = anna.post(f"/invoices/{invoice.pk}/reopen/", {"once": "r1"})

    assert (answer.status_code, Invoice.objects.get().state) == (403, "cancelled")


@pytest.mark.parametrize(
    ("days", "state", "shown"),
    [
        (-3, "sent", ("Просрочен на 3 дн.", "red")),
        (-3, "paid_partly", ("Просрочен на 3 дн.", "red")),
        (0, "sent", ("Отправлен", "yellow")),
        (-3, "paid", ("Оплачен", "green")),
        (-3, "cancelled", ("Отменён", "grey")),
    ],
)
def test_a_badge_tells_that_money_is_late(
    anna: Browser, cast: Cast, invoice: Invoice, days: int, state: str, shown: tuple[str, str]
) -> None:
    on = timezone.localdate(timezone=cast.actor("anna").zone)
    Invoice.objects.update(state=state, due_date=on + timedelta(days=days))

    badge = anna.get(f"/invoices/{invoice.pk}/").context["card"]["badge"]

    assert (" ".join(badge["label"].split()), badge["due"]) == shown


def sent_row(browser: Browser, url: str, **changed: str) -> dict[str, str]:
    """The only row of a form as the browser sends it back."""
    (line,) = browser.get(url).context["form_page"]["lines"]
    known = {one["name"]: str(one["value"] or "") for one in line["hidden"]}
    shown = {"name": "Весы", "quantity": "1", "unit": "шт", "price": "5000,00", "discount": "", "vat": "22", **changed}
    return known | {f"lines-0-{name}": value for name, value in shown.items()}


def test_a_price_of_another_type_is_told_in_its_row_until_it_is_typed_anew(anna: Browser, invoice: Invoice) -> None:
    offer = catalog.add_item(actor=SYSTEM, name="Весы", price=Decimal(5000)).offers.get()
    wholesale = catalog.add_price_type(actor=SYSTEM, name="Оптовая")
    Invoice.objects.update(price_type=wholesale)
    commands.set_lines(actor=SYSTEM, invoice=invoice, lines=[{"offer": offer.pk, "quantity": "1"}])
    url = f"/invoices/{invoice.pk}/lines/"

    row = anna.get(f"{url}?part=row&choice={offer.pk}&number=1", headers=HTMX).content.decode()
    anna.post(url, sent_row(anna, url))
    same = invoice.lines.get()
    anna.post(url, sent_row(anna, url, price="4900"))
    typed = invoice.lines.get()

    assert "Оптовая" in row
    assert "Оптовая" in same.price_note
    assert (typed.price, typed.price_note) == (Decimal(4900), "")


def test_new_prices_are_told_before_they_are_taken(anna: Browser, invoice: Invoice) -> None:
    offer = catalog.add_item(actor=SYSTEM, name="Весы", price=Decimal(5000)).offers.get()
    line = {"offer": offer.pk, "name": "Весы", "quantity": "1", "price": "4000"}
    commands.set_lines(actor=SYSTEM, invoice=invoice, lines=[line])
    url = f"/invoices/{invoice.pk}/reprice/"

    before = bare(anna.get(url).context["form_page"]["text"])
    anna.post(url)
    after = bare(anna.get(url).context["form_page"]["text"])

    assert "Весы:4000,00₽→5000,00₽" in before
    assert "→" not in after
