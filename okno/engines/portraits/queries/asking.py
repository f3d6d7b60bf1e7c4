"""Questionnaires: which there are, which apply to a row, and how much of them is answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache

from django.db.models import Model, Q

from okno.engines.portraits import rules
from okno.engines.portraits.models import Question, Questionnaire
from okno.engines.portraits.rules import Filled
from okno.kit import conditions, permissions, portrayal, reached
from okno.kit.conditions import Condition
from okno.kit.fields import holding, watching
from okno.kit.fields.watching import Watch
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import Record, registry

Asked = list[tuple[Questionnaire, list[Question]]]


def portrayed() -> list[Record]:
    """Records whose cards have portraits."""
    return [registry.records[name] for name in portrayal.PORTRAYED if name in registry.records]


def the_record(name: str) -> Record:
    """A record whose cards have portraits. :raises Missing: it is none."""
    return reached.the_record(name, portrayed())


def questionnaires(record: str) -> Asked:
    """The questionnaires of a record in their order, each with its questions."""
    # The house asks whoever looks.
    rows = Questionnaire.objects.visible_to(SYSTEM).filter(record=record, is_deleted=False)
    found = rows.order_by("position", "pk").prefetch_related("questions")
    return [(one, sorted(one.questions.all(), key=lambda each: (each.position, each.pk))) for one in found]


def questionnaire_for_page(actor: Actor, questionnaire_id: int) -> Questionnaire | None:
    """A questionnaire by id."""
    rows = Questionnaire.objects.visible_to(actor).filter(pk=questionnaire_id, is_deleted=False)
    found: Questionnaire | None = rows.first()
    return found


def question_for_page(actor: Actor, question_id: int) -> Question | None:
    """A question by id."""
    seen = Questionnaire.objects.visible_to(actor).filter(is_deleted=False)
    rows = Question._base_manager.filter(pk=question_id, questionnaire__in=seen)
    found: Question | None = rows.select_related("questionnaire").first()
    return found


def parsed(record: Record, questionnaire: Questionnaire) -> Condition | None:
    """Which rows it is for; None when its condition is broken, and then it is for none."""
    if not questionnaire.condition:
        return conditions.EVERYTHING
    return watching.whole(record.name, holding.text_of(questionnaire.condition))


def asked_of(record: Record, row: Model) -> Asked:
    """The questionnaires that apply to a row, without questions that cannot be answered any more."""
    found = []
    for one, questions in questionnaires(record.name):
        condition = parsed(record, one)
        if condition is not None and conditions.matches(condition, record, row, _eyes()):
            found.append((one, [each for each in questions if rules.is_asked(record, each)]))
    return [one for one in found if one[1]]


def fills(record: Record, ids: Collection[int]) -> dict[int, Filled]:
    """How much of their portraits these living rows have, by id; rows that nothing is asked of are left out."""
    weighed: dict[int, list[tuple[str, int, bool]]] = defaultdict(list)
    for one, questions in questionnaires(record.name):
        condition = parsed(record, one)
        own = [each for each in questions if rules.is_asked(record, each)]
        if condition is None or not own:
            continue
        asked = [holding.text_of({"field": each.field, "op": "not_empty"}) for each in own]
        for row_id, *answered in holding.held(record, ids, asked, holding.text_of(one.condition)):
            told = zip(own, answered, strict=True)
            weighed[row_id] += [(each.field, each.weight, is_there) for each, is_there in told]
    made = {row_id: rules.filled(told) for row_id, told in weighed.items()}
    return {row_id: one for row_id, one in made.items() if one is not None}


def is_answered(record: Record, field: str) -> Q:
    """Rows that have a value of a field."""
    return conditions.to_q(conditions.parse({"field": field, "op": "not_empty"}), record, _eyes())


def applies(record: Record, condition: Condition) -> Q:
    """Rows that a questionnaire is for."""
    return conditions.to_q(condition, record, _eyes())


def watches() -> list[Watch]:
    """What all questionnaires look at, by record."""
    rows = Question._base_manager.filter(questionnaire__is_deleted=False)
    keys: dict[str, set[str]] = defaultdict(set)
    trees: dict[str, set[str]] = defaultdict(set)
    for record, tree, field in rows.values_list("questionnaire__record", "questionnaire__condition", "field"):
        keys[record].add(field)
        trees[record].add(holding.text_of(tree))
    known = watching.custom_keys()
    return [
        _watch(name, frozenset(some), frozenset(trees[name] - {""}), known)
        for name, some in keys.items()
        if name in portrayal.PORTRAYED
    ]


@lru_cache(maxsize=100)
def _watch(name: str, keys: frozenset[str], trees: frozenset[str], _known: frozenset[tuple[str, str]]) -> Watch:
    """Worked out once for each set of questions and of fields that people have added."""
    leaves = [conditions.parse({"field": key, "op": "not_empty"}) for key in sorted(keys)]
    found = (watching.whole(name, one) for one in sorted(trees))
    return watching.watch(registry.record(name), [*leaves, *(one for one in found if one is not None)])


def _eyes() -> conditions.Context:
    return permissions.watching_context(SYSTEM)
