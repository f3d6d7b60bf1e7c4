"""Push as a channel of notices: a message to each browser that a person has subscribed."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from okno.kit import http, secrets
from okno.kit.commands import moment
from okno.kit.errors import Refused
from okno.kit.http import TransportError
from okno.kit.models.notices import PushKey, PushSubscription
from okno.kit.notices.channels import Message
from okno.kit.notices.commands import pushing
from okno.kit.notices.push import encrypting
from okno.kit.permissions import SYSTEM

# What push services say of a browser that has gone for good.
GONE = frozenset({404, 410})
TIMEOUTS = http.Timeouts(connect=5, read=10, total=15)
LARGEST_ANSWER = 64 << 10
SECONDS_KEPT = 24 * 60 * 60
MOST_TITLE, MOST_TEXT = 200, 600


def is_ready() -> bool:
    """Whether browsers would take a subscription at all: they do so on safe addresses only."""
    address = urlsplit(settings.OKNO_PUBLIC_URL)
    return address.scheme == "https" or address.hostname in {"localhost", "127.0.0.1", "::1"}


def addresses(user_id: int) -> list[str]:
    """The browsers that a person has subscribed."""
    ids = PushSubscription.objects.filter(user_id=user_id).order_by("pk").values_list("pk", flat=True)
    return [str(one) for one in ids]


def push(message: Message) -> None:
    """
    Send a message to one browser of a person; one that has gone is forgotten. Runs inside a command.

    :raises TransportError: the browser was not reached; it is worth trying again unless it has refused.
    """
    browser = PushSubscription.objects.filter(pk=message.address, user_id=message.user_id).first()
    pair = PushKey.objects.first()
    if browser is None or pair is None:
        raise TransportError(_("The browser is subscribed no more."), permanent=True)
    try:
        _send(browser, pair, _payload(message))
    except TransportError as error:
        if error.status in GONE:
            pushing.forget(actor=SYSTEM, subscription_id=browser.pk)
        raise


def _send(browser: PushSubscription, pair: PushKey, payload: bytes) -> None:
    """:raises TransportError: the push service did not take it, or a key cannot be read any more."""
    try:
        auth, secret = secrets.decrypt(browser.auth).reveal(), secrets.decrypt(pair.secret).reveal()
    except Refused as refusal:
        raise TransportError(refusal.message, permanent=True) from refusal
    body = encrypting.encrypted(payload, key=encrypting.decoded(browser.key), auth=encrypting.decoded(auth))
    told = encrypting.promise(browser.endpoint, public=pair.public, secret=secret, subject=_subject(), at=moment())
    headers = {
        "Authorization": told,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(SECONDS_KEPT),
        "Urgency": "normal",
    }
    with http.door(timeouts=TIMEOUTS, attempts=1, largest=LARGEST_ANSWER) as out:
        out.post(browser.endpoint, headers=headers, body=body).checked()


def _subject() -> str:
    """Whom push services may write to: an https or a mail address."""
    address = urlsplit(settings.OKNO_PUBLIC_URL)
    return settings.OKNO_PUBLIC_URL if address.scheme == "https" else f"mailto:postmaster@{address.hostname}"


def _payload(message: Message) -> bytes:
    """What the worker of the browser shows; whatever texts are made of, they are cut to fit into one record."""
    text = message.brief[:MOST_TEXT]
    while len(said := _said(message, text)) > encrypting.LONGEST and text:
        text = text[: len(text) * 3 // 4]
    return said


def _said(message: Message, text: str) -> bytes:
    told = {"title": message.title[:MOST_TITLE], "body": text, "url": message.url}
    return json.dumps(told, ensure_ascii=False).encode()
