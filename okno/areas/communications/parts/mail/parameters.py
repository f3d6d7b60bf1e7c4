"""Parameters of MIME headers: charset and file names in every way that programs write them."""

from __future__ import annotations

import re
from email.message import Message

from okno.areas.communications.parts.mail import charsets, headers

LONGEST_NAME = 200


def parameter(part: Message, header: str, name: str) -> str:
    """
    Value of a parameter: plain, quoted, RFC 2047 inside, raw 8-bit, or RFC 2231 in pieces and with its charset.

    The header is first turned into text, so that letters beyond ASCII survive; then Python's own parser splits it.
    """
    raw = headers.raw_header(part, header)
    if not raw:
        return ""
    text = raw.decode("ascii") if raw.isascii() else charsets.detect(raw)
    holder = Message()
    holder["Content-Type"] = text
    value = holder.get_param(name, "", "Content-Type")
    if isinstance(value, tuple):
        label, _language, content = value
        return charsets.decode(content.encode("latin-1", "replace"), label or "utf-8")[0]
    return headers.decoded(str(value or "").encode("utf-8", "surrogateescape"))


def charset(part: Message) -> str:
    return parameter(part, "content-type", "charset")


def file_name(part: Message) -> str:
    """Name under which a part is to be saved: no folders, no control signs, not too long; empty when it has none."""
    name = parameter(part, "content-disposition", "filename") or parameter(part, "content-type", "name")
    last = re.split(r"[/\\]", name)[-1]
    clean = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", last).strip(" .")
    if len(clean) > LONGEST_NAME:
        stem, dot, ending = clean.rpartition(".")
        clean = stem[: LONGEST_NAME - 10] + dot + ending[:9] if dot else clean[:LONGEST_NAME]
    return clean
