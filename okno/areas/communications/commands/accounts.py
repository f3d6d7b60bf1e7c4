"""Mailboxes: set up, and what was read of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.access.models import User
from okno.areas.communications import rules
from okno.areas.communications.models import MailAccount
from okno.kit import secrets
from okno.kit.commands import command, moment
from okno.kit.permissions import Actor


@command("communications.set_account", label=_("Set up a mailbox"))
def set_account(
    *,
    actor: Actor,
    address: str,
    values: dict[str, Any],
    password: secrets.SecretText | None = None,
    owner: User | None = None,
) -> MailAccount:
    """
    Set up a mailbox or change it by its address.

    :param values: fields of `MailAccount` by name.
    :param password: kept encrypted; None leaves the one that is there.
    :raises Refused: the address is none.
    """
    fields = {**values, "owner": owner, "error": "", "is_deleted": False}
    if fields.get("is_default"):
        MailAccount.objects.exclude(address=address).update(is_default=False)
    if password is not None:
        fields["secret"] = secrets.encrypt(password) if password else ""
    account, _made = MailAccount.objects.update_or_create(address=rules.check_addresses([address])[0], defaults=fields)
    return account


@command("communications.note_read", told_as=_("Note how far a mailbox was read"))
def note_read(*, actor: Actor, account: MailAccount, folder: str, state: dict[str, int]) -> MailAccount:
    """Keep how far a folder of a mailbox was read; trouble, if there was any, is over."""
    account.folders = {**account.folders, folder: state}
    account.polled_at, account.error = moment(), ""
    account.save(update_fields=["folders", "polled_at", "error"])
    return account


@command("communications.note_trouble", told_as=_("Note trouble with a mailbox"))
def note_trouble(*, actor: Actor, account: MailAccount, message: str, is_permanent: bool) -> MailAccount:
    """Show the administrator why a mailbox cannot be read; with permanent trouble it is not tried until changed."""
    account.error = message
    account.is_active = account.is_active and not is_permanent
    account.save(update_fields=["error", "is_active"])
    return account


@command("communications.assign_account", label=_("Give to another person"), hands_over=True)
def assign_account(*, actor: Actor, account: MailAccount, owner: User) -> MailAccount:
    """Make a mailbox another person's: who answers from it, and who gets letters of people who are not known."""
    account.owner = owner
    account.save(update_fields=["owner"])
    return account


@command("communications.drop_account", label=_("Put a mailbox out of use"))
def drop_account(*, actor: Actor, account: MailAccount) -> MailAccount:
    """Stop reading a mailbox and writing from it; its letters stay."""
    account.is_deleted, account.is_active, account.is_default = True, False, False
    account.save(update_fields=["is_deleted", "is_active", "is_default"])
    return account
