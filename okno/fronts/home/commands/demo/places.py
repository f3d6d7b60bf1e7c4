"""A small classifier of addresses for the demo company: its cities with the streets that its clients stand in."""

from __future__ import annotations

import datetime as dt

from okno.areas.addresses.models import House, LoadedRegion, Place
from okno.fronts.home.commands.demo.requisites import CITIES, City
from okno.fronts.home.commands.demo.writer import Writer

# Latitude and longitude of the middle of each city.
CENTRES = {
    "Москва": (55.7558, 37.6173),
    "Санкт-Петербург": (59.9386, 30.3141),
    "Нижний Новгород": (56.3269, 44.0059),
    "Казань": (55.7963, 49.1088),
    "Екатеринбург": (56.8389, 60.6057),
    "Новосибирск": (55.0302, 82.9204),
    "Самара": (53.1959, 50.1008),
    "Ростов-на-Дону": (47.2225, 39.7188),
    "Краснодар": (45.0355, 38.9753),
    "Воронеж": (51.6608, 39.2003),
    "Тверь": (56.8587, 35.9176),
    "Ярославль": (57.6261, 39.8845),
    "Пермь": (58.0105, 56.2294),
    "Челябинск": (55.1644, 61.4368),
    "Тула": (54.1931, 37.6173),
}
SOURCE, MOST_HOUSES = "demo", 120


def fill(writer: Writer, at: dt.datetime) -> None:
    """Write cities, streets and houses as they were loaded at this moment."""
    for city in CITIES:
        _city(writer, city, at)


def _city(writer: Writer, city: City, at: dt.datetime) -> None:
    full = f"г {city.name}"
    town = _place(writer, city, 0, full, level=5, name=city.name, kind="г", parent=None)
    for order, street in enumerate(city.streets, 1):
        kind, _space, name = street.partition(" ")
        place = _place(writer, city, order, f"{full}, {street}", level=8, name=name, kind=kind, parent=town)
        for number in range(1, MOST_HOUSES + 1):
            code = f"{place.code}-{number}"
            writer.add(House, place=place, code=code, number=str(number), key=str(number))
    houses = MOST_HOUSES * len(city.streets)
    told = {"name": full, "places": len(city.streets) + 1, "houses": houses}
    writer.add(LoadedRegion, region=city.region, source=SOURCE, loaded_at=at, **told)


def _place(
    writer: Writer, city: City, order: int, full: str, *, level: int, name: str, kind: str, parent: Place | None
) -> Place:
    return writer.add(
        Place,
        code=f"{SOURCE}-{city.region}-{order}",
        parent=parent,
        source=SOURCE,
        region=city.region,
        level=level,
        name=name,
        kind=kind,
        full=full,
        words=full.lower().replace("ё", "е"),
    )
