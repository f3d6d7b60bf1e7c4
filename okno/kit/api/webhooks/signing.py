"""What a request of a webhook says, and how it proves where it comes from."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

HEADER = "Okno-Signature"


def text_of(event_id: int | None, event: str, at: datetime, data: Mapping[str, Any]) -> str:
    """The body: `{id, event, at, data}`; equal ids are the same event told again."""
    moment = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps({"id": event_id, "event": event, "at": moment, "data": data}, ensure_ascii=False)


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """
    The value of the header: `t=<seconds since the epoch>,v1=<hex HMAC-SHA256 of "t.body" under the secret>`.

    The moment is signed too, so that an old request cannot be sent again by somebody who saw it.
    """
    return f"t={timestamp},v1={_digest(secret, timestamp, body)}"


def is_signed(secret: str, header: str, body: bytes, now: int, tolerance: int = 300) -> bool:
    """
    Whether a header proves this body: for receivers, and for tests of ours.

    :param tolerance: how many seconds old a request may be.
    """
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    moment = parts.get("t", "")
    if not moment.isdigit() or abs(now - int(moment)) > tolerance:
        return False
    return hmac.compare_digest(_digest(secret, int(moment), body), parts.get("v1", ""))


def _digest(secret: str, timestamp: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
