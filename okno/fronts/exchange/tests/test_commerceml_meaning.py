"""What documents of 1C mean, with the traps that real ones set."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest

from okno.fronts.exchange.parts.commerceml import meaning, parties
from okno.fronts.exchange.parts.commerceml.documents import ContainerSeen, DocumentSeen
from okno.fronts.exchange.parts.commerceml.found import Ignored, Trouble
from okno.fronts.exchange.parts.commerceml.reader import read
from okno.fronts.exchange.parts.commerceml.units import Unit

FIXTURES = Path(__file__).parent / "fixtures"


def things(name, kind):
    with (FIXTURES / name).open("rb") as stream:
        return [found.object for found in read(stream) if isinstance(found.object, kind)]


def orders():
    return things("orders-from-1c.xml", DocumentSeen)


def document(requisites="", operation="Заказ товара", inside=""):
    told = "".join(
        f"<ЗначениеРеквизита><Наименование>{name}</Наименование><Значение>{value}</Значение></ЗначениеРеквизита>"
        for name, value in (pair.split("=") for pair in requisites.split(";") if pair)
    )
    data = (
        "<КоммерческаяИнформация><Документ><Ид>1</Ид><Номер>1</Номер><Дата>2026-01-02</Дата>"
        f"<ХозОперация>{operation}</ХозОперация>{inside}<ЗначенияРеквизитов>{told}</ЗначенияРеквизитов>"
        "</Документ></КоммерческаяИнформация>"
    )
    return next(one.object for one in read(io.BytesIO(data.encode())) if isinstance(one.object, DocumentSeen))


def status(order):
    found = meaning.status_of(order)
    assert found is not None
    return found


def iso(moment):
    return moment.isoformat() if moment else None


def test_order_of_1c_is_read_whole():
    first = orders()[0]

    assert (first.number, first.number_1c, first.total, first.currency) == (
        "CRM-1", "УТ-000001", Decimal("12500.50"), "руб.",
    )  # fmt: skip
    assert (iso(first.at), iso(first.date_1c)) == ("2026-02-28T15:39:10", "2026-03-01T09:30:00")
    assert (first.version, first.deleted, first.has_rows) == ("AAAA1=", False, True)
    assert meaning.comment_of(first) == "Позвонить заранее"


def test_rows_know_their_variant_unit_tax_and_discount():
    chair, delivery = orders()[0].rows

    assert (chair.goods_id, chair.characteristic_id, chair.name) == ("g-1", "c-1", 'Стул "Вена"')
    assert chair.unit == Unit(code="796", name="шт", full_name="Штука", coefficient=Decimal(1))
    assert (chair.price, chair.quantity, chair.total, chair.discount) == (6000, 2, 11400, 600)
    assert (chair.taxes[0].rate, chair.taxes[0].included, chair.taxes[0].amount) == ("20", True, 1900)
    assert (delivery.is_delivery, delivery.is_service, delivery.discount) == (True, True, 0)


def test_counterparty_is_read_with_contacts_accounts_and_both_nestings_of_representatives():
    [client] = orders()[0].counterparties

    assert (client.kind, client.name, client.kpp) == (parties.COMPANY, 'ООО "Василёк"', "770000000")
    assert [one.kind for one in client.contacts] == ["email", "postal", "phone", "mobile"]
    assert (client.accounts[0].number, client.accounts[0].bik) == ("40702810000000000001", "044500001")
    assert [(one.id, one.name, one.relation) for one in client.representatives] == [
        ("p-1", "Сидорова Анна", "Контактное лицо"),
        ("p-2", "Петрова Вера", "Бухгалтер"),
    ]


@pytest.mark.parametrize(
    ("official", "name", "inn", "kind"),
    [
        ("ООО Ромашка", "", "", "company"),
        ("", "ИП Иванов", "", "entrepreneur"),
        ("", "Индивидуальный предприниматель Иванов", "", "entrepreneur"),
        ("", "Иванов", "770000000000", "entrepreneur"),
        ("", "Ипатов Иван", "", "person"),
    ],
)
def test_kind_of_counterparty(official, name, inn, kind):
    assert parties.kind_of(official, name, inn) == kind


def test_empty_dates_of_1c_are_neither_payment_nor_shipment():
    first = orders()[0]

    assert meaning.date_told(first, "Дата оплаты по 1С") is None
    assert meaning.shipped_on(first) is None


@pytest.mark.parametrize("value", ["T", "Т", "0001-01-01T00:00:00", "", "false"])
def test_order_is_not_paid_by_an_empty_date(value):
    assert meaning.paid_on(document(f"Дата оплаты по 1С={value}")) is None


def test_order_is_paid_by_a_valid_date():
    assert iso(meaning.paid_on(orders()[1])) == "2026-03-01T11:00:00"


def test_order_is_not_paid_when_1c_says_no_beside_a_date():
    assert meaning.paid_on(document("Дата оплаты по 1С=2026-03-01T11:00:00;Оплачен=false")) is None


def test_switch_of_the_site_needs_a_date_and_a_yes():
    assert meaning.paid_on(document("Заказ оплачен=false;Дата оплаты=2026-03-01 11:00:00")) is None
    assert iso(meaning.paid_on(document("Заказ оплачен=true;Дата оплаты=2026-03-01 11:00:00"))) == "2026-03-01T11:00:00"


def test_payments_that_are_not_posted_do_not_count():
    [payment] = meaning.payments_of(orders()[0])

    assert (payment.id, payment.amount, iso(payment.paid_at)) == ("pay-1", Decimal(10000), "2026-03-02T00:00:00")
    assert iso(meaning.paid_on(orders()[0])) == "2026-03-02T00:00:00"


def test_payments_of_the_site_count_when_there_are_no_documents_of_payment():
    [payment] = meaning.payments_of(orders()[2])

    assert (payment.number, payment.amount, payment.method) == ("77", Decimal("300.00"), "Карта")


def test_text_false_is_a_no():
    told = document("Проведен=false;Отменен=false;Финальный статус=false;Статус заказа=Новый")

    assert meaning.is_posted(told) is False
    assert meaning.is_cancelled(told) is False
    assert status(told).is_final is False


def test_posted_is_unknown_when_not_told():
    assert meaning.is_posted(document()) is None


@pytest.mark.parametrize("requisites", ["ПометкаУдаления=true", "Отменен=true", "Отменен=Да"])
def test_deleted_or_cancelled_orders_are_cancelled(requisites):
    assert meaning.is_cancelled(document(requisites)) is True


def test_order_without_rows_is_about_statuses_only():
    second = orders()[1]

    assert meaning.is_status_only(second)
    assert (second.rows, second.total) == ((), None)


def test_status_is_taken_from_brackets_and_from_the_genitive_key():
    first, second = orders()[:2]

    assert (status(first).code, status(first).name) == ("F", "Выполнен")
    assert iso(status(first).changed_at) == "2026-02-11T18:45:21"
    assert (status(second).code, status(second).name) == ("P", "")
    assert meaning.status_of(orders()[2]) is None


def test_order_born_in_1c_has_no_number_of_ours():
    assert [meaning.is_born_in_1c(one) for one in orders()] == [False, False, True]


def test_order_with_an_unreadable_date_is_a_trouble():
    [trouble] = things("orders-from-1c.xml", Trouble)

    assert (trouble.object_id, trouble.code) == ("crm-order-3", "exchange.not_a_date")
    assert "позавчера" in trouble.message


def test_buyer_is_found_by_role():
    def party(ident, role):
        return f"<Контрагент><Ид>{ident}</Ид><Роль>{role}</Роль></Контрагент>"

    people = party("s", "Продавец") + party("r", "Получатель") + party("b", "Покупатель")
    found = meaning.buyer_of(document(inside=f"<Контрагенты>{people}</Контрагенты>"))

    assert found is not None
    assert found.id == "b"
    assert meaning.buyer_of(document(inside=f"<Контрагенты>{party('s', 'Продавец')}</Контрагенты>")) is None


def test_total_is_what_rows_add_up_to():
    assert meaning.computed_total(orders()[0]) == orders()[0].total
    assert meaning.computed_total(orders()[1]) is None


def test_container_keeps_its_documents_together():
    [deal] = things("container.xml", ContainerSeen)
    [order] = meaning.orders_of(deal)

    assert (order.id, len(deal.documents)) == ("crm-order-1", 5)
    assert {one.basis_id for one in deal.documents if one is not order} == {"crm-order-1"}
    assert not things("container.xml", Ignored)


def test_payments_of_a_container_leave_out_the_deleted_and_subtract_refunds():
    [deal] = things("container.xml", ContainerSeen)

    payments = meaning.payments_for(deal, deal.documents[0])

    assert [(one.id, one.amount) for one in payments] == [("pay-1", Decimal(1000)), ("pay-3", Decimal(-200))]
    assert iso(payments[0].paid_at) == "2026-03-01T09:00:00"


def test_shipment_of_a_container_is_dated():
    [deal] = things("container.xml", ContainerSeen)
    [shipment] = meaning.shipments_of(deal)

    assert (shipment.id, iso(meaning.shipped_on(shipment))) == ("ship-1", "2026-03-03T00:00:00")


def test_payment_that_is_not_posted_was_not_made():
    assert meaning.paid_on(document("Проведен=false", "Выплата безналичных денег")) is None
    assert iso(meaning.paid_on(document("Проведен=true", "Выплата безналичных денег"))) == "2026-01-02T00:00:00"
