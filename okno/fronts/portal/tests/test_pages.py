"""Settings of site forms."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.leads import commands as leads
from okno.fronts.portal import commands, rules
from okno.fronts.portal.models import PublicForm
from okno.fronts.portal.web import pages
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import RecordContract


@pytest.fixture(autouse=True)
def source(db: None) -> None:
    queue = leads.set_queue(actor=SYSTEM, code="all", name="Все", people=[])
    leads.set_source(actor=SYSTEM, code="site", name="Сайт", kind="form", queue=queue)


class TestForm(RecordContract):
    page, hidden, is_everyones = pages.FormList, "source", True

    def make(self, cast: Cast, owner: Any) -> PublicForm:
        number = PublicForm.objects.count()
        fields = [{"key": "phone", "label": "Телефон", "required": True}]
        return commands.set_form(actor=SYSTEM, code=f"form{number}", title="Заявка", fields=fields, source="site")


@pytest.fixture
def director(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.director)
    return client


def settings(**said: str) -> dict[str, str]:
    """What the settings of a form send."""
    return {
        "code": "quote",
        "title": "Запрос цены",
        "source": "site",
        "ask_phone": "required",
        "ask_consent": "required",
        "own": "Сколько мест? *\nКогда нужно?",
        "origins": "luch.example\nhttps://www.пример.рф",
        "accent": "violet",
        "is_active": "on",
        **said,
    }


def test_a_form_is_made_by_its_settings(director: Browser) -> None:
    answer = director.post("/settings/forms/new/", settings())

    made = PublicForm.objects.get()
    assert answer["Location"] == f"/settings/forms/{made.pk}/"
    assert [(one["key"], one["required"]) for one in made.fields] == [
        ("phone", True),
        ("q1", True),
        ("q2", False),
        ("consent", True),
    ]
    assert made.origins == ["https://luch.example", "https://www.xn--e1afmkfd.xn--p1ai"]


def test_changing_a_form_keeps_its_code_and_the_keys_of_its_questions(director: Browser) -> None:
    director.post("/settings/forms/new/", settings())
    made = PublicForm.objects.get()

    director.post(f"/settings/forms/{made.pk}/edit/", settings(own="Когда нужно?\nЦвет?", code="other"))

    made.refresh_from_db()
    assert made.code == "quote"
    assert {one["label"]: one["key"] for one in made.fields if one["key"].startswith("q")} == {
        "Когда нужно?": "q2",
        "Цвет?": "q3",
    }


def test_the_settings_show_what_is_set(director: Browser) -> None:
    director.post("/settings/forms/new/", settings())
    page = director.get(f"/settings/forms/{PublicForm.objects.get().pk}/edit/").content.decode()

    assert "Сколько мест? *" in page
    assert "https://luch.example" in page


def test_the_card_gives_the_code_for_a_site(director: Browser) -> None:
    director.post("/settings/forms/new/", settings())
    url = f"/settings/forms/{PublicForm.objects.get().pk}/?part=panel&panel=embedding"

    assert "/f/quote?embed=1" in director.get(url).content.decode()


@pytest.mark.parametrize(
    "said", [{"origins": "не сайт!"}, {"ask_phone": ""}, {"own": "Что?\nЧто?"}], ids=["origin", "no contact", "twice"]
)
def test_settings_that_cannot_work_are_refused(director: Browser, said: dict[str, str]) -> None:
    answer = director.post("/settings/forms/new/", settings(**said))

    assert (answer.status_code, PublicForm.objects.count()) == (422, 0)


def test_questions_refuse_too_many() -> None:
    fields = [{"key": f"q{number}", "label": "Вопрос"} for number in range(rules.MOST_FIELDS + 1)]
    with pytest.raises(Refused):
        rules.questions(fields)
