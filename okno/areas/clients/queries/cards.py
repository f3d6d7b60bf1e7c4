"""Reads of cards: each starts from what the actor may see."""

from __future__ import annotations

from django.db.models import QuerySet

from okno.areas.clients.models import Client, ClientMember, Contact, ContactPoint, LegalEntity, StatusStay
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor

MOST_STAYS = 30


def clients(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Client]:
    """Clients within reach that are not marked for deletion."""
    rows: RecordQuerySet[Client] = RecordQuerySet(Client)
    return rows.visible_to(actor, narrow=narrow).alive()


def contacts(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Contact]:
    """Contacts within reach that are not marked for deletion."""
    rows: RecordQuerySet[Contact] = RecordQuerySet(Contact)
    return rows.visible_to(actor, narrow=narrow).alive()


def legal_entities(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[LegalEntity]:
    """Legal entities of clients within reach."""
    rows: RecordQuerySet[LegalEntity] = RecordQuerySet(LegalEntity)
    return rows.visible_to(actor, narrow=narrow).alive()


def client_for_card(actor: Actor, client_id: int) -> Client | None:
    """A client with its people, or None when it is out of reach."""
    return clients(actor).select_related("owner", "department").filter(pk=client_id).first()


def contact_for_card(actor: Actor, contact_id: int) -> Contact | None:
    """A contact with its client, or None when it is out of reach."""
    return contacts(actor).select_related("client", "owner").filter(pk=contact_id).first()


def contacts_of(actor: Actor, client_id: int) -> RecordQuerySet[Contact]:
    """Contacts of a client by name."""
    return contacts(actor).filter(client_id=client_id).order_by("name", "id")


def stays_of(client: Client) -> list[StatusStay]:
    """In which statuses a client that was read for the actor has been, the present one first."""
    # ast-grep-ignore: unscoped-read statuses of a client that was read for the actor
    return list(StatusStay.objects.filter(client=client).order_by("-since", "-id")[:MOST_STAYS])


def legal_entities_of(actor: Actor, client_id: int) -> RecordQuerySet[LegalEntity]:
    """Legal entities of a client, the first added first."""
    return legal_entities(actor).filter(client_id=client_id).order_by("id")


def entity_for_edit(actor: Actor, entity_id: int) -> LegalEntity | None:
    """A legal entity with its client, or None when it is out of reach."""
    return legal_entities(actor).select_related("client").filter(pk=entity_id).first()


def members_of(client: Client) -> QuerySet[ClientMember]:
    """Colleagues who work with a client besides the responsible one."""
    # ast-grep-ignore: unscoped-read members of a client that was read for the actor
    return ClientMember.objects.filter(client=client).select_related("user").order_by("user__name", "id")


def points_of(client: Client) -> QuerySet[ContactPoint]:
    """Ways to reach a client, main ones first."""
    # ast-grep-ignore: unscoped-read ways to reach a client that was read for the actor
    return ContactPoint.objects.filter(client=client, contact=None).order_by("-is_main", "id")
