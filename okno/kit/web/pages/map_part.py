"""A list shown on the map: the same rows, filter and colours, where they or the rows behind a link of theirs stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okno.kit import formats
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.rows import mapping, totals
from okno.kit.rows.columns import Reader, columns_for
from okno.kit.rows.mapping import Box, Spot, Standing, Way
from okno.kit.web.pages import list_heads, list_rows
from okno.kit.web.pages.painting import ALIAS, painted

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

Context = dict[str, Any]
MOST_LISTED = 100


def is_offered(asked: ListPage) -> bool:
    """Whether rows have places that the actor may look at."""
    return bool(mapping.ways(asked.actor, asked.record))


def page(asked: ListPage) -> HttpResponse:
    """The page with its map, and the same rows below it for those who do not look at maps."""
    way, context = _asked_way(asked), list_heads.context(asked)
    stand = _standing(asked, way)
    box, placed = stand.extent() if stand else (None, 0)
    spots = stand.spots(box) if stand and box and placed else []
    points = _told(asked, way, spots)
    whole = list_rows.count_text(totals.capped(asked.selection.rows(narrow=True), ()))
    context |= {"group_links": [], "map": _map(asked, way, points)}
    context["position_text"] = _("%(shown)s of %(total)s") % {
        "shown": formats.quantity_text(placed),
        "total": whole,
    }
    return asked.answer("kit/map.html", {"page": context, "page_title": context["title"]})


def points(asked: ListPage) -> HttpResponse:
    """Points of the part of the map that is seen."""
    way, box = _asked_way(asked), Box.read(asked.request.GET.get("box", ""))
    stand, across = (_standing(asked, way) if box else None), id_of(asked.request.GET.get("across", ""))
    width = [across] if across is not None and across < 1000 else []
    found = stand.spots(box, *width) if stand and box else []
    return JsonResponse({"points": _told(asked, way, found)})


def _map(asked: ListPage, way: Way, found: Sequence[Context]) -> Context:
    listed = [{**row, "note": one["note"]} for one in found for row in one["rows"]]
    listed += [_crowd(asked, way, one) for one in found if not one["rows"]]
    doors = [one for one in asked.map_doors if not one.permission or asked.actor.may(one.permission)]
    known = mapping.ways(asked.actor, asked.record)
    return {
        "points": found,
        "url": asked.address.part("points"),
        "list_url": asked.address.url(mode="list"),
        "way": way.key,
        "tiles": settings.OKNO_MAP_TILES or "",
        "attribution": settings.OKNO_MAP_ATTRIBUTION,
        "listed": listed[:MOST_LISTED],
        "doors": [{"label": one.label, "icon": one.icon, "url": one.url} for one in doors],
        "by": way.label,
        "fields": [
            {"label": one.label, "url": asked.address.url(by=key), "active": key == way.key}
            for key, one in known.items()
        ],
        "owner": way.record.label,
        "live_topic": asked.record.name,
    }


def _crowd(asked: ListPage, way: Way, point: Context) -> Context:
    """Rows of several spots by how many they are: the way to their list."""
    edges = ",".join(str(one) for one in point["box"])
    count = formats.quantity_text(point["count"])
    name = ngettext("%(count)s row", "%(count)s rows", point["count"]) % {"count": count}
    url = asked.address.url(mode="list", area=f"{way.key}:{edges}")
    return {"name": name, "note": point["town"], "hint": "", "url": url}


def _asked_way(asked: ListPage) -> Way:
    """The way by which rows are placed. :raises Missing: there is none."""
    known = mapping.ways(asked.actor, asked.record)
    found = known.get(asked.address.get("by")) or next(iter(known.values()), None)
    if found is None:
        raise Missing("not_found", _("There is no such page."))
    return found


def _standing(asked: ListPage, way: Way) -> Standing | None:
    return mapping.standing(asked.actor, asked.record, way, asked.selection.rows())


def _told(asked: ListPage, way: Way, spots: Sequence[Spot]) -> list[Context]:
    """Points as the island draws them: rows of one spot by their names, many of several spots by the town."""
    pairs = [pair for one in spots for pair in one.rows]
    named = _named(asked, way, {row_id for row_id, _place in pairs})
    places = mapping.told(way, {place_id for _row, place_id in pairs}) if pairs else {}
    return [_point(one, [named[row] for row, _place in one.rows if row in named], places) for one in spots]


def _point(spot: Spot, rows: Sequence[Context], places: Mapping[int, tuple[str, bool]]) -> Context:
    said = [places[place_id] for _row, place_id in spot.rows if place_id in places]
    more = spot.count - len(rows) if rows else 0
    return {
        "lat": round(spot.latitude, 6),
        "lng": round(spot.longitude, 6),
        "count": spot.count,
        "box": [round(one, 6) for one in astuple(spot.box)],
        "note": said[0][0] if said else spot.town,
        "town": spot.town,
        "exact": bool(said) and all(is_exact for _text, is_exact in said),
        "rows": list(rows),
        "more": _("%(count)s more") % {"count": formats.quantity_text(more)} if more else "",
    }


def _named(asked: ListPage, way: Way, ids: set[int]) -> dict[int, Context]:
    """What rows are called, whose they are, and their colour, by id: the rule that paints them, else the deadline."""
    if not ids:
        return {}
    selection, actor, record = asked.selection, asked.actor, asked.record
    rows = selection.rows().filter(pk__in=ids)
    due = asked.due.sources(actor, record) if asked.due else ()
    if selection.paint:
        rows = painted(rows, selection.paint, actor, record)
    columns = columns_for(actor, record, [record.title, *([] if way.is_own else [way.key])])
    reader = Reader(columns, None, (*due, *([ALIAS] if selection.paint else ())))
    found = {}
    for values in reader.values(rows):
        texts = dict(zip((one.key for one in columns), reader.cells(values, asked.moment), strict=True))
        number = values[1 + len(due)] if selection.paint else None
        colour = asked.due.of(values[1 : 1 + len(due)], asked.moment) if asked.due else ""
        found[values[0]] = {
            "name": texts.get(record.title, {}).get("text") or f"№ {values[0]}",
            "hint": "" if way.is_own else texts.get(way.key, {}).get("text", ""),
            "url": record.url_of(values[0]),
            "colour": selection.paint[number].colour if number is not None else colour,
        }
    return found
