"""What parts of cards are called where a merge is taken apart: nothing of what is hidden, nobody out of reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from okno.areas.clients.models import BankAccount, ClientAddress, ClientRelation, ContactPlace, ContactPoint
from okno.areas.clients.record import CLIENT, CONTACT, LEGAL_ENTITY
from okno.areas.clients.web import panels, tie_forms
from okno.kit import reached
from okno.kit.permissions import Actor, facing

Titles = Mapping[int, str]


def ways(actor: Actor, rows: Sequence[ContactPoint]) -> Titles:
    """Phones, mail addresses and so on, as far as their fields are open."""
    return {one.pk: one.value for one in rows if _is_open_way(actor, one)}


def _is_open_way(actor: Actor, one: ContactPoint) -> bool:
    somebody: Any = one.contact or one.client
    return panels.is_open(facing(actor, somebody), CONTACT if one.contact_id else CLIENT, one)


def places(actor: Actor, rows: Sequence[ContactPlace]) -> Titles:
    """Who works where besides."""
    wanted = {one.pk: [(CONTACT.name, one.contact_id), (CLIENT.name, one.client_id)] for one in rows}
    return _joined(actor, wanted)


def relations(actor: Actor, rows: Sequence[ClientRelation]) -> Titles:
    """Who is what to whom."""
    wanted = {one.pk: [(CLIENT.name, one.first_id), (CLIENT.name, one.second_id)] for one in rows}
    named = _joined(actor, wanted)
    return {
        one.pk: f"{tie_forms.title_of(one.kind, is_inverse=False)}: {named[one.pk]}" for one in rows if one.pk in named
    }


def accounts(actor: Actor, rows: Sequence[BankAccount]) -> Titles:
    """Accounts of legal entities, as far as the field is open."""
    return {one.pk: one.account for one in rows if facing(actor, one.entity).sees_field(LEGAL_ENTITY.name, "account")}


def addresses(actor: Actor, rows: Sequence[ClientAddress]) -> Titles:
    """Addresses, as far as the field is open."""
    return {one.pk: one.text for one in rows if facing(actor, one.client).sees_field(CLIENT.name, "address")}


def people(_actor: Actor, rows: Iterable[Any]) -> Titles:
    """Colleagues by name: whoever works here knows who else does."""
    return {one.pk: one.user.name for one in rows}


def _joined(actor: Actor, wanted: Mapping[int, list[tuple[str, int]]]) -> Titles:
    """Rows by the names of what they join; one that is out of reach leaves its row without a name."""
    titles = reached.titles(actor, [one for some in wanted.values() for one in some])
    return {pk: " · ".join(titles[one] for one in some) for pk, some in wanted.items() if titles.keys() >= set(some)}


NAMED: dict[str, Callable[[Actor, Sequence[Any]], Titles]] = {
    "clients.ContactPoint": ways,
    "clients.ContactPlace": places,
    "clients.ClientRelation": relations,
    "clients.BankAccount": accounts,
    "clients.ClientAddress": addresses,
    "clients.ClientMember": people,
    "clients.AccessRequest": people,
}
