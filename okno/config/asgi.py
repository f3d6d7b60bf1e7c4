"""The one kind of web process: live updates on the event loop, everything else in Django on a pool of threads."""

from __future__ import annotations

import tempfile
from typing import IO, Any, cast

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import WSGIApp
from django.conf import settings

from okno.config.wsgi import application as django_application

# wsgi comes first: it makes Django ready for the hub, which reads sessions and users.
from okno.config.live import Hub, Message, Receive, Send  # isort: skip

BODY_IN_MEMORY = 1 << 20
CHUNK = 1 << 18

hub = Hub()
django: Any = WSGIMiddleware(cast("WSGIApp", django_application), workers=settings.OKNO_WEB_THREADS)


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer one request, or one message of the server's life."""
    if scope["type"] == "lifespan":
        await _live_and_die(receive, send)
    elif scope["type"] == "http":
        door = hub if scope["path"] == "/live" else _pass_on
        await door({**scope, "client": _client(scope)}, receive, send)


async def _live_and_die(receive: Receive, send: Send) -> None:
    await receive()
    hub.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await hub.close()
    await send({"type": "lifespan.shutdown.complete"})


async def _pass_on(scope: Message, receive: Receive, send: Send) -> None:
    """Give Django a complete request: a slow upload waits here, on disk, and not in one of the few threads."""
    with tempfile.SpooledTemporaryFile(max_size=BODY_IN_MEMORY) as body:
        if not await _spool(receive, body):
            return
        headers = [
            (name, value) for name, value in scope["headers"] if name not in {b"content-length", b"transfer-encoding"}
        ]
        # A chunked body has no length, and WSGI reads nothing without one.
        headers.append((b"content-length", str(body.tell()).encode()))
        body.seek(0)
        await django({**scope, "headers": headers}, _chunks(body), send)


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


def _client(scope: Message) -> tuple[str, int] | None:
    """Return who asks; with trusted proxies in front, what the outermost of them wrote: all before it may be forged."""
    proxies = settings.OKNO_PROXIES
    if proxies:
        passed = (
            b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
            .decode("latin-1")
            .split(",")
        )
        if len(passed) >= proxies and passed[-proxies].strip():
            return passed[-proxies].strip(), 0
    client: tuple[str, int] | None = scope.get("client")
    return client
