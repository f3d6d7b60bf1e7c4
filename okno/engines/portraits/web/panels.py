"""What a card shows of its portrait: questionnaires with their answers, and interests."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils import timezone

from okno.engines.portraits import commands, queries
from okno.engines.portraits.models import Interest, Question
from okno.kit import formats, permissions
from okno.kit.conditions.places import place
from okno.kit.conditions.reading import value
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows.cells import Moment
from okno.kit.web.readable import Readable

Context = dict[str, Any]
DUE = {Interest.Level.HIGH: "red", Interest.Level.MIDDLE: "yellow", Interest.Level.LOW: "grey"}


def portrait(actor: Actor, row: Model) -> Context:
    """Questionnaires that apply to a row, with what is answered."""
    record = registry.record_of(type(row))
    asked = queries.asked_of(record, row)
    fills = queries.fills(record, [row.pk]).get(row.pk) if asked else None
    open_ones = [
        (one, [each for each in questions if actor.sees_field(record.name, each.field)]) for one, questions in asked
    ]
    may_change = permissions.may_change(actor, row)
    shown = _answers(actor, record, row, [each for _one, questions in open_ones for each in questions])
    told = [(one.name, [shown[each.pk] for each in questions]) for one, questions in open_ones if questions]
    return {
        "fill": fills,
        "due": _due(fills.value) if fills else "grey",
        "fill_url": f"/portraits/{record.name}/{row.pk}/" if may_change and told else "",
        "questionnaires": [{"name": name, "answers": answers} for name, answers in told],
    }


def interests(actor: Actor, row: Model) -> Context:
    """Interests of a row, the strongest first."""
    record = registry.record_of(type(row))
    may_change = permissions.may_change(actor, row) and actor.may(commands.note_interest.name)
    url = f"/portraits/{record.name}/{row.pk}/interests/"
    return {
        "interests": [
            {
                "id": one.pk,
                "name": one.topic.name,
                "level": one.get_level_display(),
                "due": DUE[Interest.Level(one.level)],
                "note": _note(one),
                "url": f"{url}new/?topic={one.topic_id}",
            }
            for one in queries.interests(record.name, row.pk)
        ],
        "add_url": f"{url}new/" if may_change else "",
        "drop_url": f"{url}drop/" if may_change else "",
    }


def _note(one: Interest) -> str:
    author = one.author.name if one.author else ""
    parts = (one.need, formats.date_text(one.since), one.source, one.supplier, author)
    return " · ".join(part for part in parts if part)


def _answers(actor: Actor, record: Record, row: Model, questions: list[Question]) -> dict[int, Context]:
    """Each question with its answer in words; names of linked rows come in one query a record."""
    told = {each.pk: (each, place(record, each.field)) for each in questions}
    pairs = {pk: (found.field, value(row, found)) for pk, (_each, found) in told.items() if found is not None}
    words = Readable(actor, record, Moment(timezone.now(), actor.zone), pairs.values())
    return {
        pk: {"text": each.text or str(pairs[pk][0].label), "answer": words.text(*pairs[pk])}
        for pk, (each, _found) in told.items()
        if pk in pairs
    }


def _due(per_cent: int) -> str:
    if per_cent < 40:
        return "red"
    return "yellow" if per_cent < 80 else "green"
