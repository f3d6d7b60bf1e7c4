"""A signed-in person who asks for pages in-process, through all the middleware that a browser's request passes."""

from __future__ import annotations

import itertools
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client

from okno.access.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"


class Visitor:
    """Asks as a person would; an answer that is not 200 stops the run."""

    def __init__(self, name: str) -> None:
        self.user = User.objects.get(email__startswith=f"{name}@")
        self.client = Client(HTTP_HOST="localhost")
        self.client.force_login(self.user, backend=BACKEND)

    def get(self, address: str, **headers: str) -> HttpResponse:
        """Ask for a page."""
        return checked(address, self.client.get(address, headers=headers))

    def post(self, address: str, values: dict[str, Any]) -> HttpResponse:
        """Send a form."""
        return checked(address, self.client.post(address, values))


def checked(address: str, response: Any) -> HttpResponse:
    """The answer to an address. :raises SystemExit: it is neither a page nor the way to one."""
    if response.status_code not in {200, 204, 302, 303}:
        raise SystemExit(f"{address}: {response.status_code} {response.content[:500].decode(errors='replace')}")
    found: HttpResponse = response
    return found


def use(size: str) -> None:
    """Go to the company of this size."""
    connection.close()
    connection.settings_dict["NAME"] = size


class Mover:
    """Moves deals to and fro between two stages that ask for nothing and make no tasks."""

    def __init__(self, ids: list[int]) -> None:
        self._ids = itertools.cycle(ids)
        self._stages: dict[int, str] = {}

    def next(self) -> tuple[int, str]:
        """A deal and the stage it goes to."""
        found = next(self._ids)
        stage = "contract" if self._stages.get(found) == "payment" else "payment"
        self._stages[found] = stage
        return found, stage
