"""Answers put together, question by question; interests of a row; topics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, QuerySet

from okno.engines.portraits import rules
from okno.engines.portraits.models import Interest, Question, Topic
from okno.engines.portraits.queries import asking
from okno.kit import portrayal
from okno.kit.conditions import sql
from okno.kit.conditions.places import place
from okno.kit.fields.kinds import Kind
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry
from okno.kit.rows import expressions

COUNTED = frozenset({Kind.CHOICE, Kind.BOOLEAN})
NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL})


@dataclass(frozen=True)
class Answers:
    """What rows within reach have answered to a question: by option where there are options, the average of numbers."""

    question: Question
    field: Field
    answered: int
    asked: int
    options: tuple[tuple[Any, str, int], ...] = ()
    average: Any = None


def answers(actor: Actor, record: Record) -> list[tuple[str, list[Answers]]]:
    """Answers of rows within reach by questionnaire; fields that are closed to the actor are left out."""
    found = []
    for one, questions in asking.questionnaires(record.name):
        condition = asking.parsed(record, one)
        asked = [each for each in questions if rules.is_asked(record, each)]
        open_ones = [each for each in asked if actor.sees_field(record.name, each.field)]
        if condition is None or not open_ones:
            continue
        manager: Any = record.model._default_manager
        rows = manager.visible_to(actor, narrow=True).filter(is_deleted=False).order_by()
        rows = rows.filter(asking.applies(record, condition))
        found.append((one.name, _answers(record, rows, open_ones)))
    return found


def _answers(record: Record, rows: QuerySet[Any], questions: list[Question]) -> list[Answers]:
    """Two statements a questionnaire, and one for each question with options."""
    counts = {f"count{one.pk}": Count("pk", filter=asking.is_answered(record, one.field)) for one in questions}
    numbers = [one for one in questions if _field(record, one).kind in NUMBERS]
    averages = {f"avg{one.pk}": Avg(_column(record, one)) for one in numbers}
    told = rows.aggregate(whole=Count("pk"), **counts, **averages)
    return [
        Answers(
            one,
            _field(record, one),
            told[f"count{one.pk}"],
            told["whole"],
            _options(record, rows, one),
            told.get(f"avg{one.pk}"),
        )
        for one in questions
    ]


def _options(record: Record, rows: QuerySet[Any], question: Question) -> tuple[tuple[Any, str, int], ...]:
    field = _field(record, question)
    if field.kind not in COUNTED or field.many:
        return ()
    found = rows.annotate(_value=_column(record, question)).values_list("_value").annotate(count=Count("pk"))
    counts = {str(value): count for value, count in found if value not in (None, "")}
    if field.kind is Kind.BOOLEAN:
        return tuple((value, "", counts.get(str(value), 0)) for value in (True, False))
    return tuple((value, str(label), counts.get(str(value), 0)) for value, label in field.choices)


def interests(record: str, row_id: int) -> list[Interest]:
    """Interests of a row that the caller has found within reach, the strongest first."""
    rows = Interest._base_manager.filter(record=record, row_id=row_id).select_related("topic", "author")
    order = {level: place for place, level in enumerate(reversed(Interest.Level.values))}
    return sorted(rows, key=lambda one: (order[one.level], one.topic.name))


def topics(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Topic]:
    """Topics of interest."""
    found: RecordQuerySet[Topic] = Topic.objects.visible_to(actor, narrow=narrow).filter(is_deleted=False)
    return found


def subjects() -> list[Record]:
    """Records whose rows may become topics."""
    return [registry.records[name] for name in portrayal.SUBJECTS if name in registry.records]


def subject_rows(actor: Actor, record: Record) -> list[tuple[int, str]]:
    """Rows within reach that may become topics: (id, title)."""
    manager: Any = record.model._default_manager
    rows = manager.visible_to(actor).filter(is_deleted=False)
    title = expressions.shown(record, record.title, record.fields[record.title])
    return [(row_id, str(name)) for row_id, name in rows.values_list("pk", title)]


def _field(record: Record, question: Question) -> Field:
    field = record.field(question.field)
    if field is None:
        raise LookupError(question.field)
    return field


def _column(record: Record, question: Question) -> Any:
    found = place(record, question.field)
    if found is None:
        raise LookupError(question.field)
    return sql.column(found)
