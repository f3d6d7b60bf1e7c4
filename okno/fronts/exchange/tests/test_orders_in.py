"""Orders from 1C: applied once by their content, never echoed, never half."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from okno.areas.billing import commands as billing
from okno.areas.billing.models import Invoice, Payment
from okno.areas.catalog.models import Offer
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, LegalEntity
from okno.fronts.exchange import commands
from okno.fronts.exchange.models import Connection, ExternalLink, Package
from okno.fronts.exchange.tests import files
from okno.fronts.exchange.tests.conftest import DAY
from okno.fronts.exchange.tests.orders import ROW, answer, born, numbers, paid, said, send
from okno.kit import events, journal
from okno.kit import files as store
from okno.kit.models import CommandRun
from okno.kit.permissions import SYSTEM
from okno.kit.testing.fakes.onec import OneC

pytestmark = pytest.mark.django_db(transaction=True)


def test_our_own_export_read_back_changes_nothing(onec: OneC, invoice: Invoice) -> None:
    onec.exchange_orders()
    with_bytes = Package.objects.get(direction="out")
    outcome = send(onec, store.open_stored(with_bytes.sha256).read())

    assert outcome.result == "unchanged"
    invoice.refresh_from_db()
    assert (invoice.total, invoice.lines.count()) == (Decimal("9480.90"), 2)


def test_statuses_only_leave_the_rows(onec: OneC, invoice: Invoice) -> None:
    outcome = send(onec, answer(invoice, said("Статус заказа", "[F] Выполнен"), said("Проведен", "true")))

    invoice.refresh_from_db()
    assert outcome.result in {"unchanged", "updated"}
    assert invoice.lines.count() == 2
    link = ExternalLink.objects.get(foreign_type="order")
    assert (link.details["number_1c"], link.details["status"]) == ("ТД-7", "Выполнен")


def test_a_date_of_payment_pays_the_invoice_once(onec: OneC, invoice: Invoice) -> None:
    body = answer(invoice, said("Номер оплаты по 1С", "П-1"), said("Дата оплаты по 1С", "2026-03-05T12:00:00"))
    first, second = send(onec, body), send(onec, body)

    invoice.refresh_from_db()
    payment = Payment.objects.get()
    assert (first.result, second.result) == ("updated", "unchanged")
    assert (invoice.state, invoice.paid) == ("paid", invoice.total)
    assert (payment.date, payment.number) == (dt.date(2026, 3, 5), "П-1")


@pytest.mark.parametrize("empty", ["", "T", "Т", "0001-01-01T00:00:00"])
def test_an_empty_date_of_payment_pays_nothing(onec: OneC, invoice: Invoice, empty: str) -> None:
    send(onec, answer(invoice, said("Дата оплаты по 1С", empty), said("Оплачен", "false")))

    invoice.refresh_from_db()
    assert (invoice.state, invoice.paid) == ("sent", 0)


def test_payments_come_in_parts_and_go_again(onec: OneC, invoice: Invoice) -> None:
    states = []
    for told in (paid(("p1", "4000")), paid(("p1", "4000"), ("p2", "5480.90")), paid(("p2", "5480.90")),
                 paid(("p2", "5480.90"), posted="false")):  # fmt: skip
        send(onec, answer(invoice, head=told))
        invoice.refresh_from_db()
        states.append((invoice.state, invoice.paid))

    assert states == [
        ("paid_partly", Decimal("4000.00")), ("paid", Decimal("9480.90")), ("paid_partly", Decimal("5480.90")),
        ("sent", Decimal("0.00")),
    ]  # fmt: skip
    assert Payment.objects.count() == 2


def test_payments_noted_by_hand_stay(onec: OneC, invoice: Invoice) -> None:
    billing.record_payment(actor=SYSTEM, invoice=invoice, amount=Decimal(100), date=DAY)

    send(onec, answer(invoice, head=paid(("p1", "400"))))
    send(onec, answer(invoice, head=paid(("p1", "400"), posted="false")))

    invoice.refresh_from_db()
    assert invoice.paid == 100


def test_what_1c_told_is_not_sent_back(onec: OneC, invoice: Invoice) -> None:
    onec.exchange_orders()
    send(onec, answer(invoice, head=paid(("p1", "9480.90"))))
    events.drain()

    assert numbers(onec.exchange_orders()) == []


def test_our_change_that_1c_has_not_got_survives_its_answer(onec: OneC, invoice: Invoice) -> None:
    onec.exchange_orders()
    billing.set_head(actor=SYSTEM, invoice=invoice, legal_entity=invoice.legal_entity, comment="Наше изменение")
    events.drain()
    onec.check("sale")
    onec.init("sale")
    onec.upload("sale", "orders.xml", answer(invoice, said("Проведен", "true")))
    Connection.objects.get().sessions.update(state="idle")

    assert numbers(onec.exchange_orders()) == [invoice.number]


def test_rows_of_1c_replace_ours(onec: OneC, invoice: Invoice) -> None:
    outcome = send(onec, answer(invoice, head="<Сумма>15000</Сумма>", row=ROW.format(quantity=3, total=15000)))

    invoice.refresh_from_db()
    assert outcome.result == "updated"
    assert [(one.quantity, one.total, one.offer_id) for one in invoice.lines.all()] == [
        (Decimal(3), Decimal(15000), Offer.objects.get(characteristic="41").pk)
    ]


def test_rows_of_a_paid_invoice_stay_and_the_difference_is_told(onec: OneC, invoice: Invoice) -> None:
    send(onec, answer(invoice, head=paid(("p1", "100"))))

    outcome = send(
        onec,
        answer(invoice, head=f"<Сумма>15000</Сумма>{paid(('p1', '100'))}", row=ROW.format(quantity=3, total=15000)),
    )

    invoice.refresh_from_db()
    assert invoice.lines.count() == 2
    assert "15000" in outcome.message


def test_a_deleted_order_is_cancelled(onec: OneC, invoice: Invoice) -> None:
    send(onec, answer(invoice, head=paid(("p1", "100"))))

    send(onec, answer(invoice, said("ПометкаУдаления", "true"), head=paid(("p1", "100"))))

    invoice.refresh_from_db()
    assert (invoice.state, invoice.paid) == ("cancelled", 0)


def test_an_order_is_found_by_our_number(onec: OneC, invoice: Invoice) -> None:
    body = answer(invoice, head=paid(("p1", "100"))).replace(str(invoice.uid).encode(), b"another-id")

    send(onec, body)

    invoice.refresh_from_db()
    assert invoice.paid == 100
    assert ExternalLink.objects.get(foreign_type="order").how_matched == "number"


def test_an_unknown_order_is_refused_and_makes_nothing(onec: OneC, invoice: Invoice) -> None:
    body = answer(invoice, number="ЧУЖОЙ-1").replace(str(invoice.uid).encode(), b"142").replace("ТД-7".encode(), b"")

    outcome = send(onec, body)

    assert outcome.result == "refused"
    assert "ЧУЖОЙ-1" in outcome.message
    assert Invoice.objects.count() == 1


def test_an_order_born_in_1c_waits_for_permission(onec: OneC, buyer: Client) -> None:
    assert send(onec, born()).result == "refused"
    assert not Invoice.objects.exists()


def test_an_order_born_in_1c_makes_client_and_invoice_once(onec: OneC, buyer: Client) -> None:
    Connection.objects.update(creates_orders=True)

    first, second = send(onec, born()), send(onec, born())
    events.drain()

    made = Invoice.objects.get()
    assert (first.result, second.result) == ("created", "unchanged")
    assert (made.client.name, made.legal_entity.inn if made.legal_entity else "", made.total) == (
        "ООО «Лютик»",
        "7704217370",
        5000,
    )
    assert made.date == DAY
    assert numbers(onec.exchange_orders()) == []


def test_an_order_born_in_1c_keeps_its_currency(onec: OneC, buyer: Client) -> None:
    Connection.objects.update(creates_orders=True)

    send(
        onec, born().replace("<Сумма>5000</Сумма>\n<К".encode(), "<Валюта>USD</Валюта><Сумма>5000</Сумма>\n<К".encode())
    )

    made = Invoice.objects.get()
    assert (made.currency, made.total) == ("USD", 5000)


def test_rows_in_another_currency_are_left_as_they_are(onec: OneC, invoice: Invoice) -> None:
    before = invoice.total

    outcome = send(onec, answer(invoice, head="<Валюта>EUR</Валюта>", row=ROW.format(quantity=7, total=35000)))

    invoice.refresh_from_db()
    assert (invoice.currency, invoice.total) == ("RUB", before)
    assert "EUR" in outcome.message


def test_an_order_born_in_1c_finds_the_client_by_inn_and_kpp(onec: OneC, buyer: Client) -> None:
    Connection.objects.update(creates_orders=True)

    send(onec, born("7728168971", "772801001"))

    assert Invoice.objects.get().client == buyer
    assert LegalEntity.objects.count() == 1
    assert ExternalLink.objects.get(foreign_type="counterparty").how_matched == "inn_kpp"


def test_another_kpp_is_a_branch_of_the_same_client(onec: OneC, buyer: Client) -> None:
    Connection.objects.update(creates_orders=True)

    send(onec, born("7728168971", "780101001"))

    assert Invoice.objects.get().client == buyer
    assert sorted(LegalEntity.objects.values_list("kpp", flat=True)) == ["772801001", "780101001"]


def test_two_clients_with_one_inn_are_a_conflict_for_a_person(onec: OneC, buyer: Client) -> None:
    Connection.objects.update(creates_orders=True)
    other = clients.add(actor=SYSTEM, name="Ромашка (дубль)")
    clients.add_legal_entity(
        actor=SYSTEM, client=other, name="Ромашка", values={"inn": "7728168971", "kpp": "772801001"}
    )

    outcome = send(onec, born("7728168971", "772801001"))

    link = ExternalLink.objects.get(foreign_type="counterparty")
    assert (outcome.result, link.state, Invoice.objects.count()) == ("refused", "conflict", 0)

    commands.settle(actor=SYSTEM, link=link, client=other)
    send(onec, born("7728168971", "772801001"))

    assert Invoice.objects.get().client == other

    journal.undo(actor=SYSTEM, run_id=CommandRun.objects.filter(name="exchange.settle").latest("pk").pk)

    link.refresh_from_db()
    assert (link.state, link.row_id) == ("conflict", None)


def test_days_survive_zones_of_server_and_1c(onec: OneC, buyer: Client) -> None:
    Connection.objects.update(creates_orders=True, zone="Asia/Vladivostok")

    send(onec, born())

    assert Invoice.objects.get().date == DAY


def test_a_payment_that_comes_alone_is_found_by_its_basis(onec: OneC, invoice: Invoice) -> None:
    body = files.xml(
        f"<Документ><Ид>pay-1</Ид><Номер>5</Номер><Дата>2026-03-06</Дата><Основание>{invoice.uid}</Основание>"
        "<ХозОперация>Выплата безналичных денег</ХозОперация><Сумма>500</Сумма></Документ>"
    )
    onec.exchange_orders(body)

    invoice.refresh_from_db()
    assert invoice.paid == 500


def test_file_and_import_both_do_no_harm(onec: OneC, invoice: Invoice) -> None:
    body = answer(invoice, head=paid(("p1", "100")))
    onec.check("sale")
    onec.init("sale")
    onec.upload("sale", "orders.xml", body)
    onec.import_file("sale", "orders.xml")

    invoice.refresh_from_db()
    assert (invoice.paid, Payment.objects.count()) == (100, 1)
