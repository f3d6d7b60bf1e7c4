"""A mail that was read: plain values only, ready to be stored, linked and shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext_lazy as _

AutoReply = Literal["", "auto", "vacation", "list", "receipt"]

PROBLEMS = {
    "charset.unknown": _("The mail names an unknown charset “%(detail)s”; its text was recognised by its letters."),
    "charset.broken": _("The text is not in the charset “%(detail)s” that the mail names; it was recognised."),
    "charset.mislabelled": _("The mail gives a wrong charset “%(detail)s”; its text was recognised by its letters."),
    "date": _("The mail has no readable date."),
    "sender": _("The mail has no readable sender."),
    "message_id": _("The mail has no Message-ID."),
    "mime": _("The structure of the mail is damaged: %(detail)s."),
    "too_deep": _("The mail has parts nested too deep or too many parts; not all of them were read."),
    "too_large": _("The mail is too large; only its head was read."),
    "body_cut": _("The text of the mail is too long; its end is in the original only."),
    "html": _("The formatted text of the mail could not be read."),
    "winmail": _("The sender's Outlook packed the attachments into winmail.dat."),
    "unreadable": _("The mail could not be read; only the original is kept: %(detail)s."),
}


@dataclass(frozen=True)
class Problem:
    """What was wrong with a mail: `code` for programs, `message` for people."""

    code: str
    detail: str = ""

    @property
    def message(self) -> str:
        return str(PROBLEMS[self.code]) % {"detail": self.detail}


@dataclass(frozen=True)
class MailAddress:
    """Somebody's address in small letters and the name given with it."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """
    A file that came with the mail; `content()` decodes it anew at each call.

    `inline` files are shown in the text, where HTML names them as `cid:` and their `content_id`.
    """

    name: str
    mime: str
    size: int
    content: Callable[[], bytes] = field(repr=False, compare=False)
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, kw_only=True)
class FailedRecipient:
    """One address that a mail did not reach; `permanent` means that trying again is useless."""

    address: str
    permanent: bool
    status: str = ""
    action: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """A report that a mail of ours was not delivered (or is late: then nobody has failed permanently)."""

    recipients: tuple[FailedRecipient, ...]
    original_message_id: str = ""
    envelope_id: str = ""

    @property
    def permanent(self) -> bool:
        return any(recipient.permanent for recipient in self.recipients)


@dataclass(frozen=True, kw_only=True)
class ParsedMail:
    """
    A mail as read by `parse_message`; the caller keeps the raw bytes.

    `text` is the whole text, of which `reply_text` is new, `signature` and `quoted_text` are not. `html` and
    `html_quoted` are safe to show: cleaned, pictures from other servers turned into `data-remote-src`.
    Message ids keep their angle brackets.
    """

    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    subject_key: str = ""
    sender: MailAddress | None = None
    reply_to: tuple[MailAddress, ...] = ()
    to: tuple[MailAddress, ...] = ()
    cc: tuple[MailAddress, ...] = ()
    date: dt.datetime | None = None
    text: str = ""
    reply_text: str = ""
    signature: str = ""
    quoted_text: str = ""
    html: str = ""
    html_quoted: str = ""
    has_remote_images: bool = False
    attachments: tuple[Attachment, ...] = ()
    auto_reply: AutoReply = ""
    bounce: Bounce | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def thread_ids(self) -> tuple[str, ...]:
        """Ids of the mails that this one may answer, the likeliest first: In-Reply-To, then References from the end."""
        ids = [self.in_reply_to, *reversed(self.references)]
        return tuple(dict.fromkeys(one for one in ids if one))

    @property
    def may_be_answered_automatically(self) -> bool:
        """No robot answers a robot, a list, a report of failure or nobody (RFC 3834)."""
        return not self.auto_reply and self.bounce is None and self.sender is not None and not self.has_null_sender

    @property
    def has_null_sender(self) -> bool:
        return self.headers.get("return-path", "").strip() == "<>"
