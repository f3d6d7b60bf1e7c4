"""An expression cut into words, and how to say where in it something is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused

MAX_LENGTH = 2000


class Sort(Enum):
    """What a word is."""

    NUMBER = auto()
    TEXT = auto()
    NAME = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A word of an expression; `at` is its first character, counted from 1."""

    sort: Sort
    text: str
    at: int


_WORDS = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d+)?)
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|«[^»]*»)
      | (?P<name>[^\W\d_]\w*(?:\.[^\W\d_]\w*)*)
      | (?P<sign><=|>=|<>|!=|==|[-+*/%=<>≤≥≠()\[\],;|])
    )""",
    re.VERBOSE | re.DOTALL,
)
_ALIKE = {"==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=", ";": ","}
_KEYWORDS = {"и": "and", "and": "and", "или": "or", "or": "or", "не": "not", "not": "not", "в": "in", "in": "in"}


def fault(at: int, message: str | Promise, code: str = "expressions.syntax", **params: object) -> Refused:
    """What is wrong, in words, with the position in `params['position']`."""
    told = str(message) % params if params else str(message)
    return Refused(code, _("%(what)s (character %(position)s)"), what=told, position=at)


def tokens(source: str) -> list[Token]:
    """
    Cut an expression into words.

    :raises Refused: it is too long, or a sign is not of the language.
    """
    if len(source) > MAX_LENGTH:
        raise Refused("expressions.too_long", _("An expression has at most %(limit)s characters."), limit=MAX_LENGTH)
    found: list[Token] = []
    place, end = 0, len(source.rstrip())
    while place < end:
        match = _WORDS.match(source, place)
        if match is None:
            at = place + len(source[place:]) - len(source[place:].lstrip())
            raise fault(at + 1, _("“%(sign)s” does not belong here"), sign=source[at])
        found.append(_token(match))
        place = match.end()
    return [*found, Token(Sort.END, "", len(source) + 1)]


def _token(match: re.Match[str]) -> Token:
    sort = str(match.lastgroup)
    text, at = match[sort], match.start(sort) + 1
    if sort == "text":
        inner = text[1:-1]
        return Token(Sort.TEXT, inner if text[0] == "«" else re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL), at)
    if sort == "name" and text.lower() in _KEYWORDS:
        return Token(Sort.SIGN, _KEYWORDS[text.lower()], at)
    return Token(Sort[sort.upper()], _ALIKE.get(text, text), at)
