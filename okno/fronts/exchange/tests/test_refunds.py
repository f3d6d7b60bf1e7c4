"""Money and goods that are given back, and payments of ours that come back with an order."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okno.areas.billing import commands as billing
from okno.areas.billing.models import Invoice, Payment
from okno.fronts.exchange.models import Connection, Outcome, Package
from okno.fronts.exchange.tests import files
from okno.fronts.exchange.tests.conftest import DAY
from okno.fronts.exchange.tests.orders import answer, said, send
from okno.kit import files as store
from okno.kit.permissions import SYSTEM
from okno.kit.testing.fakes.onec import OneC

pytestmark = pytest.mark.django_db(transaction=True)
PAY, REFUND = "Выплата безналичных денег", "Возврат безналичных денег"
SHIP, RETURN = "Отпуск товара", "Возврат товара"


def document(key: str, operation: str, amount: str, *, day: int, basis: str = "", told: str = "") -> str:
    """A document of money or goods."""
    base = f"<Основание>{basis}</Основание>" if basis else ""
    return (
        f"<Ид>{key}</Ид><Номер>{key}</Номер><Дата>2026-03-{day:02}</Дата>{base}<ХозОперация>{operation}</ХозОперация>"
        f"<Сумма>{amount}</Сумма><ЗначенияРеквизитов>{told}</ЗначенияРеквизитов>"
    )


def below(*documents: str) -> str:
    inner = "".join(f"<ПодчиненныйДокумент>{one}</ПодчиненныйДокумент>" for one in documents)
    return f"<ПодчиненныеДокументы>{inner}</ПодчиненныеДокументы>"


def alone(one: str) -> bytes:
    return files.xml(f"<Документ>{one}</Документ>")


def payments(invoice: Invoice) -> dict[str, int]:
    """Sums of payments that count, by the key in 1C."""
    rows = Payment.objects.filter(invoice=invoice, is_withdrawn=False)
    return {one.key.rpartition(":")[2]: int(one.amount) for one in rows}


FIRST, SECOND = document("p1", PAY, "4000", day=5), document("p2", PAY, "3000", day=9)


@pytest.mark.parametrize(
    ("refund", "left"),
    [
        (document("r1", REFUND, "500", day=10), {"p1": 4000, "p2": 2500}),
        (document("r1", REFUND, "-500", day=10), {"p1": 4000, "p2": 2500}),
        (document("r1", PAY, "-500", day=10), {"p1": 4000, "p2": 2500}),
        (document("r1", PAY, "500", day=10, told=said("ПризнакВозврата", "true")), {"p1": 4000, "p2": 2500}),
        (document("r1", REFUND, "500", day=10, basis="p1"), {"p1": 3500, "p2": 3000}),
        (document("r1", REFUND, "500", day=7), {"p1": 3500, "p2": 3000}),
        (document("r1", REFUND, "3500", day=10), {"p1": 3500}),
        (document("r1", REFUND, "500", day=10, told=said("Проведен", "false")), {"p1": 4000, "p2": 3000}),
    ],
)
def test_a_refund_takes_from_what_it_names_else_from_the_latest_before_it(
    onec: OneC, invoice: Invoice, refund: str, left: dict[str, int]
) -> None:
    send(onec, answer(invoice, head=below(SECOND, FIRST, refund)))

    invoice.refresh_from_db()
    assert payments(invoice) == left
    assert invoice.paid == sum(left.values())


@pytest.mark.parametrize("basis", ["p1", "order"])
def test_a_refund_that_comes_alone_reduces_and_its_end_gives_back(onec: OneC, invoice: Invoice, basis: str) -> None:
    send(onec, answer(invoice, head=below(FIRST)))
    refund = document("r1", REFUND, "1000", day=12, basis=str(invoice.uid) if basis == "order" else basis)

    sums = []
    for body in (
        refund,
        refund,
        refund.replace("<ЗначенияРеквизитов>", f"<ЗначенияРеквизитов>{said('Проведен', 'false')}"),
    ):
        onec.exchange_orders(alone(body))
        invoice.refresh_from_db()
        sums.append((Outcome.objects.latest("id").result, int(invoice.paid), invoice.state))

    assert sums == [
        ("updated", 3000, "paid_partly"), ("unchanged", 3000, "paid_partly"), ("updated", 4000, "paid_partly")
    ]  # fmt: skip


def test_a_refund_of_everything_leaves_nothing_paid(onec: OneC, invoice: Invoice) -> None:
    send(onec, answer(invoice, head=below(FIRST)))

    send(onec, answer(invoice, head=below(FIRST, document("r1", REFUND, "4000", day=12))))

    invoice.refresh_from_db()
    assert (invoice.state, invoice.paid) == ("sent", 0)


def test_a_refund_of_more_than_was_told_is_said(onec: OneC, invoice: Invoice) -> None:
    outcome = send(onec, answer(invoice, head=below(FIRST, document("r1", REFUND, "4500", day=12))))

    assert payments(invoice) == {}
    assert "500,00" in outcome.message


def test_a_refund_in_a_container_is_found_through_its_payment(onec: OneC, invoice: Invoice) -> None:
    order = answer(invoice).decode()
    order = order[order.index("<Документ>") : order.index("</КоммерческаяИнформация>")]
    paid = document("p1", PAY, "4000", day=5, basis=str(invoice.uid))
    refund = document("r1", REFUND, "1000", day=6, basis="p1")
    other = order.replace(str(invoice.uid), "other-order").replace(invoice.number, "ДР-1")

    onec.exchange_orders(
        files.xml(f"<Контейнер>{order}{other}<Документ>{paid}</Документ><Документ>{refund}</Документ></Контейнер>")
    )

    assert payments(invoice) == {"p1": 3000}


def test_returned_goods_are_not_shipped(onec: OneC, invoice: Invoice) -> None:
    shipped, back = document("s1", SHIP, "9480.90", day=6), document("b1", RETURN, "480.90", day=8)

    send(onec, answer(invoice, head=below(shipped, back)))

    invoice.refresh_from_db()
    assert (invoice.shipped, invoice.state) == (Decimal(9000), "sent")


@pytest.mark.parametrize("version", ["2.04", "2.09", "2.10", "3.1"])
@pytest.mark.parametrize("number", ["", "77"])
def test_our_own_payments_that_come_back_count_once(onec: OneC, invoice: Invoice, version: str, number: str) -> None:
    Connection.objects.update(version_out=version)
    billing.record_payment(actor=SYSTEM, invoice=invoice, amount=Decimal(1000), date=DAY, number=number)
    onec.exchange_orders()

    send(onec, store.open_stored(Package.objects.get(direction="out").sha256).read())

    invoice.refresh_from_db()
    assert (invoice.paid, Payment.objects.count()) == (1000, 1)
