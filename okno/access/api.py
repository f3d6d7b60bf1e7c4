"""Who asks over the API: a bearer token, or for reading the session of a browser."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.security import HttpBearer

from okno.access import queries
from okno.access.models import User
from okno.access.record import USER
from okno.kit.api import record_router
from okno.kit.web.origin import address_of

router = record_router(USER, queries.colleagues, path="/users")


class Token(HttpBearer):
    """`Authorization: Bearer okno_…`: the user of the token, within its scopes."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The actor, or None when the token is not known."""
        found = queries.user_of_token(token)
        if found is None:
            return None
        user, scopes = found
        queries.check_network(user, address_of(request))
        request.actor = queries.actor_of(user, scopes=scopes)  # type: ignore[attr-defined]
        return user


def session(request: HttpRequest) -> Any:
    """The signed-in user of a browser, for reading only: a form of another site cannot read the answer."""
    user = request.user
    if request.method != "GET" or not isinstance(user, User) or not user.is_active:
        return None
    queries.check_network(user, address_of(request))
    return user


def prepare(api: NinjaAPI) -> None:
    """Ask for a proof on every endpoint."""
    api.auth = [Token(), session]
