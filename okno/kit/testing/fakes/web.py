"""A web server on this machine in which a fake of somebody's service answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# The path, headers and body of what is asked; the status and body of the answer, and headers beside the usual ones.
Answer = Callable[[str, Message, bytes], tuple[int, bytes] | tuple[int, bytes, dict[str, str]]]


@contextmanager
def serving(answer: Answer, kind: str = "application/json; charset=utf-8") -> Iterator[str]:
    """Serve on a free port until the block ends; the address without a slash at its end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, told, *more = answer(self.path, self.headers, body)
            self.send_response(status)
            for name, value in {
                "Content-Type": kind,
                "Content-Length": str(len(told)),
                **(more[0] if more else {}),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told)

        do_POST = do_GET  # noqa: N815 - a name of the standard library

        def log_message(self, *_args: Any) -> None:
            """Keep the output of tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
