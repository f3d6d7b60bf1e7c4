"""
Files in a storage that speaks the S3 protocol: PUT, HEAD, GET and DELETE of an object, signed by AWS Signature 4.

Source of the signature: AWS General Reference, «Signature Version 4 signing process», and the examples of the Amazon
S3 API Reference, «Authenticating Requests: Using the Authorization Header», which the tests repeat.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qs, quote, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused
from okno.kit.files.shelves import missing, place_of
from okno.kit.http import Answer, Door, Timeouts, TransportError
from okno.kit.secrets import SecretText

EMPTY = hashlib.sha256(b"").hexdigest()
_PIECE = 1 << 18
_LARGEST = 5 << 30  # what S3 takes in one PUT


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, kw_only=True)
class Credentials:
    access_key: str
    secret_key: SecretText
    region: str


def signed(
    method: str,
    url: str,
    headers: Mapping[str, str],
    payload_sha256: str,
    *,
    credentials: Credentials,
    at: dt.datetime,
) -> dict[str, str]:
    """Return the headers with those of the signature added; all of them are signed."""
    parts = urlsplit(url)
    stamp = at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    added = {"host": parts.netloc, "x-amz-content-sha256": payload_sha256, "x-amz-date": stamp}
    every = {name.lower(): " ".join(value.split()) for name, value in headers.items()} | added
    names = ";".join(sorted(every))
    lines = "".join(f"{name}:{every[name]}\n" for name in sorted(every))
    path = quote(unquote(parts.path), safe="/-_.~")
    query = "&".join(sorted(_pairs(parts.query)))
    request = f"{method}\n{path}\n{query}\n{lines}\n{names}\n{payload_sha256}"
    scope = f"{stamp[:8]}/{credentials.region}/s3/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    signature = hmac.new(_key(credentials, stamp[:8]), to_sign.encode(), hashlib.sha256).hexdigest()
    every["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope},SignedHeaders={names},Signature={signature}"
    )
    return every


class S3Shelf:
    """Objects `prefix/ab/cd/abcd…` of a bucket, addressed by path: every compatible storage understands that."""

    def __init__(
        self,
        bucket_url: str,
        credentials: Credentials,
        *,
        unfinished: Path,
        private: Collection[str] = (),
        now: Callable[[], dt.datetime] = _now,
    ) -> None:
        self.unfinished = unfinished
        self._bucket_url, self._credentials, self._private, self._now = bucket_url, credentials, private, now

    @classmethod
    def from_url(cls, address: str, *, unfinished: Path, private: Collection[str] = ()) -> S3Shelf:
        """
        Read `https://ACCESS:SECRET@host/bucket/prefix?region=ru-central1`; signs of keys are percent-encoded.

        :raises Refused: a part is missing.
        """
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not (parts.username and parts.password and parts.path.strip("/")):
            message = _("The S3 address must look like https://ACCESS:SECRET@host/bucket?region=name.")
            raise Refused("files.s3_address", message)
        credentials = Credentials(
            access_key=unquote(parts.username),
            secret_key=SecretText(unquote(parts.password)),
            region=parse_qs(parts.query).get("region", ["us-east-1"])[0],
        )
        host = parts.netloc.rpartition("@")[2]
        return cls(
            f"{parts.scheme}://{host}/{parts.path.strip('/')}",
            credentials,
            unfinished=unfinished,
            private=private,
        )

    def keep(self, draft: Path, sha256: str, size: int) -> None:
        with self._door() as door:
            if self._ask(door, "HEAD", sha256).status == 200:
                return
            self._ask(
                door,
                "PUT",
                sha256,
                payload=sha256,
                headers={"content-length": str(size), "content-type": "application/octet-stream"},
                body=lambda: _pieces(draft),
            ).checked()

    def open(self, sha256: str) -> BinaryIO:
        # The caller needs to seek, and a broken connection must not show in the middle of a page.
        self.unfinished.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            kept: BinaryIO = stack.enter_context(tempfile.TemporaryFile(dir=self.unfinished))
            self._fetch(sha256, kept)
            kept.seek(0)
            # From here on the caller closes it.
            stack.pop_all()
            return kept

    def _fetch(self, sha256: str, kept: BinaryIO) -> None:
        with self._door() as door:
            answer = self._ask(door, "GET", sha256, into=kept)
        if answer.status == 404:
            raise missing()
        answer.checked()
        if _sha256(kept) != sha256:
            raise TransportError(_("The storage returned another content than was kept."), permanent=True)

    def delete(self, sha256: str) -> None:
        with self._door() as door:
            answer = self._ask(door, "DELETE", sha256)
        if answer.status != 404:
            answer.checked()

    def _door(self) -> Door:
        return Door(private=self._private, timeouts=Timeouts(read=60, total=3600), largest=_LARGEST)

    def _ask(
        self,
        door: Door,
        method: str,
        sha256: str,
        *,
        payload: str = EMPTY,
        headers: Mapping[str, str] | None = None,
        body: Callable[[], Iterator[bytes]] | None = None,
        into: BinaryIO | None = None,
    ) -> Answer:
        url = f"{self._bucket_url}/{place_of(sha256)}"
        told = signed(method, url, headers or {}, payload, credentials=self._credentials, at=self._now())
        return door.send(method, url, headers=told, body=body, into=into, redirects=0)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as draft:
        while piece := draft.read(_PIECE):
            yield piece


def _sha256(kept: BinaryIO) -> str:
    kept.seek(0)
    digest = hashlib.sha256()
    while piece := kept.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _pairs(query: str) -> Iterator[str]:
    for pair in filter(None, query.split("&")):
        name, _sign, value = pair.partition("=")
        yield f"{quote(unquote(name), safe='-_.~')}={quote(unquote(value), safe='-_.~')}"


def _key(credentials: Credentials, day: str) -> bytes:
    key = f"AWS4{credentials.secret_key.reveal()}".encode()
    for part in (day, credentials.region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
