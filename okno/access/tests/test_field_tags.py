"""The page of the tags of a field: how many cards have each, other names, merging, out of use and back."""

from __future__ import annotations

import pytest
from django.test import Client

from okno.access.commands import give_role, set_role
from okno.access.tests.cast import Cast
from okno.kit.fields import custom, tagging
from okno.kit.models import FieldDef
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.testing.query_counts import check_few, statements

pytestmark = pytest.mark.usefixtures("fields_of_this_test")

RECORD = "clients.contact"


@pytest.fixture
def ruler(cast: Cast, client: Client) -> Client:
    client.force_login(cast.director)
    return client


@pytest.fixture
def field(cast: Cast) -> FieldDef:
    made = custom.add(actor=SYSTEM, record=RECORD, key="tags", label="Метки", kind="tags")
    tagging.add_tags(actor=SYSTEM, record=RECORD, key="x_tags", names=["Важный", "<b>Вип</b>"])
    made.refresh_from_db()
    return made


def tags() -> dict[str, dict[str, object]]:
    return {one["label"]: one for one in FieldDef.objects.get().options}


def url(field: FieldDef, tail: str = "") -> str:
    return f"/settings/fields/{field.pk}/tags/{tail}"


def test_tags_are_listed_with_how_many_cards_have_them(ruler: Client, field: FieldDef) -> None:
    model = registry.record(RECORD).model
    for extra in ({"x_tags": ["t1"]}, {"x_tags": ["t1", "t2"]}, {"x_tags": None}, {}):
        model._default_manager.create(name="Контакт", extra=extra)

    answer = ruler.get(url(field))

    assert {one["label"]: one["count"] for one in answer.context["tags"]} == {"<b>Вип</b>": 1, "Важный": 2}
    assert "&lt;b&gt;Вип&lt;/b&gt;" in answer.content.decode()
    check_few(statements(lambda: ruler.get(url(field))), 8)


def test_the_list_of_fields_leads_to_the_tags(ruler: Client, field: FieldDef) -> None:
    answer = ruler.get(f"/settings/fields/?record={RECORD}")

    assert url(field) in answer.content.decode()


def test_a_field_of_another_kind_has_no_page_of_tags(ruler: Client, cast: Cast) -> None:
    text = custom.add(actor=SYSTEM, record=RECORD, key="size", label="Размер", kind="text")

    assert ruler.get(url(text)).status_code == 404


def test_tags_are_added_by_lines(ruler: Client, field: FieldDef) -> None:
    ruler.post(url(field, "new/"), {"names": "Новый\nважный\n"})

    assert list(tags()) == ["Важный", "<b>Вип</b>", "Новый"]


def test_a_tag_gets_another_name_and_colour(ruler: Client, field: FieldDef) -> None:
    answer = ruler.post(url(field, "t1/"), {"name": "Первый", "colour": "9"})

    assert (answer.status_code, answer.headers["Location"]) == (302, url(field))
    assert tags()["Первый"] == {"id": "t1", "label": "Первый", "colour": 9}


def test_a_name_that_is_taken_is_told_beside_it(ruler: Client, field: FieldDef) -> None:
    tagging.add_tags(actor=SYSTEM, record=RECORD, key="x_tags", names=["Срочный"])

    answer = ruler.post(url(field, "t1/"), {"name": "СРОЧНЫЙ", "colour": "1"})

    errors = {one["name"]: one["error"] for one in answer.context["form_page"]["fields"]}
    assert (answer.status_code, bool(errors["name"])) == (422, True)


def test_a_tag_goes_out_of_use_and_comes_back(ruler: Client, field: FieldDef) -> None:
    ruler.post(url(field, "t1/retire/"))
    retired = tags()["Важный"].get("is_retired")
    ruler.post(url(field, "t1/retire/"))

    assert (retired, tags()["Важный"].get("is_retired")) == (True, None)


def test_a_tag_is_merged_into_another_one(ruler: Client, field: FieldDef) -> None:
    ruler.post(url(field, "t2/merge/"), {"into": "t1"})

    assert tags()["<b>Вип</b>"]["into"] == "t1"
    assert JobRun.objects.get().work == tagging.WORK
    assert ["Важный" in one["note"] for one in ruler.get(url(field)).context["retired"]] == [True]


def test_a_tag_that_is_not_there_is_not_found(ruler: Client, field: FieldDef) -> None:
    assert ruler.get(url(field, "t7/")).status_code == 404


def test_whoever_only_adds_tags_does_not_put_them_in_order(cast: Cast, client: Client, field: FieldDef) -> None:
    set_role(
        actor=SYSTEM, code="tagger", name="Метки", grants=[{"permission": "fields.add_tags", "reach": "all"}], hidden=[]
    )
    give_role(actor=SYSTEM, user=cast.stranger, role="tagger")
    client.force_login(cast.stranger)

    assert client.get(url(field)).status_code == 403
    assert client.post(url(field, "t1/"), {"name": "Моя", "colour": "1"}).status_code == 403
