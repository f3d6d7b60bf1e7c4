"""One web process: uvicorn on a socket that the supervisor opened."""

from __future__ import annotations

import socket

import uvicorn
from django.urls import get_resolver

from okno.config.asgi import application, hub

GRACE_SECONDS = 2
IDLE_SECONDS = 30


class WebServer(uvicorn.Server):
    """A server that ends the open live streams before it waits for requests to finish."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop taking requests, let the streams go, finish what is being answered."""
        hub.let_all_go()
        await super().shutdown(sockets)


def serve(listening: socket.socket) -> None:
    """Answer requests on this socket until SIGTERM."""
    # All pages are imported now: the first visitor does not wait for it.
    _ = get_resolver().url_patterns
    config = uvicorn.Config(
        application,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    WebServer(config).run(sockets=[listening])
