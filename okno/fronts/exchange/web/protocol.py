"""The door for 1C: the protocol of «Обмен с сайтом», one address, a credential and a cookie of its own."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from okno.fronts.exchange.commands import orders_out, sessions
from okno.fronts.exchange.commands.actors import actor_of
from okno.fronts.exchange.commands.sessions import COOKIE, ExchangeSession
from okno.fronts.exchange.web.answers import FAILURE, PROGRESS, SUCCESS, answer, document
from okno.kit.errors import Refused, Told
from okno.kit.web.origin import address_of

log = structlog.get_logger()

# The part of an upload that we ask for; 1C sends larger files in several of them.
FILE_LIMIT = 20 * 1024**2
UNKNOWN = "Unknown command type."


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a client."""

    request: HttpRequest
    code: str
    kind: str
    mode: str
    at: datetime

    def asked(self, name: str) -> str:
        """A parameter of the address."""
        return self.request.GET.get(name, "")

    @property
    def seen_with(self) -> list[str]:
        """What the request carried, for whoever looks for a lost header."""
        held = {
            "basic": self.request.headers.get("Authorization", "").startswith("Basic "),
            "cookie": COOKIE in self.request.COOKIES,
            "sessid": bool(self.asked("sessid")),
            "version": bool(self.asked("version")),
        }
        return sorted(name for name, is_there in held.items() if is_there)


@csrf_exempt
def exchange(request: HttpRequest, code: str = "") -> HttpResponse:
    """Answer 1C. Whatever happens, the first line is a verdict."""
    # 1C reads the bytes as they come: packed ones are no verdict to it, whatever a proxy before us says that it takes.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    call = Call(request, code, request.GET.get("type", ""), request.GET.get("mode", ""), timezone.now())
    try:
        if call.mode == "checkauth" and call.kind in sessions.TYPES:
            return _greet(call)
        handle = MODES.get((call.kind, call.mode)) or MODES.get(("", call.mode))
        if handle is None or call.kind not in sessions.TYPES:
            return answer(FAILURE, UNKNOWN)
        return _in_session(call, handle)
    except Told as refusal:
        return answer(FAILURE, refusal.message)
    except (DatabaseError, OSError):
        log.exception("exchange failed", kind=call.kind, mode=call.mode, code=code)
        return answer(FAILURE, _("An internal error; the log has the details."))


exchange.public = "1C signs in with a credential of its own; a browser session is never looked at"  # type: ignore[attr-defined]


def _greet(call: Call) -> HttpResponse:
    login, password = _basic(call.request)
    greeting = sessions.greet(
        login=login, password=password, code=call.code, kind=call.kind, address=address_of(call.request), at=call.at,
        seen_with=call.seen_with,
    )  # fmt: skip
    lines = [SUCCESS, COOKIE, greeting.secret, f"sessid={greeting.session.sessid}"]
    return answer(*lines, f"timestamp={int(call.at.timestamp())}" if call.kind == "catalog" else "")


def _basic(request: HttpRequest) -> tuple[str, str]:
    """Name and password of the Authorization header. :raises Refused: it has not arrived or cannot be read."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic" or not token:
        raise Refused("exchange.no_basic", _("Name and password have not arrived (no Authorization header)."))
    try:
        raw = base64.b64decode(token.strip(), validate=True)
    except binascii.Error:
        raise Refused("exchange.no_basic", _("Name and password have not arrived (no Authorization header).")) from None
    login, colon, password = _text(raw).partition(":")
    if not colon or "\x00" in login:
        raise Refused("exchange.no_basic", _("Name and password have not arrived (no Authorization header)."))
    return login, password


def _text(raw: bytes) -> str:
    """Some versions of 1C encode the name in windows-1251."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1251", "replace")


def _in_session(call: Call, handle: Callable[[Call, ExchangeSession], HttpResponse]) -> HttpResponse:
    """Answer within a session; a refusal is noted on it, in the encoding that the connection wants."""
    secret = call.request.COOKIES.get(COOKIE, "")
    session = sessions.session_of(secret, call.asked("sessid"), call.code, call.at, call.seen_with)
    encoding = session.connection.options.get("answer_encoding", "utf-8")
    try:
        if call.mode != "init":
            session = sessions.begin_if_new(session, call.at)
        response = handle(call, session)
    except Told as refusal:
        sessions.fail(session, refusal)
        return answer(FAILURE, refusal.message, encoding=encoding)
    if encoding != "utf-8" and response["Content-Type"].startswith("text/plain"):
        return answer(*response.content.decode("utf-8").split("\n"), encoding=encoding)
    return response


def _init(call: Call, session: ExchangeSession) -> HttpResponse:
    version = call.asked("version")
    session = sessions.begin(actor=actor_of(session.connection), session=session, version=version, at=call.at)
    sessions.empty_inbox(session)
    lines = ["zip=yes", f"file_limit={FILE_LIMIT}"]
    if version:
        lines += [f"sessid={session.sessid}", f"version={orders_out.form_of(session).version}"]
    return answer(*lines)


def _file(call: Call, session: ExchangeSession) -> HttpResponse:
    name = call.asked("filename")
    if call.request.method != "POST":
        return answer(FAILURE, _("A file is sent by POST."))
    sessions.receive(session, name, cast("BinaryIO", call.request))
    if call.kind == "sale" and not (session.client_version or call.asked("version")):
        sessions.import_received(session, name, at=call.at)
    return answer(SUCCESS)


def _import(call: Call, session: ExchangeSession) -> HttpResponse:
    progress = sessions.import_file(session, call.asked("filename"), at=call.at)
    return answer(SUCCESS if progress.is_done else PROGRESS, progress.text)


def _deactivate(_call: Call, session: ExchangeSession) -> HttpResponse:
    sessions.deactivate(actor=actor_of(session.connection), session=session)
    return answer(SUCCESS)


def _complete(_call: Call, session: ExchangeSession) -> HttpResponse:
    sessions.deactivate(actor=actor_of(session.connection), session=session)
    sessions.close(session)
    return answer(SUCCESS)


def _query(call: Call, session: ExchangeSession) -> HttpResponse:
    written = orders_out.query(session, version=call.asked("version"), at=call.at)
    return document(written.body, written.content_type)


def _success(call: Call, session: ExchangeSession) -> HttpResponse:
    orders_out.confirm(actor=actor_of(session.connection), session=session, at=call.at)
    return answer(SUCCESS)


def _info(call: Call, session: ExchangeSession) -> HttpResponse:
    written = orders_out.info(session, version=call.asked("version"))
    return document(written.body, written.content_type)


Handler = Callable[[Call, ExchangeSession], HttpResponse]
# An empty type stands for all of them.
MODES: dict[tuple[str, str], Handler] = {
    ("", "init"): _init,
    ("", "file"): _file,
    ("", "import"): _import,
    ("catalog", "deactivate"): _deactivate,
    ("catalog", "complete"): _complete,
    ("sale", "query"): _query,
    ("sale", "success"): _success,
    ("sale", "info"): _info,
}
