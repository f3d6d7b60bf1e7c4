"""Every way in, found by asking the product itself: addresses, API operations, topics; and what may stand open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from okno.config.api import api

# What anybody may open, each with its reason; a door that is not here must refuse a stranger.
PUBLIC = {
    "sign-in/": "it is how one gets in",
    "sign-in/code/": "the second step of the same",
    "sign-out/": "leaving needs no right",
    "language/": "the choice of language is the browser's own",
    "f/<slug:code>/": "a public form: strangers fill it in",
    "f/<slug:code>/sent/": "thanks for the filled-in form",
    "healthz": "a load balancer asks it; it tells one word",
    "api/v1/openapi.json": "the description of the API holds no data",
    "api/v1/docs": "the same description for people",
}
# What every signed-in person may open whatever their roles, each with its reason.
COMMON = {
    "": "the first page shows only what the person may see",
    "palette/": "finds only what the person may see",
    "search/": "the same",
    "profile/": "one's own name, password and sessions",
    "profile/sessions/": "the same",
    "ui/": "the gallery of components, shown to developers",
}
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}
METHODS = ("get", "post")
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
API_PREFIX = "api/v1/"


@dataclass(frozen=True)
class Door:
    """One address pattern as it is written in `urls.py`."""

    route: str

    @property
    def example(self) -> str:
        """An address of this pattern; unknown kinds of parameters are words."""
        return "/" + PARAMETER.sub(lambda found: SAMPLES.get(found["kind"] or "str", "x"), self.route)


@dataclass(frozen=True)
class Operation:
    """One operation of the HTTP API."""

    method: str
    path: str

    @property
    def example(self) -> str:
        return re.sub(r"{\w+}", "1", self.path)

    @property
    def route(self) -> str:
        return self.path.removeprefix("/")


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Door]:
    for one in patterns:
        route = prefix + (str(one.pattern) if isinstance(one.pattern, RoutePattern) else _plain(str(one.pattern)))
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route)
        else:
            yield Door(route)


def _plain(regex: str) -> str:
    """A regular expression of an address as a route: named groups become parameters."""
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", regex).strip("^$").replace("\\", "")


def pages() -> list[Door]:
    """Every address outside the API."""
    found = {door for door in _walk(get_resolver().url_patterns, "") if not door.route.startswith(API_PREFIX)}
    return sorted(found, key=lambda door: door.route)


def operations() -> list[Operation]:
    """Every operation of the API, hidden ones too."""
    found = set()
    for prefix, router in api._routers:  # noqa: SLF001 - the schema leaves hidden operations out
        for path, view in router.path_operations.items():
            full = f"/{API_PREFIX}" + "/".join(part.strip("/") for part in (prefix, path) if part.strip("/"))
            full = re.sub(r"{(?:\w+:)?(\w+)}", r"{\1}", full)
            found |= {Operation(method.lower(), full) for one in view.operations for method in one.methods}
    return sorted(found, key=lambda one: (one.path, one.method))
