"""How the graph of related clients is drawn: the client in the middle, rings around it by how far the others are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from okno.areas.clients import commands
from okno.areas.clients.models import Client, ClientRelation
from okno.areas.clients.record import CLIENT
from okno.areas.clients.web import tie_forms

WIDTH, HEIGHT = 190, 32


@dataclass(frozen=True, slots=True)
class Drawing:
    """How far apart the boxes stand, how many signs of a name they hold, how many rings are drawn."""

    radius: int
    step: int
    longest: int
    rings: int
    # So few boxes as there may be, they are not drawn larger than their size on the page.
    least_width: int
    # How much wider than high the rings are: names of relations stand between boxes that are side by side.
    stretch: float


LARGE, SMALL = Drawing(190, 130, 22, 2, 1160, 2.0), Drawing(105, 80, 17, 1, 0, 1.6)
# So far apart the boxes of the outer ring stand, in radians.
GAP = 0.45


def graph(
    center: Client, known: Mapping[int, Client], relations: list[ClientRelation], drawing: Drawing = LARGE
) -> dict[str, Any]:
    """Where the boxes and lines of the graph stand: the client in the middle, rings around it by distance."""
    rings = _rings(center.pk, relations)[: drawing.rings]
    places = {center.pk: (0.0, 0.0)}
    angles: dict[int, float] = {}
    for number, ring in enumerate(rings, 1):
        angles |= _angles(ring, relations, angles)
        radius = drawing.radius + drawing.step * (number - 1)
        for one in ring:
            across = radius * drawing.stretch * math.cos(angles[one])
            places[one] = (round(across, 1), round(radius * math.sin(angles[one]), 1))
    across, down = (max(abs(place[axis]) for place in places.values()) for axis in (0, 1))
    across, down = max(across, (drawing.least_width - WIDTH) / 2) + WIDTH / 2 + 5, down + HEIGHT
    box = f"{-across:.0f} {-down:.0f} {across * 2:.0f} {down * 2:.0f}"
    return {
        "box": box,
        "nodes": [
            _node(known[one], place, drawing.longest, is_center=one == center.pk) for one, place in places.items()
        ],
        "lines": [_line(one, places) for one in relations if one.first_id in places and one.second_id in places],
    }


def _angles(ring: Sequence[int], relations: list[ClientRelation], inner: Mapping[int, float]) -> dict[int, float]:
    """Where on their ring clients stand: the first one evenly, further ones beside whom they are related to."""
    if not inner:
        return {one: 2 * math.pi * place / len(ring) - math.pi / 2 + 0.35 for place, one in enumerate(ring)}
    ends = [(one.first_id, one.second_id) for one in relations]
    ends += [(second, first) for first, second in ends]
    wanted = sorted(
        (next(inner[two] for one, two in ends if one == client and two in inner), client) for client in ring
    )
    gap, found, last = min(GAP, 2 * math.pi / len(ring)), dict[int, float](), -math.inf
    for angle, client in wanted:
        last = max(angle, last + gap)
        found[client] = last
    return found


def _rings(center: int, relations: list[ClientRelation]) -> list[list[int]]:
    """Clients by how many steps they are away."""
    seen, edge, rings = {center}, {center}, []
    while edge:
        ends = [(one.first_id, one.second_id) for one in relations]
        following = {b for a, b in ends if a in edge} | {a for a, b in ends if b in edge}
        edge = following - seen
        seen |= edge
        if edge:
            rings.append(sorted(edge))
    return rings


def _node(client: Client, place: tuple[float, float], longest: int, *, is_center: bool) -> dict[str, Any]:
    name = client.name if len(client.name) <= longest else f"{client.name[: longest - 1]}…"
    return {
        "x": place[0],
        "y": place[1] + 5,
        "left": place[0] - WIDTH / 2,
        "top": place[1] - HEIGHT / 2,
        "name": name,
        "title": client.name,
        "url": CLIENT.url_of(client.pk),
        "is_center": is_center,
    }


def _line(one: ClientRelation, places: Mapping[int, tuple[float, float]]) -> dict[str, Any]:
    (x1, y1), (x2, y2) = places[one.second_id], places[one.first_id]
    label = tie_forms.title_of(one.kind, is_inverse=False)
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    place = {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "x": x, "y": y, "label_y": y - 9}
    return {**place, "label": label, "is_directed": one.kind not in commands.SYMMETRIC}
