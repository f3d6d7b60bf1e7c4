"""How alike two names are when legal form, marks, «ё», the order of words and the alphabet do not matter."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler

from okno.kit.contacts.legal import name_key
from okno.kit.contacts.people import PersonName, parse_person_name

# Below this the measure of Jaro and Winkler tells slips of the pen no longer from names that merely begin alike:
# «Стройинвест» and «Строймонтаж» have 0.84.
SLIP = 0.9
# A surname with a slip is that of the same person when both given names are the same.
SURNAME_SLIP = 0.8
# Ways to write one sound of Russian in Latin letters.
_SOUNDS = (
    ("SHCH", "SCH"),
    ("TS", "C"),
    ("KH", "H"),
    ("PH", "F"),
    ("X", "KS"),
    ("W", "V"),
    ("Q", "K"),
    ("Y", "I"),
    ("J", "I"),
)
_DOUBLED = re.compile(r"([A-Z])\1")
# What two people have in common whose names contradict each other: the family, the house, nothing else.
OTHER_PERSON = 0.3


def trigrams(key: str) -> frozenset[str]:
    """Three-letter pieces of the words of a key, each padded by two blanks before and one after, as pg_trgm does."""
    return frozenset(
        padded[place : place + 3]
        for word in key.split()
        for padded in (f"  {word} ",)
        for place in range(len(word) + 1)
    )


@lru_cache(maxsize=20_000)
def trigram_similarity(first: str, second: str) -> float:
    """The share of three-letter pieces that two keys have in common, from 0 to 1."""
    ours, theirs = trigrams(first), trigrams(second)
    return len(ours & theirs) / len(ours | theirs) if ours and theirs else 0.0


def key_similarity(first: str, second: str) -> float:
    """
    How alike two keys of names are, from 0 to 1: the greater of trigrams and Jaro–Winkler, letter by letter and with
    the ways to write one sound in Latin taken for one.
    """
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    pairs = ((first, second), (sound(first), sound(second)))
    return max(_alike(*pair) for pair in dict.fromkeys(pairs))


@lru_cache(maxsize=20_000)
def sound(key: str) -> str:
    """A key in which Ц is C and TS alike, Х is H and KH, Й is Y, I and J, and no letter stands twice in a row."""
    for written, said in _SOUNDS:
        key = key.replace(written, said)
    return _DOUBLED.sub(r"\1", key)


def _alike(first: str, second: str) -> float:
    if first == second:
        return 1.0
    joined = JaroWinkler.similarity(first.replace(" ", ""), second.replace(" ", ""), score_cutoff=SLIP)
    return max(trigram_similarity(first, second), JaroWinkler.similarity(first, second, score_cutoff=SLIP), joined)


def name_similarity(first: str, second: str) -> float:
    """How alike two names of companies are, from 0 to 1, as they are written."""
    return key_similarity(name_key(first), name_key(second))


def person_similarity(first: str, second: str) -> float:
    """
    How alike two names of people are, from 0 to 1: the surname, the given name and the patronymic are compared apart,
    an initial agrees with every name that begins so. A father and a son are not one person.
    """
    ours, theirs = _person(first), _person(second)
    whole = key_similarity(name_key(first), name_key(second))
    if not (ours.last and theirs.last):
        return whole
    parts = [_part(ours.last, theirs.last)]
    parts += [_part(mine, other) for mine, other in _given(ours, theirs) if mine and other]
    if min(parts) < SLIP and not (parts[0] >= SURNAME_SLIP and parts[1:] == [1.0, 1.0]):
        return min(whole, OTHER_PERSON)
    # A bare surname may be anybody of the family.
    return sum(parts) / len(parts) if len(parts) > 1 else min(whole, OTHER_PERSON)


def _given(ours: PersonName, theirs: PersonName) -> tuple[tuple[str, str], tuple[str, str]]:
    return (ours.first, theirs.first), (ours.middle, theirs.middle)


def _part(first: str, second: str) -> float:
    ours, theirs = name_key(first.rstrip(".")), name_key(second.rstrip("."))
    if len(ours) == 1 or len(theirs) == 1:
        # «Ж» is ZH in Latin letters, so the initial is compared before it is turned.
        return 1.0 if first[:1].upper() == second[:1].upper() else 0.0
    return JaroWinkler.similarity(ours, theirs)


@lru_cache(maxsize=20_000)
def _person(text: str) -> PersonName:
    """A name in parts, without the legal form of a sole proprietor."""
    tidy = text.strip()
    for form in ("Индивидуальный предприниматель ", "ИП "):
        if tidy.lower().startswith(form.lower()):
            tidy = tidy[len(form) :]
    return parse_person_name(tidy)
