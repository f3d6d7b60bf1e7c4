"""Who asks over the API: a bearer token, or for reading the session of a browser."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import NinjaAPI
from ninja.security import HttpBearer

from okno.access import commands, queries
from okno.access.models import User
from okno.access.record import USER
from okno.kit.api import record_router
from okno.kit.permissions import SYSTEM
from okno.kit.web.origin import address_of

router = record_router(USER, queries.colleagues, path="/users")


class Token(HttpBearer):
    """`Authorization: Bearer okno_…`: the user of the token, within its scopes."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The actor, or None when the token is not known."""
        found = queries.token(token)
        if found is None:
            return None
        queries.check_bounds(found.user, address=address_of(request), at=timezone.now())
        if not queries.is_use_noted(found, timezone.now()):
            commands.note_token_use(actor=SYSTEM, token=found)
        # A token acts for a program: without scopes it has the rights of its owner's roles, and no say in the account.
        request.actor = queries.actor_of(found.user, scopes=tuple(found.scopes) or ("*",))  # type: ignore[attr-defined]
        return found.user


def session(request: HttpRequest) -> Any:
    """The signed-in user of a browser, for reading only: a form of another site cannot read the answer."""
    user = request.user
    if request.method != "GET" or not isinstance(user, User) or not user.is_active:
        return None
    queries.check_bounds(user, address=address_of(request), at=timezone.now())
    return user


def prepare(api: NinjaAPI) -> None:
    """Ask for a proof on every endpoint."""
    api.auth = [Token(), session]
