"""A small classifier of addresses for the demo company: its cities with the streets that its clients stand in."""

from __future__ import annotations

from okno.areas.addresses.models import House, LoadedRegion, Place
from okno.fronts.home.commands.demo.requisites import CITIES, City
from okno.fronts.home.commands.demo.writer import Writer
from okno.kit.search import words_of

SOURCE, MOST_HOUSES = "demo", 120


def fill(writer: Writer) -> None:
    """Write cities, streets and houses."""
    for city in CITIES:
        _city(writer, city)


def _city(writer: Writer, city: City) -> None:
    full = f"г {city.name}"
    town = _place(writer, city, full, level=5, name=city.name, kind="г", parent=None)
    for street in city.streets:
        kind, _space, name = street.partition(" ")
        place = _place(writer, city, f"{full}, {street}", level=8, name=name, kind=kind, parent=town)
        for number in range(1, MOST_HOUSES + 1):
            code = f"{place.code}-{number}"
            writer.add(House, place=place, code=code, number=str(number), key=str(number))
    houses = MOST_HOUSES * len(city.streets)
    told = {"name": full, "places": len(city.streets) + 1, "houses": houses}
    writer.add(LoadedRegion, region=city.region, source=SOURCE, **told)


def _place(writer: Writer, city: City, full: str, *, level: int, name: str, kind: str, parent: Place | None) -> Place:
    number = " ".join(words_of(full)).replace(" ", "-")[:30]
    return writer.add(
        Place,
        code=f"{SOURCE}-{city.region}-{number}"[:40],
        parent=parent,
        source=SOURCE,
        region=city.region,
        level=level,
        name=name,
        kind=kind,
        full=full,
        words=full.lower().replace("ё", "е"),
    )
