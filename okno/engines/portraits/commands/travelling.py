"""Questionnaires as settings that travel in a file; the fields that answer are settings of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from okno.engines.portraits import queries
from okno.engines.portraits.commands import asking
from okno.engines.portraits.models import Question, Questionnaire
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.travelling import Position, condition_in, condition_out, keyed

ASKED = ("field", "text", "section", "weight")
Known = dict[str, tuple[Questionnaire, list[Question]]]


@dataclass
class QuestionPart:
    """A question by the field that answers it."""

    field: str
    text: str = ""
    section: str = ""
    weight: int = 1


@dataclass
class QuestionnairePart:
    """A questionnaire with its questions in their order."""

    record: str
    name: str
    questions: list[QuestionPart]
    condition: dict[str, Any] | None = None
    position: Position = 0


def read() -> dict[str, Any]:
    """Questionnaires by record and name."""
    return {
        key: {
            "record": one.record,
            "name": one.name,
            "position": one.position,
            "condition": condition_out(registry.record(one.record), one.condition),
            "questions": [{name: getattr(each, name) for name in ASKED} for each in questions],
        }
        for key, (one, questions) in _known().items()
    }


def write(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Make a questionnaire so, or drop it."""
    old, questions = _known().get(key, (None, []))
    if value is None:
        if old is not None:
            asking.drop_questionnaire(actor=actor, questionnaire=old)
        return
    made = asking.set_questionnaire(
        actor=actor,
        questionnaire=old,
        record=str(value["record"]),
        name=str(value["name"]),
        condition=condition_in(queries.the_record(str(value["record"])), value.get("condition")),
        position=int(value.get("position", 0)),
    )
    _ask(actor, made, {one.field: one for one in questions}, value["questions"])


def _ask(
    actor: Actor, questionnaire: Questionnaire, known: Mapping[str, Question], wanted: Sequence[Mapping[str, Any]]
) -> None:
    """The questions that are wanted, in their order, and no others."""
    keys = {one["field"] for one in wanted}
    for field, question in known.items():
        if field not in keys:
            asking.drop_question(actor=actor, question=question)
    made = []
    for one in wanted:
        said = {name: one[name] for name in ASKED if name in one and name != "field"}
        if one["field"] in known:
            made.append(asking.change_question(actor=actor, question=known[one["field"]], **said))
        else:
            made.append(asking.add_question(actor=actor, questionnaire=questionnaire, field=one["field"], **said))
    asking.order_questions(actor=actor, questionnaire=questionnaire, ids=[one.pk for one in made])


def _known() -> Known:
    every = (told for record in queries.portrayed() for told in queries.questionnaires(record.name))
    return keyed(every, lambda told: f"{told[0].record}: {told[0].name}")
