"""Orders to 1C and back: confirmed by sets, applied once, never echoed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from okno.areas.billing import commands as billing
from okno.areas.billing.models import Invoice, Payment
from okno.areas.catalog.models import Offer
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, LegalEntity
from okno.areas.documents import commands as documents
from okno.areas.documents.models import Organisation
from okno.fronts.exchange import commands
from okno.fronts.exchange.models import Connection, ExternalLink, Outcome, Outgoing, Package
from okno.fronts.exchange.parts.commerceml import schema
from okno.fronts.exchange.tests import files
from okno.fronts.exchange.tests.conftest import SAMPLES, base_of
from okno.kit import events
from okno.kit import files as store
from okno.kit.permissions import SYSTEM
from okno.kit.testing.fakes.onec import OneC, Stopped

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2026, 3, 2)
ACCOUNT = {"bank_name": "ПАО Сбербанк", "bic": "044525225", "account": "40702810438000060473",
           "corr_account": "30101810400000000225"}  # fmt: skip


@pytest.fixture
def organisation(db: None) -> Organisation:
    values = {"name": "ООО «Окно»", "prefix": "ОК-", "kpp": "770701001"}
    return documents.set_organisation(actor=SYSTEM, inn="7707083893", values=values, accounts=[ACCOUNT])


@pytest.fixture
def connection(organisation: Organisation, make_connection: Callable[..., Any]) -> Any:
    return make_connection()


@pytest.fixture
def buyer(connection: Any) -> Client:
    client = clients.add(actor=SYSTEM, name="ООО «Ромашка»", email="buyer@romashka.test")
    values = {"inn": "7728168971", "kpp": "772801001", "legal_address": "Москва"}
    clients.add_legal_entity(actor=SYSTEM, client=client, name="ООО «Ромашка»", values=values)
    return client


@pytest.fixture
def invoice(onec: OneC, buyer: Client) -> Invoice:
    """An invoice for goods of 1C that has gone to the client."""
    onec.exchange_catalogue(files.SET)
    offer = Offer.objects.get(characteristic="41")
    lines = [
        {"offer": offer.pk, "name": offer.name, "unit": "пар", "quantity": "2", "price": "5100.50", "discount": "10"},
        {"name": "Доставка", "unit": "шт", "quantity": "1", "price": "300"},
    ]
    drawn = billing.draw(actor=SYSTEM, client=buyer, lines=lines, date=DAY)
    billing.note_sent(actor=SYSTEM, invoice=drawn, to="buyer@romashka.test")
    events.drain()
    return Invoice.objects.get(pk=drawn.pk)


def numbers(root: etree._Element) -> list[str]:
    """Numbers of the orders in an answer."""
    return [str(one) for one in root.xpath("//*[local-name()='Документ']/*[local-name()='Номер']/text()")]


def answer(invoice: Invoice, *inner: str, head: str = "", row: str = "", number: str = "") -> bytes:
    """What 1C sends back for an order."""
    rows = f"<Товары>{row}</Товары>" if row else ""
    told = "".join(inner)
    return files.xml(
        f"<Документ><Ид>{invoice.uid}</Ид><Номер>{number or invoice.number}</Номер><Номер1С>ТД-7</Номер1С>"
        f"<Дата>2026-03-02</Дата><Дата1С>2026-03-03</Дата1С><ХозОперация>Заказ товара</ХозОперация>{head}{rows}"
        f"<ЗначенияРеквизитов>{told}</ЗначенияРеквизитов></Документ>"
    )


def said(name: str, value: str) -> str:
    return f"<ЗначениеРеквизита><Наименование>{name}</Наименование><Значение>{value}</Значение></ЗначениеРеквизита>"


def paid(*payments: tuple[str, str], posted: str = "true") -> str:
    """Payments as documents below the order."""
    inner = "".join(
        f"<ПодчиненныйДокумент><Ид>{key}</Ид><Номер>{key}</Номер><Дата>2026-03-05</Дата>"
        f"<ХозОперация>Выплата безналичных денег</ХозОперация><Сумма>{amount}</Сумма>"
        f"<ЗначенияРеквизитов>{said('Проведен', posted)}</ЗначенияРеквизитов></ПодчиненныйДокумент>"
        for key, amount in payments
    )
    return f"<ПодчиненныеДокументы>{inner}</ПодчиненныеДокументы>"


def send(onec: OneC, body: bytes) -> Outcome:
    """A session in which 1C sends one order."""
    onec.exchange_orders(body)
    return Outcome.objects.filter(package__direction="in", kind="order").order_by("-id")[0]


def test_query_is_empty_without_orders(onec: OneC) -> None:
    root = onec.exchange_orders()

    assert len(root) == 0


def test_query_sends_until_confirmed_and_not_again(onec: OneC, invoice: Invoice) -> None:
    onec.check("sale")
    onec.init("sale")
    first = onec.query()
    base_of(Connection.objects.get(), onec.password)
    Outgoing.objects.get(confirmed_changes=0)

    onec.mode("sale", "success")

    assert numbers(first) == [invoice.number]
    assert numbers(onec.exchange_orders()) == []
    assert Package.objects.get(direction="out").state == "done"


def test_query_without_success_sends_again(onec: OneC, invoice: Invoice) -> None:
    onec.check("sale")
    onec.init("sale")
    onec.query()
    Connection.objects.get().sessions.update(state="failed")

    assert numbers(onec.exchange_orders()) == [invoice.number]


def test_a_change_between_query_and_success_stays_queued(onec: OneC, invoice: Invoice) -> None:
    onec.check("sale")
    onec.init("sale")
    onec.query()
    billing.set_head(actor=SYSTEM, invoice=invoice, legal_entity=invoice.legal_entity, comment="Позвонить заранее")
    events.drain()
    onec.mode("sale", "success")

    again = onec.exchange_orders()

    assert numbers(again) == [invoice.number]
    assert "Позвонить заранее" in etree.tostring(again, encoding="unicode")


def test_success_of_another_session_confirms_nothing(onec: OneC, invoice: Invoice) -> None:
    onec.check("sale")
    onec.init("sale")
    onec.query()
    other = base_of(Connection.objects.get(), onec.password)
    Connection.objects.get().sessions.update(state="failed")
    other.check("sale")

    with pytest.raises(Stopped):
        other.mode("sale", "success")
    assert Outgoing.objects.get().confirmed_changes == 0


def test_drafts_are_left_out_and_counted(onec: OneC, buyer: Client) -> None:
    billing.draw(actor=SYSTEM, client=buyer, lines=[{"name": "Услуга", "quantity": "1", "price": "10"}], date=DAY)
    events.drain()

    assert numbers(onec.exchange_orders()) == []
    assert Outgoing.objects.get().excluded_by == "draft"


def test_a_new_client_that_asks_twice_gets_an_empty_root(onec: OneC, invoice: Invoice) -> None:
    onec.version = "2.09"
    onec.check("sale")
    onec.init("sale")

    assert [numbers(onec.query()), numbers(onec.query())] == [[invoice.number], []]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251"])
def test_query_speaks_the_encoding_of_the_connection(onec: OneC, invoice: Invoice, encoding: str) -> None:
    Connection.objects.update(encoding=encoding)
    billing.set_head(actor=SYSTEM, invoice=invoice, legal_entity=invoice.legal_entity, comment="Снег ☃")
    events.drain()

    assert "Снег ☃" in etree.tostring(onec.exchange_orders(), encoding="unicode")


@pytest.mark.parametrize("version", ["2.04", "2.07", "2.08", "2.09", "2.10"])
@pytest.mark.skipif(not (SAMPLES / "commerceml-xsd").exists(), reason="the schemas are not beside the checkout")
def test_query_is_valid_by_the_schema(onec: OneC, invoice: Invoice, version: str) -> None:
    Connection.objects.update(version_out=version, container="never")
    name = "commerceml-2.10.xsd" if version == "2.10" else f"cml{version.replace('.', '')}.xsd"

    body = etree.tostring(onec.exchange_orders(), encoding="utf-8")

    assert schema.problems(body, SAMPLES / "commerceml-xsd" / name) == []


def test_a_new_client_gets_a_container(onec: OneC, invoice: Invoice) -> None:
    onec.version = "3.1"

    root = onec.exchange_orders()

    assert root.xpath("count(/*/*[local-name()='Контейнер']/*[local-name()='Документ'])") == 1


def test_an_order_names_goods_and_buyer_by_lasting_ids(onec: OneC, invoice: Invoice) -> None:
    text = etree.tostring(onec.exchange_orders(), encoding="unicode")

    assert f"<Ид>{invoice.uid}</Ид>" in text
    assert f"crm-{LegalEntity.objects.get().uid}" in text
    assert "<Ид>boots#41</Ид>" in text
    assert "<Сумма>9480.90</Сумма>" in text


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


ROW = """<Товар><Ид>boots#41</Ид><Наименование>Ботинки (41)</Наименование><ЦенаЗаЕдиницу>5000</ЦенаЗаЕдиницу>
<Количество>{quantity}</Количество><Сумма>{total}</Сумма></Товар>"""


def test_rows_of_1c_replace_ours(onec: OneC, invoice: Invoice) -> None:
    outcome = send(onec, answer(invoice, head="<Сумма>15000</Сумма>", row=ROW.format(quantity=3, total=15000)))

    invoice.refresh_from_db()
    assert outcome.result == "updated"
    assert [(one.quantity, one.total, one.offer_id) for one in invoice.lines.all()] == [
        (3, Decimal(15000), Offer.objects.get(characteristic="41").pk)
    ]


def test_rows_of_a_paid_invoice_stay_and_the_difference_is_told(onec: OneC, invoice: Invoice) -> None:
    send(onec, answer(invoice, head=paid(("p1", "100"))))

    outcome = send(onec, answer(invoice, head=f"<Сумма>15000</Сумма>{paid(('p1', '100'))}", row=ROW.format(quantity=3, total=15000)))

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


BORN = """<Документ><Ид>1c-order-1</Ид><Номер></Номер><Номер1С>ТД-9</Номер1С><Дата>2026-03-02</Дата>
<Время>23:30:00</Время><ХозОперация>Заказ товара</ХозОперация><Роль>Продавец</Роль><Сумма>5000</Сумма>
<Контрагенты><Контрагент><Ид>party-1</Ид><Наименование>ООО «Лютик»</Наименование>
<ОфициальноеНаименование>ООО «Лютик»</ОфициальноеНаименование><ИНН>{inn}</ИНН><КПП>{kpp}</КПП><Роль>Покупатель</Роль>
</Контрагент></Контрагенты><Товары>{row}</Товары></Документ>"""


def born(inn: str = "7704217370", kpp: str = "770401001") -> bytes:
    return files.xml(BORN.format(inn=inn, kpp=kpp, row=ROW.format(quantity=1, total=5000)))


def test_an_order_born_in_1c_waits_for_permission(onec: OneC, buyer: Client) -> None:
    assert send(onec, born()).result == "refused"
    assert not Invoice.objects.exists()


def test_an_order_born_in_1c_makes_client_and_invoice_once(onec: OneC, buyer: Client) -> None:
    Connection.objects.update(creates_orders=True)

    first, second = send(onec, born()), send(onec, born())
    events.drain()

    made = Invoice.objects.get()
    assert (first.result, second.result) == ("created", "unchanged")
    assert (made.client.name, made.legal_entity.inn if made.legal_entity else "", made.total) == ("ООО «Лютик»", "7704217370", 5000)
    assert made.date == DAY
    assert numbers(onec.exchange_orders()) == []


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
    clients.add_legal_entity(actor=SYSTEM, client=other, name="Ромашка", values={"inn": "7728168971", "kpp": "772801001"})

    outcome = send(onec, born("7728168971", "772801001"))

    assert outcome.result == "refused"
    assert ExternalLink.objects.get(foreign_type="counterparty").state == "conflict"
    assert not Invoice.objects.exists()


def test_days_survive_zones_of_server_and_1c(onec: OneC, buyer: Client) -> None:
    Connection.objects.update(creates_orders=True, zone="Asia/Vladivostok")

    send(onec, born())

    assert Invoice.objects.get().date == DAY


def test_orders_carry_the_clock_of_the_1c_server(onec: OneC, invoice: Invoice) -> None:
    Connection.objects.update(zone="Asia/Vladivostok")
    made = dt.datetime(2026, 3, 2, 10, 15, tzinfo=ZoneInfo("UTC"))
    Invoice.objects.update(created_at=made)

    root = onec.exchange_orders()

    told = root.xpath("//*[local-name()='Документ']/*[local-name()='Дата' or local-name()='Время']/text()")
    assert told == ["2026-03-02", "20:15:00"]


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


def test_send_again_puts_everything_into_the_queue(onec: OneC, invoice: Invoice) -> None:
    onec.exchange_orders()

    commands.send_again(actor=SYSTEM, connection=Connection.objects.get())

    assert numbers(onec.exchange_orders()) == [invoice.number]


def test_two_bases_do_not_take_each_others_orders(make_connection: Callable[..., Any], onec: OneC, invoice: Invoice) -> None:
    other, password = make_connection("other")
    commands.send_again(actor=SYSTEM, connection=other)
    theirs = base_of(other, password)

    assert numbers(onec.exchange_orders()) == [invoice.number]
    assert numbers(theirs.exchange_orders()) == [invoice.number]
    assert Outgoing.objects.filter(confirmed_changes__gt=0).count() == 2
