"""Mails that no person wrote: reports of failure (RFC 3464), vacation answers (RFC 3834), lists, receipts."""

from __future__ import annotations

import re
from email.message import Message

from okno.areas.communications.parts.mail import headers
from okno.areas.communications.parts.mail.message import AutoReply, Bounce, FailedRecipient

ROBOTS = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon)@", re.IGNORECASE)
FAILURE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed)|mail delivery (?:failed|system)|returned mail|failure notice"
    r"|не доставлен|недоставлен|ошибка доставки|не удалось доставить",
    re.IGNORECASE,
)
ANSWER_SUBJECT = re.compile(
    r"^\s*(?:автоматический ответ|автоответ|automatic reply|auto(?:matic)?[ -]?reply|out of office|вне офиса)\b",
    re.IGNORECASE,
)
ENHANCED_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
LIST_HEADERS = ("list-id", "list-unsubscribe", "list-post")


def auto_reply(message: Message) -> AutoReply:
    """What kind of robot sent this mail; empty for a person. Ask for a bounce first: both kinds look alike."""
    content = message.get_content_type()
    if content == "multipart/report" and "disposition-notification" in str(message.get("content-type", "")).lower():
        return "receipt"
    # the header may carry a comment or a parameter: only its first word counts
    submitted = re.split(r"[\s;(]", headers.text_of(message, "auto-submitted").lower())[0]
    precedence = headers.text_of(message, "precedence").lower()
    if submitted == "auto-replied" or precedence == "auto_reply" or headers.raw_header(message, "x-autoreply"):
        return "vacation"
    if ANSWER_SUBJECT.match(headers.text_of(message, "subject")):
        return "vacation"
    if precedence in {"list", "bulk", "junk"} or any(headers.raw_header(message, name) for name in LIST_HEADERS):
        return "list"
    return "auto" if submitted not in {"", "no"} else ""


def bounce(message: Message, parts: list[Message]) -> Bounce | None:
    """Read a report of failed or late delivery; None when this mail is no such report."""
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    reported = status is not None and any(block["action"] for block in headers.children(status))
    failed = _reported(status) if status is not None else ()
    # a report that names nobody who failed is a report of success, whatever its subject says
    if not reported and _is_plain_failure(message):
        failed = _guessed(message, parts)
    if not failed:
        return None
    return Bounce(
        recipients=failed,
        original_message_id=_original_id(message, parts),
        envelope_id=_envelope_id(status),
    )


def _is_plain_failure(message: Message) -> bool:
    if headers.raw_header(message, "x-failed-recipients"):
        return True
    sender = headers.addresses(message, "from")
    from_robot = bool(sender and ROBOTS.match(sender[0].address))
    return from_robot and bool(FAILURE_SUBJECT.search(headers.text_of(message, "subject")))


def _reported(status: Message) -> tuple[FailedRecipient, ...]:
    found = []
    for block in headers.children(status):
        address = _after_type(block, "original-recipient") or _after_type(block, "final-recipient")
        action = headers.text_of(block, "action").lower().split(" ")[0]
        code = headers.text_of(block, "status").split(" ")[0]
        if address and action in {"failed", "delayed"}:
            found.append(
                FailedRecipient(
                    address=address,
                    permanent=action == "failed" and not code.startswith("4"),
                    status=code,
                    action=action,
                    diagnostic=_after_type(block, "diagnostic-code", keep_case=True),
                )
            )
    return tuple(found)


def _after_type(block: Message, name: str, *, keep_case: bool = False) -> str:
    """Value behind its type, as in `rfc822; ivan@x.ru`."""
    value = headers.text_of(block, name)
    rest = value.partition(";")[2].strip() or value
    return rest if keep_case else rest.strip("<>").lower()


def _guessed(message: Message, parts: list[Message]) -> tuple[FailedRecipient, ...]:
    """Addresses from X-Failed-Recipients or, for old servers that report in prose, from the text."""
    named = headers.text_of(message, "x-failed-recipients")
    text = "\n".join(_plain(part) for part in parts if part.get_content_type() == "text/plain")[:5000]
    addresses = headers.ADDRESS.findall(named or text)
    code = ENHANCED_STATUS.search(text)
    ours = {one.address for one in headers.addresses(message, "to")}
    wanted = dict.fromkeys(address.lower().rstrip(".") for address in addresses)
    return tuple(
        FailedRecipient(
            address=address, permanent=code is None or code[1] != "4", status=code[0] if code else "", action="failed"
        )
        for address in wanted
        if (named or address not in ours) and not ROBOTS.match(address)
    )[:50]


def _plain(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _original_id(message: Message, parts: list[Message]) -> str:
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            ids = [found for inner in headers.children(part) for found in headers.message_ids(inner, "message-id")]
            if ids:
                return ids[0]
        elif kind in {"text/rfc822-headers", "message/rfc822-headers"} and (
            found := re.search(r"(?im)^message-id:\s*(<[^<>\s]+>)", _plain(part))
        ):
            return found[1]
    answered = headers.message_ids(message, "in-reply-to") or headers.message_ids(message, "references")
    return answered[-1] if answered else ""


def _envelope_id(status: Message | None) -> str:
    blocks = headers.children(status) if status is not None else []
    return headers.text_of(blocks[0], "original-envelope-id") if blocks else ""
