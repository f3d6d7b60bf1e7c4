"""Searches compiled once for an actor and asked with many texts: people type them letter by letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from okno.kit.compiled import compiled, filled
from okno.kit.permissions import Actor
from okno.kit.rows.searching import TRIGRAM, digits_of, past

# Texts that stand for any other of their shape. That of digits has a blank, so that its two forms differ.
SAMPLES = {"short": "⁂", "long": "⁂⁂⁂", "digits": "4815 1623"}


def found(
    actor: Actor, key: tuple[Any, ...], text: str, build: Callable[[str], QuerySet[Any] | None]
) -> list[tuple[Any, ...]]:
    """What the statement that `build` makes of a text finds, compiled at the first text of its shape."""
    shape = "digits" if digits_of(text) else "long" if len(text) >= TRIGRAM else "short"
    sample = SAMPLES[shape]
    asked = compiled(actor, (*key, shape), lambda: build(sample))
    if asked is None:
        return []
    sql, params = asked
    with connection.cursor() as cursor:
        cursor.execute(sql, filled(params, dict(zip(_forms(sample), _forms(text), strict=True))))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _forms(text: str) -> list[str]:
    """Every form in which a text stands among the parameters of a search."""
    folded, digits = connection.ops.prep_for_like_query(text.lower().replace("ё", "е")), digits_of(text)
    forms = [text, f"%{folded}%", f"{folded}%"]
    return [*forms, digits, f"%{digits}%", past(digits)] if digits else forms
