"""What a person matches by hand: the page, what it applies, and what the base is answered in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from okno.areas.billing.models import Invoice
from okno.areas.catalog import commands as catalog
from okno.areas.catalog.models import Offer, Price, PriceType, Rest, Warehouse
from okno.fronts.exchange import commands
from okno.fronts.exchange.models import Connection, ExternalLink, Waiting
from okno.fronts.exchange.tests import files
from okno.fronts.exchange.tests.orders import answer, said, send
from okno.fronts.exchange.tests.test_pages import signed_in, text
from okno.kit import jobs, journal
from okno.kit.errors import Refused
from okno.kit.models import CommandRun
from okno.kit.permissions import SYSTEM
from okno.kit.testing.fakes.onec import OneC

pytestmark = pytest.mark.django_db(transaction=True)
UNDESCRIBED = {name: files.SET[name] for name in ("import.xml", "offers.xml", "prices.xml", "rests.xml")}


@pytest.fixture
def waiting(onec: OneC) -> Connection:
    """A base whose prices and rests are of a type and a warehouse that it has never described."""
    onec.exchange_catalogue(UNDESCRIBED)
    catalog.take_in_batch(actor=SYSTEM, kind="price_type", batch=catalog.Batch([(None, {"name": "Наша розница"})]))
    catalog.take_in_batch(actor=SYSTEM, kind="warehouse", batch=catalog.Batch([(None, {"name": "Наш склад"})]))
    return Connection.objects.get()


def run_jobs() -> None:
    """Do what was put off."""
    for job in ProcrastinateJob.objects.filter(task_name="kit.run_command", status="todo"):
        jobs.run_command(**job.args)


def give(connection: Connection, **more: Any) -> Connection:
    values: dict[str, Any] = {"matches": {}, "statuses": {}, "status_names": {}, "answer_encoding": "utf-8", **more}
    return commands.match(actor=SYSTEM, connection=connection, **values)


def test_what_waited_is_applied_when_it_is_matched(waiting: Connection) -> None:
    kind, place = PriceType.objects.get(), Warehouse.objects.get()
    unmatched = Waiting.objects.filter(for_type__in=["price_type", "warehouse"])
    waited = unmatched.count()

    give(waiting, matches={"price_type": {"retail": kind.pk}, "warehouse": {"store": place.pk}})
    run_jobs()

    assert (waited, unmatched.count()) == (6, 0)
    assert sorted(int(one.value) for one in Price.objects.filter(price_type=kind)) == [90, 5100, 5200]
    assert Rest.objects.filter(warehouse=place).count() == 3
    package = waiting.packages.latest("id")
    assert package.outcomes.filter(kind="price", result="updated").count() == 3
    assert package.checkpoint == package.expected


def test_what_comes_later_follows_the_match(waiting: Connection, onec: OneC) -> None:
    kind = PriceType.objects.get()
    give(waiting, matches={"price_type": {"retail": kind.pk}})
    run_jobs()

    onec.exchange_catalogue({"prices.xml": files.PRICES.replace(b"5200", b"5300")})

    assert Price.objects.get(price_type=kind, offer=Offer.objects.get(characteristic="42")).value == 5300


def test_another_choice_writes_the_same_prices_anew(waiting: Connection, onec: OneC) -> None:
    wrong = PriceType.objects.get()
    give(waiting, matches={"price_type": {"retail": wrong.pk}})
    run_jobs()
    catalog.take_in_batch(actor=SYSTEM, kind="price_type", batch=catalog.Batch([(None, {"name": "Опт"})]))
    right = PriceType.objects.get(name="Опт")

    give(waiting, matches={"price_type": {"retail": right.pk}})
    onec.exchange_catalogue({"prices.xml": files.PRICES})

    assert Price.objects.filter(price_type=right).count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"matches": {"price_type": {"retail": 12345}}},
        {"matches": {"client": {"retail": 1}}},
        {"statuses": {"Новый": "stage:none/none"}},
        {"status_names": {"burnt": "Сгорел"}},
        {"answer_encoding": "koi8-r"},
    ],
)
def test_what_is_not_there_is_refused(waiting: Connection, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        give(waiting, **wrong)


def test_the_page_shows_what_waits_and_keeps_what_is_chosen(waiting: Connection, invoice: Invoice, onec: OneC) -> None:
    send(onec, answer(invoice, said("Статус заказа", "Отказ клиента")))
    Connection.objects.update(options={"crm_fields": ["name"]})
    onec.exchange_catalogue({"prices.xml": files.PRICES.replace(b"retail", b"wholesale")})
    admin, url = signed_in("*"), f"/exchange/connections/{waiting.pk}/match/"
    page = text(admin.get(url))
    thing = re.search(r'name="(thing_\w+)"', page)
    status = re.search(r'name="(status_\w+)"', page)
    assert thing
    assert status
    assert "wholesale" in page
    assert "Отказ клиента" in page
    kind = PriceType.objects.first()
    assert kind

    posted = {thing[1]: kind.pk, status[1]: "cancelled", "other_status": "Отменён", "other_meaning": "cancelled",
              "name_sent": "Ожидает оплаты", "answer_encoding": "windows-1251"}  # fmt: skip
    response: Any = admin.post(url, posted)
    run_jobs()

    assert response.status_code in {302, 303}
    assert Connection.objects.get().options == {
        "crm_fields": ["name"], "statuses": {"Отказ клиента": "cancelled", "Отменён": "cancelled"},
        "status_names": {"sent": "Ожидает оплаты"}, "answer_encoding": "windows-1251",
    }  # fmt: skip
    assert not Waiting.objects.filter(for_type="price_type").exists()
    again = text(admin.get(url))
    assert "wholesale" in again
    assert "Ожидает оплаты" in again


def test_the_page_asks_for_a_right(waiting: Connection) -> None:
    client: Client = signed_in("exchange.view")

    assert client.get(f"/exchange/connections/{waiting.pk}/match/").status_code == 403


def test_answers_come_in_the_chosen_encoding(onec: OneC) -> None:
    Connection.objects.update(options={"answer_encoding": "windows-1251"})
    onec.exchange_catalogue(files.SET)

    assert any("объектов" in one for one in onec.told)


def test_our_states_go_under_the_names_of_1c(onec: OneC, invoice: Invoice) -> None:
    Connection.objects.update(options={"status_names": {"sent": "Ожидает оплаты"}})
    told = onec.exchange_orders()

    assert "Ожидает оплаты" in [one.text for one in told.iter("{*}Значение")]


def undo_match() -> journal.Undone:
    return journal.undo(actor=SYSTEM, run_id=CommandRun.objects.filter(name="exchange.match").latest("pk").pk)


def test_an_undone_match_is_forgotten_and_what_comes_waits_again(waiting: Connection, onec: OneC) -> None:
    kind = PriceType.objects.get()
    give(waiting, matches={"price_type": {"retail": kind.pk}}, statuses={"Отказ": "cancelled"})

    undo_match()
    run_jobs()
    onec.exchange_catalogue({"prices.xml": files.PRICES.replace(b"5200", b"5300")})

    assert Connection.objects.get().options.get("statuses", {}) == {}
    assert not Price.objects.exists()
    assert Waiting.objects.filter(for_type="price_type").count() == 3


def test_an_undo_tells_of_what_was_applied_meanwhile(waiting: Connection) -> None:
    kind = PriceType.objects.get()
    give(waiting, matches={"price_type": {"retail": kind.pk}})
    run_jobs()

    done = undo_match()

    assert [str(one) for one in done.outside] == ["Применить то, что этого ждало"]
    assert ExternalLink.objects.get(foreign_type="price_type", foreign_id="retail").row_id is None
    assert Price.objects.filter(price_type=kind).count() == 3


def test_an_undo_of_the_undo_matches_again(waiting: Connection) -> None:
    kind = PriceType.objects.get()
    give(waiting, matches={"price_type": {"retail": kind.pk}})
    undo_match()

    journal.undo(actor=SYSTEM, run_id=CommandRun.objects.filter(name="journal.undo").latest("pk").pk)

    link = ExternalLink.objects.get(foreign_type="price_type", foreign_id="retail")
    assert (link.row_id, link.how_matched) == (kind.pk, "hand")


def test_an_undo_of_another_choice_brings_back_the_first_one(waiting: Connection) -> None:
    first = PriceType.objects.get()
    give(waiting, matches={"price_type": {"retail": first.pk}})
    catalog.take_in_batch(actor=SYSTEM, kind="price_type", batch=catalog.Batch([(None, {"name": "Опт"})]))
    give(waiting, matches={"price_type": {"retail": PriceType.objects.get(name="Опт").pk}})

    undo_match()

    assert ExternalLink.objects.get(foreign_type="price_type", foreign_id="retail").row_id == first.pk
