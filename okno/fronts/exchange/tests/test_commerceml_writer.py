"""What we write: valid by the published schemas, equal when read back, in every encoding."""

from __future__ import annotations

import codecs
import io
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from lxml import etree

from okno.fronts.exchange.parts.commerceml import meaning, schema
from okno.fronts.exchange.parts.commerceml.documents import ContainerSeen, DocumentSeen
from okno.fronts.exchange.parts.commerceml.found import Header, Ignored
from okno.fronts.exchange.parts.commerceml.orders import (
    AccountOut,
    ChoiceOut,
    ContactOut,
    OrderOut,
    PartyOut,
    PaymentOut,
    RepresentativeOut,
    RowOut,
    ShipmentOut,
    StatusOut,
    TaxOut,
    delivery_row,
    party_id,
)
from okno.fronts.exchange.parts.commerceml.reader import read
from okno.fronts.exchange.parts.commerceml.writer import WriterOptions, fingerprint, write_info, write_orders
from okno.kit.errors import Refused

SCHEMAS = Path(__file__).resolve().parents[5] / "shared" / "samples" / "commerceml-xsd"
BY_VERSION = {
    "2.04": "cml204", "2.05": "cml205", "2.06": "cml206", "2.07": "cml207", "2.08": "cml208", "2.09": "cml209",
    "2.10": "commerceml-2.10",
}  # fmt: skip
ENCODINGS = ["utf-8", "utf-8-sig", "windows-1251"]
KEY = UUID("12345678-1234-1234-1234-123456789012")
AT = datetime.fromisoformat("2026-01-02T03:04:05")
CARD = ChoiceOut(id="1", name="Карта")
CHAIR = RowOut(
    goods_id="g", characteristic_id="c", catalogue_id="cat", name='Стул "Вена" <5> ☕', article="A & 1",
    barcode="4600000000001", price=Decimal("100.50"), quantity=Decimal("2.500"), total=Decimal("226.11"),
    tax=TaxOut(rate="20", amount=Decimal("37.69")), discount=Decimal("25.14"), discount_percent=Decimal(10),
)  # fmt: skip
TABLE = RowOut(
    goods_id="t", name="Стол", price=Decimal(200), quantity=Decimal(1), total=Decimal(200),
    tax=TaxOut(rate="10", amount=Decimal(20), is_included=False),
)  # fmt: skip
COMPANY = PartyOut(
    id=party_id(KEY), name="Ромашка", full_name="ООО «Ромашка»", is_company=True, inn="7705260699", kpp="770501001",
    okpo="12345678", legal_address="Москва", address="Тула", comment="постоянный",
    contacts=(ContactOut(kind="email", value="a@example.org"), ContactOut(kind="mobile", value="+7900")),
    accounts=(
        AccountOut(number="40702810600023341231", bik="044599292", correspondent="30101810900000000292"),
    ),
    representatives=(
        RepresentativeOut(id="crm-2", name="Иванов Иван", contacts=(ContactOut(kind="phone", value="+7495"),)),
    ),
)  # fmt: skip
PERSON = PartyOut(
    id=party_id(UUID(int=2)), name="Пётр Петров", is_company=False, role="Получатель", last_name="Петров",
    first_name="Пётр", birth_date=date(1980, 1, 2), inn="770000000000", legal_address="Рязань",
)  # fmt: skip
ORDER = OrderOut(
    id="crm-order-1", number="CRM-1", at=AT, total=Decimal("946.11"), parties=(COMPANY, PERSON),
    rows=(CHAIR, TABLE, delivery_row(name="Доставка", amount=Decimal(500))), comment="по\x01звонить\ufffe",
    pay_by=date(2026, 2, 1), warehouse=("w", "Склад"), payment_method=CARD,
    status=StatusOut(code="N", name="Новый", changed_at=AT),
    payments=(PaymentOut(id="pay-1", number="5", at=AT, amount=Decimal("946.11"), method=CARD, transaction="tx"),),
    shipments=(ShipmentOut(id="ship-1", number="7", at=AT, total=Decimal("226.11"), rows=(CHAIR,)),),
    requisites=(("Менеджер", "Сидоров"),),
)  # fmt: skip


def written(*orders, **options):
    return b"".join(write_orders(orders, WriterOptions(**options), at=AT))


def read_back(data, kind=DocumentSeen):
    return [one.object for one in read(io.BytesIO(data)) if isinstance(one.object, kind)]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("version", BY_VERSION)
def test_orders_are_valid_by_the_schema_of_their_version(version, encoding):
    path = SCHEMAS / f"{BY_VERSION[version]}.xsd"
    if not path.exists():
        pytest.skip("the sample schemas are not beside the checkout")

    assert schema.problems(written(ORDER, ORDER, version=version, encoding=encoding), path) == []


@pytest.mark.parametrize("version", BY_VERSION)
def test_least_orders_and_empty_answers_are_valid_too(version):
    path = SCHEMAS / f"{BY_VERSION[version]}.xsd"
    if not path.exists():
        pytest.skip("the sample schemas are not beside the checkout")
    guest = PartyOut(id=party_id(KEY), name="Гость", is_company=False)
    least = OrderOut(id="1", number="1", at=AT, total=Decimal(0), parties=(guest,), rows=())

    assert schema.problems(written(least, version=version), path) == []
    assert schema.problems(written(version=version), path) == []


def test_schema_check_finds_what_is_wrong():
    path = SCHEMAS / "cml209.xsd"
    if not path.exists():
        pytest.skip("the sample schemas are not beside the checkout")

    [problem] = schema.problems(written(replace(ORDER, currency="рубли")), path)

    assert "Валюта" in problem


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("version", [*BY_VERSION, "2.03", "3.1"])
def test_order_reads_back_equal(version, encoding):
    [seen] = read_back(written(ORDER, version=version, encoding=encoding))

    assert (seen.id, seen.number, seen.at, seen.total, seen.currency, seen.pay_by) == (
        ORDER.id, ORDER.number, AT, ORDER.total, "RUB", ORDER.pay_by,
    )  # fmt: skip
    assert seen.comment == "позвонить"
    assert [
        (row.goods_id, row.characteristic_id, row.name, row.article, row.price, row.quantity, row.total, row.discount)
        for row in seen.rows
    ] == [
        (row.goods_id, row.characteristic_id, row.name, row.article, row.price, row.quantity, row.total, row.discount)
        for row in ORDER.rows
    ]
    assert [row.is_delivery for row in seen.rows] == [False, False, True]
    assert [(tax.rate, tax.included, tax.amount) for row in seen.rows for tax in row.taxes] == [
        ("20", True, Decimal("37.69")),
        ("10", False, Decimal(20)),
    ]
    assert [(tax.rate, tax.included, tax.amount) for tax in seen.taxes] == [
        ("20", True, Decimal("37.69")),
        ("10", False, Decimal(20)),
    ]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_counterparties_read_back_equal(encoding):
    company, person = read_back(written(ORDER, encoding=encoding))[0].counterparties

    assert (company.id, company.kind, company.official_name) == (f"crm-{KEY}", "company", COMPANY.full_name)
    assert (company.inn, company.kpp, company.okpo, company.role) == (
        COMPANY.inn,
        COMPANY.kpp,
        COMPANY.okpo,
        "Покупатель",
    )
    assert {one.kind: one.text for one in company.addresses} == {"legal": "Москва", "actual": "Тула"}
    assert [(one.kind, one.value) for one in company.contacts] == [("email", "a@example.org"), ("mobile", "+7900")]
    assert company.accounts[0].number == COMPANY.accounts[0].number
    assert [(one.id, one.relation) for one in company.representatives] == [("crm-2", "Контактное лицо")]
    assert (person.kind, person.last_name, person.birth_date) == ("entrepreneur", "Петров", date(1980, 1, 2))


def test_status_and_switches_read_back():
    [seen] = read_back(written(replace(ORDER, is_cancelled=True, cancelled_at=AT, cancel_reason="передумал")))

    assert meaning.status_of(seen) == meaning.Status("N", "Новый", is_final=False, changed_at=AT)
    assert meaning.is_cancelled(seen)
    assert meaning.told(seen, "Причина отмены") == "передумал"
    assert meaning.told(seen, "Метод оплаты ИД") == "1"
    assert meaning.told(seen, "Менеджер") == "Сидоров"
    assert meaning.paid_on(seen) == AT


@pytest.mark.parametrize(("version", "container"), [("2.09", False), ("2.10", False), ("2.10", True), ("3.1", True)])
def test_payments_read_back_from_the_form_of_each_version(version, container):
    kind = ContainerSeen if container else DocumentSeen
    [deal] = read_back(written(ORDER, version=version, container=container), kind)

    assert [(one.number, one.amount, one.paid_at, one.method) for one in meaning.payments_of(deal)] == [
        ("5", Decimal("946.11"), AT, "Карта")
    ]


@pytest.mark.parametrize(("version", "container"), [("2.10", False), ("3.1", True)])
def test_shipments_read_back_with_their_rows(version, container):
    kind = ContainerSeen if container else DocumentSeen
    [deal] = read_back(written(ORDER, version=version, container=container), kind)
    [shipment] = meaning.shipments_of(deal)

    assert (shipment.basis_id, shipment.total, len(shipment.rows)) == (ORDER.id, Decimal("226.11"), 1)
    assert meaning.shipped_on(shipment) == AT


def test_order_is_paid_only_when_payments_less_refunds_cover_it():
    refund = PaymentOut(id="r", number="6", at=AT, amount=Decimal(1), is_refund=True)
    [seen] = read_back(written(replace(ORDER, payments=(*ORDER.payments, refund))))

    assert meaning.switch(seen, "Заказ оплачен") is False


@pytest.mark.parametrize(
    ("encoding", "bom", "declared"),
    [("utf-8", b"", b"utf-8"), ("utf-8-sig", codecs.BOM_UTF8, b"utf-8"), ("windows-1251", b"", b"windows-1251")],
)
def test_bytes_declaration_and_header_agree(encoding, bom, declared):
    data = written(ORDER, encoding=encoding)
    options = WriterOptions(encoding=encoding)

    assert data.startswith(bom + b'<?xml version="1.0" encoding="' + declared + b'"?>')
    assert options.content_type == f"application/xml; charset={options.charset}"
    assert "КоммерческаяИнформация" in data.removeprefix(bom).decode(options.charset)


def test_characters_that_windows_1251_lacks_become_references():
    data = written(ORDER, encoding="windows-1251")

    assert b"&#9749;" in data
    assert b"?" not in data.partition(b"?>")[2]


def test_empty_answer_is_a_root_without_children():
    root = etree.fromstring(written())

    assert (etree.QName(root).localname, len(root)) == ("КоммерческаяИнформация", 0)


def test_version_and_namespace_follow_the_options():
    def header(**options):
        return read_back(written(ORDER, **options), Header)[0]

    assert (header(version="2.05").version, header(version="2.05").namespace) == ("2.05", "")
    assert header(version="2.10").namespace == "urn:1C.ru:commerceml_2"
    assert header(version="3.1").namespace == "urn:1C.ru:commerceml_3"
    assert header(version="2.08", namespace="urn:1C.ru:commerceml_210").namespace == "urn:1C.ru:commerceml_210"


@pytest.mark.parametrize(("version", "container"), [("2.03", False), ("2.10", False), ("3.1", True)])
def test_reader_ignores_nothing_that_we_write(version, container):
    assert read_back(written(ORDER, version=version, container=container), Ignored) == []


def test_fingerprint_changes_with_what_1c_would_see_and_only_then():
    options = WriterOptions()
    moved = replace(ORDER, status=StatusOut(code="F", name="Выполнен"))

    assert fingerprint(ORDER, options) == fingerprint(replace(ORDER), options)
    assert fingerprint(ORDER, options) != fingerprint(moved, options)


def test_total_agrees_with_the_rows_that_were_written():
    [seen] = read_back(written(ORDER))

    assert meaning.computed_total(seen) == ORDER.total


@pytest.mark.parametrize("options", [{"version": "1.0"}, {"version": "2"}, {"encoding": "koi8-r"}])
def test_unknown_versions_and_encodings_are_refused(options):
    with pytest.raises(Refused):
        WriterOptions(**options)


def test_order_without_counterparty_is_refused():
    with pytest.raises(Refused) as refused:
        written(replace(ORDER, parties=()))
    assert refused.value.code == "exchange.no_counterparty"


def test_codes_of_a_wrong_length_are_left_out():
    spoiled = replace(COMPANY, inn="12", kpp="1", accounts=(AccountOut(number="1", bik="2"),))
    [seen] = read_back(written(replace(ORDER, parties=(spoiled,))))

    assert (seen.counterparties[0].inn, seen.counterparties[0].kpp, seen.counterparties[0].accounts) == ("", "", ())


def test_info_lists_statuses_under_both_spellings():
    data = write_info(
        statuses=[ChoiceOut(id="N", name="Новый"), ChoiceOut(id="F", name="Выполнен")],
        payment_systems=[CARD],
        delivery_services=[],
        options=WriterOptions(encoding="windows-1251"),
    )
    root = etree.fromstring(data)

    assert [child.tag for child in root] == ["Cтатусы", "Статусы", "ПлатежныеСистемы", "СлужбыДоставки"]
    assert root[0].tag != root[1].tag
    assert [[item.text for item in one] for one in root[0]] == [["N", "Новый"], ["F", "Выполнен"]]
