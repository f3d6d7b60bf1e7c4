"""What may be sent, and to what an incoming message belongs. Pure: no writes, no clock, no request."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from okno.areas.communications.models import Mail, MailAccount
from okno.kit import contacts
from okno.kit.errors import Refused

MOST_RECIPIENTS = 50


def check_addresses(addresses: Sequence[str]) -> list[str]:
    """Recipients without repetitions. :raises Refused: there are none or too many, or one is no address."""
    found = []
    for text in addresses:
        address = contacts.normal_email(text)
        if address is None:
            raise Refused(
                "communications.bad_address", _("“%(text)s” is not a mail address."), text=text, missing=["to"]
            )
        found.append(address)
    if not found:
        raise Refused("communications.nobody", _("Say to whom to send."), missing=["to"])
    if len(found) > MOST_RECIPIENTS:
        raise Refused("communications.too_many", _("At most %(most)s recipients."), most=MOST_RECIPIENTS)
    return list(dict.fromkeys(found))


def check_can_send(account: MailAccount | None) -> MailAccount:
    """The account to send from. :raises Refused: there is none, or it cannot send."""
    if account is None or not account.smtp_host:
        raise Refused("communications.no_account", _("No mailbox is set up to send from: ask the administrator."))
    return account


def check_can_send_again(mail: Mail) -> None:
    """:raises Refused: the letter is not ours, was sent, or is being sent."""
    if mail.direction != Mail.Direction.OUT or mail.state not in {Mail.State.FAILED, Mail.State.UNSURE}:
        raise Refused("communications.sent", _("The letter was sent already."))


def answered(thread_ids: Sequence[str], known: Sequence[Mail]) -> Mail | None:
    """The message that an incoming one answers: the nearest in its chain of references that we know."""
    by_id = {mail.message_id: mail for mail in known}
    return next((by_id[one] for one in thread_ids if one in by_id), None)
