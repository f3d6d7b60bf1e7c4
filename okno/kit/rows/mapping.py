"""Rows on the map: where those that a filter leaves stand, put together by the database where there are many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Model, Q, QuerySet
from django.db.models.lookups import In

from okno.kit import permissions
from okno.kit.compiled import Sql
from okno.kit.conditions import Sight
from okno.kit.conditions.places import living
from okno.kit.openness import may_ask
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows import expressions

# Into how many cells the part that is seen is divided; rows of one cell come together.
ACROSS = 36
# So near each other, a street apart, every spot stands for itself, as long as a browser can draw them.
NEAR, MOST_SPOTS, MOST_CELLS = 0.0006, 500, 1000
# Of how many circles one that stands for several may be made.
MOST_BOXES = 100
# How many rows of one spot are named.
NAMED = 20


@dataclass(frozen=True)
class Places:
    """
    Where rows of a record stand: rows of `model` that point to them by `back` and have a latitude and a longitude.

    `field` is the key of the field that tells the place in words: whoever may not see it sees nobody on the map.
    `town` is an ORM path that names where many of them are, `text` and `precision` are columns of one. A row behind a
    link stands at one place alone, the first in this `order`: a deal of a client with three stores is one point.
    """

    model: type[Model]
    back: str
    field: str
    town: str
    order: tuple[str, ...] = ("pk",)
    text: str = "text"
    precision: str = "geo_precision"
    exact: str = "house"


@dataclass(frozen=True)
class Way:
    """How rows get on the map: by places of their own, or by those of the row that the link `key` leads to."""

    key: str
    label: object
    owner: Any
    record: Record
    places: Places
    is_own: bool

    @property
    def path(self) -> str:
        """The dotted key of the field that has to be open."""
        return self.key if self.is_own else f"{self.key}.{self.places.field}"


@dataclass(frozen=True)
class Box:
    """A part of the map by its edges, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def read(cls, said: str) -> Box | None:
        """The part that `west,south,east,north` names; None when it cannot be read."""
        try:
            edges = [float(one) for one in said.split(",")]
        except ValueError:
            return None
        return cls(*edges) if len(edges) == 4 and all(-400 < one < 400 for one in edges) else None


@dataclass(frozen=True)
class Spot:
    """
    A point of the map that stands for `count` rows, all of them in its `box`. `rows` are pairs of a row and its place,
    the first few of those that stand at this very spot; there are none where rows of several spots came together.
    """

    latitude: float
    longitude: float
    count: int
    box: Box
    town: str = ""
    rows: tuple[tuple[int, int], ...] = ()


_PLACES: dict[str, Places] = {}


def add(record: str, places: Places) -> None:
    """Say where rows of a record stand: their lists, and those of records that link to them, get a map."""
    _PLACES[record] = places


def ways(actor: Actor, record: Record) -> dict[str, Way]:
    """How rows of a record may get on the map of an actor, by the key of the field that leads there."""
    found: dict[str, Way] = {}
    own = _PLACES.get(record.name)
    if own is not None and may_ask(actor, record, own.field):
        found[own.field] = Way(own.field, record.fields[own.field].label, F("pk"), record, own, is_own=True)
    for key, field in record.all_fields().items():
        places = _PLACES.get(field.link)
        if places is None or field.many or not may_ask(actor, record, f"{key}.{places.field}"):
            continue
        linked = registry.record(field.link)
        if actor.may(permissions.view_permission(linked.model)):
            owner = expressions.linked_id(record, key, field)
            found[key] = Way(key, field.label, owner, linked, places, is_own=False)
    return found


@dataclass(frozen=True)
class Standing:
    """Rows that stand somewhere, as an actor may know of them: no place that is out of reach or closed is told."""

    sql: str
    params: tuple[Any, ...]

    def extent(self) -> tuple[Box, int]:
        """The part of the map where all of them stand, and how many rows that are."""
        edges = "min(longitude), min(latitude), max(longitude), max(latitude), count(distinct row_id)"
        text = f"select {edges} from ({self.sql}) as standing"  # noqa: S608 - all of it is made here
        *found, count = self._read(text, self.params)[0]
        return Box(*(float(one or 0) for one in found)), count

    def spots(self, box: Box, across: int = ACROSS) -> list[Spot]:
        """
        Points of a part of the map: spots of their own where one looks closely, else what stands in its cells.

        :param across: how many cells stand side by side.
        """
        size = max(box.east - box.west, (box.north - box.south) * 2) / max(4, min(across, ACROSS))
        if size < NEAR:
            spots = self._grouped(box, "latitude", "longitude", MOST_SPOTS + 1)
            if len(spots) <= MOST_SPOTS:
                return [_spot(one) for one in spots]
        step = round(max(size, NEAR), 6)
        cells = self._grouped(box, f"floor(latitude / {step:.6f})", f"floor(longitude / {step:.6f})", MOST_CELLS)
        return [_spot(one) for one in cells]

    def _grouped(self, box: Box, down: str, right: str, most: int) -> list[tuple[Any, ...]]:
        """What has these two expressions in common, the most numerous first; rows are named where all share a spot."""
        is_spot = "min(latitude) = max(latitude) and min(longitude) = max(longitude)"
        named = [
            f"case when {is_spot} then (array_agg({one} order by row_id desc))[1:{NAMED}] end"
            for one in ("row_id", "place_id")
        ]
        edges = ("min(longitude)", "min(latitude)", "max(longitude)", "max(latitude)")
        town = "mode() within group (order by town)"
        told = ", ".join(["avg(latitude)", "avg(longitude)", "count(*)", town, *named, *edges])
        seen = "longitude between %s and %s and latitude between %s and %s"
        text = (
            f"select {down}, {right}, {told} from ({self.sql}) as standing where {seen} "  # noqa: S608 - as above
            f"group by 1, 2 order by 5 desc, 1, 2 limit {most}"
        )
        return self._read(text, (*self.params, box.west, box.east, box.south, box.north))

    def _read(self, text: str, params: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(text, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found


def standing(actor: Actor, record: Record, way: Way, rows: QuerySet[Any]) -> Standing | None:
    """
    Those of the rows that have a place; None when none may be looked at.

    :param rows: within reach of the actor, as the filter leaves them.
    """
    sight = permissions.condition_context(actor).sight
    opened = sight.opened(record, way.path) if sight else None
    shown = rows if opened is None else rows.filter(opened)
    try:
        (own, own_params), (held, held_params) = _sql(_owned(shown, way)), _sql(_held(way, sight))
    except EmptyResultSet:  # nothing is within reach, and there is nothing to ask
        return None
    told = "row_id, place_id, latitude::float8 as latitude, longitude::float8 as longitude, town"
    text = (
        f"select {told} from ({own}) as own (row_id, owner_id) "  # noqa: S608 - both parts are made by Django
        f"join ({held}) as held (owner_id, place_id, latitude, longitude, town) using (owner_id)"
    )
    return Standing(text, (*own_params, *held_params))


def told(way: Way, ids: Iterable[int]) -> Mapping[int, tuple[str, bool]]:
    """What is said of places that were found: the address, and whether the point is as exact as the house."""
    places = way.places
    found = places.model._default_manager.filter(pk__in=ids).values_list("pk", places.text, places.precision)
    return {place_id: (text, precision == places.exact) for place_id, text, precision in found}


def inside(actor: Actor, record: Record, said: str) -> Q | None:
    """
    The rows that stand in a part of the map, of which nobody learns more than by the map itself.

    :param said: the key of the way and the boxes, as addresses have them: `client:35.9,56.8,36.0,56.9;37.1,…`.
    :returns: None when the part cannot be read, or the way is closed to the actor.
    """
    key, _colon, parts = said.partition(":")
    way, boxes = ways(actor, record).get(key), [Box.read(one) for one in parts.split(";")[:MOST_BOXES]]
    if way is None or None in boxes:
        return None
    sight = permissions.condition_context(actor).sight
    opened = sight.opened(record, way.path) if sight else None
    seen = reduce(or_, (_within(box) for box in boxes if box is not None))
    held = way.places.model._default_manager.filter(seen, pk__in=_held(way, sight).values("pk"))
    return Q(In(way.owner, held.values(f"{way.places.back}_id"))) & (opened or Q())


def _within(box: Box) -> Q:
    return Q(longitude__range=(box.west, box.east), latitude__range=(box.south, box.north))


def _owned(rows: QuerySet[Any], way: Way) -> QuerySet[Any]:
    """Rows with the id of the row whose places are theirs."""
    return rows.order_by().values_list("pk", way.owner)


def _held(way: Way, sight: Sight | None) -> QuerySet[Any]:
    """Places with coordinates: all of a row's own, of a row behind a link the first one, if it may be looked at."""
    places = way.places
    held = places.model._default_manager.order_by().filter(latitude__isnull=False)
    if not way.is_own:
        owners = living(way.record.model, sight).values("pk")
        held = held.filter(**{f"{places.back}__in": owners})
        held = held.order_by(places.back, *places.order).distinct(places.back)
    found: QuerySet[Any] = held.values_list(f"{places.back}_id", "pk", "latitude", "longitude", places.town)
    return found


def _sql(rows: QuerySet[Any]) -> Sql:
    found: Sql = rows.query.sql_with_params()
    return found


def _spot(found: tuple[Any, ...]) -> Spot:
    _row, _column, latitude, longitude, count, town, rows, of_places, *edges = found
    pairs = tuple(zip(rows or (), of_places or (), strict=True))
    return Spot(latitude, longitude, count, Box(*edges), town or "", pairs)
