"""Every kind of custom field does everything that a field does: one table, tried through the doors people use."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.engines.imports import commands as imports
from okno.engines.imports.models import Import
from okno.kit.fields import custom, tagging
from okno.kit.kinds import Kind
from okno.kit.models import FieldDef
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.web.pages.export import rows_of
from okno.kit.web.pages.lists import list_by_name
from tests.mechanisms.test_import_pages import begun, cast_actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fields_of_this_test")]
RECORD, KEY = "clients.client", "x_thing"
OPTIONS = [{"id": "1", "label": "Опт"}, {"id": "2", "label": "Розница"}]


@dataclass(frozen=True)
class Case:
    """
    A kind: what is `given` to commands and the API, how it is `kept`, `shown`, `posted` by a form, written in a file,
    asked for by `op` and `asked`; `other` is another value, which comes after it in order.
    """

    kind: str
    given: Any
    kept: Any
    shown: str
    posted: Any
    op: str
    asked: Any
    other: Any
    cell: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    is_sorted: bool = True
    is_grouped: bool = False


CASES = (
    Case("text", "Ёлка", "Ёлка", "Ёлка", "Ёлка", "contains", "елк", "Яблоня", "Ёлка"),
    Case("long_text", "Первая\nвторая", "Первая\nвторая", "Первая", "Первая\nвторая", "contains", "втор", "Я", "А б"),
    Case("integer", "1 200", 1200, "1 200", "1 200", "eq", 1200, 1300, "1200"),
    Case("decimal", "12,5", 12.5, "12,5", "12,5", "eq", "12.5", 13, "12,5"),
    Case("money", "10", {"a": "10.00", "c": "RUB"}, "10,00 ₽", "10", "lt", 11, "99", "10,00"),
    Case("date", "2020-11-21", "2020-11-21", "21.11.2020", "21.11.2020", "le", "2020-11-21", "2027-01-01", "21.11.20"),
    Case(
        "moment", "2020-11-21T09:00:00Z", "2020-11-21T09:00:00Z", "21.11.2020", "21.11.2020 12:00", "eq",
        "2020-11-21", "2027-01-01T09:00:00Z", "21.11.2020 12:00",
    ),
    Case("boolean", True, True, "Да", "on", "eq", True, None, "да", is_grouped=True),
    Case("choice", "1", "1", "Опт", "1", "in", ["1"], "2", "опт", {"options": OPTIONS}, is_grouped=True),
    Case(
        "choice", ["2", "1"], ["1", "2"], "Опт, Розница", ["2", "1"], "all_of", ["1", "2"], ["2"], "розница; опт",
        {"options": OPTIONS, "is_many": True}, is_sorted=False,
    ),
    Case(
        "tags", ["опт", "Розница"], ["t1", "t2"], "Опт, Розница", ["t1", "t2"], "in", ["t1"], ["t2"], "Розница, ОПТ",
        is_sorted=False,
    ),
    Case("link", "partner", "partner", "Партнёр", "partner", "eq", "partner", None, "Партнёр", {"link": RECORD},
         is_grouped=True),
    Case("person", "anna", "anna", "Иванова А. П.", "anna", "eq", "anna", None, "Иванова", is_grouped=True),
    Case("phone", "8 916 123-45-67", "+79161234567", "+7 916 123-45-67", "89161234567", "contains", "12345",
         "+79999999999", "89161234567"),
    Case("email", "A@B.ru", "a@b.ru", "a@b.ru", "A@B.ru", "starts", "a@", "z@b.ru", "a@b.ru"),
    Case("address", "Пермь,  Ленина 1", "Пермь, Ленина 1", "Пермь, Ленина 1", "Пермь, Ленина 1", "contains", "ленина",
         "Уфа", "Пермь, Ленина 1"),
)  # fmt: skip
NAMES = [f"{one.kind}{' many' if one.more.get('is_many') else ''}" for one in CASES]
# A formula is computed and files are put in: both are tried on their own, below.
APART = {Kind.FORMULA, Kind.FILE, Kind.JSON}


@pytest.fixture
def desk(cast, client: Browser) -> Browser:
    client.force_login(cast.director)
    return client


@pytest.fixture
def partner(cast) -> Client:
    return Client.objects.create(name="Партнёр", owner=cast.anna, department=cast.team)


@pytest.fixture(params=CASES, ids=NAMES)
def case(request, cast, partner) -> Case:
    """The kind with a field of it, what it names by word put by id."""
    ids = {"partner": partner.pk, "anna": cast.anna.pk}
    told = request.param
    added("thing", told)
    names = ("given", "kept", "posted", "asked")
    return Case(**{**vars(told), **{name: _by_id(getattr(told, name), ids) for name in names}})


def _by_id(value: Any, ids: dict[str, int]) -> Any:
    return ids.get(value, value) if isinstance(value, str) else value


def added(key: str, told: Case, **settings: Any) -> FieldDef:
    row = custom.add(
        actor=SYSTEM, record=RECORD, key=key, label="Особое", kind=told.kind, **told.more, settings=settings
    )
    if told.kind == "tags":
        tagging.add_tags(actor=SYSTEM, record=RECORD, key=f"x_{key}", names=["Опт", "Розница"])
    registry.forget_custom_fields()
    return row


@pytest.fixture
def three(case, cast) -> list[Client]:
    """A client with the value, one with another value, and one with none."""
    made = [Client.objects.create(name=name, owner=cast.anna, department=cast.team) for name in ("Один", "Два", "Три")]
    for row, value in zip(made, (case.given, case.other), strict=False):
        if value is not None:
            clients.update(actor=SYSTEM, client=row, values={KEY: value})
    return made


def listed(desk: Browser, **params: str) -> dict[str, Any]:
    return desk.get("/clients/", {"tab": "all", "mode": "list", **params}).context["page"]


def plain(text: str) -> str:
    """With spaces of one kind."""
    return " ".join(text.split())


def titles(page: dict[str, Any]) -> list[str]:
    return [one["title"] for one in page["rows"] if one["title"] != "Партнёр"]


def test_the_table_has_every_kind():
    assert {one.kind for one in CASES} == {str(one) for one in set(Kind) - APART}


def test_a_value_is_kept_and_shown_on_the_card_and_in_lists(case, three, desk):
    three[0].refresh_from_db()
    cells = {row["title"]: row["cells"][1]["text"] for row in listed(desk, cols=f"name,{KEY}")["rows"]}
    card = desk.get(f"/clients/{three[0].pk}/").content.decode().partition(f'id="field-{KEY}"')[2]

    assert three[0].extra[KEY] == case.kept
    assert plain(cells["Один"]) == case.shown
    assert cells["Три"] == ""
    assert case.shown.split(", ")[0].split(" ")[0] in plain(card.partition("</div>")[0])


def test_it_is_edited_in_place(case, three, desk):
    url = f"/clients/{three[2].pk}/?part=field&name={KEY}"
    form = desk.get(f"{url}&edit=1")
    answer = desk.post(url, {KEY: case.posted, "version": "9"})
    three[2].refresh_from_db()

    assert (form.status_code, answer.status_code) == (200, 200)
    assert three[2].extra[KEY] == case.kept


def test_the_form_of_a_new_row_demands_and_takes_it(case, desk):
    field = FieldDef.objects.get(key="thing")
    custom.change(actor=SYSTEM, field=field, settings={"is_required": True})
    registry.forget_custom_fields()
    typed = {"name": "Новый", "kind": "company"}

    refused = desk.post("/clients/new/", typed)
    made = desk.post("/clients/new/", {**typed, KEY: case.posted})

    # A tick that is not set is an answer.
    assert refused.status_code == (302 if case.kind == "boolean" else 422)
    assert made.status_code == 302, made.context and made.context["form_page"]["errors"]
    assert Client.objects.filter(name="Новый").latest("id").extra[KEY] == case.kept


def test_filters_find_the_row_and_only_it(case, three, desk):
    tree = json.dumps({"field": KEY, "op": case.op, "value": case.asked})

    assert titles(listed(desk, f=tree)) == ["Один"]
    assert "Три" in titles(listed(desk, f=json.dumps({"field": KEY, "op": "empty"})))


def test_rows_are_coloured_by_it(case, three, desk):
    rules = json.dumps([{"where": {"field": KEY, "op": case.op, "value": case.asked}, "colour": "red"}])
    painted = {row["title"]: row["paint"] for row in listed(desk, paint=rules)["rows"]}

    assert {name: painted[name] for name in ("Один", "Три")} == {"Один": "red", "Три": ""}


def test_lists_are_sorted_by_it_with_empty_ones_last_where_there_is_an_order(case, three, desk):
    found = titles(listed(desk, sort=KEY))

    if case.is_sorted:
        assert found.index("Один") < found.index("Три")
        assert case.other is None or found.index("Один") < found.index("Два")
    assert sorted(found) == ["Два", "Один", "Три"]


def test_lists_are_grouped_by_it_where_there_is_something_to_group(case, three, desk):
    offered = "Особое" in [one["label"] for one in listed(desk, cols=f"name,{KEY}")["group_links"]]
    page = listed(desk, group=KEY)

    assert offered is case.is_grouped
    if case.is_grouped:
        assert case.shown in [plain(one["label"]) for one in page["groups"]]


def test_it_is_taken_out_as_it_is_shown(case, three, cast):
    page = list_by_name("clients.ClientList")
    selection = page.select(cast.actor("director"), {"tab": "all", "cols": f"name,{KEY}", "sort": "name"})
    out = {row[0]: row[1] for row in rows_of(selection, selection.columns)}

    assert out["Три"] == ""
    assert out["Один"] not in ("", None)


def test_a_file_brings_it_in(case, three, desk):
    text = case.cell.replace('"', '""')
    row = begun(desk, f'Наименование;Телефон;Особое\nИз файла;84951234567;"{text}"\n')
    columns = {"column-0": "name", "column-1": "phone", "column-2": KEY}
    desk.post(f"/imports/{row.pk}/columns/", columns)
    ended = imports.run_now(cast_actor(row), Import.objects.get(pk=row.pk))

    brought = Client.objects.filter(name="Из файла").first()
    assert brought is not None, ended.state
    kept = "А б" if case.kind == "long_text" else case.kept
    assert brought.extra[KEY] == kept


def test_the_api_takes_and_tells_it(case, three, cast):
    token = access.issue_token(actor=SYSTEM, user=cast.director, name="test", scopes=[])
    script = Browser(headers={"Authorization": f"Bearer {token}"})
    url = f"/api/v1/clients/{three[2].pk}"

    changed = script.patch(url, json.dumps({KEY: case.given}), content_type="application/json")
    where = json.dumps({"field": KEY, "op": case.op, "value": case.asked})
    found = script.get("/api/v1/clients", {"where": where}).json()["items"]

    assert changed.status_code == 200, changed.json()
    assert changed.json()[KEY] is not None
    assert sorted(one["name"] for one in found) == ["Один", "Три"]


def test_a_formula_is_shown_filtered_and_sorted_and_never_edited(three_numbers, desk):
    found = titles(listed(desk, f=json.dumps({"field": "x_double", "op": "gt", "value": 3}), sort="-x_double"))
    card = desk.get(f"/clients/{three_numbers[1].pk}/?part=field&name=x_double&edit=1").content.decode()

    assert found == ["Три", "Два"]
    assert ("<input" in card, "4" in card) == (False, True)


@pytest.fixture
def three_numbers(cast) -> list[Client]:
    custom.add(actor=SYSTEM, record=RECORD, key="number", label="Число", kind="integer")
    settings = {"formula": "x_number * 2"}
    custom.add(actor=SYSTEM, record=RECORD, key="double", label="Вдвое", kind="formula", settings=settings)
    made = [Client.objects.create(name=name, owner=cast.anna, department=cast.team) for name in ("Один", "Два", "Три")]
    for number, row in enumerate(made, 1):
        clients.update(actor=SYSTEM, client=row, values={"x_number": number})
    return made
