"""Orders cancelled in 1C and brought back, statuses that mean something here, invoices of several organisations."""

from __future__ import annotations

from typing import Any

import pytest

from okno.access import commands as access
from okno.areas.billing import commands as billing
from okno.areas.billing.models import Invoice
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.documents import commands as documents
from okno.areas.documents.models import Organisation
from okno.fronts.exchange.models import Connection
from okno.fronts.exchange.tests import files
from okno.fronts.exchange.tests.conftest import DAY
from okno.fronts.exchange.tests.orders import ROW, answer, born, numbers, paid, said, send
from okno.kit import events
from okno.kit.permissions import SYSTEM
from okno.kit.testing.fakes.onec import OneC

pytestmark = pytest.mark.django_db(transaction=True)
MARKED, UNMARKED = said("ПометкаУдаления", "true"), said("ПометкаУдаления", "false")
STAGES: list[dict[str, Any]] = [
    {"code": "new", "name": "Новая", "kind": "open"},
    {"code": "packing", "name": "Сборка", "kind": "open"},
    {"code": "won", "name": "Успех", "kind": "won", "required": ["contact"]},
]


def state_of(invoice: Invoice) -> tuple[str, int]:
    invoice.refresh_from_db()
    return invoice.state, int(invoice.paid)


def test_an_order_comes_back_with_its_payments_when_the_mark_is_lifted(onec: OneC, invoice: Invoice) -> None:
    states = []
    for told in (MARKED, UNMARKED, UNMARKED):
        outcome = send(onec, answer(invoice, told, head=paid(("p1", "100"))))
        states.append((outcome.result, *state_of(invoice)))

    assert states == [
        ("updated", "cancelled", 0), ("updated", "paid_partly", 100), ("unchanged", "paid_partly", 100)
    ]  # fmt: skip


def test_cancelling_and_bringing_back_is_not_sent_back(onec: OneC, invoice: Invoice) -> None:
    onec.exchange_orders()

    send(onec, answer(invoice, MARKED))
    events.drain()
    after_mark = numbers(onec.exchange_orders())
    send(onec, answer(invoice, said("Отменен", "false")))
    events.drain()

    assert (after_mark, numbers(onec.exchange_orders())) == ([], [])
    assert state_of(invoice)[0] == "sent"


def test_rows_without_marks_bring_an_order_back(onec: OneC, invoice: Invoice) -> None:
    send(onec, answer(invoice, MARKED))

    send(onec, answer(invoice, row=ROW.format(quantity=3, total=15000)))

    assert state_of(invoice)[0] == "sent"
    assert invoice.total == 15000


def test_a_message_that_says_nothing_of_the_mark_leaves_it(onec: OneC, invoice: Invoice) -> None:
    send(onec, answer(invoice, MARKED))

    send(onec, answer(invoice, said("Проведен", "true")))

    assert state_of(invoice)[0] == "cancelled"


def test_what_was_cancelled_here_stays_cancelled(onec: OneC, invoice: Invoice) -> None:
    onec.exchange_orders()
    billing.cancel(actor=SYSTEM, invoice=invoice)
    events.drain()

    send(onec, answer(invoice, UNMARKED))

    assert state_of(invoice)[0] == "cancelled"


def test_a_status_may_mean_that_the_order_is_cancelled(onec: OneC, invoice: Invoice) -> None:
    Connection.objects.update(options={"statuses": {"Отказ клиента": "cancelled"}})
    send(onec, answer(invoice, said("Статус заказа", "Отказ клиента")))
    cancelled = state_of(invoice)[0]

    send(onec, answer(invoice, said("Статус заказа", "В работе")))

    assert (cancelled, state_of(invoice)[0]) == ("cancelled", "sent")


@pytest.fixture
def deal(invoice: Invoice) -> Deal:
    deals.set_scenario(actor=SYSTEM, code="b2b", name="Продажи", stages=STAGES, is_default=True)
    deal = deals.open_deal(actor=SYSTEM, title="Сделка", client=invoice.client)
    Invoice.objects.update(deal=deal)
    statuses = {"К сборке": "stage:b2b/packing", "Закрыт": "stage:b2b/won", "Иное": "stage:other/won"}
    Connection.objects.update(options={"statuses": statuses})
    return deal


def test_a_status_moves_the_deal_once(onec: OneC, invoice: Invoice, deal: Deal) -> None:
    send(onec, answer(invoice, said("Статус заказа", "К сборке")))
    deal.refresh_from_db()
    moved = deal.stage.code
    deals.move(actor=SYSTEM, deal=deal, stage="new")

    send(onec, answer(invoice, said("Статус заказа", "К сборке"), said("Проведен", "true")))

    deal.refresh_from_db()
    assert (moved, deal.stage.code) == ("packing", "new")


def test_what_the_stage_asks_for_is_told_and_holds_nothing_up(onec: OneC, invoice: Invoice, deal: Deal) -> None:
    outcome = send(onec, answer(invoice, said("Статус заказа", "Закрыт"), head=paid(("p1", "100"))))

    deal.refresh_from_db()
    assert (deal.stage.code, state_of(invoice)[1]) == ("new", 100)
    assert "заполните" in outcome.message


def test_a_stage_of_another_scenario_moves_nothing(onec: OneC, invoice: Invoice, deal: Deal) -> None:
    send(onec, answer(invoice, said("Статус заказа", "Иное")))

    deal.refresh_from_db()
    assert deal.stage.code == "new"


@pytest.fixture
def twin(invoice: Invoice) -> Invoice:
    """An invoice of another organisation of ours with the same number in the same year."""
    other = documents.set_organisation(
        actor=SYSTEM, inn="7728168971", values={"name": "ООО «Дверь»", "prefix": "ДВ-", "kpp": "772801001"}, accounts=[]
    )
    line = {"name": "Услуга", "quantity": "1", "price": "700"}
    made = billing.draw(actor=SYSTEM, client=invoice.client, organisation=other, lines=[line], date=DAY)
    Invoice.objects.filter(pk=made.pk).update(number=invoice.number)
    made.refresh_from_db()
    return made


def by_number(invoice: Invoice, inn: str = "") -> bytes:
    """An order that 1C knows by its number only."""
    seller = f"<Контрагенты><Контрагент><Ид>we</Ид><Наименование>Мы</Наименование><ИНН>{inn}</ИНН>"
    seller += "<Роль>Продавец</Роль></Контрагент></Контрагенты>"
    body = answer(invoice, head=paid(("p1", "100")) + (seller if inn else ""))
    return body.replace(str(invoice.uid).encode(), b"another-id")


def test_a_number_is_looked_for_among_invoices_of_the_organisation(onec: OneC, invoice: Invoice, twin: Invoice) -> None:
    send(onec, by_number(invoice))

    assert (state_of(invoice)[1], state_of(twin)[1]) == (100, 0)


def test_a_number_of_two_organisations_is_refused_when_nothing_says_whose(
    onec: OneC, invoice: Invoice, twin: Invoice
) -> None:
    Connection.objects.update(organisation=None)

    outcome = send_only(onec, by_number(invoice))

    assert (outcome.result, state_of(invoice)[1], state_of(twin)[1]) == ("refused", 0, 0)
    assert invoice.number in outcome.message


def send_only(onec: OneC, body: bytes) -> Any:
    """Send an order without taking those that wait for the base."""
    onec.check("sale")
    onec.init("sale")
    onec.upload("sale", "orders.xml", body)
    return Connection.objects.get().packages.latest("id").outcomes.get(kind="order")


def test_the_seller_tells_whose_number_it_is(onec: OneC, invoice: Invoice, twin: Invoice) -> None:
    Connection.objects.update(organisation=None)

    send_only(onec, by_number(invoice, inn=twin.organisation.inn))

    assert (state_of(invoice)[1], state_of(twin)[1]) == (0, 100)


def test_what_the_base_was_given_is_what_it_speaks_of(onec: OneC, invoice: Invoice, twin: Invoice) -> None:
    onec.exchange_orders()
    Connection.objects.update(organisation=None)

    send_only(onec, by_number(invoice))

    assert (state_of(invoice)[1], state_of(twin)[1]) == (100, 0)


def test_the_id_of_an_invoice_of_another_organisation_opens_nothing(
    onec: OneC, invoice: Invoice, twin: Invoice
) -> None:
    body = answer(twin, head=paid(("p1", "100")), number="нет такого").replace("ТД-7".encode(), b"")

    assert send(onec, body).result == "refused"
    assert state_of(twin)[1] == 0


def test_an_order_born_in_1c_belongs_to_whoever_keeps_the_client(
    onec: OneC, buyer: Client, organisation: Organisation
) -> None:
    keeper = access.add_user(actor=SYSTEM, email="anna@okno.test", name="Анна")
    other = access.add_user(actor=SYSTEM, email="boris@okno.test", name="Борис")
    Connection.objects.update(creates_orders=True, responsible=other)
    Client.objects.update(owner=keeper)

    send(onec, born("7728168971", "772801001"))
    another = born().replace(b"1c-order-1", b"1c-order-2").replace(b"party-1", b"party-2")
    send(onec, another.replace("ТД-9".encode(), "ТД-10".encode()))

    assert list(Invoice.objects.order_by("id").values_list("owner__name", flat=True)) == ["Анна", "Борис"]
    assert Client.objects.get(name="ООО «Лютик»").owner == other


def test_a_package_tells_how_many_objects_it_has(onec: OneC) -> None:
    onec.exchange_catalogue(files.SET)

    assert {one.name: (one.expected, one.checkpoint) for one in Connection.objects.get().packages.all()} == {
        "classifier.xml": (5, 5), "import.xml": (2, 2), "offers.xml": (3, 3), "prices.xml": (3, 3), "rests.xml": (3, 3)
    }  # fmt: skip
