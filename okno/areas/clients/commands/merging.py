"""What the client base adds when its cards are merged and taken apart."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from okno.areas.clients.models import BankAccount, Client, DuplicatePair, LegalEntity
from okno.kit import contacts as kit_contacts
from okno.kit.errors import Refused
from okno.kit.models.feed import EntryLink

FILLED = ("name", "inn", "phone", "email", "site", "city", "address", "source", "comment", "owner_id")


def check_entities(survivor: LegalEntity, losers: Sequence[LegalEntity]) -> None:
    """:raises Refused: two entities with different INNs, or numbers of one other country, are two in law."""
    rows = (survivor, *losers)
    inns = {one.inn for one in rows if one.inn}
    abroad = {key for one in rows if (key := kit_contacts.foreign_key(one.country, one.tax_number))}
    countries = {key.partition("-")[0] for key in abroad}
    if len(inns) > 1 or len(abroad) > len(countries):
        raise Refused("clients.other_inn", _("Legal entities with different tax numbers are different ones in law."))


def keep_account(survivor: LegalEntity, loser: LegalEntity) -> None:
    """The main account of an entity that was merged is a further one of the entity that stays."""
    held = {(one.bic, one.account) for one in survivor.accounts.all()} | {(survivor.bic, survivor.account)}
    if loser.account and (loser.bic, loser.account) not in held:
        same = {key: getattr(loser, key) for key in ("bank_name", "bic", "account", "corr_account")}
        BankAccount.objects.create(entity=survivor, **same)


def fullest(rows: Sequence[Client]) -> Client:
    """The card that should stay: the fullest one, then the one with the longest history, then the oldest."""
    told = EntryLink.objects.filter(record="clients.client", row_id__in=[row.pk for row in rows])
    history = dict(told.values_list("row_id").annotate(count=Count("id")))
    return max(rows, key=lambda row: (_filled(row), history.get(row.pk, 0), -row.pk))


def join(survivor: Client, loser: Client) -> None:
    """Pairs of a merged client are settled, and a logo of its own is that of the card that had none."""
    if survivor.logo_id is None and loser.logo_id is not None:
        survivor.logo_id = loser.logo_id
        survivor.save(update_fields=["logo"])
    _forget_pairs(loser)


def part(survivor: Client, loser: Client) -> None:
    """A logo that came with the merged card goes back with it: the image is among its files again."""
    if survivor.logo_id is not None and survivor.logo_id == loser.logo_id:
        survivor.logo_id = None
        survivor.save(update_fields=["logo"])


def _forget_pairs(loser: Client) -> None:
    pairs = DuplicatePair.objects.filter(state=DuplicatePair.State.OPEN)
    pairs.filter(Q(first=loser) | Q(second=loser)).update(state=DuplicatePair.State.GONE)


def _filled(row: Client) -> int:
    return sum(bool(getattr(row, name)) for name in FILLED)
