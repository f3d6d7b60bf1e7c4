"""Reads of the client base: each starts from what the actor may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from okno.areas.clients import rules
from okno.areas.clients.models import Client, ClientMember, Contact, ContactPoint, LegalEntity
from okno.areas.clients.rules import Point, readable_points
from okno.kit import contacts as kit_contacts
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor

# Areas above read contact data of what comes in with the same words.
__all__ = ["Point", "readable_points"]


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


# What an enquiry and a client have in common, as people are told it.
REASONS = {
    "phone": _("the same phone"),
    "email": _("the same mail address"),
    "inn": _("the same INN"),
    "name": _("the same name"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A client that an enquiry may be from, the contact if known, and by what it was recognised."""

    client_id: int
    contact_id: int | None
    reason: str


def recognise(points: Sequence[Point], inn: str = "", name_key: str = "") -> list[Candidate]:
    """
    Clients that an enquiry may be from, whoever may see them: by phone, then mail address, then INN, then name.

    The order is that of certainty; a client comes once, with its surest reason.
    """
    found: dict[int, Candidate] = {}
    for kind in ("phone", "email"):
        keys = [one.key for one in points if one.kind == kind]
        for candidate in _by_points(kind, keys):
            found.setdefault(candidate.client_id, candidate)
    for reason, condition in (
        ("inn", Q(inn=inn) if inn else None),
        ("name", Q(name_key=name_key) if name_key else None),
    ):
        if condition is not None:
            # ast-grep-ignore: unscoped-read recognised whoever may see it; told by shown_to
            alive = Client.objects.filter(condition, is_deleted=False).order_by("id")[:10]
            for client_id in alive.values_list("pk", flat=True):
                found.setdefault(client_id, Candidate(client_id, None, reason))
    return list(found.values())


def recognised(phones: Sequence[str], emails: Sequence[str]) -> list[Candidate]:
    """The same for phones and mail addresses as they are written; what cannot be read is left out."""
    return recognise(readable_points(phones, emails))


def sure(candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate to link by itself: by phone, mail address or INN, and only when it is the only one."""
    certain = [one for one in candidates if one.reason != "name"]
    return certain[0] if len(certain) == 1 else None


@dataclass(frozen=True, slots=True)
class Similar:
    """A client that was recognised, as one actor may know it: out of reach only who is responsible is told."""

    client_id: int | None
    name: str
    owner: str
    reason: str


def similar(actor: Actor, *, name: str = "", phone: str = "", email: str = "", inn: str = "") -> list[Similar]:
    """Clients like the one described, surest first, as the actor may know them."""
    known = inn.strip() if kit_contacts.is_inn(inn.strip()) else ""
    key = kit_contacts.name_key(name) if name.strip() else ""
    return shown_to(actor, recognise(rules.readable_points([phone], [email]), known, key))


def shown_to(actor: Actor, candidates: Sequence[Candidate]) -> list[Similar]:
    """Candidates as the actor may know them, in the same order."""
    ids = [one.client_id for one in candidates]
    if not ids:
        return []
    # ast-grep-ignore: unscoped-read out of reach only the responsible person is told
    rows = Client.objects.filter(pk__in=ids, is_deleted=False).select_related("owner")
    known = {row.pk: row for row in rows}
    seen = set(clients(actor).filter(pk__in=ids).values_list("pk", flat=True))
    return [_similar(known[one.client_id], one, one.client_id in seen) for one in candidates if one.client_id in known]


def _similar(client: Client, candidate: Candidate, is_seen: bool) -> Similar:  # noqa: FBT001 - a part of shown_to
    owner = kit_contacts.parse_person_name(client.owner.name).short if client.owner else ""
    return Similar(client.pk if is_seen else None, client.name if is_seen else "", owner, candidate.reason)


def _by_points(kind: str, keys: Sequence[str]) -> list[Candidate]:
    rows = (
        # ast-grep-ignore: unscoped-read recognised whoever may see it; told by shown_to
        ContactPoint.objects.filter(kind=kind, key__in=keys)
        .filter(Q(client__is_deleted=False) | Q(contact__is_deleted=False))
        .order_by("id")
        .values_list("client_id", "contact_id", "contact__client_id")[:20]
    )
    return [
        Candidate(client_id or contact_client_id, contact_id, kind)
        for client_id, contact_id, contact_client_id in rows
        if client_id or contact_client_id
    ]
