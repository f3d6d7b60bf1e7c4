"""The bridge to Django: whole bodies, whoever sends them, and the right sender."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from okno.config.bridge import BODY_IN_MEMORY, Bridge, Most, sender
from okno.config.live import Message


def digest(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A toy application: answers with the length it was told and a hash of what it read."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    told = environ.get("HTTP_X_OKNO_TOO_LARGE", "")
    return [f"{environ['CONTENT_LENGTH']} {hashlib.sha256(body).hexdigest()} {told}".strip().encode()]


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


def ask(asked: Message, messages: list[Message], *, ordinary: int = 1 << 30, most: Most = lambda _scope: 0) -> bytes:
    """Send a request in these pieces and return the body of the answer."""
    answered: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        answered.append(message)

    async def asking() -> None:
        await Bridge(digest, threads=1, most=most, ordinary=ordinary)(asked, receive, send)

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


EMPTY = f"0 {hashlib.sha256(b'').hexdigest()}"


def pieces(count: int) -> list[Message]:
    """A body of so many pieces of a hundred bytes."""
    return [{"type": "http.request", "body": b"x" * 100, "more_body": at < count} for at in range(1, count + 1)]


@pytest.mark.parametrize(
    ("asked", "taken"), [(scope(content_length="500"), 0), (scope(transfer_encoding="chunked"), 3)]
)
def test_bridge_keeps_nothing_of_what_is_too_large(asked: Message, taken: int) -> None:
    """What says how long it is is refused before a byte of it is taken, the rest as soon as it is too much."""
    messages = pieces(5)

    answer = ask(asked, messages, ordinary=100, most=lambda _scope: 250)

    assert answer.decode() == f"{EMPTY} 250"
    assert len(messages) == 5 - taken


def test_bridge_asks_who_sends_only_of_what_is_large() -> None:
    asked: list[str] = []

    def most(scope: Message) -> int:
        asked.append(scope["path"])
        return 500

    small = ask(scope(content_length="100"), pieces(1), ordinary=100, most=most)
    large = ask(scope(transfer_encoding="chunked"), pieces(5), ordinary=100, most=most)

    assert small.decode().split()[0] == "100"
    assert (large.decode().split()[0], asked) == ("500", ["/"])


def test_bridge_believes_nobody_else_that_a_request_was_too_large() -> None:
    answer = ask(scope(content_length="100", x_okno_too_large="1"), pieces(1))
    assert answer.decode() == f"100 {hashlib.sha256(b'x' * 100).hexdigest()}"


def test_bridge_counts_what_comes_and_not_what_is_said() -> None:
    answer = ask(scope(content_length="10"), pieces(5), ordinary=100, most=lambda _scope: 250)
    assert answer.decode() == f"{EMPTY} 250"


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
