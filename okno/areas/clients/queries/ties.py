"""Ties of a client within the actor's reach: relations as a list and as a graph, addresses, requests for access."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from okno.areas.clients.models import (
    AccessRequest,
    BankAccount,
    Client,
    ClientAddress,
    ClientRelation,
    Contact,
    ContactPlace,
    ContactPoint,
    LegalEntity,
)
from okno.areas.clients.queries.cards import clients
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor, facing

DEPTH, MOST = 2, 40


@dataclass(frozen=True, slots=True)
class Tie:
    """What another client is to this one; `is_inverse` when this one is what the kind says."""

    relation: ClientRelation
    other: Client
    is_inverse: bool


def ties_of(actor: Actor, client: Client) -> list[Tie]:
    """Relations of a client to others within reach."""
    ties = [_tie(one, client.pk) for one in _relations({client.pk})]
    seen = set(clients(actor).filter(pk__in=[one.other.pk for one in ties]).values_list("pk", flat=True))
    return [one for one in ties if one.other.pk in seen]


def net_of(actor: Actor, client: Client) -> tuple[dict[int, Client], list[ClientRelation]]:
    """Clients within reach that are at most two steps away, and the relations between them."""
    known, found, edge = {client.pk: client}, dict[int, ClientRelation](), {client.pk}
    for _step in range(DEPTH):
        relations = list(_relations(edge))
        others = {one.pk: one for rel in relations for one in (rel.first, rel.second)}
        fresh = [one for one in others if one not in known][: MOST - len(known)]
        seen = set(clients(actor).filter(pk__in=fresh).values_list("pk", flat=True))
        known |= {one: others[one] for one in fresh if one in seen}
        found |= {rel.pk: rel for rel in relations if {rel.first_id, rel.second_id} <= set(known)}
        edge = seen
    return known, list(found.values())


def relation_of(actor: Actor, client: Client, relation_id: int) -> ClientRelation | None:
    """A relation of a client to one within reach, by its number."""
    return next((one.relation for one in ties_of(actor, client) if one.relation.pk == relation_id), None)


def address_of(actor: Actor, client: Client, address_id: int) -> ClientAddress | None:
    """An address of a client by its number; None where addresses are hidden from the actor."""
    is_open = facing(actor, client).sees_field("clients.client", "address")
    return addresses_of(client).filter(pk=address_id).first() if is_open else None


def addresses_of(client: Client) -> QuerySet[ClientAddress]:
    """Addresses of a client that was read for the actor."""
    # ast-grep-ignore: unscoped-read addresses of a client that was read for the actor
    return ClientAddress.objects.filter(client=client).order_by("kind", "id")


def ways_of(somebody: Client | Contact) -> QuerySet[ContactPoint]:
    """Ways to reach a client or a contact that was read for the actor, main ones first."""
    whose: dict[str, Any] = (
        {"client": somebody, "contact": None} if isinstance(somebody, Client) else {"contact": somebody}
    )
    # ast-grep-ignore: unscoped-read ways to reach somebody who was read for the actor
    return ContactPoint.objects.filter(**whose).order_by("kind", "-is_main", "id")


@dataclass(frozen=True, slots=True)
class Place:
    """A client at which a contact works, and what they are there, in words."""

    client: Client
    post: str
    role: str
    is_main: bool = False


def places_of(actor: Actor, contact: Contact) -> list[Place]:
    """Clients within reach at which a contact works that was read for the actor, the main one first."""
    # ast-grep-ignore: unscoped-read narrowed to clients within reach in the same line
    rows = ContactPlace.objects.filter(contact=contact, client__in=clients(actor).values("pk"))
    further = [
        Place(one.client, one.post, one.get_role_display() if one.role else "")
        for one in rows.select_related("client").order_by("pk")
    ]
    main = clients(actor).filter(pk=contact.client_id).first() if contact.client_id else None
    own = [Place(main, contact.post, contact.get_role_display() if contact.role else "", is_main=True)] if main else []
    return [*own, *further]


def people_also(client: Client) -> list[ContactPlace]:
    """People whose main client is another one and who work at this one too, which was read for the actor."""
    # ast-grep-ignore: unscoped-read people of a client that was read for the actor
    rows = ContactPlace.objects.filter(client=client, contact__is_deleted=False).exclude(contact__client=client)
    return list(rows.select_related("contact").order_by("contact__name", "pk"))


def is_with(contact: Contact, client: Client) -> bool:
    """Whether a contact works at a client, be it the main one or a further one."""
    # ast-grep-ignore: unscoped-read both rows were read for the actor
    return contact.client_id == client.pk or ContactPlace.objects.filter(contact=contact, client=client).exists()


def accounts_of(entities: Sequence[LegalEntity]) -> dict[int, list[BankAccount]]:
    """Further accounts of legal entities that were read for the actor, by the id of the entity."""
    found: dict[int, list[BankAccount]] = defaultdict(list)
    # ast-grep-ignore: unscoped-read accounts of entities that were read for the actor
    for one in BankAccount.objects.filter(entity__in=entities).order_by("pk"):
        found[one.entity_id].append(one)
    return found


def requests_for(client: Client) -> QuerySet[AccessRequest]:
    """Colleagues who wait to be let in to a client that was read for the actor."""
    # ast-grep-ignore: unscoped-read requests for a client that was read for the actor
    waiting = AccessRequest.objects.filter(client=client, state=AccessRequest.State.WAITING, is_deleted=False)
    return waiting.select_related("user").order_by("id")


def requests_to_answer(actor: Actor) -> RecordQuerySet[AccessRequest]:
    """The same to be counted: requests that wait, by the reach of their clients."""
    rows: RecordQuerySet[AccessRequest] = RecordQuerySet(AccessRequest)
    return rows.visible_to(actor).alive().filter(state=AccessRequest.State.WAITING, client__is_deleted=False)


def waiting_requests(actor: Actor) -> QuerySet[AccessRequest]:
    """Requests for access to clients of the actor: those whose answer is theirs to give."""
    # ast-grep-ignore: unscoped-read narrowed to clients within reach in the same line
    rows = AccessRequest.objects.filter(state=AccessRequest.State.WAITING, client__in=clients(actor).values("pk"))
    return rows.select_related("user", "client").order_by("id")


def may_see(actor_of_user: Actor, client: Client) -> bool:
    """Whether a colleague sees a client: who adds them to a deal of it is asked to let them in first."""
    return clients(actor_of_user).filter(pk=client.pk).exists()


def _relations(ids: set[int]) -> QuerySet[ClientRelation]:
    # ast-grep-ignore: unscoped-read ends out of reach are left out by whoever asks
    rows = ClientRelation.objects.filter(Q(first__in=ids) | Q(second__in=ids))
    alive = rows.filter(first__is_deleted=False, second__is_deleted=False)
    return alive.select_related("first", "second").order_by("id")


def _tie(one: ClientRelation, client_id: int) -> Tie:
    is_inverse = one.first_id == client_id
    return Tie(one, one.second if is_inverse else one.first, is_inverse)
