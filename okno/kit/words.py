"""Russian in papers: sums in words, the right plural, cases of names and posts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from num2words import num2words
from pymorphy3 import MorphAnalyzer

from okno.kit.contacts.people import Gender, PersonName, parse_person_name
from okno.kit.errors import Refused
from okno.kit.money import CODES, round_money

LARGEST = 10**15
Forms = tuple[str, str, str]


def plural(number: Decimal | int, one: str, few: str, many: str) -> str:
    """Choose among «рубль», «рубля», «рублей» for this number; a fraction takes the second: «1,5 рубля»."""
    if number != int(number):
        return few
    last_two = abs(int(number)) % 100
    if 11 <= last_two <= 14:
        return many
    return one if last_two % 10 == 1 else few if 2 <= last_two % 10 <= 4 else many


_UNITS: Mapping[str, tuple[Forms, Forms]] = {
    "RUB": (("рубль", "рубля", "рублей"), ("копейка", "копейки", "копеек")),
    "USD": (("доллар США", "доллара США", "долларов США"), ("цент", "цента", "центов")),
    "EUR": (("евро", "евро", "евро"), ("цент", "цента", "центов")),
    "KZT": (("тенге", "тенге", "тенге"), ("тиын", "тиына", "тиынов")),
    "BYN": (
        ("белорусский рубль", "белорусских рубля", "белорусских рублей"),
        ("копейка", "копейки", "копеек"),
    ),
    "CNY": (("юань", "юаня", "юаней"), ("фэнь", "фэня", "фэней")),
    "UAH": (("гривна", "гривны", "гривен"), ("копейка", "копейки", "копеек")),
    "GBP": (("фунт стерлингов", "фунта стерлингов", "фунтов стерлингов"), ("пенс", "пенса", "пенсов")),
    "TRY": (("турецкая лира", "турецкие лиры", "турецких лир"), ("куруш", "куруша", "курушей")),
    "AMD": (("драм", "драма", "драмов"), ("лума", "лумы", "лум")),
    "GEL": (("лари", "лари", "лари"), ("тетри", "тетри", "тетри")),
    "KGS": (("сом", "сома", "сомов"), ("тыйын", "тыйына", "тыйынов")),
    "UZS": (("узбекский сум", "узбекских сума", "узбекских сумов"), ("тийин", "тийина", "тийинов")),
    "AZN": (("манат", "маната", "манатов"), ("гяпик", "гяпика", "гяпиков")),
    "TJS": (("сомони", "сомони", "сомони"), ("дирам", "дирама", "дирамов")),
    "INR": (("индийская рупия", "индийские рупии", "индийских рупий"), ("пайса", "пайсы", "пайс")),
    "AED": (("дирхам", "дирхама", "дирхамов"), ("филс", "филса", "филсов")),
}
_FEMININE = frozenset({"UAH", "TRY", "INR"})


def sum_in_words(amount: Decimal, currency: str = "RUB") -> str:
    """
    Write a sum as invoices do: «Пять тысяч шестьсот девяносто девять рублей 97 копеек».

    A currency that has no words here stands as its code: «Пять JPY 00/100».

    :raises Refused: there is no such currency, or the sum is larger than 10^15.
    """
    if currency not in CODES:
        raise Refused("words.currency", _("There are no words for the currency %(currency)s."), currency=currency)
    rounded = round_money(amount)
    whole, hundredths = divmod(int(abs(rounded) * 100), 100)
    if whole > LARGEST:
        raise Refused("words.range", _("Sums larger than 10^15 are not written in words."))
    words = f"{'минус ' if rounded < 0 else ''}{number_in_words(whole, is_feminine=currency in _FEMININE)}"
    begun = f"{words[0].upper()}{words[1:]}"
    if currency not in _UNITS:
        return f"{begun} {currency} {hundredths:02}/100"
    units, subunits = _UNITS[currency]
    return f"{begun} {plural(whole, *units)} {hundredths:02} {plural(hundredths, *subunits)}"


def number_in_words(number: int, *, is_feminine: bool = False) -> str:
    """Write a whole number in words: «двадцать один», feminine «двадцать одна»."""
    return str(num2words(number, lang="ru", gender="f" if is_feminine else "m"))


class Case(StrEnum):
    """Cases by the names that OpenCorpora gives them."""

    NOMINATIVE = "nomn"
    GENITIVE = "gent"
    DATIVE = "datv"
    ACCUSATIVE = "accs"
    INSTRUMENTAL = "ablt"
    PREPOSITIONAL = "loct"


@dataclass(frozen=True, kw_only=True)
class Declined:
    """The text in the case; where the word is not known it stays as it was and `is_certain` says so."""

    text: str
    is_certain: bool = True


_OBLIQUE = (Case.GENITIVE, Case.DATIVE, Case.ACCUSATIVE, Case.INSTRUMENTAL, Case.PREPOSITIONAL)


def _endings(text: str) -> Mapping[Case, str]:
    return dict(zip(_OBLIQUE, text.split(), strict=True))


# Surnames that decline by rule whether or not a dictionary knows them: what is cut off, then the five endings.
_MALE = (
    (re.compile(r"(?<=ов|ев|ёв|ин|ын)$"), _endings("а у а ым е")),
    (re.compile(r"(?<=[кгх])(ий|ой)$"), _endings("ого ому ого им ом")),
    (re.compile(r"(ый|ой)$"), _endings("ого ому ого ым ом")),
)
_FEMALE = (
    (re.compile(r"(?<=ов|ев|ёв|ин|ын)а$"), _endings("ой ой у ой ой")),
    (re.compile(r"ая$"), _endings("ой ой ую ой ой")),
)
_FIXED = re.compile(r"([оеиуюэ]|[иы]х)$")
_ABBREVIATED = re.compile(r"(и\.?\s?о\.?|врио|вр\.\s?и\.\s?о\.|зам\.|гл\.|ст\.)(?=\s|$)", re.IGNORECASE)


def decline_name(name: PersonName | str, case: Case, gender: Gender | None = None) -> Declined:
    """
    Return surname, name and patronymic in the case: «Иванова Анна Петровна» → «Ивановой Анне Петровне».

    The gender comes from the patronymic, the given name or the surname's ending when it is not told.
    """
    person = parse_person_name(name) if isinstance(name, str) else name
    gender = gender or person.gender or _gender_by_given(person.first) or _gender_by_surname(person.last)
    if case == Case.NOMINATIVE or not person.full:
        return Declined(text=person.full)
    if gender is None:
        return Declined(text=person.full, is_certain=False)
    parts = (
        *(_surname(part, case, gender) for part in _by_hyphen(person.last)),
        *(_given(part, case, gender, "Name") for part in _by_hyphen(person.first)),
        *(_given(part, case, gender, "Patr") for part in _by_hyphen(person.middle)),
    )
    return Declined(
        text=" ".join(part.text for part in parts).replace("- ", "-"),
        is_certain=all(part.is_certain for part in parts),
    )


def decline_post(post: str, case: Case) -> Declined:
    """
    Return a post in the case: «главный бухгалтер» → «главному бухгалтеру», «начальник отдела» → «начальнику отдела».

    Adjectives before the first noun and that noun change, what follows it depends on it and stays.
    """
    words = post.split()
    if case == Case.NOMINATIVE or not words or _ABBREVIATED.match(post.strip()):
        return Declined(text=post)
    changed: list[str] = []
    for word in words:
        part, is_noun = _post_word(word, case)
        if part is None:
            break
        changed.append(part)
        if is_noun:
            return Declined(text=" ".join([*changed, *words[len(changed) :]]))
    # «Управляющий», «заведующая складом»: an adjective or participle may be a post by itself.
    rest = words[len(changed) :]
    if not changed or not all(re.match("[а-яё]", word, re.IGNORECASE) for word in rest):
        return Declined(text=post, is_certain=False)
    return Declined(text=" ".join([*changed, *rest]))


@cache
def _morph() -> Any:
    # 0.1 s and 15 MB: loaded when the first paper needs it.
    return MorphAnalyzer(lang="ru")


@lru_cache(maxsize=4096)
def _parses(word: str) -> tuple[Any, ...]:
    return tuple(_morph().parse(word))


def _by_hyphen(part: str) -> list[str]:
    """Split «Петров-Водкин» so that each piece declines; all but the last keep the hyphen."""
    return re.findall(r"[^-]+-?", part)


def _surname(word: str, case: Case, gender: Gender) -> Declined:
    bare, hyphen = word.rstrip("-"), "-" * word.endswith("-")
    lower = bare.lower()
    is_consonant = lower[-1] not in "аяоеёиуюыэ"
    if _FIXED.search(lower) or (gender == Gender.FEMALE and is_consonant):
        return Declined(text=word)
    for pattern, endings in _MALE if gender == Gender.MALE else _FEMALE:
        if pattern.search(lower):
            return Declined(text=_like(bare, pattern.sub(endings[case], lower, count=1)) + hyphen)
    fits = [parse for parse in _nominative(lower) if parse.tag.gender in {None, _OPENCORPORA[gender]}]
    known = next((parse for parse in fits if "Surn" in parse.tag), None)
    # A common word as a surname («Мороз», «Берёза») declines as the word, but some families do it their own way.
    return _inflected(word, known or next(iter(fits or _nominative(lower)), None), case, is_certain=known is not None)


def _given(word: str, case: Case, gender: Gender, kind: str) -> Declined:
    bare = word.rstrip("-")
    if bare.endswith(".") or len(bare) == 1 or " " in bare:
        return Declined(text=word)
    fits = [
        parse
        for parse in _nominative(bare.lower())
        if kind in parse.tag and parse.tag.gender in {None, _OPENCORPORA[gender]}
    ]
    if not fits and gender == Gender.FEMALE and bare[-1].lower() not in "аяь":
        return Declined(text=word)
    return _inflected(word, next(iter(fits), None), case, is_certain=True)


_OPENCORPORA = {Gender.MALE: "masc", Gender.FEMALE: "femn"}


def _nominative(word: str) -> list[Any]:
    return [parse for parse in _parses(word) if {"NOUN", "nomn", "sing"} in parse.tag]


def _inflected(word: str, parse: Any | None, case: Case, *, is_certain: bool) -> Declined:
    bare, hyphen = word.rstrip("-"), "-" * word.endswith("-")
    form = parse.inflect({case.value, "sing"}) if parse else None
    if form is None:
        return Declined(text=word, is_certain=False)
    return Declined(text=_like(bare, form.word) + hyphen, is_certain=is_certain)


def _post_word(word: str, case: Case) -> tuple[str | None, bool]:
    """Return a word of a post in the case, and whether it is the noun that the rest depends on."""
    # Adjectives first: «старший», «главный» and «учёный» are nouns as well.
    for parse in _parses(word.lower()):
        if {"nomn", "sing"} in parse.tag and parse.tag.POS in {"ADJF", "PRTF"} and parse.tag.gender != "neut":
            is_animate = case == Case.ACCUSATIVE and parse.tag.gender == "masc"
            form = parse.inflect({case.value, "anim"} if is_animate else {case.value})
            return (_like(word, form.word), False) if form else (None, False)
    for parse in _nominative(word.lower()):
        if form := parse.inflect({case.value}):
            return _like(word, form.word), True
    return None, False


def _gender_by_given(first: str) -> Gender | None:
    if len(first.rstrip(".")) < 2:
        return None
    genders = {parse.tag.gender for parse in _nominative(first.lower()) if "Name" in parse.tag}
    if genders == {"masc"}:
        return Gender.MALE
    return Gender.FEMALE if genders == {"femn"} else None


def _gender_by_surname(last: str) -> Gender | None:
    lower = last.lower()
    if re.search(r"(ов|ев|ёв|ин|ын|[кцх]ий|ый)$", lower):
        return Gender.MALE
    return Gender.FEMALE if re.search(r"((ов|ев|ёв|ын)а|[ск]ая)$", lower) else None


def _like(sample: str, word: str) -> str:
    """Give the word the capitals of the sample, and its ё only if the sample is written with it."""
    if "ё" not in sample.lower():
        word = word.replace("ё", "е")
    if sample.isupper() and len(sample) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if sample[0].isupper() else word
