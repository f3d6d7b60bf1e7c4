"""SQL forms of text as people compare it, for indexes and for searching."""

from __future__ import annotations

from django.db import models
from django.db.models import Func
from django.db.models.lookups import PostgresOperatorLookup


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
