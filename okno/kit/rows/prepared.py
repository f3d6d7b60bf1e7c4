"""Searches compiled once for an actor and asked with many texts: building such SQL costs more than running it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from okno.kit.permissions import Actor, ReachKind
from okno.kit.rows.searching import TRIGRAM, digits_of, past

# Texts that stand for any other of their shape. That of digits has a blank, so that its two forms differ.
SAMPLES = {"short": "⁂", "long": "⁂⁂⁂", "digits": "4815 1623"}


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL whose parameters hold a sample text."""

    sql: str
    params: tuple[Any, ...]
    sample: str

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        """Ask with this text instead of the sample."""
        places = dict(zip(_forms(self.sample), _forms(text), strict=True))
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [_swapped(places, one) for one in self.params])
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found


def statement(
    actor: Actor, key: tuple[Any, ...], text: str, build: Callable[[str], QuerySet[Any] | None]
) -> Statement | None:
    """
    The statement that `build` makes of a text, compiled at the first text of its shape; None when it asks nothing.

    Conditions of grants may speak of the present moment: with those a statement is compiled anew each time.
    """
    shape = "digits" if digits_of(text) else "long" if len(text) >= TRIGRAM else "short"
    known: dict[Any, Statement | None] = actor.memo
    place = (*key, shape)
    if place not in known or any(grant.reach is ReachKind.CONDITION for grant in actor.grants):
        rows = build(SAMPLES[shape])
        known[place] = Statement(*rows.query.sql_with_params(), SAMPLES[shape]) if rows is not None else None
    return known[place]


def _swapped(places: Mapping[str, str], value: Any) -> Any:
    return places.get(value, value) if isinstance(value, str) else value


def _forms(text: str) -> list[str]:
    """Every form in which a text stands among the parameters of a search."""
    folded, digits = connection.ops.prep_for_like_query(text.lower().replace("ё", "е")), digits_of(text)
    found = [text, f"%{folded}%", f"{folded}%"]
    return [*found, digits, f"%{digits}%", past(digits)] if digits else found
