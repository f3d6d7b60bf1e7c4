"""The one kind of web process: live updates on the event loop, everything else in Django on a pool of threads."""

from __future__ import annotations

from django.conf import settings

from okno.config.wsgi import application as django_application

# wsgi comes first: it makes Django ready for the hub, which reads sessions and users.
from okno.config import uploads  # isort: skip
from okno.config.bridge import Bridge, sender  # isort: skip
from okno.config.live import Hub, Message, Receive, Send  # isort: skip

hub = Hub()
bridge = Bridge(django_application, threads=settings.OKNO_WEB_THREADS, most=uploads.asked)


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer one request, or one message of the server's life."""
    if scope["type"] == "lifespan":
        await _live_and_die(receive, send)
    elif scope["type"] == "http":
        door = hub if scope["path"] == "/live" else bridge
        await door({**scope, "client": sender(scope, settings.OKNO_PROXIES)}, receive, send)


async def _live_and_die(receive: Receive, send: Send) -> None:
    await receive()
    hub.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await hub.close()
    await send({"type": "lifespan.shutdown.complete"})
