"""Portraits over HTTP: questions of a card with their answers, interests, topics."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pydantic
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema, Status

from okno.engines.portraits import commands, queries
from okno.engines.portraits.queries import Answers
from okno.engines.portraits.record import TOPIC
from okno.kit import permissions
from okno.kit.api import record_router
from okno.kit.api.asking import Id, Key, actor_of, given, run
from okno.kit.api.beside import Beside
from okno.kit.api.giving import Giving
from okno.kit.api.operations import operation
from okno.kit.api.problems import RESPONSES
from okno.kit.conditions.places import place
from okno.kit.conditions.reading import value
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Record

router = Router()


class Answer(Schema):
    """A question and its answer as the field keeps it; it is changed by the endpoint of the card."""

    questionnaire: str
    section: str
    text: str
    field: str
    weight: int
    answer: Any = None


class Noted(Schema):
    """An interest of a card."""

    id: int
    topic: int
    name: str
    level: str
    need: str
    since: dt.date
    source: str
    supplier: str


class Portrait(Schema):
    """How much is answered, what is asked, and what they are interested in."""

    value: int | None
    answered: int
    asked: int
    answers: list[Answer]
    interests: list[Noted]


class Noting(Schema):
    """An interest to note."""

    topic: int
    level: str = "middle"
    need: str = pydantic.Field("", max_length=300)
    since: dt.date | None = None
    source: str = pydantic.Field("", max_length=150)
    supplier: str = pydantic.Field("", max_length=150)


class Option(Schema):
    """An answer to choose, and how many chose it."""

    value: Any
    label: str
    count: int


class Counted(Schema):
    """A question with how many of those who were asked have answered, and what."""

    questionnaire: str
    text: str
    field: str
    answered: int
    asked: int
    average: Decimal | None
    options: list[Option]


class QuestionShape(Schema):
    """A question: the field that answers it, its wording, its part of the portrait."""

    id: int
    field: str
    text: str
    section: str
    weight: int
    position: int


class QuestionnaireShape(Schema):
    """A questionnaire with its questions in order; `condition` says for which cards it is."""

    id: int
    name: str
    condition: Any
    position: int
    questions: list[QuestionShape]


def portrait(actor: Actor, record: Record, row: Model) -> Any:
    """Questions that apply to a card, without fields that are closed to you, and its interests."""
    fill = queries.fills(record, [row.pk]).get(row.pk)
    return {
        "value": fill.value if fill else None,
        "answered": fill.answered if fill else 0,
        "asked": fill.asked if fill else 0,
        "answers": _answers(actor, record, row),
        "interests": [_noted(one) for one in queries.interests(record.name, row.pk)],
    }


def answers(actor: Actor, record: Record) -> Any:
    """Answers of all cards within reach put together, without fields that are closed to you."""
    return [_counted(name, one) for name, told in queries.answers(actor, record) for one in told]


beside = Beside(router, "portraits", "portraits.view", queries.the_record)
beside.of_row(portrait, Portrait, "portrait", _("Portrait of a card"))
beside.of_all(answers, list[Counted], "answers", _("Answers put together"))
beside.recounting(commands.recount)


@router.post(
    "/portraits/{record}/{int:id}/interests",
    response={201: Noted, **RESPONSES},
    operation_id="portraits_note_interest",
    summary=str(commands.note_interest.label),
    tags=["portraits"],
)
def note_interest(request: HttpRequest, record: str, id: Id, body: Noting, key: Key = "") -> Any:  # noqa: A002 - as above
    """Note an interest of a card; said again, it is changed."""
    row = run(request, commands.note_interest, {"record": record, "row_id": id, **given(body)}, key)
    return Status(201, _noted(row))


def _answers(actor: Actor, record: Record, row: Any) -> list[dict[str, Any]]:
    found = []
    for one, questions in queries.asked_of(record, row):
        for each in questions:
            where = place(record, each.field)
            if where is None or not actor.sees_field(record.name, each.field):
                continue
            said = {"section": each.section, "text": each.text or str(where.field.label), "field": each.field}
            found.append({"questionnaire": one.name, **said, "weight": each.weight, "answer": value(row, where)})
    return found


def _counted(questionnaire: str, one: Answers) -> dict[str, Any]:
    told = {"field": one.question.field, "text": one.question.text or str(one.field.label)}
    options = [{"value": each.value, "label": each.label, "count": each.count} for each in one.options]
    figures = {"answered": one.answered, "asked": one.asked, "average": one.average, "options": options}
    return {"questionnaire": questionnaire, **told, **figures}


def _noted(one: Any) -> dict[str, Any]:
    names = ("level", "need", "since", "source", "supplier")
    return {"id": one.pk, "topic": one.topic_id, "name": one.topic.name, **{name: getattr(one, name) for name in names}}


QUESTIONNAIRES, QUESTIONS = "/portraits/{record}/questionnaires", "/portrait-questions/{id}"
giving = Giving(router, "portraits")


@operation(
    router, "GET", QUESTIONNAIRES, name="portraits_questionnaires", summary=_("Questionnaires"),
    answer=list[QuestionnaireShape], tag="portraits",
)  # fmt: skip
def questionnaires(request: HttpRequest, record: str) -> Any:
    """What cards of a record are asked, for those who set it."""
    permissions.check_may(actor_of(request), commands.set_questionnaire.name)
    names = QuestionShape.model_fields
    return [
        {
            **{name: getattr(one, name) for name in ("id", "name", "condition", "position")},
            "questions": [{name: getattr(each, name) for name in names} for each in asked],
        }
        for one, asked in queries.questionnaires(queries.the_record(record).name)
    ]


giving.post(QUESTIONNAIRES, commands.set_questionnaire, without=["questionnaire"])
giving.put(
    f"{QUESTIONNAIRES}/{{id}}", commands.set_questionnaire, on="questionnaire", name="portraits_change_questionnaire"
)
giving.delete("/portrait-questionnaires/{id}", commands.drop_questionnaire, on="questionnaire")
giving.post("/portrait-questionnaires/{id}/questions", commands.add_question, on="questionnaire", typed={"kind": Kind})
giving.post("/portrait-questionnaires/{id}/order", commands.order_questions, on="questionnaire")
giving.put(QUESTIONS, commands.change_question, on="question")
giving.delete(QUESTIONS, commands.drop_question, on="question")
giving.delete("/portraits/{record}/{row_id}/interests/{interest_id}", commands.drop_interest)
giving.post("/interest-topics/take", commands.take_topics)
record_router(
    TOPIC,
    queries.topics,
    path="/interest-topics",
    create=commands.add_topic,
    update=commands.update_topic,
    router=router,
)
