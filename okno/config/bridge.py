"""The bridge from the event loop to Django: a whole request goes to a thread, its answer streams back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from typing import IO, Any

from a2wsgi import WSGIMiddleware
from asgiref.sync import sync_to_async

from okno.config import uploads
from okno.config.live import Message, Receive, Send

BODY_IN_MEMORY = 1 << 20
CHUNK = 1 << 18
# The bridge itself says how long the body is, and that it was too long.
TOO_LARGE = uploads.HEADER.lower().encode()
NOT_PASSED_ON = {b"content-length", b"transfer-encoding", TOO_LARGE}
Most = Callable[[Message], int]


class Bridge:
    """
    Serves a WSGI application on this many threads.

    :param most: how many bytes the sender of a request may send; asked of requests that are larger than `ordinary`.
    """

    def __init__(
        self, application: Callable[..., Any], *, threads: int, most: Most, ordinary: int = uploads.ORDINARY
    ) -> None:
        self._answer: Any = WSGIMiddleware(application, workers=threads)
        self._most, self._ordinary = most, ordinary

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """
        Take the whole request first: a slow upload waits here, on disk, and not in one of the few threads. Of a request
        that is too large nothing is kept: Django is asked to say so.
        """
        bound = _Bound(self._ordinary, partial(self._most, scope))
        headers = [(name, value) for name, value in scope["headers"] if name not in NOT_PASSED_ON]
        with tempfile.SpooledTemporaryFile(max_size=BODY_IN_MEMORY) as body:
            try:
                await bound.check(_length(scope))
                if not await _spool(receive, body, bound):
                    return
            except _TooLargeError:
                body.seek(0)
                body.truncate()
                headers.append((TOO_LARGE, str(bound.most).encode()))
            # A chunked body has no length, and WSGI reads nothing without one.
            headers.append((b"content-length", str(body.tell()).encode()))
            body.seek(0)
            await self._answer({**scope, "headers": headers}, _chunks(body), send)


class _TooLargeError(Exception):
    """More is sent than the sender may."""


class _Bound:
    """How much of a request is taken: at first what anybody may send, then what this very sender may."""

    def __init__(self, ordinary: int, ask: Callable[[], int]) -> None:
        self.most, self._ask, self._is_asked = ordinary, ask, False

    async def check(self, size: int) -> None:
        """:raises _TooLargeError: this is more than the sender may send."""
        if size > self.most and not self._is_asked:
            self.most, self._is_asked = await sync_to_async(self._ask)(), True
        if size > self.most:
            raise _TooLargeError


def sender(scope: Message, proxies: int) -> tuple[str, int] | None:
    """Return who asks; behind trusted proxies, what the outermost of them wrote: all before it may be forged."""
    if proxies:
        written = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").decode("latin-1")
        passed = [part.strip() for part in written.split(",") if part.strip()]
        if len(passed) >= proxies:
            return passed[-proxies], 0
    client: tuple[str, int] | None = scope.get("client")
    return client


def _length(scope: Message) -> int:
    """How many bytes a request says that it has; what it does not say is counted as it comes."""
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(told) if told.isdigit() else 0


async def _spool(receive: Receive, body: IO[bytes], bound: _Bound) -> bool:
    """
    Take the body from the network; False when the sender went away in the middle.

    :raises _TooLargeError: it is more than the sender may send.
    """
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return False
        piece = message.get("body", b"")
        await bound.check(body.tell() + len(piece))
        body.write(piece)
        if not message.get("more_body", False):
            return True


def _chunks(body: IO[bytes]) -> Receive:
    async def receive() -> Message:
        chunk = body.read(CHUNK)
        return {"type": "http.request", "body": chunk, "more_body": len(chunk) == CHUNK}

    return receive
