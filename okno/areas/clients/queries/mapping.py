"""Clients on the map: points of those within reach that a filter leaves, put together when there are many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, QuerySet, Value
from django.db.models.functions import Floor

from okno.areas.clients.models import Client, ClientAddress
from okno.areas.clients.queries.cards import clients as within_reach
from okno.kit.permissions import Actor

# Into how many cells the part that is seen is divided; those of one cell come together.
ACROSS = 36
# So near each other, a street apart, they stand each for itself, as long as a browser can draw them.
NEAR, MOST_POINTS, MOST_CELLS = 0.0006, 500, 1000
# Points of two cells nearer than this part of a cell come together all the same.
JOINED = 0.7


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the map by its edges, in degrees."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Point:
    """A client at its address, or so many of them together: then there is no client."""

    latitude: float
    longitude: float
    count: int = 1
    client_id: int = 0
    name: str = ""
    note: str = ""
    precision: str = ""


def points(clients: QuerySet[Client], box: Box | None = None) -> list[Point]:
    """
    Points of the addresses of these clients that have coordinates.

    :param clients: within reach of whoever looks, as the filter of the list leaves them.
    :param box: the part of the map that is seen; all of it by default.
    """
    rows = _rows(clients)
    if box is None:
        box = _extent(rows)
    else:
        rows = rows.filter(longitude__range=(box.west, box.east), latitude__range=(box.south, box.north))
    size = max(box.east - box.west, (box.north - box.south) * 2) / ACROSS
    if size < NEAR and rows.count() <= MOST_POINTS:
        return [_point(one) for one in rows.select_related("client").order_by("client__name", "pk")]
    return _together(rows, max(size, NEAR))


def count(clients: QuerySet[Client]) -> int:
    """How many of these clients have a place on the map."""
    return int(_rows(clients).aggregate(count=Count("client", distinct=True))["count"])


def _rows(clients: QuerySet[Client]) -> QuerySet[ClientAddress]:
    # ast-grep-ignore: unscoped-read narrowed to clients that were read for the actor
    return ClientAddress.objects.filter(client__in=clients.order_by().values("pk"), latitude__isnull=False).order_by()


def _extent(rows: QuerySet[ClientAddress]) -> Box:
    """The part of the map where all of them stand."""
    edges = rows.aggregate(west=Min("longitude"), south=Min("latitude"), east=Max("longitude"), north=Max("latitude"))
    return Box(**{name: float(value or 0) for name, value in edges.items()})


def _together(rows: QuerySet[ClientAddress], size: float) -> list[Point]:
    """Points put together by cells; one that is alone in its cell stands for itself."""
    step = Value(Decimal(str(round(size, 6))))
    placed = rows.annotate(row=Floor(F("latitude") / step), column=Floor(F("longitude") / step))
    told = {"lat": Avg("latitude"), "lng": Avg("longitude"), "of": Count("pk"), "name": Max("client__city")}
    found = placed.values("row", "column").annotate(**told, one=Min("pk")).order_by("-of", "row", "column")
    cells = _joined(found[:MOST_CELLS], size)
    alone = rows.filter(pk__in=[one["one"] for one in cells if one["of"] == 1]).select_related("client")
    many = [one for one in cells if one["of"] > 1]
    return [
        *(Point(one["lat"], one["lng"], one["of"], note=one["name"]) for one in many),
        *(_point(one) for one in alone.order_by("client__name", "pk")),
    ]


def _joined(cells: Iterable[dict[str, Any]], size: float) -> list[dict[str, Any]]:
    """Cells of which the edge parts neighbours come together again: the fewer go to the many beside them."""
    kept: dict[tuple[int, int], dict[str, Any]] = {}
    for one in cells:
        row, column = int(one["row"]), int(one["column"])
        cell = {**one, "lat": float(one["lat"]), "lng": float(one["lng"])}
        beside = (kept.get((row + down, column + right)) for down in (-1, 0, 1) for right in (-1, 0, 1))
        near = next((other for other in beside if other and _is_near(cell, other, size)), None)
        if near is None:
            kept[row, column] = cell
        else:
            near["of"] += cell["of"]
    return list(kept.values())


def _is_near(cell: dict[str, Any], other: dict[str, Any], size: float) -> bool:
    return all(abs(float(cell[axis]) - float(other[axis])) < size * JOINED for axis in ("lat", "lng"))


def _point(one: ClientAddress) -> Point:
    latitude, longitude = float(one.latitude or 0), float(one.longitude or 0)
    return Point(latitude, longitude, 1, one.client_id, one.client.name, one.text, one.geo_precision)


def unlocated(actor: Actor) -> list[int]:
    """Ids of addresses of clients within reach that have no coordinates, actual ones first."""
    # ast-grep-ignore: unscoped-read narrowed to clients within reach in the same line
    rows = ClientAddress.objects.filter(client__in=within_reach(actor).order_by().values("pk"), latitude=None)
    return list(rows.exclude(text="").order_by("kind", "pk").values_list("pk", flat=True))


def address_within_reach(actor: Actor, address_id: int) -> ClientAddress | None:
    """An address of a client within reach; None when it is not there any more."""
    # ast-grep-ignore: unscoped-read narrowed to clients within reach in the same line
    rows = ClientAddress.objects.filter(pk=address_id, client__in=within_reach(actor).order_by().values("pk"))
    return rows.select_related("client").first()
