"""Messages of ours, built so that every reader shows them right: encoded names, given ids, base64 for Russian."""

from __future__ import annotations

import base64
import datetime as dt
import mimetypes
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import cast
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from okno.areas.communications.parts.mail.message import MailAddress
from okno.kit.errors import Refused

# Written headers are not folded anew: the file names below are already as readers want them. 7 bits pass every server.
WIRE = policy.SMTP.clone(refold_source="none", cte_type="7bit")
MOST_REFERENCES = 20
LARGEST_MESSAGE = 25 * 1024 * 1024
LONGEST_PIECE = 56
WORD_BYTES = 42
# What stands in an address as it is (RFC 3986), without angle brackets and blanks.
SAFE = "%/:?#[]@!$&'()*+,;=~"


@dataclass(frozen=True, kw_only=True)
class FileToSend:
    """A file to attach; with a `content_id` it is shown inside the HTML as `cid:`."""

    name: str
    content: bytes
    mime: str = ""
    content_id: str = ""


def build_message(
    *,
    message_id: str,
    sender: MailAddress,
    to: Sequence[MailAddress],
    subject: str,
    text: str,
    at: dt.datetime,
    html: str = "",
    cc: Sequence[MailAddress] = (),
    reply_to: Sequence[MailAddress] = (),
    in_reply_to: str = "",
    references: Sequence[str] = (),
    attachments: Iterable[FileToSend] = (),
    unsubscribe_url: str = "",
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """
    Build a message; `message_id` (with angle brackets) is the caller's, who has stored it before.

    An answer carries the last 20 references so that the reader's program threads it. Blind copies are given to the
    transport as recipients and never written here. `unsubscribe_url` adds one-click unsubscribing of RFC 8058.

    :raises Refused: an address or a header has a line break or is no address, or the whole is larger than 25 MB.
    """
    message = EmailMessage(policy=WIRE)
    try:
        message["Message-ID"] = message_id
        message["Date"] = format_datetime(at)
        # Python's own folding loses spaces between the words of long Russian headers: these are written by us
        message.set_raw("Subject", _encoded(_one_line(subject)))
        _people(message, {"From": [sender], "To": to, "Cc": cc, "Reply-To": reply_to})
        _answer(message, in_reply_to, references)
        _unsubscribing(message, unsubscribe_url)
        for name, value in (headers or {}).items():
            message[name] = value
    except (ValueError, IndexError) as error:
        raise Refused("mail.address", _("The mail was not made: %(reason)s."), reason=str(error)) from error
    _fill(message, text, html, list(attachments))
    return message


def _people(message: EmailMessage, by_header: Mapping[str, Sequence[MailAddress]]) -> None:
    for name, people in by_header.items():
        if people:
            message.set_raw(name, ",\r\n ".join(_address(one) for one in people))


def wire_bytes(message: EmailMessage) -> bytes:
    """
    The message as it goes over the wire and into the Sent folder.

    :raises Refused: it is larger than 25 MB, which servers do not take.
    """
    raw = message.as_bytes(policy=WIRE)
    if len(raw) > LARGEST_MESSAGE:
        raise Refused("mail.too_large", _("The mail with its attachments is larger than 25 MB."))
    return raw


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _address(one: MailAddress) -> str:
    local, _at, domain = one.address.rpartition("@")
    if not local or not domain or not local.isascii() or re.search(r"[\s<>,;]", one.address):
        raise ValueError(one.address)
    address = f"{local}@{domain.encode('idna').decode('ascii')}"
    name = _one_line(one.name)
    return formataddr((name, address)) if name.isascii() else f"{_encoded(name)} <{address}>"


def _encoded(text: str) -> str:
    """The text as words of RFC 2047, a line each; no letter and no word is longer than readers allow."""
    if text.isascii() and "=?" not in text:
        return text if len(text) < 900 else "\r\n ".join(textwrap.wrap(text, 70))
    words = (base64.b64encode(piece.encode()).decode("ascii") for piece in _pieces(text, WORD_BYTES))
    return "\r\n ".join(f"=?utf-8?B?{word}?=" for word in words)


def _pieces(text: str, most: int, cost: Callable[[str], int] = lambda letter: len(letter.encode())) -> Iterator[str]:
    """Cut between letters so that no piece costs more than `most`: half a letter is unreadable to many programs."""
    piece, spent = "", 0
    for letter in text:
        price = cost(letter)
        if spent + price > most:
            yield piece
            piece, spent = "", 0
        piece, spent = piece + letter, spent + price
    yield piece


def _answer(message: EmailMessage, in_reply_to: str, references: Sequence[str]) -> None:
    if in_reply_to:
        message["In-Reply-To"] = in_reply_to
    ids = list(dict.fromkeys([*references, *([in_reply_to] if in_reply_to else [])]))
    if ids:
        # the first id is the root of the talk; without it some programs begin a new thread
        kept = ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[-(MOST_REFERENCES - 1) :]]
        message["References"] = " ".join(kept)


def _unsubscribing(message: EmailMessage, url: str) -> None:
    if url:
        # Of a long address Python's own folding makes words of RFC 2047, which no program takes for an address.
        message.set_raw("List-Unsubscribe", f"<{quote(url, safe=SAFE)}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _fill(message: EmailMessage, text: str, html: str, attachments: list[FileToSend]) -> None:
    message.set_content(text, cte=_encoding_for(text))
    if html:
        message.add_alternative(html, subtype="html", cte=_encoding_for(html))
    inline = [one for one in attachments if one.content_id and html]
    if inline:
        formatted = cast("EmailMessage", message.get_payload(1))
        formatted.make_related()
        for one in inline:
            formatted.attach(_file(one, "inline"))
    others = [one for one in attachments if not (one.content_id and html)]
    if others:
        message.make_mixed()
        for one in others:
            message.attach(_file(one, "attachment"))


def _encoding_for(text: str) -> str:
    plain = text.isascii() and all(len(line) < 900 for line in text.split("\n"))
    return "7bit" if plain else "base64"


def _file(one: FileToSend, disposition: str) -> EmailMessage:
    part = EmailMessage(policy=policy.compat32)
    mime = one.mime or mimetypes.guess_type(one.name)[0] or "application/octet-stream"
    name = _one_line(re.sub(r'[\x00-\x1f"\\/]', "_", one.name)) or "file"
    part["Content-Type"] = mime + _rfc2047_parameter("name", name)
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-Disposition"] = disposition + _rfc2231_parameter("filename", name)
    if one.content_id:
        part["Content-ID"] = f"<{one.content_id}>"
    part.set_payload(base64.encodebytes(one.content).decode("ascii"))
    return part


def _rfc2047_parameter(key: str, name: str) -> str:
    """Not allowed by the letter of RFC 2047, but what Outlook and Mail.ru read."""
    return f'; {key}="{name}"' if name.isascii() else f';\r\n {key}="{_encoded(name)}"'


def _rfc2231_parameter(key: str, name: str) -> str:
    if name.isascii():
        return f'; {key}="{name}"'
    pieces = [
        quote(piece, safe="") for piece in _pieces(name, LONGEST_PIECE, lambda letter: len(quote(letter, safe="")))
    ]
    if len(pieces) == 1:
        return f";\r\n {key}*=utf-8''{pieces[0]}"
    marked = ["utf-8''" + pieces[0], *pieces[1:]]
    return "".join(f";\r\n {key}*{number}*={piece}" for number, piece in enumerate(marked))
