"""
The one door through which the program calls other systems over HTTP.

It waits no longer than told, repeats only what may be repeated, takes no more than it can hold, calls no private
network unless allowed, and writes neither addresses with secrets nor headers nor bodies into the log.
"""

from __future__ import annotations

import json
import logging
import math
import random
import ssl
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, BinaryIO, Self

import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from okno.kit import netguard
from okno.kit.secrets import SecretText

log = logging.getLogger("okno.http")
# httpx logs whole addresses, and Telegram's have the token in their path.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

AGENT = "Okno/1 (+CRM)"
LARGEST = 10 << 20
_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_TRY_AGAIN = frozenset({408, 429, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_PAUSE = 30.0
# Of seconds that somebody may ask to wait: whatever is longer than years is no number of theirs.
MOST_DIGITS = 9
Text = str | SecretText
Body = bytes | Callable[[], Iterable[bytes]]


class TransportError(Exception):
    """
    The other system could not be asked, or answered with an error.

    `permanent` says that trying again will not help; `is_unknown` that the request may have been carried out although
    no answer came, so it must not be repeated blindly; `wait` says for how many seconds the other side asks to be left
    alone.
    """

    def __init__(
        self,
        message: object,
        permanent: bool,  # noqa: FBT001 - TransportError(message, permanent) is how every part raises it
        *,
        status: int | None = None,
        is_unknown: bool = False,
        wait: float = 0,
        **params: Any,
    ) -> None:
        self.permanent, self.status, self.is_unknown, self.wait = permanent, status, is_unknown, wait
        self._message, self.params = message, params
        super().__init__(permanent, status)

    @property
    def message(self) -> str:
        """The text for people, translated at the moment it is read."""
        return str(self._message) % self.params if self.params else str(self._message)

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """Seconds: to connect, for each piece of the exchange, and for one whole attempt."""

    connect: float = 10
    read: float = 30
    total: float = 60


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """
        Read the body as JSON with Decimal for fractions.

        :raises TransportError: it is not JSON.
        """
        try:
            return json.loads(self.body, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            raise TransportError(_("The answer cannot be read."), permanent=False, status=self.status) from error

    def checked(self) -> Answer:
        """
        Return the answer itself if it is not an error.

        :raises TransportError: the status is 300 or more; permanent unless the other system is busy or broken.
        """
        if self.status < 300:
            return self
        message, wait = _("The other system answered with error %(number)s."), asked_wait(self.headers) or 0
        raise TransportError(message, self.status not in _BUSY, status=self.status, wait=wait, number=self.status)


class Door:
    """
    A way out to one kind of other systems; keeps connections open while it lives.

    `private` names the hosts and networks inside that may be called, see `netguard`.
    """

    def __init__(
        self,
        *,
        private: Collection[str] = (),
        timeouts: Timeouts = Timeouts(),
        attempts: int = 3,
        largest: int = LARGEST,
        ca_file: str | None = None,
        resolve: netguard.Resolve = netguard.resolved,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._timeouts, self._attempts, self._largest, self._sleep = timeouts, attempts, largest, sleep
        # A transport of our own also keeps proxies of the environment out: they would go round the guard.
        self._client = httpx.Client(
            transport=_Guarded(private, resolve, ca_file),
            timeout=httpx.Timeout(timeouts.read, connect=timeouts.connect),
            headers={"User-Agent": AGENT},
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self._client.close()

    def send(
        self,
        method: str,
        url: Text,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, Text] | None = None,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        body: Body | None = None,
        idempotent: bool | None = None,
        into: BinaryIO | None = None,
        largest: int | None = None,
        redirects: int = 5,
    ) -> Answer:
        """
        Send a request and return the answer whatever its status; `into` receives a large body instead of memory.

        Repeated with growing pauses when it could not be sent, and after that only if the method or `idempotent` (the
        request carries a key that the other system knows) says that twice is the same as once. GET and HEAD follow
        redirects, to another origin without the given headers.

        :raises TransportError: no answer, a forbidden address, or an answer larger than `largest` bytes.
        """
        asked = _Asked(
            method=method.upper(),
            url=_address(url),
            headers={name: _told(value) for name, value in (headers or {}).items()},
            content={"params": params, "json": json, "data": form, "files": files},
            body=body,
            is_repeatable=method.upper() in _REPEATABLE if idempotent is None else idempotent,
            into=into,
            start=into.tell() if into else 0,
            largest=largest or self._largest,
        )
        return self._followed(asked, redirects)

    def get(self, url: Text, **options: Any) -> Answer:
        return self.send("GET", url, **options)

    def post(self, url: Text, **options: Any) -> Answer:
        return self.send("POST", url, **options)

    def _followed(self, asked: _Asked, redirects: int) -> Answer:
        answer = self._repeated(asked)
        while answer.status in _REDIRECTS and asked.method in {"GET", "HEAD"} and "location" in answer.headers:
            if not redirects:
                raise TransportError(_("%(host)s redirects in a circle."), True, host=asked.url.host)
            redirects -= 1
            asked = _redirected(asked, answer.headers["location"])
            answer = self._repeated(asked)
        return answer

    def _repeated(self, asked: _Asked) -> Answer:
        for attempt in range(1, self._attempts + 1):
            is_last = attempt == self._attempts
            try:
                answer = self._once(asked)
            except TransportError as error:
                if is_last or error.permanent or (error.is_unknown and not asked.is_repeatable):
                    raise
                pause = _pause(attempt)
            else:
                # 429 says that nothing was done, so even what is not idempotent may be sent again.
                again = answer.status in _TRY_AGAIN and (asked.is_repeatable or answer.status == 429)
                if is_last or not again:
                    return answer
                pause = _pause(attempt, asked_wait(answer.headers))
            self._sleep(pause)
        raise AssertionError("a door tries at least once")

    def _once(self, asked: _Asked) -> Answer:
        began, status = time.monotonic(), 0
        try:
            with self._client.stream(
                asked.method, asked.url, headers=asked.headers, content=asked.fresh_body(), **asked.content
            ) as response:
                status = response.status_code
                body = _read(response, asked, began + self._timeouts.total)
                return Answer(status=status, headers=response.headers, body=body)
        except httpx.HTTPError as error:
            raise _failure(error, asked.url.host) from error
        finally:
            log.info("%s %s: %s in %d ms", asked.method, asked.url.host, status, (time.monotonic() - began) * 1000)


def door(**options: Any) -> Door:
    """Return a door that may also call the private hosts and networks of the setting OKNO_HTTP_PRIVATE."""
    allowed = (*getattr(settings, "OKNO_HTTP_PRIVATE", ()), *options.pop("private", ()))
    return Door(private=allowed, **options)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """One request as it will be sent, perhaps several times."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    content: Mapping[str, Any]
    body: Body | None
    is_repeatable: bool
    into: BinaryIO | None
    start: int
    largest: int

    def fresh_body(self) -> Any:
        """Return the body from its beginning: the first attempt may have used some of it."""
        if self.into:
            self.into.seek(self.start)
            self.into.truncate()
        return self.body() if callable(self.body) else self.body


class _Guarded(httpx.BaseTransport):
    """
    Connects to the address that was checked and to no other, so that a name cannot change between check and use.

    Every host has connections of its own: two names at one address must not share a verified TLS connection.
    """

    def __init__(self, private: Collection[str], resolve: netguard.Resolve, ca_file: str | None) -> None:
        self._private, self._resolve = private, resolve
        self._verify = ssl.create_default_context(cafile=ca_file) if ca_file else True
        self._transports: dict[str, httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        try:
            addresses = netguard.callable_addresses(host, port, private=self._private, resolve=self._resolve)
        except netguard.ForbiddenAddress as error:
            message = _("%(host)s is in a private network that may not be called from here.")
            raise TransportError(message, True, host=host) from error
        except (OSError, UnicodeError) as error:
            raise TransportError(_("The name %(host)s is unknown."), False, host=host) from error
        return self._connect(request, host, addresses)

    def _connect(self, request: httpx.Request, host: str, addresses: list[str]) -> httpx.Response:
        transport = self._transports.setdefault(host, httpx.HTTPTransport(verify=self._verify))
        for address in addresses[:-1]:
            try:
                return transport.handle_request(_pinned(request, host, address))
            except httpx.ConnectError:
                continue
        return transport.handle_request(_pinned(request, host, addresses[-1]))

    def close(self) -> None:
        for transport in self._transports.values():
            transport.close()


def _pinned(request: httpx.Request, host: str, address: str) -> httpx.Request:
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        # The certificate is still checked against the name.
        extensions={**request.extensions, "sni_hostname": host},
    )


def _told(value: Text) -> str:
    return value.reveal() if isinstance(value, SecretText) else value


def _address(url: Text) -> httpx.URL:
    try:
        address = httpx.URL(_told(url))
    except (httpx.InvalidURL, TypeError) as error:
        raise TransportError(_("This is not a web address."), permanent=True) from error
    if address.scheme not in {"http", "https"} or not address.host:
        raise TransportError(_("This is not a web address."), permanent=True)
    return address


def _redirected(asked: _Asked, location: str) -> _Asked:
    try:
        url = _address(str(asked.url.join(location)))
    except httpx.InvalidURL as error:
        raise TransportError(_("This is not a web address."), permanent=True) from error
    if asked.url.scheme == "https" and url.scheme != "https":
        raise TransportError(_("%(host)s redirects to an address without encryption."), True, host=asked.url.host)
    is_same = (url.scheme, url.host, url.port) == (asked.url.scheme, asked.url.host, asked.url.port)
    changes: dict[str, Any] = {"url": url, "content": {}, "body": None, "headers": asked.headers if is_same else {}}
    return _Asked(**{**vars(asked), **changes})


def _read(response: httpx.Response, asked: _Asked, deadline: float) -> bytes:
    kept, size = bytearray(), 0
    for piece in response.iter_bytes():
        size += len(piece)
        if size > asked.largest:
            message = _("The answer of %(host)s is larger than %(size)s bytes.")
            raise TransportError(message, True, host=asked.url.host, size=asked.largest)
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("the whole answer took too long")
        # What an error says is short and is not the file that was asked for.
        if asked.into and response.status_code < 300:
            asked.into.write(piece)
        else:
            kept += piece
    return bytes(kept)


def _failure(error: httpx.HTTPError, host: str) -> TransportError:
    """Say what happened without the address: it may hold a secret."""
    if isinstance(error.__cause__, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
        return TransportError(_("The certificate of %(host)s is not trusted."), True, host=host)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return TransportError(_("%(host)s does not answer."), False, host=host)
    if isinstance(error, httpx.TimeoutException):
        return TransportError(_("%(host)s did not answer in time."), False, is_unknown=True, host=host)
    if isinstance(error, httpx.UnsupportedProtocol):
        return TransportError(_("This is not a web address."), permanent=True)
    return TransportError(_("The connection with %(host)s broke."), False, is_unknown=True, host=host)


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds for which the other system asks to be left alone (Retry-After, RFC 9110 §10.2.3), when it asks at all."""
    asked = headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:MOST_DIGITS])
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return None
    # A date of the standard is that of Greenwich, with or without a word on it.
    return max(0.0, until.replace(tzinfo=until.tzinfo or UTC).timestamp() - time.time())


def _pause(attempt: int, asked: float | None = None) -> float:
    """Return seconds: what the other system asks for, otherwise half a second doubled each time, with a spread."""
    if asked is not None:
        return min(asked, _LONGEST_PAUSE)
    return math.ldexp(0.5, attempt - 1) * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, hides nothing
