"""Answers put together, question by question; interests of a row; topics."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, DecimalField, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast

from okno.engines.portraits import rules
from okno.engines.portraits.models import Interest, Question, Topic
from okno.engines.portraits.queries import asking
from okno.kit import portrayal
from okno.kit.conditions import sql
from okno.kit.conditions.places import Place, place
from okno.kit.kinds import Kind
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry
from okno.kit.rows import expressions

COUNTED = frozenset({Kind.CHOICE, Kind.BOOLEAN})
NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL})


@dataclass(frozen=True)
class Option:
    """An answer to choose: how many chose it, and what a sum of theirs is on average."""

    value: Any
    label: str
    count: int = 0
    mean: Decimal | None = None


@dataclass(frozen=True)
class Answers:
    """
    What rows within reach have answered to a question: by option where there are options, the average of numbers, and
    what a sum of those who answered is on average.
    """

    question: Question
    field: Field
    answered: int
    asked: int
    options: tuple[Option, ...] = ()
    average: Any = None
    mean: Decimal | None = None


def sums_of(actor: Actor, record: Record) -> dict[str, Field]:
    """Sums in roubles of a record that are open to the actor, by which groups of answers are compared."""
    return {
        key: one
        for key, one in record.fields.items()
        if one.kind is Kind.MONEY and one.currency.isupper() and actor.sees_field(record.name, key)
    }


def answers(actor: Actor, record: Record, by: str = "") -> list[tuple[str, list[Answers]]]:
    """
    Answers of rows within reach by questionnaire; fields that are closed to the actor are left out.

    :param by: the key of a sum, one of `sums_of`, whose average is told of each group.
    """
    found = []
    summed = _summed(record, by)
    for one, questions in asking.questionnaires(record.name):
        condition = asking.parsed(record, one)
        asked = [each for each in questions if rules.is_asked(record, each)]
        open_ones = [each for each in asked if actor.sees_field(record.name, each.field)]
        if condition is None or not open_ones:
            continue
        manager: Any = record.model._default_manager
        rows = manager.visible_to(actor, narrow=True).filter(is_deleted=False).order_by()
        rows = rows.filter(asking.applies(record, condition))
        found.append((one.name, _answers(record, rows, open_ones, summed)))
    return found


def _summed(record: Record, by: str) -> Any:
    """The column of a sum; of none, a value that has no average."""
    found = place(record, by) if by else None
    return Cast(Value(None), DecimalField(max_digits=18, decimal_places=2)) if found is None else sql.column(found)


def _answers(record: Record, rows: QuerySet[Any], questions: list[Question], summed: Any) -> list[Answers]:
    """A statement for a questionnaire, and one for each question with options."""
    given = {one.pk: asking.is_answered(record, one.field) for one in questions}
    counts = {f"count{pk}": Count("pk", filter=one) for pk, one in given.items()}
    means = {f"mean{pk}": Avg(summed, filter=one) for pk, one in given.items()}
    numbers = [one for one in questions if _field(record, one).kind in NUMBERS]
    averages = {f"avg{one.pk}": Avg(_column(record, one)) for one in numbers}
    told = rows.aggregate(whole=Count("pk"), **counts, **means, **averages)
    return [
        Answers(
            one,
            _field(record, one),
            told[f"count{one.pk}"],
            told["whole"],
            _options(record, rows, one, summed),
            told.get(f"avg{one.pk}"),
            told[f"mean{one.pk}"],
        )
        for one in questions
    ]


def _options(record: Record, rows: QuerySet[Any], question: Question, summed: Any) -> tuple[Option, ...]:
    """Every option with those who chose it; where several may be chosen, a row counts for each of them."""
    field = _field(record, question)
    if field.kind not in COUNTED or (field.many and not field.is_custom):
        return ()
    chosen = _each_chosen(record, rows, question) if field.many else rows.annotate(_value=_column(record, question))
    found = chosen.values_list("_value").annotate(count=Count("pk"), mean=Avg(summed))
    told = {str(value): (count, mean) for value, count, mean in found if value not in (None, "")}
    options = [(True, ""), (False, "")] if field.kind is Kind.BOOLEAN else field.choices
    return tuple(Option(value, str(label), *told.get(str(value), (0, None))) for value, label in options)


def _each_chosen(record: Record, rows: QuerySet[Any], question: Question) -> QuerySet[Any]:
    """Rows once for each option that was chosen in them."""
    stored = sql.stored(_place(record, question))
    lists = rows.annotate(_type=Func(stored, function="jsonb_typeof", output_field=TextField())).filter(_type="array")
    each = Func(stored, function="jsonb_array_elements_text", output_field=TextField())
    found: QuerySet[Any] = lists.annotate(_value=each)
    return found


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
    return sql.column(_place(record, question))


def _place(record: Record, question: Question) -> Place:
    found = place(record, question.field)
    if found is None:
        raise LookupError(question.field)
    return found
