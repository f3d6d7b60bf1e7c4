"""
How likely two cards are one client: the score of what they have in common. Pure.

The scores are those of the specification of the client base: INN 100, phone 60, e-mail 60, domain 35, name s·50 where s
is the greater of trigrams and Jaro–Winkler, address 15, the same person behind the same phone 70 in place of 60. A tax
number of another country is worth an INN. Two different INNs, or numbers of one other country, keep the score at 50.
One INN whose KPPs are different is a branch of the same company, which a person has to judge: it is never exact.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from okno.kit import contacts

INN, PHONE, EMAIL, DOMAIN, NAME, ADDRESS, PERSON = 100, 60, 60, 35, 50, 15, 70
EXACT, PROBABLE, CAP = 90, 60, 50
# The most that branches of one company reach.
BRANCH = EXACT - 1
# A name alone is told while one types from here on; it never stops anybody.
SIMILAR_NAME = 0.75
SAME_NAME = 0.9
PEOPLE = frozenset({"person", "sole"})
_PLACE_WORDS = re.compile(
    r"\b(?:г|город|ул|улица|пр|пр-т|проспект|пер|переулок|д|дом|стр|строение|корп|корпус|к|оф|офис|кв|квартира|пом|помещение"
    r"|обл|область|р-н|район|россия|рф|россииская федерация)\b\.?"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What two cards have in common; `name` is how alike their names are, from 0 to 1.

    `foreign` is a tax number of another country. `other_inn` says that both have INNs, or numbers of one other country,
    and none is the same; `kpp` that an INN is the same with its KPP, `other_kpp` that both know KPPs of it and none is
    the same.
    """

    inn: bool = False
    foreign: bool = False
    other_inn: bool = False
    kpp: bool = False
    other_kpp: bool = False
    phone: bool = False
    person: bool = False
    email: bool = False
    domain: bool = False
    address: bool = False
    messenger: bool = False
    name: float = 0.0


def score(found: Evidence) -> int:
    """The score of what two cards have in common, by the table above; a messenger is worth a phone."""
    total = (
        INN * (found.inn or found.foreign)
        + (PERSON if found.person else PHONE * (found.phone or found.messenger))
        + EMAIL * found.email
        + DOMAIN * found.domain
        + ADDRESS * found.address
        + round(NAME * found.name)
    )
    most = CAP if found.other_inn else BRANCH if found.other_kpp else total
    return min(total, most)


def level(points: int) -> str:
    """`exact` from 90, `probable` from 60, nothing below."""
    return "exact" if points >= EXACT else "probable" if points >= PROBABLE else ""


def reasons(found: Evidence) -> tuple[str, ...]:
    """What two cards have in common, the weightiest first."""
    said = {
        "kpp": found.kpp,
        "inn": found.inn and not found.kpp,
        "foreign": found.foreign,
        "person": found.person,
        "phone": found.phone and not found.person,
        "email": found.email,
        "messenger": found.messenger,
        "domain": found.domain and not found.email,
        "address": found.address,
    }
    by_name = ("name",) if found.name >= SAME_NAME else ("similar_name",) if found.name >= SIMILAR_NAME else ()
    return (*(reason for reason, holds in said.items() if holds), *by_name)


@dataclass(frozen=True, slots=True)
class Looks:
    """A card as it is compared: every key that it has, its name as it is written and as it is compared."""

    name: str = ""
    name_key: str = ""
    kind: str = "company"
    address: str = ""
    keys: Collection[tuple[str, str]] = frozenset()
    # (phone key, name of the person behind it)
    people: Sequence[tuple[str, str]] = field(default=())


def compare(first: Looks, second: Looks) -> Evidence:
    """What two cards have in common."""
    ours, theirs = set(first.keys), set(second.keys)
    kinds = {kind for kind, _key in ours & theirs}
    inns, other_inns = _inns(ours), _inns(theirs)
    return Evidence(
        inn="inn" in kinds,
        foreign="foreign" in kinds,
        other_inn=not inns & other_inns and (bool(inns and other_inns) or _differ_abroad(ours, theirs)),
        kpp="kpp" in kinds,
        other_kpp="kpp" not in kinds and _are_branches(inns & other_inns, ours, theirs),
        phone="phone" in kinds,
        person="phone" in kinds and _same_person(first.people, second.people),
        email="email" in kinds,
        domain="domain" in kinds,
        messenger="messenger" in kinds,
        address=bool(first.address) and address_key(first.address) == address_key(second.address) != "",
        name=likeness(first, second),
    )


def likeness(first: Looks, second: Looks) -> float:
    """How alike the names of two cards are; those of people are compared by their parts."""
    if {first.kind, second.kind} <= PEOPLE and first.name and second.name:
        return contacts.person_similarity(first.name, second.name)
    return contacts.key_similarity(first.name_key, second.name_key)


@lru_cache(maxsize=50_000)
def address_key(text: str) -> str:
    """An address as it is compared: without index, signs and the words for streets and houses, in order of words."""
    tidy = text.lower().replace("ё", "е").replace("й", "и")
    bare = _PLACE_WORDS.sub(" ", re.sub(r"\b\d{6}\b", " ", tidy))
    words = sorted(set(re.findall(r"[^\W_]+", bare)))
    # A town alone is nobody's address.
    return " ".join(words) if len(words) > 1 and any(any(map(str.isdigit, word)) for word in words) else ""


def _inns(keys: set[tuple[str, str]]) -> set[str]:
    return {key for kind, key in keys if kind == "inn"}


def _differ_abroad(ours: set[tuple[str, str]], theirs: set[tuple[str, str]]) -> bool:
    """Whether both have tax numbers of the same other country, and no number is the same."""
    first, second = ({key for kind, key in keys if kind == "foreign"} for keys in (ours, theirs))
    countries = {key.partition("-")[0] for key in first} & {key.partition("-")[0] for key in second}
    return bool(countries) and not first & second


def _are_branches(inns: set[str], ours: set[tuple[str, str]], theirs: set[tuple[str, str]]) -> bool:
    """Whether both know KPPs of every INN they share; that none is the same is known already."""
    return bool(inns) and all(
        any(kind == "kpp" and key.startswith(f"{inn}-") for kind, key in keys)
        for inn in inns
        for keys in (ours, theirs)
    )


def _same_person(ours: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]]) -> bool:
    return any(
        phone == other_phone and contacts.person_similarity(name, other_name) >= SAME_NAME
        for phone, name in ours
        for other_phone, other_name in theirs
    )
