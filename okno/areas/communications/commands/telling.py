"""Letters of the program itself: notices to colleagues, from the mailbox that the organisation writes from."""

from __future__ import annotations

import uuid

from okno.access.models import User
from okno.areas.communications import queries
from okno.areas.communications.parts.mail import smtp
from okno.areas.communications.parts.mail.build import build_message
from okno.areas.communications.parts.mail.message import MailAddress
from okno.kit.commands import moment
from okno.kit.http import TransportError
from okno.kit.notices.channels import Message


def tell_by_mail(message: Message) -> None:
    """
    Send a notice to the mail address of a colleague. It is no letter of the organisation and stands in no list of mail.

    Runs inside a command.

    :raises TransportError: it was not taken; for good when there is nobody to write to, or no mailbox to write from.
    """
    account = queries.account_to_send_from(None)
    colleague = User.objects.filter(pk=message.user_id, is_active=True).first()
    if account is None or colleague is None:
        raise TransportError("no mailbox to send from" if account is None else "nobody to write to", permanent=True)
    letter = build_message(
        message_id=f"<{uuid.uuid4()}@{account.address.rpartition('@')[2]}>",
        sender=MailAddress(address=account.address, name=account.name),
        to=[MailAddress(address=colleague.email, name=colleague.name)],
        cc=[],
        subject=message.subject,
        text=message.text,
        at=moment(),
        in_reply_to="",
        references=[],
        attachments=[],
    )
    smtp.send(queries.smtp_of(account), letter, [colleague.email])


def can_tell_by_mail() -> bool:
    """Whether there is a mailbox of the organisation that can send."""
    return queries.account_to_send_from(None) is not None
