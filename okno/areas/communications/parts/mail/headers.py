"""Headers as they really come: encoded words (RFC 2047), raw 8-bit letters, broken dates, addresses and ids."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import quopri
import re
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from okno.areas.communications.parts.mail import charsets
from okno.areas.communications.parts.mail.message import MailAddress

ENCODED_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?(.{0,1200}?)\?=", re.DOTALL)
ENCODED_RUN = re.compile(
    r"=\?[^?\s]{1,60}\?[bBqQ]\?.{0,1200}?\?=(?:\s*=\?[^?\s]{1,60}\?[bBqQ]\?.{0,1200}?\?=)*", re.DOTALL
)
MESSAGE_ID = re.compile(r"<[^<>\s]+>")
ADDRESS = re.compile(r"[^\s<>\"'(),:;\[\]\\]+@[^\s<>\"'(),:;\[\]\\@]+")
# Both alphabets: an answer to a mail of a Russian Outlook begins with HA, typed in whatever letters
PREFIX = re.compile(
    r"^\s*(?:re|fwd?|отв|ответ|пересл|переслано|на|ha|нa|hа|aw|wg|tr|sv)\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})?\s*[::]\s*",
    re.IGNORECASE,
)
LONGEST_HEADER = 20_000
MOST_ADDRESSES = 500


def raw_header(message: Message, name: str) -> bytes:
    """The first header of that name as it came, unfolded; nothing when there is none."""
    for key, value in message.raw_items():
        if key.lower() == name:
            return unfolded(value)
    return b""


def unfolded(value: object) -> bytes:
    raw = str(value).encode("utf-8", "surrogateescape")[:LONGEST_HEADER]
    return re.sub(rb"\r?\n(?=[ \t])", b"", raw).replace(b"\x00", b"").strip()


def children(part: Message) -> list[Message]:
    """Parts of a part; asking a part without parts for its payload would decode it, which fails on odd charsets."""
    payload = part.get_payload() if part.is_multipart() else []
    return [child for child in payload if isinstance(child, Message)]


def decoded(raw: bytes) -> str:
    """Text of an unstructured header: encoded words joined and decoded, 8-bit letters recognised."""
    pieces: list[tuple[str, bytes]] = []
    at = 0
    for word in ENCODED_WORD.finditer(raw):
        between = raw[at : word.start()]
        # white space between two encoded words is not part of the text (RFC 2047, 6.2)
        if between and not (at and not between.strip()):
            pieces.append(("", between))
        label = word[1].decode("ascii", "replace").partition("*")[0].lower()
        content = _word_bytes(word[2], word[3])
        # programs cut UTF-8 letters between two words: bytes are joined before they are decoded
        if pieces and pieces[-1][0] == label and at == word.start() - len(between) and not between.strip() and at:
            pieces[-1] = (label, pieces[-1][1] + content)
        else:
            pieces.append((label, content))
        at = word.end()
    pieces.append(("", raw[at:]))
    text = "".join(charsets.decode(content, label)[0] for label, content in pieces if content)
    return " ".join(text.replace("\x00", "").split())


def _word_bytes(kind: bytes, content: bytes) -> bytes:
    if kind in b"qQ":
        return quopri.decodestring(content.replace(b"_", b" "), header=True)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
    try:
        return base64.b64decode(letters[: len(letters) - (len(letters) % 4 == 1)] + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return b""


def text_of(message: Message, name: str) -> str:
    return decoded(raw_header(message, name))


def addresses(message: Message, name: str) -> tuple[MailAddress, ...]:
    """Everybody named in the headers of that name, in order, each once."""
    found: dict[str, MailAddress] = {}
    for key, value in message.raw_items():
        if key.lower() == name:
            for one in _addresses(unfolded(value)):
                found.setdefault(one.address, one)
    return tuple(found.values())[:MOST_ADDRESSES]


def _addresses(raw: bytes) -> list[MailAddress]:
    text = raw.decode("ascii") if raw.isascii() else charsets.detect(raw)
    words: list[str] = []

    def hidden(run: re.Match[str]) -> str:
        # encoded words hide commas and brackets that would split the list
        words.append(decoded(run[0].encode("utf-8")))
        return f"xqw{len(words) - 1}wqx"

    def shown(name: str) -> str:
        return re.sub(r"xqw(\d+)wqx", lambda mark: words[int(mark[1])], name)

    plain = ENCODED_RUN.sub(hidden, text)
    try:
        pairs = [(shown(name), shown(address)) for name, address in getaddresses([plain])]
    except RecursionError:
        # the library reads comments within comments by recursion
        pairs = []
    result = [
        MailAddress(address.strip().lower(), " ".join(name.split()).strip("'\" "))
        for name, address in pairs
        if ADDRESS.fullmatch(address.strip())
    ]
    return result or [MailAddress(address.lower()) for address in ADDRESS.findall(shown(plain))]


def message_ids(message: Message, name: str) -> tuple[str, ...]:
    """Ids in angle brackets, as on the wire; one that came without them gets them."""
    raw = raw_header(message, name).decode("utf-8", "replace")
    ids = MESSAGE_ID.findall(raw)
    if not ids and "@" in raw and " " not in raw:
        ids = [f"<{raw.strip('<>')}>"]
    return tuple(dict.fromkeys(ids))


def moment(message: Message) -> dt.datetime | None:
    """The Date header as an aware moment, or None when it says nothing sensible."""
    try:
        value = parsedate_to_datetime(raw_header(message, "date").decode("ascii", "replace"))
        aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return aware.astimezone(dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def subject_key(subject: str) -> str:
    """The subject without Re, Fwd, Отв and their like, in small letters: mails of one talk have the same key."""
    rest = subject
    while (cut := PREFIX.sub("", rest)) != rest:
        rest = cut
    return " ".join(rest.casefold().split())
