"""The signed token of a form: when the page was made, and a number that makes two sendings of it one."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing

SALT = "okno.portal.form"
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says."""

    number: str
    age: timedelta


def issue(code: str, at: datetime) -> str:
    """A token for a page of a form made now."""
    return signing.dumps({"c": code, "n": secrets.token_hex(12), "t": int(at.timestamp())}, salt=SALT)


def read(text: str, code: str, at: datetime) -> Token | None:
    """What a token says; None when it is forged, of another form, or older than a day."""
    try:
        said = signing.loads(text, salt=SALT, max_age=LONGEST)
        token = Token(str(said["n"]), at - datetime.fromtimestamp(said["t"], tz=at.tzinfo))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    return token if said.get("c") == code else None


def digest(answers: Mapping[str, str]) -> str:
    """What tells one sending of a page from another: the words of it."""
    return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()[:32]


def sender_of(address: str) -> str:
    """What an address is remembered by: a keyed hash, of which the address cannot be found again."""
    return hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()
