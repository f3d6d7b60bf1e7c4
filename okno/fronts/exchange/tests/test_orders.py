"""Orders to 1C: confirmed by sets, sent again only when changed, in the form that the client wants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from okno.areas.billing import commands as billing
from okno.areas.billing.models import Invoice
from okno.areas.clients.models import Client, LegalEntity
from okno.fronts.exchange import commands
from okno.fronts.exchange.models import Connection, Outgoing, Package
from okno.fronts.exchange.parts.commerceml import schema
from okno.fronts.exchange.tests.conftest import DAY, SAMPLES, base_of
from okno.fronts.exchange.tests.orders import numbers
from okno.kit import events
from okno.kit.models import CurrencyRate
from okno.kit.permissions import SYSTEM
from okno.kit.testing.fakes.onec import OneC, Stopped

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_an_order_in_another_currency_carries_its_rate(onec: OneC, invoice: Invoice) -> None:
    CurrencyRate.objects.create(currency="CNY", since="2020-01-01", nominal=10, value="115.5")
    Invoice.objects.update(currency="CNY")

    root = onec.exchange_orders()

    path = "string(//*[local-name()='Документ']/*[local-name()='{name}'])"
    assert [root.xpath(path.format(name=name)) for name in ("Валюта", "Курс")] == ["CNY", "11.55"]


def test_orders_carry_the_clock_of_the_1c_server(onec: OneC, invoice: Invoice) -> None:
    Connection.objects.update(zone="Asia/Vladivostok")
    made = dt.datetime(2026, 3, 2, 10, 15, tzinfo=ZoneInfo("UTC"))
    Invoice.objects.update(created_at=made)

    root = onec.exchange_orders()

    told = root.xpath("//*[local-name()='Документ']/*[local-name()='Дата' or local-name()='Время']/text()")
    assert told == ["2026-03-02", "20:15:00"]


def test_send_again_puts_everything_into_the_queue(onec: OneC, invoice: Invoice) -> None:
    onec.exchange_orders()

    commands.send_again(actor=SYSTEM, connection=Connection.objects.get())

    assert numbers(onec.exchange_orders()) == [invoice.number]


def test_two_bases_do_not_take_each_others_orders(
    make_connection: Callable[..., Any], onec: OneC, invoice: Invoice
) -> None:
    other, password = make_connection("other")
    commands.send_again(actor=SYSTEM, connection=other)
    theirs = base_of(other, password)

    assert numbers(onec.exchange_orders()) == [invoice.number]
    assert numbers(theirs.exchange_orders()) == [invoice.number]
    assert Outgoing.objects.filter(confirmed_changes__gt=0).count() == 2


def test_a_new_connection_begins_with_invoices_that_money_is_awaited_for(
    make_connection: Callable[..., Any], onec: OneC, invoice: Invoice
) -> None:
    newer = base_of(*make_connection("newer"))

    assert numbers(newer.exchange_orders()) == [invoice.number]
