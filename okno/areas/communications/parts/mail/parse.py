"""A raw message read into plain values; whatever is wrong with it becomes a problem of the result, never an error."""

from __future__ import annotations

from dataclasses import dataclass, field
from email import policy
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from functools import partial

from okno.areas.communications.parts.mail import automatic, charsets, headers, html, parameters, quotes
from okno.areas.communications.parts.mail.headers import children
from okno.areas.communications.parts.mail.message import Attachment, Bounce, ParsedMail, Problem

DEEPEST = 30
MOST_PARTS = 500
LARGEST_MESSAGE = 64 * 1024 * 1024
LONGEST_TEXT = 500_000
KEPT_HEADERS = (
    "auto-submitted",
    "delivered-to",
    "list-id",
    "list-unsubscribe",
    "precedence",
    "return-path",
    "sender",
    "thread-index",
    "thread-topic",
    "x-mailer",
    "x-original-to",
    "x-spam-flag",
    "x-spam-status",
)
SERVICE_PARTS = {"message/delivery-status", "text/rfc822-headers", "message/disposition-notification"}


@dataclass
class _Reading:
    """What is gathered on the way through the parts."""

    plain: list[str] = field(default_factory=list)
    formatted: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def note(self, code: str, detail: str = "") -> None:
        problem = Problem(code, detail[:200])
        if code and problem not in self.problems:
            self.problems.append(problem)


def parse_message(raw: bytes) -> ParsedMail:
    """
    Read a mail of any quality. Never raises for what is in the bytes: see `problems` of the result.

    At most 30 levels and 500 parts are read, of a mail above 64 MB only the head; the text is cut at 500,000 letters.
    """
    try:
        return _parsed(raw)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, MessageError) as error:
        # Python's library fails in ever new places on what spammers send; one mail must not stop a mailbox
        return ParsedMail(problems=(Problem("unreadable", f"{type(error).__name__}: {error}"[:200]),))


def _parsed(raw: bytes) -> ParsedMail:
    reading = _Reading()
    if len(raw) > LARGEST_MESSAGE:
        reading.note("too_large")
        return _assembled(_head_only(raw), [], reading)
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw)
    except RecursionError:
        # the library walks nested parts by recursion
        reading.note("too_deep")
        return _assembled(_head_only(raw), [], reading)
    return _assembled(message, _leaves(message, reading), reading)


def _head_only(raw: bytes) -> Message:
    head = raw[:1_000_000].replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n"
    return BytesHeaderParser(policy=policy.compat32).parsebytes(head)


def _leaves(message: Message, reading: _Reading) -> list[Message]:
    """Parts without parts, in order; attached messages count as one part and are not opened."""
    found: list[Message] = []
    waiting = [(message, 0)]
    while waiting:
        part, depth = waiting.pop()
        for defect in part.defects:
            reading.note("mime", type(defect).__name__)
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            if depth >= DEEPEST:
                reading.note("too_deep")
                continue
            waiting.extend((child, depth + 1) for child in reversed(children(part)))
        elif len(found) == MOST_PARTS:
            reading.note("too_deep")
            break
        else:
            found.append(part)
    return found


def _assembled(message: Message, leaves: list[Message], reading: _Reading) -> ParsedMail:
    for part in leaves:
        _read_part(part, reading)
    text = "\n".join(piece for piece in reading.plain if piece.strip()).strip()
    safe = _safe_html("\n".join(reading.formatted), reading)
    text = text or (safe.text if safe else "")
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT]
        reading.note("body_cut")
    split = quotes.split(text)
    failure = automatic.bounce(message, leaves)
    mail = _head(message, failure, reading)
    return _with_body(mail, text, split, safe, reading)


def _with_body(
    mail: dict[str, object], text: str, split: quotes.Split, safe: html.SafeHtml | None, reading: _Reading
) -> ParsedMail:
    body: dict[str, object] = {
        "text": text,
        "reply_text": split.reply,
        "signature": split.signature,
        "quoted_text": split.quoted,
        "html": safe.fresh if safe else "",
        "html_quoted": safe.quoted if safe else "",
        "has_remote_images": bool(safe and safe.has_remote_images),
        "attachments": tuple(reading.attachments),
        "problems": tuple(reading.problems),
    }
    return ParsedMail(**{**mail, **body})  # type: ignore[arg-type] # both dictionaries hold fields of ParsedMail


def _head(message: Message, failure: Bounce | None, reading: _Reading) -> dict[str, object]:
    senders = headers.addresses(message, "from") or headers.addresses(message, "sender")
    ids = headers.message_ids(message, "message-id")
    date = headers.moment(message)
    subject = headers.text_of(message, "subject")
    for code, present in (("sender", senders), ("message_id", ids), ("date", date)):
        if not present:
            reading.note(code)
    answered = headers.message_ids(message, "in-reply-to")
    return {
        "message_id": ids[0] if ids else "",
        "in_reply_to": answered[0] if answered else "",
        "references": headers.message_ids(message, "references"),
        "subject": subject,
        "subject_key": headers.subject_key(subject),
        "sender": senders[0] if senders else None,
        "reply_to": headers.addresses(message, "reply-to"),
        "to": headers.addresses(message, "to"),
        "cc": headers.addresses(message, "cc"),
        "date": date,
        "bounce": failure,
        "auto_reply": "" if failure else automatic.auto_reply(message),
        "headers": {name: value for name in KEPT_HEADERS if (value := headers.text_of(message, name))},
    }


def _read_part(part: Message, reading: _Reading) -> None:
    kind = part.get_content_type()
    name = parameters.file_name(part)
    disposition = parameters.parameter(part, "content-disposition", "filename")
    attached = str(part.get("content-disposition", "")).strip().lower().startswith("attachment")
    if kind in SERVICE_PARTS:
        return
    if kind in {"text/plain", "text/html"} and not attached and not name and not disposition:
        _read_text(part, kind, reading)
    elif kind == "multipart/mixed" or part.get_content_maintype() == "multipart":
        # a multipart whose parts could not be told apart: its text is better than nothing
        reading.note("mime", kind)
        _read_text(part, "text/plain", reading)
    else:
        _attach(part, kind, name, attached, reading)


def _read_text(part: Message, kind: str, reading: _Reading) -> None:
    label = parameters.charset(part)
    text, problem = charsets.decode(_bytes_of(part), label)
    reading.note(problem, label)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")
    (reading.formatted if kind == "text/html" else reading.plain).append(text)


def _bytes_of(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    return b"\n".join(_serialised(child) for child in children(part))


def _serialised(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (ValueError, LookupError, TypeError, MessageError):
        # the generator refuses headers that only the parser forgives
        return "".join(f"{key}: {value}\n" for key, value in message.items()).encode("utf-8", "replace")


def _attach(part: Message, kind: str, name: str, attached: bool, reading: _Reading) -> None:  # noqa: FBT001
    if kind == "message/rfc822" and not name:
        name = _name_of_message(part)
    if kind == "application/ms-tnef" or name.lower() == "winmail.dat":
        reading.note("winmail")
    content_id = headers.raw_header(part, "content-id").decode("ascii", "replace").strip("<> ")
    reading.attachments.append(
        Attachment(
            name=name or f"part-{len(reading.attachments) + 1}{ENDINGS.get(kind, '')}",
            mime=kind,
            size=len(_bytes_of(part)),
            content=partial(_bytes_of, part),
            content_id=content_id,
            inline=bool(content_id) and not attached,
        )
    )


ENDINGS = {
    "text/calendar": ".ics",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "text/html": ".html",
    "text/plain": ".txt",
}


def _name_of_message(part: Message) -> str:
    inner = children(part)
    subject = headers.text_of(inner[0], "subject") if inner else ""
    return (subject.replace("/", "-")[:100] or "message") + ".eml"


def _safe_html(source: str, reading: _Reading) -> html.SafeHtml | None:
    if not source.strip():
        return None
    if len(source) > html.LARGEST:
        source = source[: html.LARGEST]
        reading.note("body_cut")
    try:
        return html.read(source)
    except ValueError:
        reading.note("html")
        return None
