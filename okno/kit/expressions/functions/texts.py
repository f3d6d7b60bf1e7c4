"""Texts: their parts, their look, and what is written in them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.kit import words
from okno.kit.conditions.binding import NUMBER, fold
from okno.kit.conditions.operators import Family
from okno.kit.expressions.catalog import function
from okno.kit.expressions.values import MAX_TEXT, is_empty, text_of, too_long_text

_LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y - e iu ia".replace("-", "").split(" "),
        strict=True,
    )
)


def _count(number: Decimal) -> int:
    return max(0, min(MAX_TEXT, int(number)))


def folded(text: str) -> str:
    """Text as it is compared."""
    return fold(text, Family.TEXT)


@function("text", "текст", "any -> text", _("The value as a text."), takes_empty=True)
def as_text(value: Any) -> str:
    return text_of(value)


@function(
    "label", "подпись", "any -> text", _("What people see of a field: the name of an option, the title of a link.")
)
def label(value: Any) -> str:
    return text_of(value)


@function("number", "число", "any -> number", _("The number written in a text; empty if there is none."))
def as_number(value: Any) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    written = re.sub(r"\s", "", text_of(value)).replace(",", ".")
    return Decimal(written) if NUMBER.fullmatch(written) else None


@function("len", "длина", "text -> number", _("How many characters a text has."), takes_empty=True)
def length(text: str | None) -> int:
    return len(text or "")


@function("upper", "прописные", "text -> text", _("The text in capital letters."))
def upper(text: str) -> str:
    return text.upper()


@function("lower", "строчные", "text -> text", _("The text in small letters."))
def lower(text: str) -> str:
    return text.lower()


@function("capitalize", "с_прописной", "text -> text", _("The text with a capital first letter."))
def capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


@function("trim", "сжпробелы", "text -> text", _("The text without idle spaces."))
def trim(text: str) -> str:
    return " ".join(text.split())


@function("left", "лев", "text, number -> text", _("The first characters of a text."))
def left(text: str, number: Decimal) -> str:
    return text[: _count(number)]


@function("right", "прав", "text, number -> text", _("The last characters of a text."))
def right(text: str, number: Decimal) -> str:
    return text[max(0, len(text) - _count(number)) :]


@function("mid", "сред", "text, number, number? -> text", _("Characters from the given one on, counted from 1."))
def middle(text: str, start: Decimal, number: Decimal = Decimal(MAX_TEXT)) -> str:
    first = max(0, _count(start) - 1)
    return text[first : first + _count(number)]


@function("contains", "содержит", "text, text -> boolean", _("Whether a text has another in it, in any case."))
def contains(text: str, part: str) -> bool:
    return folded(part) in folded(text)


@function("starts", "начинается_с", "text, text -> boolean", _("Whether a text starts with another, in any case."))
def starts(text: str, part: str) -> bool:
    return folded(text).startswith(folded(part))


@function("ends", "заканчивается_на", "text, text -> boolean", _("Whether a text ends with another, in any case."))
def ends(text: str, part: str) -> bool:
    return folded(text).endswith(folded(part))


@function("position", "позиция", "text, text -> number", _("Where a text has another, counted from 1; 0 if nowhere."))
def position(text: str, part: str) -> int:
    return folded(text).find(folded(part)) + 1


@function(
    "replace",
    "заменить",
    "text, text, text -> text",
    _("The text with one piece replaced by another."),
    takes_empty=True,
)
def replace(text: str | None, piece: str | None, by: str | None) -> str | None:
    if not text or not piece:
        return text
    if len(text) + text.count(piece) * len(by or "") > 2 * MAX_TEXT:
        raise too_long_text()
    return text.replace(piece, by or "")


@function("split", "разделить", "text, text -> list", _("The pieces of a text between separators."))
def split(text: str, separator: str) -> tuple[str, ...]:
    return tuple(piece.strip() for piece in text.split(separator))


@function("join", "соединить", "list, text? -> text", _("The items of a list as one text; empty ones are left out."))
def join(values: tuple[Any, ...], separator: str = ", ") -> str:
    return separator.join(text_of(value) for value in values if not is_empty(value))


@function("concat", "сцепить", "any... -> text", _("All values as one text."), takes_empty=True)
def concat(*values: Any) -> str:
    return "".join(text_of(value) for value in values)


@function("pad", "дополнить", "any, number, text? -> text", _('The text filled from the left: pad(7, 3, "0") is 007.'))
def pad(value: Any, width: Decimal, filler: str = " ") -> str:
    return text_of(value).rjust(min(_count(width), 1000), filler[:1] or " ")


@function("digits", "цифры", "text -> text", _("Only the digits of a text."))
def digits(text: str) -> str:
    return fold(text, Family.PHONE)


@function("word", "слово", "text, number -> text", _("The word of a text by its number, counted from 1."))
def word(text: str, number: Decimal) -> str | None:
    found = text.split()
    return found[int(number) - 1] if 1 <= number <= len(found) else None


@function("initials", "инициалы", "text -> text", _("“Ivanov Ivan Petrovich” as “Ivanov I. P.”."))
def initials(name: str) -> str:
    last, *given = name.split()
    return " ".join([last, *(f"{one[0].upper()}." for one in given)])


@function("translit", "транслит", "text -> text", _("Russian letters in Latin ones, as in passports."))
def translit(text: str) -> str:
    return "".join(_latin(letter) for letter in text)


def _latin(letter: str) -> str:
    latin = _LETTERS.get(letter.lower(), letter)
    return latin.capitalize() if letter != letter.lower() and letter.lower() in _LETTERS else latin


@function(
    "plural",
    "форма_числа",
    "number, text, text, text -> text",
    _('The form of a word that suits a number: plural(5, "день", "дня", "дней") is “дней”.'),
)
def plural(number: Decimal, one: str, few: str, many: str) -> str:
    return words.plural(number, one, few, many)


_CASES = dict(
    zip(
        ("именительный", "родительный", "дательный", "винительный", "творительный", "предложный"),
        words.Case,
        strict=True,
    )
)


def _case(name: str) -> words.Case:
    return _CASES[name.lower()] if name.lower() in _CASES else words.Case[name.upper()]


@function(
    "decline_name",
    "склонить_имя",
    "text, text -> text",
    _("A person's full name in a case: “genitive”, “dative”, “instrumental” and so on."),
)
def decline_name(name: str, case: str) -> str:
    return words.decline_name(name, _case(case)).text


@function("decline_post", "склонить_должность", "text, text -> text", _("A post in a case: “genitive”, “dative”."))
def decline_post(post: str, case: str) -> str:
    return words.decline_post(post, _case(case)).text
