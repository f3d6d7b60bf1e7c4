"""Reads: suggestions while one types, what an address that was written is, and what is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet
from django.db.models.functions import Length

from okno.areas.addresses import rules
from okno.areas.addresses.models import House, LoadedRegion, Place

MOST, LOOKED_AT = 8, 400
HOUSE, STREET, SETTLEMENT, REGION, NOTHING = "house", "street", "settlement", "region", ""
# Parts of an address by the level of a place.
PARTS = {
    1: "region",
    2: "district",
    3: "district",
    4: "settlement",
    5: "city",
    6: "settlement",
    7: "settlement",
    8: "street",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An address that goes on from what was typed: the whole text, its code, and how far it goes."""

    text: str
    code: str
    level: int
    post_index: str = ""


@dataclass(frozen=True, slots=True)
class Recognised:
    """An address that was written: its parts with their kinds, the code of what was found, and how exact that is."""

    parts: dict[str, str] = field(default_factory=dict)
    code: str = ""
    precision: str = NOTHING


def suggestions(text: str, *, most: int = MOST) -> list[Suggestion]:
    """Addresses that go on from what was typed: places by the beginnings of words, then houses of the street."""
    words, house = rules.search_words(text)
    if not words:
        return []
    places = _places(words, most)
    if house:
        found = [one for place in places[:3] for one in _houses(place, house, most)]
        if found:
            return found[:most]
    return [Suggestion(one.full, one.code, one.level, one.post_index) for one in places]


def recognised(text: str) -> Recognised:
    """What an address that was written is: parts by the classifier if it is found there, else as they are written."""
    written = rules.parse(text)
    words, house = rules.search_words(text)
    place = next(iter(_places(words, 1, is_whole=True)), None) if words else None
    if place is None:
        return Recognised(written)
    parts = {**_above(place), **{key: written[key] for key in ("house", "flat") if key in written}}
    exact = next(iter(_houses(place, house, 1, is_whole=True)), None) if house else None
    index = (exact.post_index if exact else "") or place.post_index or written.get("post_index", "")
    parts = {key: value for key in rules.ORDER if (value := {**parts, "post_index": index}.get(key))}
    if exact is not None:
        return Recognised(parts, exact.code, HOUSE)
    return Recognised(parts, place.code, STREET if place.level > 7 else SETTLEMENT if place.level > 3 else REGION)


def recognised_all(texts: Iterable[str]) -> dict[str, Recognised]:
    """What many addresses are, by their texts: the classifier is asked for each of them only where one is loaded."""
    # ast-grep-ignore: unscoped-read the classifier is the same for everybody
    is_loaded = Place.objects.exists()
    return {one: recognised(one) if is_loaded else Recognised(rules.parse(one)) for one in set(texts)}


def loaded() -> QuerySet[LoadedRegion]:
    """Regions that were loaded."""
    # ast-grep-ignore: unscoped-read reference data: whoever opens the page sees all of it
    return LoadedRegion.objects.order_by("region")


def _places(words: Sequence[str], most: int, *, is_whole: bool = False) -> list[Place]:
    """Places of which every word is there: larger ones and shorter addresses first."""
    asked = " & ".join(f"'{one}'" if is_whole else f"'{one}':*" for one in words)
    vector: Any = SearchVector("words", config="simple")
    query = SearchQuery(asked, search_type="raw", config="simple")
    # ast-grep-ignore: unscoped-read the classifier is the same for everybody
    rows = Place.objects.annotate(found=vector).filter(found=query)[:LOOKED_AT]
    ids = [one.pk for one in rows.only("pk")]
    # ast-grep-ignore: unscoped-read the classifier is the same for everybody
    ordered = Place.objects.filter(pk__in=ids).order_by("level", Length("full"), "full", "pk")
    return list(ordered[:most])


def _houses(place: Place, number: str, most: int, *, is_whole: bool = False) -> list[Suggestion]:
    key = rules.house_key(number)
    how = {"key": key} if is_whole else {"key__startswith": key}
    # ast-grep-ignore: unscoped-read the classifier is the same for everybody
    rows = House.objects.filter(place=place, **how).order_by(Length("key"), "key", "pk")[:most]
    return [
        Suggestion(f"{place.full}, д {one.number}", one.code, place.level + 1, one.post_index or place.post_index)
        for one in rows
    ]


def _above(place: Place) -> dict[str, str]:
    """The parts of a place and of everything above it."""
    found: dict[str, str] = {}
    one: Place | None = place
    while one is not None:
        found.setdefault(PARTS.get(one.level, "settlement"), _titled(one))
        one = one.parent
    return found


def _titled(place: Place) -> str:
    return place.full.rpartition(", ")[2]
