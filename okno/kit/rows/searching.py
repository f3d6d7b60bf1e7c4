"""Quick and global search: by fragments of names through trigram indexes, by digits of phones and numbers."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Model, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.lookups import Contains, StartsWith

from okno.kit.fields.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry
from okno.kit.rows import expressions
from okno.kit.search import (
    Covers,
    Folded,
    Holds,
    Pieces,
    Trigrams,
    Words,
    WordsAsked,
    has_words,
    word_columns,
    words_asked,
)

TRIGRAM = 3
PHONE_DIGITS = 10
FEWEST_DIGITS = 4


def matching(actor: Actor, record: Record, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """
    Rows that a fragment of text or of digits finds. Fields hidden from the actor are not looked at.

    Each field is asked by its own index; the ids found are joined by UNION, never by OR over joins.
    """
    wanted = text.strip()
    if not wanted:
        return rows
    tests = _tests(actor, record, wanted)
    is_own = all("__" not in record.fields[key].path for key in record.search)
    if len(tests) == 1 and is_own and not digits_of(wanted):
        return rows.filter(tests[0])
    plain = record.model._default_manager.order_by()
    parts = [plain.filter(found).values("pk") for found in tests]
    if not parts:
        return rows.none()
    return rows.filter(pk__in=parts[0] if len(parts) == 1 else parts[0].union(*parts[1:]))


def is_searchable(record: Record) -> bool:
    """Whether quick search can find anything in the record."""
    return bool(record.search or record.digits or record.texts or custom(record))


def custom(record: Record) -> dict[str, Field]:
    """Custom fields of a record that search looks at: those whose index is there."""
    return {key: one for key, one in registry.custom_fields(record.name).items() if one.searchable and one.trigram}


def searched() -> tuple[tuple[str, ...], ...]:
    """All custom fields that search looks at: what was compiled without one of them says nothing of it."""
    return tuple((one.name, *found) for one in registry.records.values() if (found := custom(one)))


def digits_of(text: str) -> str:
    """
    The digits a text asks for; empty when it is not about digits.

    Of a phone with its country code the last ten are kept, as the number may be stored with 8 or +7.
    """
    digits = re.sub(r"\D", "", text)
    letters = re.sub(r"[\d\s()+\-.№#]", "", text)
    if letters or len(digits) < FEWEST_DIGITS:
        return ""
    is_phone = len(digits) == PHONE_DIGITS + 1 and digits[0] in "78"
    return digits[1:] if is_phone else digits


def _tests(actor: Actor, record: Record, text: str) -> list[Q]:
    seen = [record.fields[key].path for key in record.search if actor.sees_field(record.name, key)]
    found = [contains(record.model, path, text) for path in seen if "__" in path]
    own = [contains(record.model, path, text) for path in seen if "__" not in path]
    own += [_has_words(path, text) for path in _worded(actor, record)] if has_words(text) else []
    digits = digits_of(text)
    for key, field in custom(record).items():
        wanted = digits if field.kind is Kind.PHONE else text
        if wanted and actor.sees_field(record.name, key):
            own.append(_in_column(KeyTextTransform(field.key, "extra"), wanted, has_trigrams=True))
    # Columns of one table are asked together: each by its index, and their rows are joined by bits.
    found += [functools.reduce(operator.or_, own)] if own else []
    if digits:
        found += [_has_digits(record.model, path, digits) for path in _open_digits(actor, record)]
    return found


def _worded(actor: Actor, record: Record) -> list[str]:
    """Columns with an index of words, without those of fields the actor may not see."""
    hidden = {one.path for key, one in record.fields.items() if not actor.sees_field(record.name, key)}
    return [path for path in word_columns(record) if path not in hidden]


def _has_words(path: str, text: str) -> Q:
    """The words of the text in any order, whatever their endings."""
    return Q(Holds(Words(F(path)), WordsAsked(Value(words_asked(text), output_field=TextField()))))


def _has_digits(model: type[Model], path: str, digits: str) -> Q:
    """Anywhere when a trigram index serves it, else at the beginning, which an ordinary index serves."""
    if has_trigrams(model, path):
        return contains(model, path, digits)
    return Q(**{f"{path}__gte": digits, f"{path}__lt": past(digits)})


def past(digits: str) -> str:
    """The first text after all that begin with these digits."""
    return f"{digits[:-1]}{chr(ord(digits[-1]) + 1)}"


def _open_digits(actor: Actor, record: Record) -> Sequence[str]:
    """Paths of digits, without those of fields the actor may not see."""
    hidden = {field.path for key, field in record.fields.items() if not actor.sees_field(record.name, key)}
    hides_phones = any(
        field.kind.value == "phone" and not actor.sees_field(record.name, key) for key, field in record.fields.items()
    )
    return [path for path in record.digits if path not in hidden and not (hides_phones and "__" in path)]


def has_trigrams(model: type[Model], path: str) -> bool:
    """Whether an index over three-letter pieces serves the column at the end of a path."""
    found = expressions.columns_of(model, path)
    if not found:
        return False
    column = found[-1]
    parts = (part for index in column.model._meta.indexes for part in index.expressions)
    return any(isinstance(part, Trigrams) and F(column.name) in part.get_source_expressions() for part in parts)


def contains(model: type[Model], path: str, text: str) -> Q:
    """The predicates of `contains`: one for the trigram index, one for the truth."""
    return _in_column(F(path), text, has_trigrams=has_trigrams(model, path))


def _in_column(column: Any, text: str, *, has_trigrams: bool) -> Q:
    folded = text.lower().replace("ё", "е")
    if len(folded) < TRIGRAM:
        return Q(StartsWith(Folded(column), folded))
    if not has_trigrams:
        # Taking every row to pieces would cost more than reading it.
        return Q(Contains(Folded(column), folded))
    pieces = Pieces(Value(text, output_field=TextField()))
    return Q(Covers(Trigrams(column), pieces)) & Q(Contains(Folded(column), folded))
