"""The pages of fields: added with what goes with their kind, looked at, put in order, given logic and sets."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from okno.access.tests.cast import Cast
from okno.kit.fields import custom
from okno.kit.models import FieldDef, FieldLogic, FieldSet
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.usefixtures("fields_of_this_test")

RECORD = "clients.contact"
PAGE = f"/settings/fields/?record={RECORD}"


@pytest.fixture
def ruler(cast: Cast, client: Client) -> Client:
    client.force_login(cast.director)
    return client


def add(key: str, kind: str = "text", **more: object) -> FieldDef:
    return custom.add(actor=SYSTEM, record=RECORD, key=key, label=f"Поле {key}", kind=kind, **more)


def sent(**values: object) -> dict[str, object]:
    return {"record": RECORD, "label": "Любимый цвет", "is_tracked": "on", **values}


def test_a_field_is_added_with_what_goes_with_its_kind(ruler: Client) -> None:
    answer = ruler.post(
        "/settings/fields/new/",
        sent(kind="choice:many", options="Синий\nЗелёный", default="Зелёный", section="Вкусы", formula="1 + 1"),
    )
    row = FieldDef.objects.get()

    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert (row.key, row.kind, row.is_many, row.section) == ("liubimyi_tsvet", "choice", True, "Вкусы")
    assert (row.default, row.formula) == (["2"], "")


def test_a_refusal_stands_beside_its_input(ruler: Client) -> None:
    answer = ruler.post("/settings/fields/new/", sent(kind="formula", formula="amount +"))

    errors = {one["name"]: one["error"] for one in answer.context["form_page"]["fields"]}
    assert answer.status_code == 422
    assert errors["formula"]


def test_a_formula_is_written_in_the_editor_of_the_record_and_kept_by_keys(ruler: Client) -> None:
    form = ruler.get("/settings/fields/new/?record=clients.contact").content.decode()
    ruler.post("/settings/fields/new/", sent(kind="formula", formula="прописные(Должность)"))
    again = ruler.get(f"/settings/fields/{FieldDef.objects.get().pk}/").content.decode()

    assert 'hx-post="/expressions/clients.contact/?name=formula"' in form
    assert FieldDef.objects.get().formula == "прописные(post)"
    assert ">прописные(" in again


def test_a_formula_that_the_kind_hides_is_of_no_consequence(ruler: Client) -> None:
    answer = ruler.post("/settings/fields/new/", sent(kind="text", formula="amount +"))

    assert answer.status_code == 302
    assert FieldDef.objects.get().formula == ""


def test_an_input_is_looked_at_before_it_is_added(ruler: Client) -> None:
    values = {"kind": "choice", "label": "Цвет", "options": "Синий\nЗелёный"}

    text = ruler.post("/settings/fields/?part=preview", values).content.decode()

    assert "Зелёный" in text
    assert "<select" in text


def test_the_form_of_a_field_that_is_there_looks_at_its_kind_too(ruler: Client) -> None:
    row = add("colour", "choice", settings={"options": [{"id": "1", "label": "Синий"}]})
    form = ruler.get(f"/settings/fields/{row.pk}/").context["form_page"]
    hidden = {one["name"]: one["value"] for one in form["hidden"]}

    text = ruler.post("/settings/fields/?part=preview", {**hidden, "label": "Цвет", "options": "Красный"}).content

    assert "<select" in text.decode()
    assert "Красный" in text.decode()


def test_a_form_brings_inputs_with_their_kind(ruler: Client) -> None:
    told = ruler.get("/settings/fields/new/").context["form_page"]["logic"]

    assert json.loads(told)["rules"]["formula"]["shown"] == [{"field": "kind", "op": "in", "value": ["formula"]}]


def test_fields_are_put_in_order_and_into_sections(ruler: Client) -> None:
    first, second = add("a"), add("b")
    places = [{"id": second.pk, "section": "Вкусы"}, {"id": first.pk, "section": ""}]

    answer = ruler.post(f"{PAGE}&part=arrange", {"places": json.dumps(places)})

    shown = ruler.get(PAGE).context["sections"]
    assert answer.status_code == 204
    assert [(one["title"], [field["label"] for field in one["fields"]]) for one in shown] == [
        ("Вкусы", ["Поле b"]),
        ("", ["Поле a"]),
    ]


@pytest.mark.parametrize("places", ["", "[1]", '[{"id": "x", "section": ""}]', "{}{"])
def test_places_that_cannot_be_read_change_nothing(ruler: Client, places: str) -> None:
    add("a")

    assert ruler.post(f"{PAGE}&part=arrange", {"places": places}).status_code in {204, 422}
    assert FieldDef.objects.get().section == ""


def test_a_list_says_that_an_index_is_being_built(ruler: Client) -> None:
    add("a", is_sortable=True)

    context = ruler.get(PAGE).context
    assert context["is_building"]
    assert context["sections"][0]["fields"][0]["is_building"]


def test_logic_is_shown_in_words_and_kept(ruler: Client) -> None:
    add("a")
    when = {"field": "email", "op": "contains", "value": "okno"}
    custom.set_logic(actor=SYSTEM, record=RECORD, key="x_a", shown=when)

    text = ruler.get(PAGE).content.decode()
    form = ruler.get(f"/settings/fields/logic/?record={RECORD}&key=x_a")
    ruler.post(f"/settings/fields/logic/?record={RECORD}&key=x_a", {})

    assert "okno" in text
    assert form.status_code == 200
    assert not FieldLogic.objects.exists()


def test_logic_of_a_long_list_is_asked_option_by_option(ruler: Client) -> None:
    options = [{"id": str(number), "label": f"Вариант {number}"} for number in range(30)]
    custom.add(actor=SYSTEM, record=RECORD, key="a", label="Страна", kind="choice", options=options)
    page = f"/settings/fields/logic/?record={RECORD}&key=x_a"
    when = {"field": "email", "op": "contains", "value": "okno"}

    first = ruler.get(page)
    next_page = ruler.post(page, {"more": "7"}).headers["Location"]
    second = ruler.get(next_page)
    custom.set_logic(actor=SYSTEM, record=RECORD, key="x_a", options={"7": when})

    assert "Вариант 7» можно" not in first.content.decode()
    assert "Вариант 7» можно" in second.content.decode()
    assert "Вариант 7» можно" in ruler.get(page).content.decode()


def test_a_set_is_changed_and_deleted(ruler: Client) -> None:
    add("a")
    when = {"field": "email", "op": "contains", "value": "okno"}
    row = custom.set_set(actor=SYSTEM, record=RECORD, name="Свои", fields=["x_a"], condition=when)

    shown = ruler.get(PAGE).context["sets"][0]
    form = ruler.get(f"/settings/fields/sets/{row.pk}/")
    ruler.post(f"/settings/fields/sets/{row.pk}/drop/")

    assert (shown["name"], shown["fields"]) == ("Свои", "Поле a")
    assert form.status_code == 200
    assert not FieldSet.objects.exists()


def test_what_uses_a_field_is_told_before_it_is_retired(ruler: Client) -> None:
    row = add("a")
    add("b", "formula", settings={"formula": "upper(x_a)"})

    text = ruler.get(f"/settings/fields/{row.pk}/retire/").content.decode()

    assert "Поле b" in text


def test_a_retired_option_that_is_written_again_comes_back(ruler: Client) -> None:
    row = add("a", "choice", options=[{"id": "1", "label": "Синий"}, {"id": "2", "label": "Зелёный"}])
    url = f"/settings/fields/{row.pk}/"
    ruler.post(url, {"label": "Цвет", "options": "Синий"})
    ruler.post(url, {"label": "Цвет", "options": "Синий\nЗелёный"})

    row.refresh_from_db()
    assert row.options == [{"id": "1", "label": "Синий"}, {"id": "2", "label": "Зелёный"}]


@pytest.mark.parametrize(
    "url", ["/settings/fields/", "/settings/fields/new/", f"/settings/fields/logic/?record={RECORD}&key=name"]
)
def test_pages_of_fields_ask_for_the_right(cast: Cast, client: Client, url: str) -> None:
    client.force_login(cast.stranger)

    assert client.get(url).status_code == 403
