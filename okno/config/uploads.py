"""How much may be sent at which door, and by whom: asked before a large request is kept on the disk of the server."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.cookie import parse_cookie
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.access import queries
from okno.access.models import User
from okno.access.web.settings_file import MOST_BYTES
from okno.areas.addresses import commands as addresses
from okno.engines.imports.commands import LARGEST_FILE
from okno.fronts.exchange.commands import sessions
from okno.fronts.exchange.web.answers import FAILURE
from okno.fronts.exchange.web.answers import answer as for_1c
from okno.kit import files, formats
from okno.kit.errors import Refused, Told
from okno.kit.permissions import Actor
from okno.kit.web import answers

# What anybody may send to any door: forms and questions, and small files.
ORDINARY = 4 << 20
# What a form says besides its files.
BESIDES = 1 << 20
# Several files of a card or of a letter at once, for whoever is signed in.
SEVERAL = 5 * files.LIMIT
# 1C sends parts as large as it is told; some modules send a file whole.
FROM_1C = 2 << 30
HEADER = "X-Okno-Too-Large"
API, EXCHANGE = "/api/", "/exchange/1c"


@dataclass(frozen=True)
class Door:
    """Where more may be sent than a form says: an address, how many bytes, and who may."""

    address: str
    most: int
    permission: str = ""

    def is_at(self, path: str) -> bool:
        """Whether a path is this door."""
        return re.fullmatch(self.address, path) is not None


DOORS = (
    Door(r"/imports/new/", LARGEST_FILE + BESIDES, "imports.begin"),
    Door(r"/api/v1/imports", LARGEST_FILE + BESIDES, "imports.begin"),
    Door(r"/settings/addresses/upload/", addresses.LARGEST + BESIDES, addresses.load.name),
    Door(r"/settings/file/", MOST_BYTES + BESIDES, "access.bring_settings"),
    Door(r"/api/v1/records/[^/]+/\d+/files", files.LIMIT + BESIDES),
    Door(r"/api/.*", ORDINARY),
    # Fields of files may stand in any form.
    Door(r"/.*", SEVERAL),
)


def most_for(scope: Mapping[str, Any]) -> int:
    """How many bytes whoever sends a request may send with it."""
    path: str = scope["path"]
    if path.startswith(EXCHANGE):
        return FROM_1C if _is_exchange(scope) else ORDINARY
    actor = _sender(scope)
    if actor is None:
        return ORDINARY
    found = next(one for one in DOORS if one.is_at(path))
    return found.most if not found.permission or actor.may(found.permission) else ORDINARY


def asked(scope: Mapping[str, Any]) -> int:
    """The same for the bridge, in a thread that has asked the database long ago."""
    close_old_connections()
    return most_for(scope)


def _sender(scope: Mapping[str, Any]) -> Actor | None:
    """Who sends, by a token or by the session of a browser; None for strangers and for those who may not come."""
    user, scopes = _of_token(scope) if scope["path"].startswith(API) else (_of_session(scope), None)
    if user is None or not user.is_active:
        return None
    address = scope["client"][0] if scope["client"] else ""
    try:
        queries.check_bounds(user, address=address, at=timezone.now())
    except Told:
        return None
    return queries.actor_of(user, scopes=scopes) if scopes else queries.actor_of(user)


def _of_token(scope: Mapping[str, Any]) -> tuple[User | None, tuple[str, ...] | None]:
    kind, _space, text = _header(scope, b"authorization").partition(" ")
    found = queries.token(text.strip()) if kind.lower() == "bearer" else None
    return (found.user, tuple(found.scopes) or ("*",)) if found is not None else (None, None)


def _of_session(scope: Mapping[str, Any]) -> User | None:
    key = _cookies(scope).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = SessionStore(key)
    user = get_user(request)
    return user if isinstance(user, User) else None


def _is_exchange(scope: Mapping[str, Any]) -> bool:
    """Whether 1C has signed in, as the protocol itself asks it."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("sessid", [""])[0]
    code = scope["path"].removeprefix(EXCHANGE).strip("/")
    try:
        sessions.session_of(_cookies(scope).get(sessions.COOKIE, ""), asked, code, timezone.now(), [])
    except Refused:
        return False
    return True


def _cookies(scope: Mapping[str, Any]) -> dict[str, str]:
    return parse_cookie(_header(scope, b"cookie"))


def _header(scope: Mapping[str, Any], wanted: bytes) -> str:
    return b"; ".join(value for name, value in scope["headers"] if name == wanted).decode("latin-1")


class TooLarge:
    """Middleware: a request that was larger than its door takes is told so; nothing of it was kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        most = request.headers.get(HEADER, "")
        return refused(request, int(most)) if most.isdecimal() else self.get_response(request)


def refused(request: HttpRequest, most: int) -> HttpResponse:
    """The answer to a request that was too large, as whoever asks reads it."""
    text = _("This is too large: at most %(size)s is taken here.") % {"size": formats.size_text(most)}
    if request.path.startswith(EXCHANGE):
        return for_1c(FAILURE, text)
    if request.path.startswith(API):
        return JsonResponse({"code": "too_large", "message": text, "details": {"most": most}}, status=413)
    response = answers.refusal(request, Refused("too_large", text))
    response.status_code = 413
    return response
