"""Searches compiled once for an actor and asked with many texts: people type them letter by letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from okno.kit.compiled import Sql, compiled, filled
from okno.kit.permissions import Actor
from okno.kit.rows.searching import TRIGRAM, digits_of, is_address, past
from okno.kit.search import has_words, lead_of, words_asked

# Texts that stand for any other of their shape. That of digits has a blank, so that its two forms differ.
# Those of words are of letters that nobody writes, or not so.
SAMPLES = {
    "": "",
    "short": "⁂",
    "long": "⁂⁂⁂",
    "words": "ꙮꙮꙮ",
    "address": "qzxwq",
    "digits": "4815 1623",
}
# Searches with operators are many: so many of the latest stay compiled.
KEPT = 20
LATEST = ("searches with operators",)


def found(
    actor: Actor, key: tuple[Any, ...], text: str, build: Callable[[str], Sql | None], *, more: tuple[Any, ...] = ()
) -> list[tuple[Any, ...]]:
    """
    What the statement that `build` makes of a text finds, compiled at the first text of its shape.

    :param more: what the statement holds besides the text, as it was typed.
    """
    shape = _shape(text)
    sample, place = SAMPLES[shape], (*key, shape, *more)
    if more:
        _forget_oldest(actor, place)
    asked = compiled(actor, place, lambda: build(sample))
    if asked is None:
        return []
    sql, params = asked
    with connection.cursor() as cursor:
        cursor.execute(sql, filled(params, dict(zip(_forms(sample), _forms(text), strict=True))) if text else params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _forget_oldest(actor: Actor, place: tuple[Any, ...]) -> None:
    latest: dict[Any, None] = actor.memo.setdefault(LATEST, {})
    latest.pop(place, None)
    latest[place] = None
    if len(latest) > KEPT:
        oldest = next(iter(latest))
        latest.pop(oldest)
        actor.memo.pop(oldest, None)


def _shape(text: str) -> str:
    if not text:
        return ""
    if digits_of(text):
        return "digits"
    if len(text) < TRIGRAM:
        return "short"
    if is_address(text):
        return "address"
    return "words" if has_words(text) else "long"


def _forms(text: str) -> list[str]:
    """Every form in which a text stands among the parameters of a search."""
    folded, digits = connection.ops.prep_for_like_query(text.lower().replace("ё", "е")), digits_of(text)
    forms = [text, f"%{folded}%", f"{folded}%", words_asked(text), f"%{lead_of(text)}%"]
    return [*forms, digits, f"%{digits}%", past(digits)] if digits else forms
