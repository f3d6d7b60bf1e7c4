"""The map of clients: another mode of their list, with the same rows and the same filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from okno.areas.clients.queries import mapping
from okno.areas.clients.queries.mapping import Box, Point
from okno.areas.clients.record import CLIENT
from okno.kit import formats
from okno.kit.web.pages import list_heads

if TYPE_CHECKING:
    from okno.kit.web.pages import ListPage

MOST_LISTED = 100


def page(asked: ListPage) -> HttpResponse:
    """The page with its map; nothing of it for whoever may not see addresses."""
    is_open = _is_open(asked)
    rows = asked.selection.rows()
    found = mapping.points(rows) if is_open else []
    placed = mapping.count(rows) if is_open else 0
    context = list_heads.context(asked)
    context["group_links"] = []
    context["position_text"] = formats.quantity_text(placed)
    told: dict[str, Any] = {
        "points": [_told(one) for one in found],
        "url": asked.address.part("points"),
        "tiles": settings.OKNO_MAP_TILES or "",
        "attribution": settings.OKNO_MAP_ATTRIBUTION,
        "listed": [_told(one) for one in found if one.client_id][:MOST_LISTED],
        "is_closed": not is_open,
        "may_locate": is_open and bool(settings.OKNO_GEOCODER) and asked.actor.may("clients.locate_all"),
    }
    return asked.answer("clients/map.html", {"page": context, "map": told, "page_title": context["title"]})


def points(asked: ListPage) -> HttpResponse:
    """Points of the part of the map that is seen."""
    box = _box(asked.request.GET.get("box", ""))
    found = mapping.points(asked.selection.rows(), box) if _is_open(asked) and box else []
    return JsonResponse({"points": [_told(one) for one in found]})


def _is_open(asked: ListPage) -> bool:
    return asked.actor.sees_field(CLIENT.name, "address")


def _box(said: str) -> Box | None:
    """`west,south,east,north`; None when it cannot be read."""
    try:
        edges: Sequence[float] = [float(one) for one in said.split(",")]
    except ValueError:
        return None
    return Box(*edges) if len(edges) == 4 and all(-400 < one < 400 for one in edges) else None


def _told(one: Point) -> dict[str, Any]:
    return {
        "lat": round(one.latitude, 6),
        "lng": round(one.longitude, 6),
        "count": one.count,
        "name": one.name or _("clients here: %(count)s") % {"count": one.count},
        "note": one.note,
        "url": CLIENT.url_of(one.client_id) if one.client_id else "",
        "exact": one.precision == "house",
    }
