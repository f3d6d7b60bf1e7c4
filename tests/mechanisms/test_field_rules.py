"""What people say of fields they add holds at every door: links within reach, unique, required, shown, open options."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.deals.record import DEAL
from okno.kit import jobs
from okno.kit.errors import Missing, Refused
from okno.kit.fields import custom, indexing, judging
from okno.kit.models import FieldDef, FieldLink
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.web.search import found_records
from tests.mechanisms.conftest import Company
from tests.mechanisms.test_record_api import Caller

pytestmark = pytest.mark.usefixtures("fields_of_this_test")

SIZES = [{"id": "s", "label": "Малый"}, {"id": "l", "label": "Большой"}]


def add(key: str, kind: str, **more: Any) -> FieldDef:
    return custom.add(actor=SYSTEM, record="deals.deal", key=key, label=key, kind=kind, **more)


def change(company: Company, who: str = "anna", **values: Any) -> Deal:
    return deals.update(actor=company.actor(who), deal=company.deal, values=values)


def test_a_link_out_of_reach_is_refused(company: Company) -> None:
    add("partner", "link", link="deals.deal")
    foreign = deals.open_deal(actor=SYSTEM, title="Чужая", client=company.client, owner=company.boris)

    with pytest.raises(Missing):
        change(company, x_partner=foreign.pk)
    change(company, "head", x_partner=foreign.pk)

    assert Deal.objects.get(pk=company.deal.pk).extra == {"x_partner": foreign.pk}


def test_a_link_that_stays_may_be_out_of_reach(company: Company) -> None:
    add("partner", "link", link="deals.deal")
    foreign = deals.open_deal(actor=SYSTEM, title="Чужая", client=company.client, owner=company.boris)
    change(company, "head", x_partner=foreign.pk)

    change(company, x_partner=foreign.pk)

    assert Deal.objects.get(pk=company.deal.pk).extra["x_partner"] == foreign.pk


def test_a_link_to_nothing_is_refused(company: Company) -> None:
    add("partner", "link", link="deals.deal")

    with pytest.raises(Missing):
        change(company, "head", x_partner=999_999)


@pytest.mark.parametrize(("value", "kept"), [("нет", False), ("off", False), ("да", True), (True, True)])
def test_words_for_yes_and_no_are_read(company: Company, value: object, kept: object) -> None:
    add("hot", "boolean")

    assert change(company, x_hot=value).extra == {"x_hot": kept}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("boolean", "возможно"),
        ("boolean", 2),
        ("money", {"a": "10", "c": "ABC"}),
        ("money", {"a": "10", "c": "<b>"}),
        ("money", {"c": "RUB"}),
        ("integer", True),
        ("decimal", "0.1234567890123456789"),
        ("link", 1.5),
        ("phone", "звоните"),
        ("email", "не почта"),
        ("text", ["a"]),
        ("text", "x" * 1001),
        ("date", "2026-13-40"),
    ],
)
def test_an_unreadable_value_is_refused_beside_its_field(company: Company, kind: str, value: object) -> None:
    add("thing", kind, link="deals.deal" if kind == "link" else "")

    with pytest.raises(Refused) as refused:
        change(company, x_thing=value)

    assert refused.value.params["missing"] == ["x_thing"]


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("phone", "8 (495) 123-45-67 доб. 12", "+74951234567 доб. 12"),
        ("email", "Анна <Anna@Example.RU>", "anna@example.ru"),
        ("money", {"a": "10,5", "c": "usd"}, {"a": "10.50", "c": "USD"}),
        ("address", "Москва,\n Тверская  1", "Москва, Тверская 1"),
    ],
)
def test_a_value_is_kept_in_one_form(company: Company, kind: str, value: object, kept: object) -> None:
    add("thing", kind)

    assert change(company, x_thing=value).extra == {"x_thing": kept}


def test_many_options_are_kept_by_id_in_their_order(company: Company) -> None:
    add("sizes", "choice", is_many=True, options=SIZES)

    assert change(company, x_sizes=["l", "s", "l"]).extra == {"x_sizes": ["s", "l"]}


def test_a_retired_option_stays_where_it_is_and_is_not_chosen_anew(company: Company) -> None:
    field = add("size", "choice", options=SIZES)
    change(company, x_size="s")
    custom.change(actor=SYSTEM, field=field, settings={"options": [{"id": "l", "label": "Крупный"}]})
    second = deals.open_deal(actor=SYSTEM, title="Вторая", client=company.client, owner=company.anna)

    change(company, x_size="s")
    with pytest.raises(Refused) as refused:
        deals.update(actor=company.actor("anna"), deal=second, values={"x_size": "s"})

    assert refused.value.code == "fields.closed_option"


def test_a_unique_value_is_refused_with_the_name_of_who_has_it(company: Company) -> None:
    add("contract", "text", settings={"is_unique": True})
    change(company, x_contract="Д-17ё")
    second = deals.open_deal(actor=SYSTEM, title="Вторая", client=company.client, owner=company.anna)
    foreign = deals.open_deal(actor=SYSTEM, title="Чужая", client=company.client, owner=company.boris)

    with pytest.raises(Refused) as seen:
        deals.update(actor=company.actor("anna"), deal=second, values={"x_contract": "д-17Е"})
    with pytest.raises(Refused) as unseen:
        deals.update(actor=company.actor("boris"), deal=foreign, values={"x_contract": "Д-17е"})

    assert "Поставка" in seen.value.message
    assert "Поставка" not in unseen.value.message


def test_a_required_field_cannot_be_emptied(company: Company) -> None:
    add("region", "text", is_required=True)
    change(company, x_region="Юг")

    with pytest.raises(Refused) as refused:
        change(company, x_region=" ")

    assert refused.value.params["missing"] == ["x_region"]


def test_another_field_of_an_old_row_is_changed_without_the_required_one(company: Company) -> None:
    add("region", "text", is_required=True)

    assert change(company, need="Терминалы").need == "Терминалы"


def test_a_change_that_makes_a_field_required_asks_for_it(company: Company) -> None:
    add("size", "choice", options=SIZES)
    add("region", "text")
    when = {"field": "x_size", "op": "eq", "value": "l"}
    custom.set_logic(actor=SYSTEM, record="deals.deal", key="x_region", required=when)

    with pytest.raises(Refused):
        change(company, x_size="l")
    change(company, x_size="l", x_region="Юг")

    assert Deal.objects.get().extra == {"x_size": "l", "x_region": "Юг"}


def test_a_field_of_a_set_is_filled_in_only_where_the_set_applies(company: Company) -> None:
    add("size", "choice", options=SIZES)
    add("crane", "text", is_required=True)
    when = {"field": "x_size", "op": "eq", "value": "l"}
    custom.set_set(actor=SYSTEM, record="deals.deal", name="Крупные", fields=["x_crane"], condition=when)

    with pytest.raises(Refused) as refused:
        change(company, x_crane="25 т")
    change(company, x_size="s")
    change(company, x_size="l", x_crane="25 т")

    assert refused.value.code == "fields.not_shown"


def test_an_option_is_open_by_its_condition(company: Company) -> None:
    add("size", "choice", options=SIZES)
    custom.set_logic(
        actor=SYSTEM, record="deals.deal", key="x_size", options={"l": {"field": "amount", "op": "ge", "value": 100}}
    )

    with pytest.raises(Refused):
        change(company, x_size="l")
    change(company, amount="150", x_size="l")

    assert Deal.objects.get().extra == {"x_size": "l"}


def test_a_built_in_field_has_logic_too(company: Company) -> None:
    when = {"field": "amount", "op": "ge", "value": 100}
    custom.set_logic(actor=SYSTEM, record="deals.deal", key="need", required=when)

    with pytest.raises(Refused) as refused:
        change(company, amount="500")

    assert refused.value.params["missing"] == ["need"]


def test_a_broken_condition_is_refused(company: Company) -> None:
    add("size", "text")

    with pytest.raises(Refused):
        custom.set_logic(
            actor=SYSTEM, record="deals.deal", key="x_size", shown={"field": "x_none", "op": "eq", "value": 1}
        )


def test_what_a_form_demands_is_looked_over_for_a_new_row(company: Company) -> None:
    add("region", "text", is_required=True)

    with pytest.raises(Refused):
        judging.check_filled(company.actor("anna"), DEAL, company.deal)
    judging.check_filled(SYSTEM, DEAL, company.deal)


def test_links_are_kept_for_used_by(company: Company) -> None:
    add("partner", "link", link="clients.client")
    change(company, x_partner=company.client.pk)
    kept = list(FieldLink.objects.values_list("row_id", "key", "to_record", "to_id"))

    change(company, x_partner=None)

    assert kept == [(company.deal.pk, "x_partner", "clients.client", company.client.pk)]
    assert not FieldLink.objects.exists()


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("choice", {"options": []}),
        ("choice", {"options": [{"id": "a", "label": "А"}, {"id": "b", "label": "А"}]}),
        ("link", {}),
        ("text", {"is_many": True}),
        ("boolean", {"settings": {"is_unique": True}}),
        ("date", {"settings": {"is_searchable": True}}),
        ("money", {"settings": {"currency": "ABC"}}),
        ("integer", {"settings": {"default": "много"}}),
        ("json", {}),
        ("text", {"settings": {"key": "other"}}),
    ],
)
def test_what_does_not_go_with_the_kind_is_refused(db: None, kind: str, more: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        add("thing", kind, **more)


@pytest.mark.urls("tests.mechanisms.deal_api")
def test_the_api_is_bound_by_the_same_rules(company: Company) -> None:
    add("hot", "boolean", is_required=True)
    script = Caller(company.anna)

    unread = script.send("patch", f"/deals/{company.deal.pk}", {"x_hot": "возможно"})
    lacking = script.send("post", "/deals", {"title": "Новая", "client": company.client.pk})
    made = script.send("post", "/deals", {"title": "Новая", "client": company.client.pk, "x_hot": "да"})

    assert (unread.status_code, lacking.status_code, made.status_code) == (422, 422, 201)
    assert Deal.objects.filter(title="Новая").count() == 1


@pytest.fixture
def built(transactional_db: None) -> Iterator[None]:
    """Indexes outlive the rows of a test, so they are dropped by hand."""
    yield
    for one in FieldDef.objects.all():
        indexing.drop(one)


def test_flags_are_built_by_a_job_and_shown_as_such(built: None, company: Company) -> None:
    field = add("region", "text", is_sortable=True, settings={"is_searchable": True, "is_unique": True})
    before = FieldDef.objects.get(pk=field.pk).state

    jobs.do_work(JobRun.objects.latest("id").pk)

    field.refresh_from_db()
    assert (before, field.state, field.problem) == ("building", "ready", "")


def test_a_unique_field_with_equal_values_says_so(built: None, company: Company) -> None:
    field = add("region", "text")
    for one in (company.deal, deals.open_deal(actor=SYSTEM, title="Вторая", client=company.client)):
        deals.update(actor=SYSTEM, deal=one, values={"x_region": "Юг"})

    custom.change(actor=SYSTEM, field=field, settings={"is_unique": True})
    jobs.do_work(JobRun.objects.latest("id").pk)

    field.refresh_from_db()
    assert field.state == "failed"
    assert field.problem


@pytest.mark.usefixtures("built")
def test_a_searchable_field_joins_the_search(company: Company) -> None:
    add("contract", "text", settings={"is_searchable": True})
    add("hotline", "phone", settings={"is_searchable": True})
    change(company, x_contract="Дог-4711/ё", x_hotline="8 495 765-43-21")
    jobs.do_work(JobRun.objects.order_by("-id")[1].pk)
    jobs.do_work(JobRun.objects.latest("id").pk)

    found = {text: found_records(company.actor("anna"), text) for text in ("г-4711/е", "765-43-21", "нет такого")}

    assert [bool(one.get("deals.deal")) for one in found.values()] == [True, True, False]
    assert not found_records(company.actor("boris"), "Дог-4711")


@pytest.mark.usefixtures("built")
def test_a_field_is_not_searched_before_its_index_is_there(company: Company) -> None:
    add("contract", "text", settings={"is_searchable": True})
    change(company, x_contract="Дог-4711")

    assert not found_records(company.actor("anna"), "Дог-4711")


@pytest.mark.usefixtures("built")
def test_indexes_of_one_table_are_built_one_after_another(company: Company) -> None:
    fields = [add(key, "text", is_sortable=True) for key in ("a", "b", "c")]

    builders = [threading.Thread(target=_built_alone, args=(one.pk,)) for one in fields]
    for one in builders:
        one.start()
    for one in builders:
        one.join()

    assert [indexing.missing(one) for one in fields] == [[], [], []]


def _built_alone(field_id: int) -> None:
    try:
        indexing.build(FieldDef.objects.get(pk=field_id))
    finally:
        connection.close()


def test_the_api_makes_no_row_with_what_its_form_does_not_show(company: Company) -> None:
    custom.set_logic(
        actor=SYSTEM, record="deals.deal", key="source", shown={"field": "amount", "op": "gt", "value": 10}
    )
    body = {"title": "Новая", "client": company.client.pk, "source": "Выставка"}
    caller = Caller(company.anna)

    refused = caller.send("post", "/v1/deals", body)
    made = caller.send("post", "/v1/deals", {**body, "amount": "11"})

    assert (refused.status_code, refused.json()["code"], made.status_code) == (422, "fields.not_shown", 201)
    assert Deal.objects.filter(title="Новая").count() == 1


def test_a_tick_that_the_form_does_not_show_may_be_taken_away(company: Company) -> None:
    add("hot", "boolean")
    change(company, x_hot=True)
    custom.set_logic(actor=SYSTEM, record="deals.deal", key="x_hot", shown={"field": "source", "op": "not_empty"})

    assert change(company, x_hot=False).extra == {"x_hot": False}
