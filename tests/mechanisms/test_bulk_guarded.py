"""A group change of guarded rows: fields are changed where they are open, rows in which they are closed are left."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit.models.journal import Change
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from tests.mechanisms.conftest import Company

HTMX = {"HX-Request": "true"}
SECRET, OPEN = "Козьмодемьянск", "Тверь"


@pytest.fixture
def two(company: Company) -> dict[str, Client]:
    """A VIP client, whose city and sums of deals are closed to Anna, and one like all others."""
    found = {}
    for which, city, amount in (("vip", SECRET, "987654.32"), ("plain", OPEN, "1000")):
        one = clients.add(actor=SYSTEM, name=f"Клиент {which}", owner=company.anna)
        clients.update(actor=SYSTEM, client=one, values={"city": city, "is_vip": which == "vip"})
        deals.open_deal(actor=SYSTEM, title=f"Сделка {which}", client=one, owner=company.anna, amount=Decimal(amount))
        found[which] = one
    vip = {"field": "is_vip", "op": "eq", "value": True}
    access.watch_rows(actor=SYSTEM, name="VIP", record="clients.client", condition=vip, hidden=["city"])
    of_vip = {"field": "client.is_vip", "op": "eq", "value": True}
    access.watch_rows(actor=SYSTEM, name="VIP", record="deals.deal", condition=of_vip, hidden=["amount"])
    return found


@pytest.fixture
def anna(company: Company, two: dict[str, Client], client: Browser) -> Browser:
    rights = [{"permission": name, "reach": "all"} for name in ("jobs.*", "journal.*")]
    access.set_role(actor=SYSTEM, code="extra", name="Больше", grants=rights, hidden=[])
    access.give_role(actor=SYSTEM, user=company.anna, role="extra")
    client.force_login(company.anna)
    return client


def last() -> JobRun:
    return JobRun.objects.latest("id")


def sent(browser: Browser, url: str, ids: list[int], key: str, how: str, value: str) -> Any:
    line = {"ids": ids, "count": "1", "go": "1", "field-0": key, "how-0": how, "value-0": value}
    return browser.post(f"{url}?part=change", line, headers=HTMX)


def carried_out(browser: Browser, *asked: Any) -> JobRun:
    answer = sent(browser, *asked)
    assert answer.status_code == 204, answer.content.decode()
    browser.post(f"/jobs/{last().pk}/?part=go")
    return last()


def both(two: dict[str, Client]) -> list[int]:
    return [one.pk for one in two.values()]


def sums() -> dict[str, Decimal]:
    return dict(Deal.objects.filter(title__startswith="Сделка").values_list("title", "amount"))


def test_a_field_is_changed_where_it_is_open_and_other_rows_are_left(anna, two):
    done = carried_out(anna, "/clients/", both(two), "city", "set", "Калуга")
    page = anna.get(f"/jobs/{done.pk}/")

    assert dict(Client.objects.filter(pk__in=both(two)).values_list("name", "city")) == {
        "Клиент vip": SECRET,
        "Клиент plain": "Калуга",
    }
    told = page.context["change"]
    assert [(one["label"], one["fields"]) for one in told["rows"]] == [
        ("Клиент plain", [{"label": "Город", "was": OPEN, "now": "Калуга"}])
    ]
    assert [(one["reason"], one["rows"][0]["label"]) for one in told["refused"]] == [
        ("Поле «Город» от вас скрыто", "Клиент vip")
    ]
    assert SECRET not in page.content.decode()


def test_a_value_that_stands_there_already_is_not_told_apart(anna, two):
    right, wrong = (carried_out(anna, "/clients/", [two["vip"].pk], "city", "set", one) for one in (SECRET, "Уфа"))

    told = ("total", "done", "same", "refused_count", "fields", "also", "changes")
    assert {name: right.result[name] for name in told} == {name: wrong.result[name] for name in told}
    assert list(right.result["reasons"]) == list(wrong.result["reasons"])


@pytest.mark.parametrize(("how", "value"), [("percent", "10"), ("formula", "Сумма * 1.1")])
def test_sums_are_worked_out_where_they_are_open(anna, two, how, value):
    ids = list(Deal.objects.filter(title__startswith="Сделка").values_list("pk", flat=True))

    done = carried_out(anna, "/deals/", ids, "amount", how, value)

    assert sums() == {"Сделка vip": Decimal("987654.32"), "Сделка plain": Decimal(1100)}
    assert (done.result["done"], done.result["refused_count"]) == (1, 1)


def test_a_formula_reads_linked_rows_where_they_are_open(anna, two, company):
    deal_ids = list(Deal.objects.filter(title__startswith="Сделка").values_list("pk", flat=True))
    wide = [{"permission": "clients.view", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="wide", name="Все клиенты", grants=wide, hidden=[])
    access.give_role(actor=SYSTEM, user=company.anna, role="wide")

    done = carried_out(anna, "/deals/", deal_ids, "need", "formula", "Клиент.Город")

    needs = dict(Deal.objects.filter(pk__in=deal_ids).values_list("title", "need"))
    assert needs == {"Сделка vip": "", "Сделка plain": OPEN}
    assert SECRET not in str(done.result)


def test_a_formula_that_gathers_rows_with_closed_fields_is_refused(anna, two, company):
    wide = [{"permission": name, "reach": "all"} for name in ("clients.view", "deals.view")]
    access.set_role(actor=SYSTEM, code="wide", name="Всё", grants=wide, hidden=[])
    access.give_role(actor=SYSTEM, user=company.anna, role="wide")

    answer = sent(anna, "/clients/", both(two), "comment", "formula", "text(sum(deals, amount))")

    assert answer.status_code == 422
    assert not JobRun.objects.exists()


def test_one_field_is_taken_back_where_it_is_open(anna, two):
    done = carried_out(anna, "/clients/", both(two), "city", "set", "Калуга")
    anna.post(f"/jobs/{done.pk}/?part=back")
    shown = anna.get(f"/jobs/{last().pk}/").context["change"]

    assert [one["key"] for one in shown["fields"]] == ["city"]
    assert shown["rows"][0]["fields"] == [{"label": "Город", "was": "Калуга", "now": OPEN}]
    anna.post(f"/jobs/{last().pk}/?part=go", {"field": ["city"]})
    assert Client.objects.get(pk=two["plain"].pk).city == OPEN


def test_a_row_that_was_closed_meanwhile_is_told_without_its_values(anna, two):
    done = carried_out(anna, "/clients/", both(two), "city", "set", "Калуга")
    clients.update(actor=SYSTEM, client=two["plain"], values={"is_vip": True})

    rows = anna.get(f"/jobs/{done.pk}/").context["change"]["rows"]

    assert [(one["label"], one["fields"]) for one in rows] == [("Клиент plain", [])]


def test_history_and_causes_tell_a_field_where_it_is_open(anna, two):
    for one in two.values():
        clients.update(actor=SYSTEM, client=one, values={"city": "Псков"})
    changes = Change.objects.filter(table_name="clients_client", op="U", after__has_key="city").order_by("-id")
    plain, vip = (changes.filter(row_id=two[which].pk)[0].pk for which in ("plain", "vip"))

    told = {pk: anna.get(f"/history/{pk}/").content.decode() for pk in (plain, vip)}
    lines = {
        pk: anna.get(f"/history/{pk}/?part=restore", headers=HTMX).context["dialog"]["lines"] for pk in (plain, vip)
    }

    assert (OPEN in told[plain], SECRET in told[vip]) == (True, False)
    assert [one["key"] for one in lines[plain]] == ["city"]
    assert lines[vip] == []
