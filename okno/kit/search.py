"""SQL forms of text as people compare it, for indexes and for searching; and the indexes of words."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from django.db import connection, models
from django.db.models import F, Func
from django.db.models.lookups import PostgresOperatorLookup
from psycopg import sql

from okno.kit.registry import Record, registry

# A word of more letters keeps three of them in any form, a shorter one two.
LONG = 5
# Files are no record: they are found by the rows they belong to.
FILES = {("kit_attachment", "name")}


class Folded(Func):
    """Text without case and «ё»."""

    function = "okno_fold"
    arity = 1
    output_field = models.TextField()


class Trigrams(Func):
    """Three-letter pieces of a text, for the index behind "contains"."""

    function = "okno_trgm"
    arity = 1


class Pieces(Func):
    """Three-letter pieces that cover a fragment: what that index is asked for."""

    function = "okno_pieces"
    arity = 1


class Covers(PostgresOperatorLookup):  # Django cannot subscript it
    """Whether the pieces of a text hold all those of a fragment: the predicate that the index serves."""

    lookup_name = "covers"
    postgres_operator = "@>"


class Words(Func):
    """Stems of the words of a text, for the index behind search by morphology."""

    function = "okno_words"
    arity = 1
    output_field = models.TextField()


class WordsAsked(Func):
    """What that index is asked for; its argument comes from `words_asked`."""

    template = "to_tsquery('russian', %(expressions)s)"
    arity = 1
    output_field = models.TextField()


class Around(Func):
    """What stands around the words asked for in a long text: two pieces of it at most."""

    template = (
        "ts_headline('russian', %(expressions)s, "
        '\'StartSel="", StopSel="", MaxFragments=2, MaxWords=18, MinWords=8\')'
    )
    arity = 2
    output_field = models.TextField()


class Holds(PostgresOperatorLookup):  # as above
    """Whether the words of a text hold all that is asked for."""

    lookup_name = "holds"
    postgres_operator = "@@"


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared."""
    return re.findall(r"\w+", text.lower().replace("ё", "е"))


def has_words(text: str) -> bool:
    """Whether a text has a word that is looked for by its stem: of three letters at least."""
    return any(re.search(r"[^\W\d_]{3}", word) for word in words_of(text))


def lead_of(text: str) -> str:
    """The first letters of the longest word of a text: they stand in every form of it."""
    longest = max(words_of(text), key=len, default="")
    return longest[: 3 if len(longest) > LONG else 2]


def words_asked(text: str) -> str:
    """All words of a text, each by its stem or its beginning, in the syntax of `to_tsquery`."""
    return " & ".join(f"'{one}':*" for one in words_of(text))


def word_columns(record: Record) -> Iterator[str]:
    """Columns of a record's own table whose words are searched."""
    for key in (*record.search, *record.texts):
        path = record.fields[key].path
        if "__" not in path:
            yield path


@functools.cache
def piece_columns() -> frozenset[tuple[str, str]]:
    """Tables and columns of searched numbers and titles that have an index of pieces made here, not by their area."""
    found = set()
    for record in registry.records.values():
        kept = {one for index in record.model._meta.indexes for one in index.expressions if isinstance(one, Trigrams)}
        served = {source.name for one in kept for source in one.get_source_expressions() if isinstance(source, F)}
        paths = (*(record.fields[key].path for key in record.search), *record.digits)
        own = {path for path in paths if "__" not in path} - served
        found |= {(record.model._meta.db_table, path) for path in own}
    return frozenset(found)


def install_indexes(**_signal: Any) -> None:
    """
    Make an index of words for each searched column of each record, for notes in the feed and for names of files, and
    one of pieces for each column whose area keeps none; harmless when repeated.
    They follow what records say, as the triggers of the journal do: no area writes a migration for them.
    """
    words = {(one.model._meta.db_table, column) for one in registry.records.values() for column in word_columns(one)}
    wanted = [("words", "okno_words({})", words | FILES), ("pieces", "okno_trgm({})", piece_columns() | FILES)]
    with connection.cursor() as cursor:
        for kind, made_of, columns in wanted:
            for table, column in sorted(columns):
                name, value = sql.Identifier(f"{table}_{column}_{kind}"[:63]), sql.SQL(made_of)
                made = sql.SQL("create index if not exists {} on {} using gin ({})")
                cursor.execute(made.format(name, sql.Identifier(table), value.format(sql.Identifier(column))))
        cursor.execute(
            "create index if not exists kit_entry_note_words on kit_entry using gin (okno_words(payload ->> 'text')) "
            "where kind = 'note'"
        )
