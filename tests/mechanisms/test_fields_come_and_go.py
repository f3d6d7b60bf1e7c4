"""A field taken out of work and brought back while others look at it: nothing crashes, is lost or judged by chance."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client as Browser

from okno.areas.catalog import commands as catalog
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.engines.segments import commands as segments
from okno.kit.fields import custom
from okno.kit.layouts import commands as layouts
from okno.kit.merging import mergeable
from okno.kit.models import FieldDef
from okno.kit.permissions import SYSTEM
from okno.kit.saved_views import commands as views

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fields_of_this_test")]
SIZE = {"field": "x_size", "op": "eq", "value": "l"}
WAYS = {
    "columns": {"cols": "name,x_size"},
    "filter": {"f": json.dumps(SIZE)},
    "sorting": {"sort": "-x_size"},
    "grouping": {"group": "x_size"},
    "colours": {"paint": json.dumps([{"where": SIZE, "colour": "red"}])},
}


@pytest.fixture
def desk(cast, client: Browser) -> Browser:
    client.force_login(cast.director)
    return client


@pytest.fixture
def row(cast) -> Client:
    """A large client; a formula looks at the same field that lists do."""
    sizes = [{"id": "s", "label": "Малый"}, {"id": "l", "label": "Большой"}]
    custom.add(actor=SYSTEM, record="clients.client", key="size", label="Размер", kind="choice", options=sizes)
    custom.add(actor=SYSTEM, record="clients.client", key="count", label="Сколько", kind="integer")
    custom.add(
        actor=SYSTEM, record="clients.client", key="twice", label="Вдвое", kind="formula",
        settings={"formula": "x_count * 2"},
    )  # fmt: skip
    made = clients.add(actor=SYSTEM, name="Ель", owner=cast.director)
    clients.update(actor=SYSTEM, client=made, values={"x_size": "l", "x_count": 3})
    return made


def retired(*keys: str, is_retired: bool = True) -> None:
    for key in keys:
        custom.retire(actor=SYSTEM, field=FieldDef.objects.get(key=key), is_retired=is_retired)


def listed(desk: Browser, way: dict[str, Any]) -> dict[str, Any]:
    answer = desk.get("/clients/", {"tab": "all", "mode": "list", **way})
    assert answer.status_code == 200
    page: dict[str, Any] = answer.context["page"]
    return page


@pytest.mark.parametrize("way", WAYS)
def test_a_list_that_names_a_field_out_of_work_opens_and_heals(desk: Browser, row: Client, way: str) -> None:
    before = listed(desk, WAYS[way])
    retired("size")
    without = listed(desk, WAYS[way])
    retired("size", is_retired=False)
    after = listed(desk, WAYS[way])

    if way == "grouping":
        assert before["groups"] == after["groups"]
        assert [one["title"] for one in without["rows"]] == ["Ель"]
        return
    assert [one["title"] for one in before["rows"]] == [one["title"] for one in after["rows"]] == ["Ель"]
    # A condition that is broken is never silently true.
    assert [one["title"] for one in without["rows"]] == ([] if way == "filter" else ["Ель"])
    assert [one["paint"] for one in without["rows"]] == ([] if way == "filter" else [""])
    assert after["rows"][0]["paint"] == before["rows"][0]["paint"]


def test_a_form_that_was_open_meanwhile_is_answered_in_words(desk: Browser, row: Client) -> None:
    url = f"/clients/{row.pk}/?part=field&name=x_size"
    assert desk.get(f"{url}&edit=1").status_code == 200
    retired("size")
    late = desk.post(url, {"x_size": "s", "version": "99"})
    made = desk.post("/clients/new/", {"name": "Новый", "kind": "company", "x_size": "s"})
    kept = Client.objects.get(pk=row.pk).extra["x_size"]
    retired("size", is_retired=False)

    assert (late.status_code, made.status_code, kept) == (404, 302, "l")
    assert desk.post(url, {"x_size": "s", "version": "99"}).status_code == 200


def test_a_formula_whose_field_is_out_of_work_keeps_its_card_open_and_counts_again(desk: Browser, row: Client) -> None:
    retired("count")
    card = desk.get(f"/clients/{row.pk}/").status_code
    clients.update(actor=SYSTEM, client=Client.objects.get(pk=row.pk), values={"x_size": "s"})
    retired("count", is_retired=False)
    clients.update(actor=SYSTEM, client=Client.objects.get(pk=row.pk), values={"x_count": 5})

    row.refresh_from_db()
    assert (card, row.extra["x_count"], row.extra["x_twice"]) == (200, 5, 10)


def test_the_logic_that_looks_at_a_field_out_of_work_demands_nothing_until_it_is_back(
    desk: Browser, row: Client
) -> None:
    custom.set_logic(actor=SYSTEM, record="clients.client", key="x_count", shown=SIZE, required=SIZE)
    url = f"/clients/{row.pk}/?part=field&name=x_count"
    retired("size")
    free = desk.post(url, {"x_count": "", "version": "99"})
    again = desk.post(url, {"x_count": "4", "version": "99"})
    retired("size", is_retired=False)
    lacking = desk.post(url, {"x_count": "", "version": "99"})

    assert (free.status_code, again.status_code, lacking.status_code) == (200, 200, 422)


def test_who_retires_a_field_is_told_in_words_what_names_it(desk: Browser, row: Client, cast) -> None:
    custom.add(actor=SYSTEM, record="deals.deal", key="size", label="Другой размер", kind="text")
    segments.add(actor=SYSTEM, name="Крупные", record="clients.client", condition=SIZE)
    price_type = catalog.add_price_type(actor=SYSTEM, name="Опт", currency="RUB", includes_vat=True)
    catalog.set_price_rule(actor=SYSTEM, price_type=price_type, condition={"all": [SIZE]})
    views.save(actor=cast.actor("director"), record="clients.client", name="Мои", config={"cols": "name,x_size"})
    views.save(actor=cast.actor("director"), record="deals.deal", name="Сделки", config={"cols": "title,x_size"})
    config = {"sections": [{"title": "", "fields": ["name", "x_size"]}]}
    layouts.lay_out_for_others(actor=SYSTEM, record="clients.client", purpose="card", config=config)
    other = clients.add(actor=SYSTEM, name="Ель-2")
    clients.update(actor=SYSTEM, client=other, values={"x_size": "l"})
    mergeable("clients.client").merge(actor=SYSTEM, survivor=row, losers=[other])

    field = FieldDef.objects.get(record="clients.client", key="size")
    told = desk.get(f"/settings/fields/{field.pk}/retire/").context["form_page"]["text"]

    used = told.partition("Используется: ")[2].rstrip(".").split("; ")
    assert sorted(used) == ["Вид списка: Мои", "Правила цен: Опт", "Раскладка: карточка", "Сегменты: Крупные"]


def test_a_segment_says_at_once_that_its_condition_is_broken(desk: Browser, row: Client) -> None:
    made = segments.add(actor=SYSTEM, name="Крупные", record="clients.client", condition=SIZE)
    panel = f"/segments/{made.pk}/?part=panel&panel=condition"
    assert "чего больше нет" not in desk.get(panel).content.decode()
    retired("size")
    assert "чего больше нет" in desk.get(panel).content.decode()


def test_the_chip_of_a_filter_names_its_field_once(desk: Browser, row: Client) -> None:
    custom.change(actor=SYSTEM, field=FieldDef.objects.get(key="size"), settings={"label": "Размер «по складу»"})
    where = {"field": "x_size", "op": "in", "value": ["l"]}
    (chip,) = listed(desk, {"f": json.dumps(where)})["chips"]
    assert (chip["label"], chip["value"]) == ("Размер «по складу»", "одно из: Большой")
