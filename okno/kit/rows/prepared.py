"""Searches compiled once for an actor and asked with many texts: people type them letter by letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from okno.kit.compiled import compiled, filled
from okno.kit.permissions import Actor
from okno.kit.rows.searching import TRIGRAM, digits_of, past
from okno.kit.search import has_words, words_asked

# Texts that stand for any other of their shape. That of digits has a blank, so that its two forms differ.
# That of words is of letters that nobody writes.
SAMPLES = {"short": "⁂", "long": "⁂⁂⁂", "words": "ꙮꙮꙮ", "digits": "4815 1623"}


def found(
    actor: Actor, key: tuple[Any, ...], text: str, build: Callable[[str], QuerySet[Any] | None]
) -> list[tuple[Any, ...]]:
    """What the statement that `build` makes of a text finds, compiled at the first text of its shape."""
    shape = _shape(text)
    sample = SAMPLES[shape]
    asked = compiled(actor, (*key, shape), lambda: build(sample))
    if asked is None:
        return []
    sql, params = asked
    with connection.cursor() as cursor:
        cursor.execute(sql, filled(params, dict(zip(_forms(sample), _forms(text), strict=True))))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _shape(text: str) -> str:
    if digits_of(text):
        return "digits"
    if len(text) < TRIGRAM:
        return "short"
    return "words" if has_words(text) else "long"


def _forms(text: str) -> list[str]:
    """Every form in which a text stands among the parameters of a search."""
    folded, digits = connection.ops.prep_for_like_query(text.lower().replace("ё", "е")), digits_of(text)
    forms = [text, f"%{folded}%", f"{folded}%", words_asked(text)]
    return [*forms, digits, f"%{digits}%", past(digits)] if digits else forms
