"""Portraits: questions by fields, how much is answered, interests, and the pages that show them."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from django.test import Client as Browser
from python_calamine import CalamineWorkbook

from okno.access.tests.cast import Cast
from okno.areas.catalog.models import Group
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.clients.record import CLIENT
from okno.areas.clients.tests.factories import a_client
from okno.areas.clients.web.pages import ClientList
from okno.engines.portraits import commands, queries, rules
from okno.engines.portraits.models import Fill, Interest, Question, Questionnaire, Topic
from okno.engines.potential import commands as potential
from okno.engines.quality import commands as quality
from okno.engines.quality.models import Score
from okno.kit import jobs
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.fields import custom, following
from okno.kit.models.registry import FieldDef
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.testing.forms import filled
from okno.kit.testing.query_counts import check_few, statements

CLIENTS = "clients.client"
MOST_STATEMENTS = 14


@pytest.fixture
def asked(cast: Cast, client: Browser) -> Cast:
    """A questionnaire for companies: stores (weight 3), heating (weight 1), and the site, a built-in field."""
    tree = {"field": "kind", "op": "in", "value": ["company"]}
    row = commands.set_questionnaire(actor=SYSTEM, record=CLIENTS, name="Склады", condition=tree)
    commands.add_question(actor=SYSTEM, questionnaire=row, text="Сколько складов?", kind="integer", weight=3)
    heating = ["Тёплый", "Холодный"]
    commands.add_question(actor=SYSTEM, questionnaire=row, text="Какой склад?", kind="choice", options=heating)
    commands.add_question(actor=SYSTEM, questionnaire=row, field="site", text="Где их сайт?", section="Связь")
    client.force_login(cast.anna)
    return cast


def keys() -> list[str]:
    return list(Question.objects.order_by("pk").values_list("field", flat=True))


def portrait_of(row: Client) -> int | None:
    """The portrait as the worker leaves it."""
    following.catch_up()
    return Fill.objects.filter(record=CLIENTS, row_id=row.pk).values_list("value", flat=True).first()


def answer(row: Client, **values: Any) -> None:
    clients.update(actor=SYSTEM, client=row, values=values)


def test_portrait_counts_a_field_of_two_questionnaires_once() -> None:
    told = rules.filled([("a", 1, True), ("b", 2, False), ("a", 3, True)])

    assert told == rules.Filled(60, 1, 2)
    assert rules.filled([]) is None


def test_question_makes_a_field_of_its_kind(asked: Cast) -> None:
    stores, heating, site = keys()

    assert registry.custom_fields(CLIENTS)[stores].label == "Сколько складов?"
    assert [label for _value, label in registry.custom_fields(CLIENTS)[heating].choices] == ["Тёплый", "Холодный"]
    assert site == "site"


def test_portrait_follows_answers(asked: Cast) -> None:
    row = a_client(asked.anna)
    empty = portrait_of(row)

    answer(row, **{keys()[0]: 4})
    some = portrait_of(row)
    answer(row, site="luch.example")

    assert (empty, some, portrait_of(row)) == (0, 60, 80)


def test_card_that_nothing_is_asked_of_has_no_portrait(asked: Cast) -> None:
    row = a_client(asked.anna, name="Лучев Пётр", kind="person")

    assert portrait_of(row) is None


def test_condition_that_stops_holding_takes_the_portrait_away(asked: Cast) -> None:
    row = a_client(asked.anna)

    answer(row, kind="sole")

    assert portrait_of(row) is None


def test_quality_follows_the_portrait(asked: Cast) -> None:
    quality.set_norm(
        actor=SYSTEM,
        record=CLIENTS,
        label="Портрет",
        weight=10,
        group="portrait",
        status="prospect",
        condition={"field": "portrait", "op": "ge", "value": 40},
    )
    row = a_client(asked.anna)

    answer(row, **{keys()[0]: 4})
    following.catch_up()

    assert Score.objects.get(record=CLIENTS, row_id=row.pk).value == 100


def test_list_filters_by_the_portrait(asked: Cast) -> None:
    full, _poor = a_client(asked.anna), a_client(asked.anna, name="ООО «Пусто»")
    answer(full, **{keys()[0]: 4})
    following.catch_up()

    selection = ClientList.select(asked.actor("anna"), {"f": '{"field": "portrait", "op": "ge", "value": 40}'})

    assert list(selection.rows().values_list("pk", flat=True)) == [full.pk]


def test_question_is_asked_once_and_needs_its_words(asked: Cast) -> None:
    row = Questionnaire.objects.get()

    with pytest.raises(Refused, match="уже"):
        commands.add_question(actor=SYSTEM, questionnaire=row, field="site")
    with pytest.raises(Refused, match="вопрос"):
        commands.add_question(actor=SYSTEM, questionnaire=row, kind="text")
    with pytest.raises(Refused):
        commands.add_question(actor=SYSTEM, questionnaire=row, field="created_at")


def test_dropped_question_leaves_its_answers(asked: Cast) -> None:
    row = a_client(asked.anna)
    stores = keys()[0]
    answer(row, **{stores: 4})

    commands.drop_question(actor=SYSTEM, question=Question.objects.get(field=stores))

    row.refresh_from_db()
    assert row.extra[stores] == 4


def test_recount_follows_what_is_asked(asked: Cast) -> None:
    row = a_client(asked.anna)
    answer(row, site="luch.example")
    Question.objects.filter(field=keys()[0]).delete()

    jobs.do_work(commands.recount(actor=SYSTEM, record=CLIENTS))

    assert portrait_of(row) == 50


def test_answers_to_a_field_that_was_brought_back_are_followed(asked: Cast) -> None:
    stores = keys()[0]
    row, field = a_client(asked.anna), FieldDef.objects.get(record=CLIENTS, key=stores.removeprefix("x_"))
    custom.retire(actor=SYSTEM, field=field)
    answer(row, name="Другое имя")
    custom.retire(actor=SYSTEM, field=field, is_retired=False)

    answer(row, **{stores: 4})

    assert portrait_of(row) == 60


def test_answers_are_filled_in_from_the_card(asked: Cast, client: Browser) -> None:
    row = a_client(asked.anna)
    url = f"/portraits/{CLIENTS}/{row.pk}/"
    stores, heating, _site = keys()

    sent = filled(client.get(url))
    answered = client.post(url, {**sent, stores: "12", heating: "2"})

    row.refresh_from_db()
    assert answered.status_code == 302
    assert (row.extra[stores], row.extra[heating]) == (12, "2")
    panel = client.get(f"/clients/{row.pk}/?part=panel&panel=portrait").content.decode()
    assert "Холодный" in panel
    assert "80 %" in panel
    assert "Иванова" in client.get(url).content.decode()


def test_wrong_answer_is_refused_beside_its_question(asked: Cast, client: Browser) -> None:
    row = a_client(asked.anna)

    answered = client.post(f"/portraits/{CLIENTS}/{row.pk}/", {keys()[0]: "много"})

    assert answered.status_code == 422
    assert [one["field"] for one in answered.context["form_page"]["errors"]] == [keys()[0]]


def test_portrait_out_of_reach_reads_as_missing(asked: Cast, client: Browser) -> None:
    row = a_client(asked.boris)

    urls = [f"/portraits/{CLIENTS}/{row.pk}/", f"/portraits/{CLIENTS}/{row.pk}/interests/new/"]
    urls += [f"/api/v1/portraits/{CLIENTS}/{row.pk}", "/portraits/deals.deal/1/"]

    assert [client.get(url).status_code for url in urls] == [404] * 4


def test_closed_fields_are_not_asked(asked: Cast, client: Browser) -> None:
    row = a_client(asked.anna, site="luch.example")
    asked.hide("anna", "clients.client.site")

    page = client.get(f"/portraits/{CLIENTS}/{row.pk}/").content.decode()
    panel = client.get(f"/clients/{row.pk}/?part=panel&panel=portrait").content.decode()

    assert "Где их сайт?" not in page
    assert "luch.example" not in panel
    assert "Где их сайт?" not in client.get("/portraits/").content.decode()


def test_interest_is_noted_changed_and_dropped(asked: Cast, client: Browser) -> None:
    row, topic = a_client(asked.anna), commands.add_topic(actor=SYSTEM, name="Стеллажи")
    url = f"/portraits/{CLIENTS}/{row.pk}/interests/"

    client.post(f"{url}new/", {"topic": topic.pk, "level": "high", "need": "Фронтальные", "since": "01.11.2026"})
    first = Interest.objects.get()
    client.post(f"{url}new/", {"topic": topic.pk, "level": "low"})

    second = Interest.objects.get()
    assert (first.level, first.need, str(first.since), first.author) == (
        "high",
        "Фронтальные",
        "2026-11-01",
        asked.anna,
    )
    assert (second.pk, second.level, str(second.since)) == (first.pk, "low", "2026-11-01")
    where = json.dumps({"field": "interests", "op": "in", "value": [topic.pk]})
    selection = ClientList.select(asked.actor("anna"), {"f": where})
    assert list(selection.rows().values_list("pk", flat=True)) == [row.pk]
    client.post(f"{url}drop/", {"interest_id": second.pk})
    assert not Interest.objects.exists()


def test_interest_of_a_row_that_is_not_ones_own_is_refused(asked: Cast) -> None:
    row, topic = a_client(asked.boris), commands.add_topic(actor=SYSTEM, name="Стеллажи")

    with pytest.raises((Missing, Denied)):
        commands.note_interest(actor=asked.actor("anna"), record=CLIENTS, row_id=row.pk, topic=topic)


def test_topics_come_from_the_catalogue_once(asked: Cast) -> None:
    Group.objects.create(name="Тележки")

    counts = [commands.take_topics(actor=SYSTEM) for _time in range(2)]

    assert counts == [1, 0]
    assert Topic.objects.get().name == "Тележки"


def test_analysis_opens_the_rows_that_it_counts(asked: Cast, client: Browser) -> None:
    stores, heating, _site = keys()
    for number, kind in enumerate(["1", "1", "2"], 1):
        answer(a_client(asked.anna, name=f"ООО «Склад {number}»"), **{stores: number, heating: kind})
    answer(a_client(asked.boris), **{stores: 100, heating: "2"})

    told = client.get("/portraits/").context["questionnaires"][0]["questions"]

    assert [(one["answered"], one["average"]) for one in told] == [("3", "2"), ("3", ""), ("0", "")]
    assert [(one["label"], one["count"], one["share"]) for one in told[1]["options"]] == [
        ("Тёплый", "2", "67 %"),
        ("Холодный", "1", "33 %"),
    ]
    check_few(statements(lambda: client.get("/portraits/")), MOST_STATEMENTS)
    file = client.get(client.get("/portraits/").context["file_url"])
    taken = CalamineWorkbook.from_filelike(io.BytesIO(file.content))
    lines = taken.get_sheet_by_index(0).to_python()
    assert [one[1:4] for one in lines if one[1] in ("Тёплый", "Холодный")] == [
        ["Тёплый", 2.0, 67.0],
        ["Холодный", 1.0, 33.0],
    ]


def test_analysis_counts_each_of_several_answers_and_averages_a_sum(asked: Cast, client: Browser) -> None:
    row = Questionnaire.objects.get()
    told = {"text": "Что возят?", "kind": "choice", "options": ["Паллеты", "Бочки", "Мешки"], "is_many": True}
    key = commands.add_question(actor=SYSTEM, questionnaire=row, **told).field
    potential.set_formula(actor=SYSTEM, record=CLIENTS, name="Склады", expression=f"{keys()[0]} * 1000")
    for stores, chosen in ((2, ["1", "2"]), (4, ["1"])):
        answer(a_client(asked.anna, name=f"ООО «Склад {stores}»"), **{keys()[0]: stores, key: chosen})

    following.catch_up()
    context = client.get("/portraits/", {"sum": "potential"}).context

    question = next(one for one in context["questionnaires"][0]["questions"] if one["text"] == "Что возят?")
    shown = [(one["label"], one["count"], one["share"], digits(one["mean"])) for one in question["options"]]
    assert shown == [("Паллеты", "2", "100 %", "300000"), ("Бочки", "1", "50 %", "200000"), ("Мешки", "0", "0 %", "")]
    assert rows_behind(asked, question["options"][1]["url"]) == 1


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def rows_behind(cast: Cast, url: str) -> int:
    asked = {name: values[0] for name, values in parse_qs(urlparse(url).query).items()}
    return int(ClientList.select(cast.actor("anna"), asked).rows().count())


def test_settings_show_questions_and_move_them(asked: Cast, client: Browser) -> None:
    client.force_login(asked.director)
    last = Question.objects.get(field="site")

    client.post("/settings/portraits/?part=move", {"record": CLIENTS, "line": last.pk, "by": "up"})

    page = client.get("/settings/portraits/", {"record": CLIENTS}).context["questionnaires"][0]
    assert [one["name"] for one in page["questions"]] == ["Сколько складов?", "Где их сайт?", "Какой склад?"]


def test_question_is_added_by_its_form(asked: Cast, client: Browser) -> None:
    client.force_login(asked.director)
    row = Questionnaire.objects.get()
    said = {"text": "Что возят?", "weight": "2", "kind": "many", "options": "Паллеты\nКороба"}

    answered = client.post(f"/settings/portraits/{row.pk}/questions/new/", said)

    made = Question.objects.get(text="Что возят?")
    assert answered.status_code == 302
    assert registry.custom_fields(CLIENTS)[made.field].many
    assert made.weight == 2


def test_api_tells_the_portrait_and_notes_interests(asked: Cast, client: Browser) -> None:
    row = a_client(asked.anna, site="luch.example")

    told = client.get(f"/api/v1/portraits/{CLIENTS}/{row.pk}").json()

    assert (told["value"], told["answered"], told["asked"]) == (20, 1, 3)
    assert {one["field"]: one["answer"] for one in told["answers"]}["site"] == "luch.example"
    assert queries.asked_of(CLIENT, row)[0][0].name == "Склады"


def test_api_puts_answers_within_reach_together(asked: Cast, client: Browser) -> None:
    for owner, stores in ((asked.anna, 3), (asked.anna, 5), (asked.boris, 90)):
        answer(a_client(owner), **{keys()[0]: stores})

    told = client.get(f"/api/v1/portraits/{CLIENTS}").json()

    first = next(one for one in told if one["field"] == keys()[0])
    assert (first["questionnaire"], first["answered"], first["asked"]) == ("Склады", 2, 2)
    assert float(first["average"]) == 4
    assert [one["label"] for one in told[1]["options"]] == ["Тёплый", "Холодный"]
    assert client.get("/api/v1/portraits/deals.deal").status_code == 404
