"""Ways to find rows by a text: words, fragments of names, digits of phones and numbers, mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BooleanField, F, Model, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.db.models.lookups import Contains, StartsWith

from okno.kit import conditions, permissions
from okno.kit.kinds import Kind
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
    lead_of,
    piece_columns,
    word_columns,
    words_asked,
)

TRIGRAM = 3
PHONE_DIGITS = 10
FEWEST_DIGITS = 3
# 8 is a country code where people part it from the rest: numbers of documents and requisites begin with 8 as well.
BEGUN_PHONE = re.compile(r"\s*(\+7|8(?=[\s(]))[\s(]*[3489]\d\d")


@dataclass(frozen=True)
class Test:
    """
    One way to find: what an index is asked for, and the same truth of a row that is looked at anyway. Words of names
    come first, before pieces of them and before long texts.
    """

    indexed: Q
    plain: Q
    comes_first: bool = False

    def where(self, rows: Q) -> Test:
        """The same among these rows only."""
        return replace(self, indexed=self.indexed & rows, plain=self.plain & rows)


def matching(actor: Actor, record: Record, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """
    Rows that a text finds. Fields hidden from the actor are not looked at.

    Each field is asked by its own index and the ids found are joined by UNION: with OR, whatever an index has found is
    taken to pieces again, row by row.
    """
    wanted = text.strip()
    if not wanted:
        return rows
    plain = record.model._default_manager.order_by()
    parts = [plain.filter(one.indexed).values("pk") for one in tests(actor, record, wanted)]
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

    Of a phone with its country code, whole or begun, the others are kept: the number may be stored with 8 or +7.
    """
    digits = re.sub(r"\D", "", text)
    letters = re.sub(r"[\d\s()+\-.№#]", "", text)
    if letters or len(digits) < FEWEST_DIGITS:
        return ""
    is_whole = len(digits) == PHONE_DIGITS + 1 and digits[0] in "78"
    is_begun = len(digits) <= PHONE_DIGITS and BEGUN_PHONE.match(text) is not None
    return digits[1:] if is_whole or is_begun else digits


def is_address(text: str) -> bool:
    """Whether a text may be a piece of a mail address or of a name in a messenger."""
    return has_words(text) and re.fullmatch(r"[A-Za-z0-9._%+\-]*@?[A-Za-z0-9.\-]*", text) is not None


def tests(actor: Actor, record: Record, text: str) -> list[Test]:
    """Ways to find rows of a record by a text, one for each index: any of them is enough."""
    seen = [(record.fields[key].path, key) for key in record.search if actor.sees_some(record.name, key)]
    names = {path for path, _key in seen}
    worded = _worded(actor, record) if has_words(text) else []
    found = [words_test(F(path), text, comes_first=path in names) for path in worded]
    found += [_contains(record.model, path, text).where(_opened(actor, record, [key])) for path, key in seen]
    digits = digits_of(text)
    for key, field in custom(record).items():
        wanted = digits if field.kind is Kind.PHONE else text
        if wanted and actor.sees_some(record.name, key):
            test = _in_column(KeyTextTransform(field.key, "extra"), wanted, has_trigrams=True)
            found.append(test.where(_opened(actor, record, [key])))
    keys = list(_open_digits(actor, record)) if digits or is_address(text) else []
    if digits:
        found += [_has_digits(record.model, path, digits).where(opened) for path, opened in keys]
    elif is_address(text):
        ways = [(path, opened) for path, opened in keys if "__" in path and _number_beside(record, path) is None]
        found += [_contains(record.model, path, text).where(opened) for path, opened in ways]
    return found


def _opened(actor: Actor, record: Record, keys: Iterable[str]) -> Q:
    """The rows in which all of these fields are open."""
    veils = [veil for key in keys if (veil := actor.veil_of(record.name, key)) is not None]
    context = permissions.watching_context(actor)
    return Q(*(conditions.to_q(veil.is_open, record, context) for veil in veils))


def _worded(actor: Actor, record: Record) -> list[str]:
    """Columns with an index of words, without those of fields the actor may not see."""
    hidden = {one.path for key, one in record.fields.items() if not actor.sees_field(record.name, key)}
    return [path for path in word_columns(record) if path not in hidden]


def words_test(column: Any, text: str, *, comes_first: bool = True) -> Test:
    """
    Whether a column holds all the words of a text, in any order and whatever their endings.

    As a plain truth it is wrapped up, so that no index is asked for it, and texts without the first letters of a word
    are not taken to words at all.
    """
    holds = Holds(Words(column), WordsAsked(Value(words_asked(text), output_field=TextField())))
    truth = Q(Coalesce(holds, Value(value=False), output_field=BooleanField()))
    return Test(Q(holds), Q(Contains(Folded(column), lead_of(text))) & truth, comes_first)


def _has_digits(model: type[Model], path: str, digits: str) -> Test:
    """Anywhere when a trigram index serves it, else at the beginning, which an ordinary index serves."""
    if has_trigrams(model, path):
        return _contains(model, path, digits)
    begins = Q(**{f"{path}__gte": digits, f"{path}__lt": past(digits)})
    return Test(begins, begins)


def past(digits: str) -> str:
    """The first text after all that begin with these digits."""
    return f"{digits[:-1]}{chr(ord(digits[-1]) + 1)}"


def _open_digits(actor: Actor, record: Record) -> Iterator[tuple[str, Q]]:
    """Paths of digits, each with the rows in which it may be looked at; without fields the actor may not see at all."""
    points = [key for key, field in record.fields.items() if field.kind in {Kind.PHONE, Kind.EMAIL}]
    for path in record.digits:
        if beside := _number_beside(record, path):
            # A number of rows that point here is looked at only where it is open in all of them.
            if actor.sees_field(*beside):
                yield path, Q()
            continue
        # What is no field itself are phones and mail addresses, which stand in one table.
        keys = [key for key, field in record.fields.items() if field.path == path] or points
        if all(actor.sees_some(record.name, key) for key in keys):
            yield path, _opened(actor, record, keys)


def _number_beside(record: Record, path: str) -> tuple[str, str] | None:
    """The record and the field of a number that stands in rows that point here: the INN of a legal entity."""
    relation, _mark, column = path.partition("__")
    if not column or relation not in record.relations:
        return None
    linked = registry.record(record.relations[relation][0])
    key = next((key for key, field in linked.fields.items() if field.path == column), None)
    return (linked.name, key) if key else None


def has_trigrams(model: type[Model], path: str) -> bool:
    """Whether an index over three-letter pieces serves the column at the end of a path."""
    found = expressions.columns_of(model, path)
    if not found:
        return False
    column = found[-1]
    if (column.model._meta.db_table, column.column) in piece_columns():
        return True
    parts = (part for index in column.model._meta.indexes for part in index.expressions)
    return any(isinstance(part, Trigrams) and F(column.name) in part.get_source_expressions() for part in parts)


def fragment_test(column: Any, text: str) -> Test:
    """Whether a column, which has an index of pieces, holds a text somewhere."""
    return _in_column(column, text, has_trigrams=True)


def contains(model: type[Model], path: str, text: str) -> Q:
    """The predicates of `contains`: one for the trigram index, one for the truth."""
    return _contains(model, path, text).indexed


def _contains(model: type[Model], path: str, text: str) -> Test:
    return _in_column(F(path), text, has_trigrams=has_trigrams(model, path))


def _in_column(column: Any, text: str, *, has_trigrams: bool) -> Test:
    folded = text.lower().replace("ё", "е")
    if len(folded) < TRIGRAM:
        begins = Q(StartsWith(Folded(column), folded))
        return Test(begins, begins)
    plain = Q(Contains(Folded(column), folded))
    if not has_trigrams:
        # Taking every row to pieces would cost more than reading it.
        return Test(plain, plain)
    pieces = Pieces(Value(text, output_field=TextField()))
    return Test(Q(Covers(Trigrams(column), pieces)) & plain, plain)
