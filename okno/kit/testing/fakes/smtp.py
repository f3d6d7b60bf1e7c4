"""
A strict SMTP peer on loopback: keeps what it is given, refuses what the protocol forbids, fails when it is told to.

It shares no code with our transport: the protocol is spoken by aiosmtpd.
"""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Moment = Literal["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "DOT"]
HANG_UP = "hang up"


@dataclass(frozen=True, kw_only=True)
class Received:
    """One mail as it came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    mail_options: tuple[str, ...]
    rcpt_options: tuple[str, ...]
    over_tls: bool
    username: str = ""


@dataclass
class SmtpPeer:
    """
    The peer's books and its control plane.

    `fail` plans one answer for the next time a moment comes: a whole reply like `451 4.3.0 busy`, or HANG_UP to break
    the connection without a word. `refuse` answers so to every mail for the address.
    """

    host: str = "127.0.0.1"
    port: int = 0
    users: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    offers_dsn: bool = True
    received: list[Received] = field(default_factory=list)
    sessions: int = 0
    _planned: dict[Moment, list[str]] = field(default_factory=dict)
    _refused: dict[str, str] = field(default_factory=dict)

    def fail(self, moment: Moment, reply: str, times: int = 1) -> None:
        self._planned.setdefault(moment, []).extend([reply] * times)

    def refuse(self, address: str, reply: str = "550 5.1.1 no such user") -> None:
        self._refused[address.lower()] = reply

    def planned(self, moment: Moment) -> str:
        waiting = self._planned.get(moment)
        return waiting.pop(0) if waiting else ""

    def refusal_of(self, address: str) -> str:
        return self._refused.get(address.lower(), "")


@contextmanager
def smtp_peer(
    *,
    users: dict[str, str] | None = None,
    tokens: dict[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
    implicit_tls: bool = False,
    offers_dsn: bool = True,
) -> Iterator[SmtpPeer]:
    """
    Run a peer on a free port. With `users` (name: password) or `tokens` (name: token) it asks for sign-in, with `tls`
    for STARTTLS, or TLS from the start.
    """
    peer = SmtpPeer(users=users or {}, tokens=tokens or {}, offers_dsn=offers_dsn)
    controller = _Controller(peer, tls, implicit_tls=implicit_tls)
    controller.start()
    peer.port = controller.port
    try:
        yield peer
    finally:
        controller.stop()


class _Controller(Controller):
    def __init__(self, peer: SmtpPeer, tls: ssl.SSLContext | None, *, implicit_tls: bool) -> None:
        self.peer = peer
        self.starttls = None if implicit_tls else tls
        super().__init__(
            _Books(peer),
            hostname=peer.host,
            port=0,
            ssl_context=tls if implicit_tls else None,
            ready_timeout=10,
        )

    def factory(self) -> SMTP:
        asks = bool(self.peer.users or self.peer.tokens)
        return _StrictServer(
            self.handler,
            peer=self.peer,
            hostname="peer.test",
            tls_context=self.starttls,
            require_starttls=self.starttls is not None,
            auth_require_tls=False,
            authenticator=self._authenticate if asks else None,
            data_size_limit=30 * 1024 * 1024,
            timeout=30,
        )

    def _trigger_server(self) -> None:
        # the base class connects to its own fixed port here; ours is chosen by the system
        self.port = cast("asyncio.Server", self.server).sockets[0].getsockname()[1]
        super()._trigger_server()

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, credentials: Any
    ) -> AuthResult:
        if not isinstance(credentials, LoginPassword):
            return AuthResult(success=False)
        name, password = credentials.login.decode(), credentials.password.decode()
        return AuthResult(success=self.peer.users.get(name) == password, handled=False, auth_data=name)


class _StrictServer(SMTP):
    """aiosmtpd with DSN (RFC 3461), XOAUTH2 and planned failures."""

    def __init__(self, handler: Any, *, peer: SmtpPeer, **options: Any) -> None:
        super().__init__(handler, **options)
        self.peer = peer
        self.dsn_mail: tuple[str, ...] = ()
        self.dsn_rcpt: tuple[str, ...] = ()

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.peer.sessions += 1

    async def _planned(self, moment: Moment) -> bool:
        reply = self.peer.planned(moment)
        if reply == HANG_UP:
            _transport(self).abort()
        elif reply:
            await self.push(reply)
        return bool(reply)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - the names of commands are aiosmtpd's
        if not await self._planned("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        if await self._planned("MAIL"):
            return
        if (self.peer.users or self.peer.tokens) and not cast("Session", self.session).authenticated:
            await self.push("530 5.7.0 sign in first")
            return
        self.dsn_rcpt = ()
        arg, self.dsn_mail = self._without(arg, r"RET=\S+|ENVID=\S+")
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        if await self._planned("RCPT"):
            return
        arg, options = self._without(arg, r"NOTIFY=\S+|ORCPT=\S+")
        self.dsn_rcpt += options
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if not await self._planned("DATA"):
            await super().smtp_DATA(arg)

    def _without(self, arg: str | None, options: str) -> tuple[str | None, tuple[str, ...]]:
        """Take options out that aiosmtpd does not know; when DSN is not offered, they stay and are refused."""
        if arg is None or not self.peer.offers_dsn:
            return arg, ()
        return re.sub(rf"\s+(?:{options})", "", arg), tuple(re.findall(options, arg))


class _Books:
    """Hooks of aiosmtpd: judge and write down."""

    def __init__(self, peer: SmtpPeer) -> None:
        self.peer = peer

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], *(["250-DSN"] if self.peer.offers_dsn else []), responses[-1]]

    async def auth_XOAUTH2(self, server: SMTP, args: list[bytes]) -> AuthResult:  # noqa: N802
        said = base64.b64decode(args[1]).decode()
        found = re.fullmatch(r"user=([^\x01]+)\x01auth=Bearer ([^\x01]+)\x01\x01", said)
        if found and self.peer.tokens.get(found[1]) == found[2]:
            return AuthResult(success=True, auth_data=found[1])
        # the reason comes as a challenge, and only an empty line lets the refusal follow
        await server.challenge_auth(b'{"status":"401","schemes":"bearer"}')
        return AuthResult(success=False, handled=False)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if reply := self.peer.refusal_of(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: _StrictServer, session: Session, envelope: Envelope) -> str:  # noqa: N802
        reply = self.peer.planned("DOT")
        if reply == HANG_UP:
            _transport(server).abort()
            return "421 gone"
        raw = envelope.original_content or b""
        fault = _fault(raw)
        if reply or fault:
            return reply or fault
        self.peer.received.append(
            Received(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                raw=raw,
                mail_options=(*envelope.mail_options, *server.dsn_mail),
                rcpt_options=server.dsn_rcpt,
                over_tls=_transport(server).get_extra_info("ssl_object") is not None,
                username=str(cast("Any", session).auth_data or ""),
            )
        )
        return "250 2.0.0 OK queued"


def _transport(server: SMTP) -> asyncio.Transport:
    return cast("asyncio.Transport", server.transport)


def _fault(raw: bytes) -> str:
    """What a server of the strict kind sends back: RFC 5321 and 5322 by the letter."""
    head = raw.partition(b"\r\n\r\n")[0]
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        return "550 5.6.0 bare line ending"
    if not raw.isascii():
        return "550 5.6.1 eight-bit data in a seven-bit mail"
    if any(len(line) > 998 for line in raw.split(b"\r\n")):
        return "550 5.6.0 line too long"
    for name in (b"From", b"Date", b"Message-ID"):
        if len(re.findall(rb"(?im)^" + name + rb":", head)) != 1:
            return f"550 5.6.0 needs one {name.decode()}"
    return ""
