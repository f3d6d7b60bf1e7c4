"""SQL forms of text as people compare it, for indexes and for searching."""

from __future__ import annotations

from django.db import models
from django.db.models import Func


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
