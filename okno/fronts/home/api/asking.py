"""Conditions before they are used: in words, with what is broken in them, and how many rows they hold for."""

from __future__ import annotations

from typing import Any

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Router, Schema

from okno.fronts.home.api.many import living, text_of
from okno.fronts.home.api.reached import known
from okno.kit import conditions, naming
from okno.kit.api.asking import actor_of, given
from okno.kit.api.operations import operation
from okno.kit.api.reading import Source
from okno.kit.api.shapes import Input
from okno.kit.openness import closed_keys
from okno.kit.rows import totals

router = Router()


class AskedCondition(Input):
    """A condition as docs/conditions.md has it."""

    where: dict[str, Any] = pydantic.Field(examples=[{"field": "created_at", "op": "ge", "value": {"rel": "-7d"}}])


class ToldCondition(Schema):
    """
    A condition in words. Of one with problems nothing is counted; `is_estimate` says that there are so many rows that
    their count is only estimated.
    """

    text: str
    problems: list[str]
    count: int | None
    is_estimate: bool


@operation(
    router, "POST", "/records/{record}/conditions", name="conditions_tell", answer=ToldCondition,
    summary=gettext_lazy("A condition in words"),
)  # fmt: skip
def tell(request: HttpRequest, record: str, body: AskedCondition) -> Any:
    """What a condition asks, what is broken in it, and how many rows within reach it holds for. Nothing is kept."""
    actor = actor_of(request)
    found = known(actor, record)
    given(body)
    condition = conditions.parse(body.where)
    closed = list(closed_keys(actor, found, condition))
    if closed:
        told = [_("There is no field “%(field)s”.") % {"field": key} for key in closed]
        return {"text": "", "problems": told, "count": None, "is_estimate": False}
    text = naming.sentence(actor, found, condition)
    wrong = [one.message for one in conditions.problems(condition, found)]
    if wrong:
        return {"text": text, "problems": wrong, "count": None, "is_estimate": False}
    rows = Source(found, living(found)).select(actor, where=text_of(body)).rows(narrow=True)
    counted = totals.capped(rows, ())
    return {"text": text, "problems": [], "count": counted.count, "is_estimate": not counted.is_exact}
