"""Setting questionnaires up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.portraits import queries, rules
from okno.engines.portraits.commands import filling
from okno.engines.portraits.models import Question, Questionnaire
from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.expressions.functions.texts import translit
from okno.kit.fields import custom
from okno.kit.kinds import Kind
from okno.kit.models.registry import FieldDef
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import CUSTOM_PREFIX, Record, registry

LONGEST_KEY = 24


@command("portraits.set_questionnaire", label=gettext_lazy("Set a questionnaire"))
def set_questionnaire(
    *,
    actor: Actor,
    record: str,
    name: str,
    condition: dict[str, Any] | None = None,
    position: int | None = None,
    questionnaire: Questionnaire | None = None,
) -> Questionnaire:
    """
    Set a questionnaire, a new one or one that is there.

    :param condition: rows that it is for; without it all of them.
    :param position: its place among others, the last one by default.
    :raises Missing: cards of the record have no portraits.
    :raises Refused: it has no name, or its condition is broken.
    """
    known = queries.the_record(record)
    rules.check_questionnaire(known, name, condition)
    row = questionnaire or Questionnaire(record=record, position=len(queries.questionnaires(record)))
    if row.record != record:
        raise Missing("not_found", _("Not found, or out of your reach."))
    row.name, row.condition = name.strip()[:100], condition or None
    row.position = row.position if position is None else position
    row.save()
    _recount(record)
    return row


@command("portraits.drop_questionnaire", label=gettext_lazy("Delete a questionnaire"))
def drop_questionnaire(*, actor: Actor, questionnaire: Questionnaire) -> Questionnaire:
    """Ask these questions no more; answers stay with the cards."""
    questionnaire.is_deleted = True
    questionnaire.save(update_fields=["is_deleted"])
    _recount(questionnaire.record)
    return questionnaire


@command("portraits.add_question", label=gettext_lazy("Add a question"))
def add_question(
    *,
    actor: Actor,
    questionnaire: Questionnaire,
    text: str = "",
    field: str = "",
    kind: str = Kind.TEXT,
    options: list[str] | None = None,
    is_many: bool = False,
    link: str = "",
    section: str = "",
    weight: int = 1,
) -> Question:
    """
    Ask by a field that is there, or by a new one of this kind.

    :param field: the key of a field; a new one is made without it.
    :param options: what may be answered, where the kind is a choice.
    :raises Refused: there is no such field to answer by, it is asked already, or a new one has no wording or options.
    """
    record = queries.the_record(questionnaire.record)
    key = field or _made(record, text, Kind(kind), options or [], is_many=is_many, link=link)
    rules.check_question(record, key, weight)
    if questionnaire.questions.filter(field=key).exists():
        raise Refused("portraits.asked", _("This questionnaire asks for it already."), missing=["field"])
    row = Question.objects.create(
        questionnaire=questionnaire,
        field=key,
        text=text.strip()[:300],
        section=section.strip()[:100],
        weight=weight,
        position=questionnaire.questions.count(),
    )
    _recount(questionnaire.record)
    return row


@command("portraits.change_question", label=gettext_lazy("Change a question"))
def change_question(
    *,
    actor: Actor,
    question: Question,
    text: str = "",
    section: str = "",
    weight: int = 1,
) -> Question:
    """Another wording, section or weight of a question. :raises Refused: the weight is none."""
    record = queries.the_record(question.questionnaire.record)
    rules.check_question(record, question.field, weight)
    question.text, question.section, question.weight = text.strip()[:300], section.strip()[:100], weight
    question.save()
    _recount(record.name)
    return question


@command("portraits.order_questions", label=gettext_lazy("Put questions in order"))
def order_questions(*, actor: Actor, questionnaire: Questionnaire, ids: list[int]) -> None:
    """Put the questions of a questionnaire in order. :raises Missing: one of them is not its own."""
    rows = {one.pk: one for one in questionnaire.questions.all()}
    if set(ids) - set(rows):
        raise Missing("not_found", _("Not found, or out of your reach."))
    for position, one in enumerate(ids):
        rows[one].position = position
        rows[one].save(update_fields=["position"])


@command("portraits.drop_question", label=gettext_lazy("Delete a question"))
def drop_question(*, actor: Actor, question: Question) -> None:
    """Ask it no more; the field and its answers stay."""
    record = question.questionnaire.record
    question.delete()
    _recount(record)


def _made(record: Record, text: str, kind: Kind, options: Sequence[str], *, is_many: bool, link: str) -> str:
    """The key of a new field. :raises Refused: the question has no wording, or no field of the kind is made."""
    if not text.strip():
        raise Refused("portraits.no_text", _("Write the question."), missing=["text"])
    if kind not in rules.MADE:
        raise Refused("portraits.bad_kind", _("No question is answered so."), missing=["kind"])
    made = custom.add(
        actor=SYSTEM,
        record=record.name,
        key=_free_key(record, text),
        label=text.strip()[:100],
        kind=kind,
        options=[{"id": str(number), "label": one} for number, one in enumerate(options, 1)],
        is_many=is_many and kind is Kind.CHOICE,
        link=link if kind is Kind.LINK else "",
        settings={"section": str(_("Portrait"))},
    )
    registry.forget_custom_fields()
    return f"{CUSTOM_PREFIX}{made.key}"


def _free_key(record: Record, text: str) -> str:
    """A key of Latin letters that nobody has: retired fields keep theirs."""
    base = re.sub(r"[^a-z0-9]+", "_", translit(text).lower()).strip("_")[:LONGEST_KEY].strip("_")
    base = base if base[:1].isalpha() else f"q_{base}".strip("_")
    taken = set(custom_keys(record.name))
    names = [base, *(f"{base}_{number}" for number in range(2, len(taken) + 3))]
    return next(one for one in names if one not in taken)


def custom_keys(record: str) -> list[str]:
    """Keys of all custom fields of a record, retired ones too."""
    return list(FieldDef.objects.filter(record=record).values_list("key", flat=True))


def _recount(record: str) -> None:
    """What is asked has changed: all portraits may stand otherwise."""
    filling.recount(actor=SYSTEM, record=record)
