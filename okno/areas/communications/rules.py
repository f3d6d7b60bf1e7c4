"""What may be sent, and to what an incoming message belongs. Pure: no writes, no clock, no request."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from okno.areas.clients.models import Client, Contact
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


def check_recipient(row: Client | Contact, standing: str) -> str:
    """
    The address that a mailing goes to. Whoever has not agreed is not written to: the law on advertising (38-ФЗ, article
    18) asks for the consent of the addressee beforehand.

    :param standing: what they have come to say of mailings by mail: `given`, `refused` or `unknown`.
    :raises Refused: there is no right address, they have not agreed, or are not written to at all.
    """
    if row.is_deleted:
        raise Refused("communications.marked", _("The card is marked for deletion."))
    if isinstance(row, Contact) and row.left_date is not None:
        raise Refused("communications.left", _("This person works there no more."))
    if not row.email.strip():
        raise Refused("communications.no_address", _("There is no mail address."))
    address = contacts.normal_email(row.email)
    if address is None:
        raise Refused("communications.wrong_address", _("The mail address is wrong."))
    if standing == "refused":
        raise Refused("communications.refused", _("Does not want mailings by mail."))
    if standing != "given":
        raise Refused("communications.no_consent", _("Has given no consent to mailings by mail."))
    return address


def mailing_text(text: str, signature: str, unsubscribe_url: str) -> str:
    """The text of a letter of a mailing: with the signature, and with the way out of mailings at its end."""
    way_out = _("You get this letter because you have agreed to our mailings. To get no more of them: %(url)s")
    signed = f"{text.rstrip()}\n\n-- \n{signature.rstrip()}" if signature else text.rstrip()
    return f"{signed}\n\n{way_out % {'url': unsubscribe_url}}\n"
