"""The bridge to Django: whole bodies, whoever sends them, and the right sender."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from okno.config.bridge import BODY_IN_MEMORY, Bridge, sender
from okno.config.live import Message


def digest(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A toy application: answers with the length it was told and a hash of what it read."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['CONTENT_LENGTH']} {hashlib.sha256(body).hexdigest()}".encode()]


def scope(**headers: str) -> Message:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": pairs,
        "client": ("127.0.0.1", 5),
    }


def ask(asked: Message, messages: list[Message]) -> bytes:
    """Send a request in these pieces and return the body of the answer."""
    answered: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        answered.append(message)

    async def asking() -> None:
        await Bridge(digest, threads=1)(asked, receive, send)

    # In a thread of its own: a browser test of the same run keeps a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, asking()).result()
    return b"".join(message.get("body", b"") for message in answered)


@pytest.mark.parametrize("size", [0, 1, BODY_IN_MEMORY, 3 * BODY_IN_MEMORY + 17])
def test_bridge_passes_on_a_chunked_body_whole(size: int) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    pieces = [body[at : at + 65536] for at in range(0, len(body), 65536)] or [b""]
    messages: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.request", "body": b"", "more_body": False})

    answer = ask(scope(transfer_encoding="chunked"), messages)

    assert answer.decode() == f"{size} {hashlib.sha256(body).hexdigest()}"


def test_bridge_does_not_bother_django_with_a_request_that_broke_off() -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b"half", "more_body": True},
        {"type": "http.disconnect"},
    ]

    assert ask(scope(content_length="100"), messages) == b""


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "10.0.0.9", "127.0.0.1"),
        (1, "10.0.0.9", "10.0.0.9"),
        (1, "6.6.6.6, 10.0.0.9", "10.0.0.9"),
        (2, "6.6.6.6, 10.0.0.9, 192.168.0.1", "10.0.0.9"),
        (2, "10.0.0.9", "127.0.0.1"),
    ],
)
def test_sender_is_what_the_outermost_trusted_proxy_saw(proxies: int, forwarded: str, expected: str) -> None:
    found = sender(scope(x_forwarded_for=forwarded), proxies)

    assert found
    assert found[0] == expected
