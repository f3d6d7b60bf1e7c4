"""The bridge from the event loop to Django: a whole request goes to a thread, its answer streams back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import IO, Any

from a2wsgi import WSGIMiddleware

from okno.config.live import Message, Receive, Send

BODY_IN_MEMORY = 1 << 20
CHUNK = 1 << 18
# The bridge itself says how long the body is.
NOT_PASSED_ON = {b"content-length", b"transfer-encoding"}


class Bridge:
    """Serves a WSGI application on this many threads."""

    def __init__(self, application: Callable[..., Any], *, threads: int) -> None:
        self._answer: Any = WSGIMiddleware(application, workers=threads)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Take the whole request first: a slow upload waits here, on disk, and not in one of the few threads."""
        with tempfile.SpooledTemporaryFile(max_size=BODY_IN_MEMORY) as body:
            if not await _spool(receive, body):
                return
            headers = [(name, value) for name, value in scope["headers"] if name not in NOT_PASSED_ON]
            # A chunked body has no length, and WSGI reads nothing without one.
            headers.append((b"content-length", str(body.tell()).encode()))
            body.seek(0)
            await self._answer({**scope, "headers": headers}, _chunks(body), send)


def sender(scope: Message, proxies: int) -> tuple[str, int] | None:
    """Return who asks; behind trusted proxies, what the outermost of them wrote: all before it may be forged."""
    if proxies:
        written = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").decode("latin-1")
        passed = [part.strip() for part in written.split(",") if part.strip()]
        if len(passed) >= proxies:
            return passed[-proxies], 0
    client: tuple[str, int] | None = scope.get("client")
    return client


async def _spool(receive: Receive, body: IO[bytes]) -> bool:
    """Take the body from the network; False when the sender went away in the middle."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return False
        body.write(message.get("body", b""))
        if not message.get("more_body", False):
            return True


def _chunks(body: IO[bytes]) -> Receive:
    async def receive() -> Message:
        chunk = body.read(CHUNK)
        return {"type": "http.request", "body": chunk, "more_body": len(chunk) == CHUNK}

    return receive
