"""Commands of billing: arithmetic, numbering, payments that come twice, deals that follow."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from okno.areas.billing import commands, queries
from okno.areas.billing.models import Invoice, Payment
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.communications import commands as communications
from okno.areas.communications.commands.outgoing import send_queued
from okno.areas.communications.models import Mail, MailAccount
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.documents import commands as documents
from okno.areas.documents.models import Organisation
from okno.kit import events, files
from okno.kit.errors import Refused
from okno.kit.fields import custom
from okno.kit.models import Change, Entry
from okno.kit.models.journal import Delivery
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.testing.fakes.smtp import smtp_peer

pytestmark = pytest.mark.django_db

LINE = {"name": "Терминал", "unit": "шт", "quantity": "3", "price": "1999.99", "discount": "5"}
STAGES = [
    {"code": "new", "name": "Новый", "kind": "open"},
    {"code": "invoice", "name": "Счёт", "kind": "open", "moves_on": "invoice_sent"},
    {"code": "part", "name": "Аванс", "kind": "open", "moves_on": "paid_partly"},
    {"code": "won", "name": "Успех", "kind": "won", "moves_on": "paid"},
]


@pytest.fixture
def organisation() -> Organisation:
    return documents.set_organisation(
        actor=SYSTEM,
        inn="7707083893",
        values={"name": "ООО «Окно»", "prefix": "ОК-", "kpp": "770701001"},
        accounts=[
            {
                "bank_name": "ПАО Сбербанк",
                "bic": "044525225",
                "account": "40702810438000060473",
                "corr_account": "30101810400000000225",
            }
        ],
    )


@pytest.fixture
def client_(organisation: Organisation) -> Client:
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    return clients.add(actor=SYSTEM, name="ООО «Ромашка»")


@pytest.fixture
def deal(client_: Client) -> Deal:
    made = deals.open_deal(actor=SYSTEM, title="Поставка", client=client_)
    return deals.set_lines(actor=SYSTEM, deal=made, lines=[LINE])


def drawn(deal: Deal, **fields: object) -> Invoice:
    return commands.draw(actor=SYSTEM, client=deal.client, deal=deal, **fields)


@pytest.fixture
def dollars() -> None:
    """A dollar is eighty roubles."""
    told = {"currency": "USD", "nominal": 1, "value": "80"}
    documents.load_rates(actor=SYSTEM, on=dt.date(2020, 1, 1), rates=[told])


@pytest.mark.parametrize(
    ("day", "rate", "vat"), [(dt.date(2025, 11, 1), "20", "950.00"), (dt.date(2026, 11, 1), "22", "1027.86")]
)
def test_draw_counts_vat_inside_by_the_rate_of_the_day(deal: Deal, day: dt.date, rate: str, vat: str) -> None:
    invoice = drawn(deal, date=day)

    assert (invoice.total, invoice.vat_total) == (Decimal("5699.97"), Decimal(vat))
    assert invoice.lines.get().vat_rate == rate


def test_draw_adds_vat_on_top(deal: Deal, organisation: Organisation) -> None:
    Organisation.objects.update(vat="on_top")

    invoice = drawn(deal, date=dt.date(2026, 2, 1))

    assert (invoice.total, invoice.vat_total) == (Decimal("6953.96"), Decimal("1253.99"))


def test_draw_numbers_within_organisation_and_year(deal: Deal) -> None:
    numbers = [drawn(deal, date=dt.date(year, 3, 1)).number for year in (2025, 2025, 2026)]

    assert numbers == ["ОК-1", "ОК-2", "ОК-1"]


def test_a_line_without_quantity_is_refused_and_nothing_is_kept(deal: Deal) -> None:
    with pytest.raises(Refused):
        drawn(deal, lines=[{**LINE, "quantity": "0"}])

    assert not Invoice.objects.exists()


def test_an_invoice_sent_and_paid_brings_the_deal_on(deal: Deal) -> None:
    invoice = drawn(deal)
    commands.note_sent(actor=SYSTEM, invoice=invoice, to="office@romashka.example")
    events.drain()
    assert Deal.objects.get().stage.code == "invoice"

    commands.record_payment(actor=SYSTEM, invoice=invoice, amount=Decimal(1000))
    events.drain()
    assert (Deal.objects.get().stage.code, Invoice.objects.get().state) == ("part", "paid_partly")

    commands.record_payment(actor=SYSTEM, invoice=invoice, amount=Decimal("4699.97"))
    events.drain()
    assert (Deal.objects.get().stage.code, Invoice.objects.get().state) == ("won", "paid")


def test_payments_that_come_again_count_once_and_leave_no_trace(deal: Deal) -> None:
    invoice = drawn(deal)
    payments = [{"key": "1c:77", "date": dt.date(2026, 3, 2), "amount": Decimal("5699.97"), "number": "77"}]
    commands.set_payments(actor=SYSTEM, invoice=invoice, payments=payments, origin="1c:")
    changes = Change.objects.filter(table_name__startswith="billing").count()

    commands.set_payments(actor=SYSTEM, invoice=invoice, payments=payments, origin="1c:")

    assert Payment.objects.get().amount == Decimal("5699.97")
    assert Change.objects.filter(table_name__startswith="billing").count() == changes


def test_a_payment_left_out_is_withdrawn_but_one_made_by_hand_stays(deal: Deal) -> None:
    invoice = drawn(deal)
    commands.record_payment(actor=SYSTEM, invoice=invoice, amount=Decimal(100))
    payments = [{"key": "1c:77", "date": dt.date(2026, 3, 2), "amount": Decimal(500)}]
    commands.set_payments(actor=SYSTEM, invoice=invoice, payments=payments, origin="1c:")

    commands.set_payments(actor=SYSTEM, invoice=invoice, payments=[], origin="1c:")

    assert Invoice.objects.get().paid == Decimal(100)


def test_a_paid_invoice_does_not_change(deal: Deal) -> None:
    invoice = drawn(deal)
    commands.record_payment(actor=SYSTEM, invoice=invoice, amount=Decimal(1))

    for refused in (
        lambda: commands.set_lines(actor=SYSTEM, invoice=invoice, lines=[]),
        lambda: commands.cancel(actor=SYSTEM, invoice=invoice),
    ):
        with pytest.raises(Refused):
            refused()


def test_the_printed_form_is_a_pdf(deal: Deal) -> None:
    assert queries.pdf(drawn(deal)).startswith(b"%PDF")


def test_send_mails_the_form_and_the_answer_stands_in_the_feed_of_the_deal(deal: Deal) -> None:
    with smtp_peer() as peer:
        communications.set_account(
            actor=SYSTEM,
            address="sales@okno.test",
            values={"smtp_host": peer.host, "smtp_port": peer.port, "smtp_security": "none"},
        )
        invoice = drawn(deal)
        commands.send(actor=SYSTEM, invoice=invoice, to=["anna@romashka.example"])
        assert Invoice.objects.get().state == "draft"
        send_queued(Mail.objects.get().pk)
    events.drain()

    (received,) = peer.received
    parsed = message_from_bytes(received.raw, policy=policy.default)
    (attached,) = parsed.iter_attachments()
    assert attached.get_content().startswith(b"%PDF")
    assert "5 699,97" in parsed.get_body(("plain",)).get_content().replace("\u00a0", " ").replace("\u202f", " ")
    assert (Invoice.objects.get().state, Deal.objects.get().stage.code) == ("sent", "invoice")

    answer = EmailMessage()
    answer["From"], answer["Subject"], answer["Message-ID"] = (
        "anna@romashka.example",
        "Re: счёт",
        "<7@romashka.example>",
    )
    answer["In-Reply-To"] = parsed["Message-ID"]
    answer.set_content("Оплатим завтра")
    stored = files.store(io.BytesIO(answer.as_bytes()), "message.eml")
    communications.take_in(actor=SYSTEM, account=MailAccount.objects.get(), raw=stored.sha256)
    events.drain()

    letters = Entry.objects.filter(links__record="deals.deal", links__row_id=deal.pk, kind="communications.mail")
    assert [entry.payload["direction"] for entry in letters.order_by("id")] == ["out", "in"]


def test_reopen_brings_a_cancelled_invoice_back_to_what_was_sent_and_paid(client_: Client) -> None:
    drawn = commands.draw(actor=SYSTEM, client=client_, lines=[LINE])
    commands.note_sent(actor=SYSTEM, invoice=drawn, to="buyer@example.test")
    cancelled = commands.cancel(actor=SYSTEM, invoice=drawn)

    back = commands.reopen(actor=SYSTEM, invoice=cancelled)

    assert back.state == Invoice.State.SENT
    with pytest.raises(Refused):
        commands.reopen(actor=SYSTEM, invoice=back)


def test_draw_refuses_what_is_another_clients(deal: Deal) -> None:
    other = clients.add(actor=SYSTEM, name="ООО «Лютик»")
    entity = clients.add_legal_entity(actor=SYSTEM, client=other, name="ООО «Лютик»")

    for fields in ({"deal": deal}, {"legal_entity": entity}):
        with pytest.raises(Refused):
            commands.draw(actor=SYSTEM, **{"client": other if "deal" in fields else deal.client, **fields})

    assert not Invoice.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": "0.0004"},
        {"quantity": "1000000000000000"},
        {"price": "-1"},
        {"price": "99999999999999999"},
        {"discount": "101"},
        {"vat": "33"},
    ],
)
def test_a_line_whose_numbers_do_not_fit_is_refused(deal: Deal, wrong: dict[str, str]) -> None:
    invoice = drawn(deal)

    with pytest.raises(Refused):
        commands.set_lines(actor=SYSTEM, invoice=invoice, lines=[{**LINE, **wrong}])

    assert invoice.lines.get().price == Decimal("1999.99")


def test_a_sum_is_that_of_the_numbers_that_are_kept(deal: Deal) -> None:
    invoice = drawn(deal, lines=[{"name": "Провод", "quantity": "100.0004", "price": "0.125"}])

    line = invoice.lines.get()
    assert (line.quantity, line.price, invoice.total) == (Decimal("100.000"), Decimal("0.13"), Decimal("13.00"))


def test_a_payment_that_rounds_to_nothing_is_refused(deal: Deal) -> None:
    invoice = drawn(deal)

    with pytest.raises(Refused):
        commands.record_payment(actor=SYSTEM, invoice=invoice, amount=Decimal("0.004"))

    assert not Payment.objects.exists()


def test_a_payment_taken_back_brings_no_deal_on(deal: Deal) -> None:
    invoice = drawn(deal)
    commands.record_payment(actor=SYSTEM, invoice=invoice, amount=Decimal(1000))
    commands.withdraw_payment(actor=SYSTEM, payment=Payment.objects.get())
    Delivery.objects.filter(event__payload__paid="1000.00").delete()

    events.drain()

    assert (Invoice.objects.get().state, Deal.objects.get().stage.code) == ("draft", "new")


def test_a_letter_that_left_is_noted_of_an_invoice_cancelled_meanwhile(deal: Deal) -> None:
    invoice = commands.cancel(actor=SYSTEM, invoice=drawn(deal))

    commands.note_sent(actor=SYSTEM, invoice=invoice, to="office@romashka.example")

    noted = Invoice.objects.get()
    assert (noted.state, noted.sent_at is None) == ("cancelled", False)


def test_a_cancelled_invoice_that_was_paid_is_not_deleted(deal: Deal) -> None:
    invoice = drawn(deal)
    commands.record_payment(actor=SYSTEM, invoice=invoice, amount=Decimal(1))
    Invoice.objects.update(state=Invoice.State.CANCELLED)

    with pytest.raises(Refused) as refusal:
        commands.delete(actor=SYSTEM, invoice=invoice)

    assert refusal.value.code == "billing.in_work"
    assert not Invoice.objects.get().is_deleted


def test_draw_takes_the_currency_of_the_deal(deal: Deal, dollars: None) -> None:
    deals.set_currency(actor=SYSTEM, deal=deal, currency="USD", recount=False)
    deal.refresh_from_db()
    invoice = commands.draw(actor=SYSTEM, client=deal.client, deal=deal)

    assert (invoice.currency, invoice.total) == ("USD", Decimal("5699.97"))


def test_draw_recounts_lines_of_a_deal_in_another_currency(deal: Deal, dollars: None) -> None:
    invoice = commands.draw(actor=SYSTEM, client=deal.client, deal=deal, currency="USD")

    assert (invoice.currency, invoice.lines.get().price, invoice.total) == ("USD", 25, Decimal("71.25"))


def test_draw_refuses_a_currency_without_a_rate(deal: Deal) -> None:
    with pytest.raises(Refused) as refused:
        commands.draw(actor=SYSTEM, client=deal.client, deal=deal, currency="EUR")

    assert refused.value.code == "money.no_rate"


def test_an_invoice_in_dollars_is_printed_in_them(client_: Client) -> None:
    invoice = commands.draw(actor=SYSTEM, client=client_, lines=[LINE], currency="usd")
    told = queries.printed(invoice, queries.lines_of(invoice))

    assert (told.currency, told.qr) == ("USD", "")
    assert "долл" in told.in_words.lower()


def test_fields_of_an_invoice_are_changed_by_their_keys(deal: Deal) -> None:
    invoice = drawn(deal)

    commands.update(actor=SYSTEM, invoice=invoice, values={"due_date": "2026-12-25", "comment": "Самовывоз"})

    invoice.refresh_from_db()
    assert (invoice.due_date, invoice.comment) == (dt.date(2026, 12, 25), "Самовывоз")


def test_of_a_paid_invoice_only_custom_fields_are_changed(deal: Deal) -> None:
    custom.add(actor=SYSTEM, record="billing.invoice", key="shelf", label="Папка", kind="text")
    invoice = drawn(deal)
    commands.record_payment(actor=SYSTEM, invoice=invoice, amount=invoice.total, date=dt.date(2026, 11, 2))

    with pytest.raises(Refused):
        commands.update(actor=SYSTEM, invoice=invoice, values={"comment": "Поздно"})
    commands.update(actor=SYSTEM, invoice=invoice, values={"x_shelf": "Дело 7"})
    registry.forget_custom_fields()

    invoice.refresh_from_db()
    assert (invoice.comment, invoice.extra) == ("", {"x_shelf": "Дело 7"})
