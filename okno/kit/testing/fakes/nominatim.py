"""
A strict service of coordinates on loopback that speaks as Nominatim does: `/search` by its page of the API, and the
terms of use of the public service: who asks is named, and asks no more than once a second.

https://nominatim.org/release-docs/latest/api/Search/ · https://operations.osmfoundation.org/policies/nominatim/
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, urlsplit

from okno.kit.testing.fakes.web import serving

# Moments are taken at two ends of a connection: a little less than a second apart is still in turn.
LEAST_PAUSE = 0.9
FORMATS = {"xml", "json", "jsonv2", "geojson", "geocodejson"}
PARAMETERS = {"q", "format", "limit", "addressdetails", "countrycodes", "accept-language", "email"}


@dataclass
class NominatimPeer:
    """The service: places by what is asked for, what it was asked, and what it refused and why."""

    url: str = ""
    places: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    _last: float = 0.0

    def knows(self, text: str, latitude: str, longitude: str, rank: int = 30) -> None:
        """Answer with this place, whole as the documentation shows it, when it is asked for this text."""
        place = {
            "place_id": 100149,
            "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
            "osm_type": "node",
            "osm_id": 107775,
            "boundingbox": [latitude, latitude, longitude, longitude],
            "lat": latitude,
            "lon": longitude,
            "display_name": f"{text}, Россия",
            "category": "place",
            "type": "house",
            "place_rank": rank,
            "importance": 0.9,
            "addresstype": "place",
            "name": "",
        }
        self.places.setdefault(text, []).append(place)

    def answer(self, path: str, agent: str) -> tuple[int, bytes]:
        """The status and the body for a question, after all that is asked of the sender was looked at."""
        parts = urlsplit(path)
        said = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        now, before, self._last = time.monotonic(), self._last, time.monotonic()
        if self.status != 200:
            return self.status, b"{}"
        if now - before < LEAST_PAUSE:
            return self._refuse(429, "more than one question a second")
        if "@" not in agent or "@" not in said.get("email", "@") or agent.startswith("python"):
            return self._refuse(403, f"nobody is named: {agent}")
        if parts.path != "/search" or not said.get("q", "").strip() or said.get("format") not in FORMATS:
            return self._refuse(400, f"no question: {path}")
        if unknown := said.keys() - PARAMETERS:
            return self._refuse(400, f"unknown parameters: {sorted(unknown)}")
        self.asked.append(said["q"])
        found = self.places.get(said["q"], [])[: int(said.get("limit", "10"))]
        return 200, self.body if self.body is not None else json.dumps(found).encode()

    def _refuse(self, status: int, why: str) -> tuple[int, bytes]:
        self.refused.append(why)
        return status, json.dumps({"error": {"code": status, "message": why}}).encode()


@contextmanager
def nominatim_peer() -> Iterator[NominatimPeer]:
    """Run the service until the block ends."""
    peer = NominatimPeer()

    def answer(path: str, headers: Message, _body: bytes) -> tuple[int, bytes]:
        return peer.answer(path, headers.get("User-Agent", ""))

    with serving(answer) as url:
        peer.url = url
        yield peer
