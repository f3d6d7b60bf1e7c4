"""What communications tell the rest of the system: ids and plain values, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass

from okno.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class MailReceived(Event):
    """
    A message came. `about_record` is empty when it answers nothing we know of; `lead_source` is the source of enquiries
    that its mailbox is, or empty; `is_automatic` marks auto-replies, lists and returned mail.
    """

    mail_id: int
    about_record: str
    about_id: int | None
    lead_source: str
    is_automatic: bool


@dataclass(frozen=True, kw_only=True)
class MailSent(Event):
    """A message of ours was taken by the mail server."""

    mail_id: int
    about_record: str
    about_id: int | None


@dataclass(frozen=True, kw_only=True)
class MailFailed(Event):
    """A message of ours was not sent or came back."""

    mail_id: int
    about_record: str
    about_id: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class MailAssigned(Event):
    """Another person is to deal with a message."""

    mail_id: int
    from_owner_id: int | None
    to_owner_id: int
