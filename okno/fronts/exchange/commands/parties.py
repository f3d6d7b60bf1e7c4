"""Counterparties of 1C found among our clients: by link, by our own id, by ИНН and КПП, persons by phone or mail."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from okno.areas.clients import commands as clients
from okno.areas.clients import queries
from okno.areas.clients.models import Client, LegalEntity
from okno.fronts.exchange import rules
from okno.fronts.exchange.commands.catalogue import Taking, link_of
from okno.fronts.exchange.commands.journal import Result, Told
from okno.fronts.exchange.models import ExternalLink
from okno.fronts.exchange.parts.commerceml import parties
from okno.fronts.exchange.parts.commerceml.found import Found
from okno.fronts.exchange.parts.commerceml.parties import CounterpartySeen
from okno.kit import contacts
from okno.kit.errors import Refused

KINDS = {
    parties.COMPANY: Client.Kind.COMPANY,
    parties.ENTREPRENEUR: Client.Kind.SOLE,
    parties.PERSON: Client.Kind.PERSON,
}
# Site engines give all their guests this one card: it says nothing about who they are.
GUESTS = ("wc1c#user#0", "guest", "0")


@dataclass(frozen=True, slots=True)
class Match:
    """A client that a counterparty is, its legal entity if it has one, and by what it was found."""

    client: Client
    entity: LegalEntity | None
    how: str


def take_list(taking: Taking, found: Sequence[Found]) -> None:
    """Counterparties that stand on their own: linked when found, made only where the connection makes orders."""
    for one in found:
        seen = one.object
        if not isinstance(seen, CounterpartySeen):
            continue
        told = taking.journal.about("counterparty", seen.id, one.line, seen.name)
        link = link_of(taking, "counterparty", seen.id)
        if link is not None and link.prints.get("counterparty") == rules.print_of(seen):
            taking.links.touch("counterparty", seen.id)
            told.record, told.row_id = link.record, link.row_id
            told.say(Result.UNCHANGED)
            continue
        try:
            match = find(taking, seen) or (make(taking, seen) if taking.connection.creates_orders else None)
        except Refused as refusal:
            told.say(Result.REFUSED, refusal.message)
            continue
        _tell(taking, seen, match, told)


def _tell(taking: Taking, seen: CounterpartySeen, match: Match | None, told: Told) -> None:
    if match is None:
        told.say(Result.IGNORED, _("There is no such client, and the connection does not make clients."))
        return
    is_made = match.how == "created"
    told.say(Result.CREATED if is_made else Result.UPDATED if _fill(taking, seen, match) else Result.UNCHANGED)
    remember(taking, seen, match)
    told.record, told.row_id = _row_of(match)


def remember(taking: Taking, seen: CounterpartySeen, match: Match) -> None:
    """Link a counterparty to the client that it is."""
    if not seen.id or seen.id in GUESTS:
        return
    link = taking.links.touch("counterparty", seen.id)
    if link.row_id is None:
        link.how = match.how
        taking.links.set_row(link, *_row_of(match))
    link.prints["counterparty"] = rules.print_of(seen)
    link.state = ExternalLink.State.LINKED


def _row_of(match: Match) -> tuple[str, int]:
    return ("clients.legal_entity", match.entity.pk) if match.entity else ("clients.client", match.client.pk)


def find(taking: Taking, seen: CounterpartySeen) -> Match | None:
    """
    The client that a counterparty is, None when it is nobody that we know. A name alone is never enough.

    :raises Refused: several clients could be it: a person has to choose.
    """
    link = link_of(taking, "counterparty", seen.id) if seen.id and seen.id not in GUESTS else None
    if link is not None and link.row_id is not None and (match := _of_row(link.record, link.row_id, link.how)):
        return match
    return _by_our_id(seen.id) or _by_inn(taking, seen) or _by_contacts(seen)


def _of_row(record: str, row_id: int, how: str) -> Match | None:
    if record == "clients.legal_entity":
        entity = LegalEntity.objects.select_related("client").filter(pk=row_id).first()
        return Match(entity.client, entity, how) if entity else None
    client = Client.objects.filter(pk=row_id).first()
    return Match(client, None, how) if client else None


def _by_our_id(foreign_id: str) -> Match | None:
    try:
        uid = uuid.UUID(foreign_id.removeprefix("crm-"))
    except ValueError:
        return None
    if entity := LegalEntity.objects.select_related("client").filter(uid=uid).first():
        return Match(entity.client, entity, "our_id")
    client = Client.objects.filter(uid=uid).first()
    return Match(client, None, "our_id") if client else None


def _by_inn(taking: Taking, seen: CounterpartySeen) -> Match | None:
    """By ИНН and КПП; the same ИНН with another КПП is a branch: a new entity of the same client."""
    inn = seen.inn.strip()
    if not contacts.is_inn(inn):
        return None
    kpp = kpp_of(seen)
    known = LegalEntity.objects.select_related("client").filter(inn=inn, is_deleted=False, client__is_deleted=False)
    alike = list(known.order_by("id")[:20])
    same = [one for one in alike if one.kpp == kpp] or [one for one in alike if not one.kpp or not kpp]
    if len(same) == 1:
        return Match(same[0].client, same[0], "inn_kpp")
    if same:
        raise _conflict(taking, seen, [one.client for one in same])
    owners = {one.pk: one for one in queries.of_inn(inn)}
    if len(owners) > 1:
        raise _conflict(taking, seen, list(owners.values()))
    client = next(iter(owners.values()), None)
    return Match(client, _add_entity(taking, client, seen), "branch" if alike else "inn") if client else None


def _by_contacts(seen: CounterpartySeen) -> Match | None:
    """Persons by their phone or mail address, when it is one client's only."""
    if seen.kind != parties.PERSON:
        return None
    phones, emails = reach_of(seen)
    sure = queries.sure(queries.recognised(phones, emails))
    client = Client.objects.filter(pk=sure.client_id).first() if sure else None
    return Match(client, None, sure.reason) if client and sure else None


def _conflict(taking: Taking, seen: CounterpartySeen, candidates: Sequence[Client]) -> Refused:
    if seen.id:
        link = taking.links.touch("counterparty", seen.id)
        link.state = ExternalLink.State.CONFLICT
        link.details |= {"name": seen.name, "inn": seen.inn, "clients": sorted({one.pk for one in candidates})}
    return Refused(
        "exchange.several_clients",
        _("“%(name)s” with the INN %(inn)s may be several clients: %(clients)s. Join them or link it by hand."),
        name=seen.name,
        inn=seen.inn,
        clients=", ".join(sorted({one.name for one in candidates})),
    )


def make(taking: Taking, seen: CounterpartySeen) -> Match:
    """A new client out of a counterparty, with a legal entity when it is no person."""
    inn = seen.inn.strip() if contacts.is_inn(seen.inn.strip()) else ""
    phones, emails = reach_of(seen)
    client = clients.add(
        actor=taking.actor,
        name=(seen.name or seen.full_name or seen.official_name or seen.id)[:255],
        kind=str(KINDS[seen.kind]),
        inn=inn,
        address=_address(seen)[:500],
        source=taking.connection.name[:100],
        owner=taking.connection.responsible,
    )
    clients.add_points(actor=taking.actor, client=client, phones=phones, emails=emails)
    entity = _add_entity(taking, client, seen) if seen.kind != parties.PERSON else None
    return Match(client, entity, "created")


def _add_entity(taking: Taking, client: Client, seen: CounterpartySeen) -> LegalEntity:
    name = (seen.name or seen.official_name or client.name)[:255]
    return clients.add_legal_entity(actor=taking.actor, client=client, name=name, values=requisites_of(seen))


def _fill(taking: Taking, seen: CounterpartySeen, match: Match) -> bool:
    """Fill what our card lacks: filled fields of ours stay, except requisites, of which 1C is the master."""
    if match.entity is None:
        return False
    told = requisites_of(seen)
    ours = ("full_name",)
    values = {
        name: value
        for name, value in told.items()
        if getattr(match.entity, name) != value and not (name in ours and getattr(match.entity, name))
    }
    if values:
        clients.update_legal_entity(actor=taking.actor, entity=match.entity, values=values)
    return bool(values)


def requisites_of(seen: CounterpartySeen) -> dict[str, Any]:
    """Requisites that are told and can be right."""
    account = seen.accounts[0] if seen.accounts else None
    told = {
        "inn": seen.inn.strip() if contacts.is_inn(seen.inn.strip()) else "",
        "kpp": kpp_of(seen),
        "full_name": (seen.official_name or seen.full_name)[:500],
        "legal_address": _address(seen)[:500],
        "bank_name": account.bank_name[:255] if account else "",
        "bic": account.bik[:9] if account else "",
        "account": account.number[:20] if account else "",
        "corr_account": account.correspondent[:20] if account else "",
    }
    return {name: value for name, value in told.items() if value}


def kpp_of(seen: CounterpartySeen) -> str:
    """The КПП, empty when it is none: exporters pad it and put other things there."""
    bare = seen.kpp.strip()
    try:
        return contacts.check_kpp(bare) if bare else ""
    except Refused:
        return ""


def _address(seen: CounterpartySeen) -> str:
    by_kind = {one.kind: one.text for one in reversed(seen.addresses)}
    return by_kind.get("legal") or by_kind.get("registered") or by_kind.get("actual") or ""


def reach_of(seen: CounterpartySeen) -> tuple[list[str], list[str]]:
    """Phones and mail addresses."""
    phones = [one.value for one in seen.contacts if one.kind in {"phone", "mobile"}]
    return phones, [one.value for one in seen.contacts if one.kind == "email"]
