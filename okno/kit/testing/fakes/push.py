"""
A strict push service with its browsers, on loopback: it checks what RFC 8030 and RFC 8292 ask of the sender, and its
browsers open what RFC 8291 encrypts.

It shares no code with our side: keys are derived here step by step, as the standards write them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from okno.kit.testing.fakes.web import serving

A_DAY = 24 * 60 * 60
LARGEST = 4096


@dataclass
class BrowserAtPeer:
    """A browser with its subscription: what it tells the program, and the messages that it has opened."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    shown: list[dict[str, Any]] = field(default_factory=list)

    @property
    def point(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def told(self) -> dict[str, str]:
        """What the page of the program gets from it."""
        return {"endpoint": self.endpoint, "key": _text(self.point), "auth": _text(self.auth)}

    def opened(self, body: bytes) -> bytes:
        """The plain text of a message for this browser (RFC 8291, section 3.4; RFC 8188, section 2)."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        if size < len(sealed) or length != 65:
            raise ValueError("no single record with the key of its sender")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.private.exchange(ec.ECDH(), key)
        first = _hmac(self.auth, shared)
        seed = _hmac(first, b"WebPush: info\x00" + self.point + sender + b"\x01")
        second = _hmac(salt, seed)
        cipher = _hmac(second, b"Content-Encoding: aes128gcm\x00\x01")[:16]
        nonce = _hmac(second, b"Content-Encoding: nonce\x00\x01")[:12]
        text = AESGCM(cipher).decrypt(nonce, sealed, None).rstrip(b"\x00")
        if not text.endswith(b"\x02"):
            raise ValueError("the record is not marked as the last one")
        return text[:-1]


@dataclass
class PushPeer:
    """
    The service: its browsers by path, statuses it answers with instead, how long it asks to wait then, what it refused
    and why, and the salts and keys of messages, of which none may come twice.
    """

    url: str
    browsers: dict[str, BrowserAtPeer] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    waits: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    drawn: set[bytes] = field(default_factory=set)

    def subscribe(self, name: str, key: str) -> BrowserAtPeer:
        """A browser that takes messages of the sender with this key only."""
        path = f"/send/{name}"
        self.browsers[path] = BrowserAtPeer(self.url + path)
        self.keys[path] = key
        return self.browsers[path]

    def answer(self, browser: BrowserAtPeer, status: int, *, wait: str = "") -> None:
        """Answer what comes for a browser with this status from now on; `wait` goes into Retry-After."""
        path = browser.endpoint.removeprefix(self.url)
        self.answers[path], self.waits[path] = status, wait

    def recover(self, browser: BrowserAtPeer) -> None:
        """Take what comes for a browser again."""
        self.answers.pop(browser.endpoint.removeprefix(self.url), None)

    def take(self, path: str, headers: Any, body: bytes) -> int:
        """The status for a message, after all that the standards ask for was looked at."""
        self.asked += 1
        if path in self.answers:
            return self.answers[path]
        browser = self.browsers.get(path)
        if browser is None:
            return 404
        try:
            self._check(path, headers, body)
            browser.shown.append(json.loads(browser.opened(body)))
        except (ValueError, KeyError, InvalidSignature) as error:
            self.refused.append(repr(error))
            return 400
        return 201

    def _check(self, path: str, headers: Any, body: bytes) -> None:
        if headers["Content-Encoding"] != "aes128gcm" or len(body) > LARGEST:
            raise ValueError("not encrypted, or too large")
        if headers["Urgency"] not in {None, "very-low", "low", "normal", "high"}:
            raise ValueError("an urgency that there is not")
        salt, sender = body[:16], body[21:86]
        if {salt, sender} & self.drawn:
            raise ValueError("a salt or a key of an earlier message")
        self.drawn |= {salt, sender}
        if not 0 <= int(headers["TTL"]) <= 28 * A_DAY:
            raise ValueError("no TTL")
        kind, _blank, rest = headers["Authorization"].partition(" ")
        given = dict(one.strip().split("=", 1) for one in rest.split(","))
        if kind != "vapid" or given["k"] != self.keys[path]:
            raise ValueError("another sender")
        self._check_token(given["t"], given["k"])

    def _check_token(self, token: str, key: str) -> None:
        head, claims, signature = token.split(".")
        said = json.loads(_bytes(claims))
        if json.loads(_bytes(head)) != {"typ": "JWT", "alg": "ES256"} or said["aud"] != self.url:
            raise ValueError("a token for another service")
        if not time.time() < said["exp"] <= time.time() + A_DAY or not said["sub"].startswith(("mailto:", "https:")):
            raise ValueError("a token without an end or a sender")
        raw = _bytes(signature)
        signed = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
        public.verify(signed, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


@contextmanager
def push_peer() -> Iterator[PushPeer]:
    """Run the service until the block ends."""
    peer = PushPeer("")

    def answer(path: str, headers: Message, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        status, wait = peer.take(path, headers, body), peer.waits.get(path, "")
        # RFC 8030, section 5: what was taken gets an address of its own.
        said = {"Location": f"{peer.url}/message/{peer.asked}"} if status == 201 else {}
        return status, b"", {**said, "Retry-After": wait} if wait and status != 201 else said

    with serving(answer) as url:
        peer.url = url
        yield peer


def _hmac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
