"""Bank accounts of legal entities: the main one stands on the entity, further ones beside it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients import rules
from okno.areas.clients.models import BankAccount, LegalEntity
from okno.kit import live
from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import Actor

COLUMNS = ("bank_name", "bic", "account", "corr_account")


@command("clients.add_account", label=gettext_lazy("Add a bank account"))
def add_account(
    *,
    actor: Actor,
    entity: LegalEntity,
    account: str,
    bic: str,
    bank_name: str = "",
    corr_account: str = "",
    note: str = "",
) -> LegalEntity:
    """
    Add an account of a legal entity; the first one is the main one, which papers and the exchange name.

    :raises Refused: the БИК or a check digit is wrong, there is no account, or it is there already.
    """
    told = {"bic": bic, "account": account, "corr_account": corr_account}
    checked = rules.checked_requisites(told, "")
    if not checked["account"]:
        raise Refused("clients.no_account", _("Give the number of the account."), missing=["account"])
    known = BankAccount.objects.filter(entity=entity, bic=checked["bic"], account=checked["account"])
    if known.exists() or (entity.bic, entity.account) == (checked["bic"], checked["account"]):
        raise Refused("clients.account_known", _("It is there already."), missing=["account"])
    values = {**checked, "bank_name": bank_name.strip()[:255]}
    if entity.account:
        BankAccount.objects.create(entity=entity, note=note.strip()[:100], **values)
    else:
        _show(entity, values)
    live.tell_topic("clients.client")
    return entity


@command("clients.set_main_account", label=gettext_lazy("Make the main account"))
def set_main_account(*, actor: Actor, entity: LegalEntity, account_id: int) -> LegalEntity:
    """Make a further account the main one; the one that was stays beside it. :raises Missing: there is no such."""
    chosen = _own(entity, account_id)
    before = {key: getattr(entity, key) for key in COLUMNS}
    _show(entity, {key: getattr(chosen, key) for key in COLUMNS})
    chosen.delete()
    if before["account"]:
        BankAccount.objects.create(entity=entity, **before)
    live.tell_topic("clients.client")
    return entity


@command("clients.drop_account", label=gettext_lazy("Delete a bank account"))
def drop_account(*, actor: Actor, entity: LegalEntity, account_id: int) -> LegalEntity:
    """Delete a further account of a legal entity. :raises Missing: there is none of this number."""
    _own(entity, account_id).delete()
    live.tell_topic("clients.client")
    return entity


def _show(entity: LegalEntity, values: dict[str, str]) -> None:
    for key, value in values.items():
        setattr(entity, key, value)
    entity.save(update_fields=sorted(values))


def _own(entity: LegalEntity, account_id: int) -> BankAccount:
    found = BankAccount.objects.select_for_update().filter(pk=account_id, entity=entity).first()
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found
