"""A letter to each of many: by a template, only to those who agreed to mailings, with a way out of them at its end."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients import queries as clients
from okno.areas.clients.models import Client, Contact
from okno.areas.communications import queries, rules
from okno.areas.communications.commands import outgoing
from okno.areas.communications.models import Mail, MailAccount
from okno.areas.communications.parts.mail import unsubscribing
from okno.areas.communications.parts.mail.unsubscribing import Subscription
from okno.kit import contacts, letters, permissions
from okno.kit.commands import asked_once, command, noted_before
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.run import CAUSE

SEND_OUT = "communications.send_out"
CHANNEL = "email"
# Whoever gets a letter, and why others do not, tells what stands in these.
LOOKED_AT = ("email", "consents", "refusals")


@command("communications.send_out", label=gettext_lazy("Write a letter to each"))
def send_out(
    *,
    actor: Actor,
    template: int,
    account: MailAccount | None = None,
    client: Client | None = None,
    contact: Contact | None = None,
    mailing: str = "",
) -> Mail:
    """
    Write a letter by a template to a client or a contact who agreed to mailings by mail, and queue it.

    The right to give this command reaches as far as it says: of others only look is taken at.

    :param template: the id of a text of letters about such rows.
    :param account: the mailbox to write from, by default as for any letter.
    :param mailing: by what one sending to many is known: nobody gets two letters of one, whoever shares the address.
    :raises Refused: there is no right address or no consent, it was written to already, or the text is broken.
    :raises Missing: it is out of reach, or there is no such text.
    """
    row = _the_one(client, contact)
    address = _address_of(actor, row)
    sender = _sender(actor, account)
    message_id = _name_of(mailing, address, sender)
    letter = letters.of_row(actor, template, row)
    mail = Mail(
        **{**outgoing.identity(sender, None), "message_id": message_id},
        **outgoing.beginning(actor),
        **_about(row),
        subject=" ".join(letter.subject.split())[:500],
        to=[address],
    )
    subscription = Subscription(registry.record_of(type(row)).name, row.pk, mail.uid.hex)
    mail.unsubscribe_url = unsubscribing.address(subscription)
    with translation.override(settings.LANGUAGE_CODE):
        mail.text = rules.mailing_text(letter.text, sender.signature, mail.unsubscribe_url)
    mail.save()
    outgoing.send_off(mail)
    noted_before(SEND_OUT).add(mail.message_id)
    return mail


def _the_one(client: Client | None, contact: Contact | None) -> Client | Contact:
    """Whom the letter is for. :raises Refused: nobody or two are named."""
    found: list[Client | Contact] = [one for one in (client, contact) if one is not None]
    if len(found) != 1:
        raise Refused("communications.nobody", _("Say to whom to send."))
    return found[0]


def _about(row: Client | Contact) -> dict[str, Any]:
    """Whose the letter is, and in which feed its answers stand besides that of the client."""
    if isinstance(row, Client):
        return {"client": row}
    return {
        "client": row.client,
        "contact": row,
        "about_record": registry.record_of(type(row)).name,
        "about_id": row.pk,
    }


def _address_of(actor: Actor, row: Client | Contact) -> str:
    """
    Where the letter goes.

    :raises Missing: the right to write does not reach it.
    :raises Denied: its address or consents are closed to the actor.
    :raises Refused: it is not written to.
    """
    if not permissions.reaches(actor, row, SEND_OUT):
        raise Missing("not_found", _("Not found, or out of your reach."))
    record = registry.record_of(type(row))
    facing = permissions.facing(actor, row)
    for key in LOOKED_AT:
        if not facing.sees_field(record.name, key):
            raise permissions.closed(record, key)
    address = rules.check_recipient(row, _standing(actor, record.name, row.pk))
    _check_undisturbed(address)
    return address


def _standing(actor: Actor, record: str, row_id: int) -> str:
    """What somebody has come to say of mailings by mail."""
    whose = {"clients_of" if record == "clients.client" else "contacts_of": [row_id]}
    return str(clients.standings(actor, CHANNEL, **whose).get((record, row_id), clients.Standing.UNKNOWN))


def _check_undisturbed(address: str) -> None:
    """:raises Refused: whoever has this address has asked not to be disturbed."""
    if clients.stopped("", contacts.email_key(address)) is not None:
        raise Refused("communications.silent", _("Whoever has this address asked not to be disturbed."))


def _name_of(mailing: str, address: str, sender: MailAccount) -> str:
    """
    The name of the letter in the mail system: always the same of one mailing to one address.

    :raises Refused: this address has it already.
    """
    key = f"{mailing or CAUSE.get() or uuid.uuid4()}:{address}"
    message_id = f"<{uuid.uuid5(uuid.NAMESPACE_OID, key)}@{sender.address.rpartition('@')[2]}>"
    if message_id in noted_before(SEND_OUT) or queries.is_written(message_id):
        raise Refused("communications.written", _("This address has the letter already."))
    return message_id


def _sender(actor: Actor, account: MailAccount | None) -> MailAccount:
    """The mailbox to send from, asked once for many letters."""
    asked = f"{SEND_OUT}:{account.pk if account else ''}:{actor.user_id}"
    return asked_once(asked, lambda: outgoing.sender_of(actor, account))
