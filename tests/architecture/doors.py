"""Every way in, found by asking the product itself: addresses, API operations; and what may stand open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from ninja import NinjaAPI, Router

from tests.architecture.rows import WORD

# What anybody may open, each with its reason; a door that is not here must refuse a stranger.
PUBLIC: dict[str, str] = {
    "f/<slug:code>": "visitors of sites fill it in; it shows nothing but the texts of the form",
    "f/<slug:code>/": "the same",
    "u/<str:token>": "readers of mailings get out of them; it shows nothing but their own address, masked",
    "api/v1/": "there is nothing at the root of the API: it answers 404 to all",
    "api/v1/openapi.json": "the same description for programs",
    "exchange/1c": "1C signs in with a credential and a cookie of its own; without them every answer is a failure",
    "exchange/1c/": "the same door",
    "exchange/1c/<slug:code>": "the same door of one connection",
    "exchange/1c/<slug:code>/": "the same door",
    "sign-in/": "how else would one sign in",
    "sign-in/code/": "asked between the password and the pages",
    "sign-out/": "somebody whose session has ended signs out too",
}
# What every signed-in person may open whatever their roles, each with its reason.
COMMON: dict[str, str] = {
    "": "the desktop: blocks of what the person may see",
    "api/v1/me": "one's own account and nobody else's",
    "api/v1/records": "names only what the person may view",
    "api/v1/search": "finds only what the person may see",
    "jobs/": "one's own long work and nobody else's",
    "peek/": "leads to the card, which asks its own rights",
    "profile/": "one's own account and nobody else's",
    "palette/": "finds only what the person may see",
    "search/": "the same",
}
# What somebody who looks with the eyes of another may do: stop.
LOOKING_MAY = frozenset({"look/stop/", "sign-out/"})
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
API_PREFIX = "api/v1/"
WAY_OUT = "sign-out/"
TURNED_AWAY = {401, 403, 405}
OUT_OF_REACH = TURNED_AWAY | {404}


@dataclass(frozen=True, order=True)
class Door:
    """One way in: a method and an address pattern as it is written in `urls.py` or in the description of the API."""

    route: str
    method: str

    @property
    def address(self) -> str:
        """An address of this pattern; unknown kinds of parameters are words."""
        return "/" + PARAMETER.sub(lambda found: SAMPLES.get(found["kind"] or "str", "x"), self.route)

    def ask(self, client: Client) -> Any:
        """Knock: looking for the word that rows out of reach carry, or acting with nothing to say."""
        if self.method == "get":
            return client.get(self.address, {"q": WORD})
        kind = {"content_type": "application/json"} if self.route.startswith(API_PREFIX) else {}
        return getattr(client, self.method)(self.address, **kind)

    def __str__(self) -> str:
        return f"{self.method.upper()} /{self.route}"


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for one in patterns:
        route = prefix + (str(one.pattern) if isinstance(one.pattern, RoutePattern) else _plain(str(one.pattern)))
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route)
        else:
            yield route


def _plain(regex: str) -> str:
    """A regular expression of an address as a route: named groups become parameters."""
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", regex).strip("^$").replace("\\", "")


def pages(urlconf: str | None = None) -> list[Door]:
    """Every address outside the operations of the API, to look at and to act on."""
    routes = set(_walk(get_resolver(urlconf).url_patterns, ""))
    own = {"", "openapi.json", "docs"}
    outside = {route for route in routes if not route.startswith(API_PREFIX) or route.removeprefix(API_PREFIX) in own}
    return sorted(Door(route, method) for route in outside for method in ("get", "post"))


def routers(api: NinjaAPI) -> list[tuple[str, Router]]:
    """Every router of the API with the beginning of its addresses; the public description leaves hidden ones out."""
    # Routers within routers are known only once addresses are bound.
    api._get_bound_routers()  # noqa: SLF001 - there is no public way
    return api._routers  # noqa: SLF001 - the same


def operations(api: NinjaAPI) -> list[Door]:
    """Every operation of the API, hidden ones too."""
    found = set()
    for prefix, router in routers(api):
        for path, view in router.path_operations.items():
            parts = [part.strip("/") for part in (prefix, path) if part.strip("/")]
            route = API_PREFIX + re.sub(r"{(?:(\w+):)?(\w+)}", r"<int:\2>", "/".join(parts))
            found |= {Door(route, method.lower()) for one in view.operations for method in one.methods}
    return sorted(found)


def refuses_a_stranger(door: Door, client: Client) -> bool:
    """Whether somebody who has not signed in is turned away or sent to sign in."""
    answer = door.ask(client)
    is_sent = answer.status_code in {301, 302} and answer.get("Location", "").startswith(settings.LOGIN_URL)
    return is_sent or answer.status_code in TURNED_AWAY


def open_to(doors: list[Door], client: Client, secrets: set[str], allowed: dict[str, str]) -> list[str]:
    """Doors that let a person without roles in, or tell something of rows out of reach."""
    found = []
    # Behind the way out nobody is signed in any more: it comes last.
    for door in sorted(doors, key=lambda one: one.route == WAY_OUT):
        answer = door.ask(client)
        told = answer.content.decode(errors="replace") if hasattr(answer, "content") else ""
        leaked = sorted(secret for secret in secrets if secret in told)
        if leaked:
            found.append(f"{door} tells {leaked}")
        elif answer.status_code not in OUT_OF_REACH and door.route not in allowed:
            found.append(f"{door} answers {answer.status_code}")
    return found
