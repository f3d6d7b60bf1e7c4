"""Writes of the client base: clients, contacts, legal entities and ways to reach them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.access.models import User
from okno.areas.clients import queries, rules
from okno.areas.clients.commands import consents as consenting
from okno.areas.clients.commands import keeping, points
from okno.areas.clients.events import ClientAdded, ClientAssigned
from okno.areas.clients.models import Client, ClientMember, Contact, ContactPoint, LegalEntity
from okno.kit import contacts, live
from okno.kit.commands import command
from okno.kit.events import emit
from okno.kit.fields import editing
from okno.kit.permissions import Actor
from okno.kit.timeline import entries


@command("clients.add", label=_("Add a client"))
def add(
    *,
    actor: Actor,
    name: str,
    kind: str = Client.Kind.COMPANY,
    inn: str = "",
    phone: str = "",
    email: str = "",
    city: str = "",
    address: str = "",
    site: str = "",
    source: str = "",
    comment: str = "",
    owner: User | None = None,
    relation_types: list[str] | None = None,
    is_nonresident: bool = False,
    country: str = "",
    tax_number: str = "",
    preferred_channel: str = "",
    time_zone: str = "",
    language: str = "",
    consents: list[str] | None = None,
) -> Client:
    """
    Add a client; the actor becomes responsible unless another person is named.

    :param consents: channels by which they have agreed to be written or called to, as they said today.
    :raises Refused: there is no name, the INN, the phone, the mail address or an option is wrong, or there is such a
        client already and the actor's roles do not let them make another one.
    """
    said = {"city": city, "address": address, "site": site, "source": source, "comment": comment}
    said |= {"preferred_channel": preferred_channel, "time_zone": time_zone, "language": language}
    abroad = {"is_nonresident": is_nonresident, "country": country, "tax_number": tax_number}
    card = rules.Card(name, kind, inn, phone, email, {**said, **abroad, "relation_types": relation_types or []})
    if queries.policy(actor) == queries.BLOCK:
        told: dict[str, Any] = {"phones": [phone], "emails": [email], "inns": [inn], "sites": [site]}
        looks = queries.described(name=name, kind=kind, abroad=[(country, tax_number)], **told)
        rules.check_is_new(queries.shown_to(actor, queries.exact(looks)))
    return _add(actor, card, owner, consents or [])


@command("clients.add_duplicate", label=_("Add a client in spite of an exact duplicate"))
def add_duplicate(
    *,
    actor: Actor,
    name: str,
    kind: str = Client.Kind.COMPANY,
    inn: str = "",
    phone: str = "",
    email: str = "",
    city: str = "",
    address: str = "",
    site: str = "",
    source: str = "",
    comment: str = "",
    owner: User | None = None,
    relation_types: list[str] | None = None,
    is_nonresident: bool = False,
    country: str = "",
    tax_number: str = "",
    preferred_channel: str = "",
    time_zone: str = "",
    language: str = "",
    consents: list[str] | None = None,
) -> Client:
    """
    Add a client although there is one like it: whoever has this right is warned of duplicates rather than stopped.

    :raises Refused: there is no name, or the INN, the phone or the mail address is wrong.
    """
    said = {"city": city, "address": address, "site": site, "source": source, "comment": comment}
    said |= {"preferred_channel": preferred_channel, "time_zone": time_zone, "language": language}
    abroad = {"is_nonresident": is_nonresident, "country": country, "tax_number": tax_number}
    card = rules.Card(name, kind, inn, phone, email, {**said, **abroad, "relation_types": relation_types or []})
    return _add(actor, card, owner, consents or [])


@command("clients.update", label=_("Change a client"))
def update(*, actor: Actor, client: Client, values: dict[str, Any], base_version: int | None = None) -> Client:
    """
    Change fields of a client by their keys; a phone or a mail address becomes the main one.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: a value is wrong.
    """
    if "name" in values:
        values["name"] = rules.check_name(str(values["name"]))
    if "inn" in values:
        values["inn"] = rules.check_inn(str(values["inn"] or ""))
    values |= _residence(client, values)
    before = client.address
    editing.apply(actor, client, {**values, **_shown(client, None, values)}, base_version)
    keeping.follow(client, before)
    if "name" in values:
        client.name_key = contacts.name_key(client.name)
        client.save(update_fields=["name_key"])
    live.tell_topic("clients.client")
    return client


@command("clients.assign", label=_("Give to another person"), hands_over=True)
def assign(*, actor: Actor, client: Client, owner: User) -> Client:
    """Make another person responsible for a client; its department follows."""
    before = client.owner_id
    client.owner, client.department_id = owner, owner.department_id
    client.save(update_fields=["owner", "department"])
    entries.tell("clients.assigned", [client], source=client, owner=owner.name)
    emit(ClientAssigned(client_id=client.pk, from_owner_id=before, to_owner_id=owner.pk))
    live.tell_topic("clients.client")
    return client


@command("clients.share", label=_("Let a colleague work with the client"))
def share(*, actor: Actor, client: Client, user: User, level: str = ClientMember.Level.WORK) -> Client:
    """Let a colleague see a client and work with it besides the responsible person."""
    ClientMember.objects.update_or_create(client=client, user=user, defaults={"level": level})
    return client


@command("clients.unshare", label=_("Stop sharing"))
def unshare(*, actor: Actor, client: Client, user: User) -> Client:
    """Stop sharing a client with a colleague."""
    ClientMember.objects.filter(client=client, user=user).delete()
    return client


@command("clients.add_contact", label=_("Add a contact"))
def add_contact(
    *,
    actor: Actor,
    name: str,
    client: Client | None = None,
    post: str = "",
    role: str = "",
    phone: str = "",
    email: str = "",
    comment: str = "",
    consents: list[str] | None = None,
) -> Contact:
    """
    Add a person, at a client or at none.

    :param consents: channels by which they have agreed to be written or called to, as they said today.
    :raises Refused: there is no name, or the phone or the mail address is wrong.
    """
    owner_id = None if client else actor.user_id
    contact = Contact.objects.create(
        client=client,
        name=rules.check_name(name),
        post=post,
        role=role,
        comment=comment,
        owner_id=owner_id,
        department_id=None if client else actor.department_id,
    )
    _set_points(None, contact, rules.points([phone], [email]))
    if consents:
        consenting.keep_words(consenting.Word(channels=rules.check_channels(consents)), contact=contact)
    if client is not None:
        entries.tell("clients.contact_added", [client, contact], source=contact, name=contact.name)
    return contact


@command("clients.update_contact", label=_("Change a contact"))
def update_contact(
    *, actor: Actor, contact: Contact, values: dict[str, Any], base_version: int | None = None
) -> Contact:
    """
    Change fields of a contact by their keys; a phone or a mail address becomes the main one.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: a value is wrong.
    """
    if "name" in values:
        values["name"] = rules.check_name(str(values["name"]))
    editing.apply(actor, contact, {**values, **_shown(None, contact, values)}, base_version)
    return contact


@command("clients.add_legal_entity", label=_("Add a legal entity"))
def add_legal_entity(*, actor: Actor, client: Client, name: str, values: dict[str, Any] | None = None) -> LegalEntity:
    """
    Add a legal entity of a client; the full name follows from the short one unless it is given.

    :param values: other fields by their keys: `inn`, `kpp`, `legal_address`, bank requisites.
    :raises Refused: there is no name, or the INN or KPP is wrong.
    """
    known = rules.check_name(name)
    entity = LegalEntity.objects.create(client=client, name=known)
    said = values or {}
    if not said.get("full_name") and actor.sees_field("clients.legal_entity", "full_name"):
        said = {**said, "full_name": rules.full_name_of(known)}
    return _fill_entity(actor, entity, said, None)


@command("clients.update_legal_entity", label=_("Change a legal entity"))
def update_legal_entity(
    *, actor: Actor, entity: LegalEntity, values: dict[str, Any], base_version: int | None = None
) -> LegalEntity:
    """
    Change fields of a legal entity by their keys.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: a value is wrong.
    """
    return _fill_entity(actor, entity, values, base_version)


@command("clients.add_points", label=_("Add phones and mail addresses"))
def add_points(
    *, actor: Actor, client: Client, contact: Contact | None = None, phones: list[str], emails: list[str]
) -> Client:
    """Keep more ways to reach a client or its contact, leaving out what cannot be read: data come from outside."""
    _set_points(None if contact else client, contact, rules.readable_points(phones, emails))
    return client


@command("clients.delete", label=_("Mark for deletion"))
def delete(*, actor: Actor, client: Client) -> Client:
    """Mark a client for deletion: it leaves lists and searches, nothing is lost."""
    client.is_deleted = True
    client.save(update_fields=["is_deleted"])
    live.tell_topic("clients.client")
    return client


def _add(actor: Actor, card: rules.Card, owner: User | None, channels: Sequence[str]) -> Client:
    rules.check_options({"kind": card.kind, **card.said})
    responsible = owner or (User.objects.filter(pk=actor.user_id).first() if actor.user_id else None)
    ways = rules.points([card.phone], [card.email])
    shown = {point.kind: point.value for point in reversed(ways)}
    client = Client.objects.create(
        name=rules.check_name(card.name),
        name_key=contacts.name_key(card.name),
        kind=card.kind,
        inn=rules.check_inn(card.inn),
        phone=shown.get("phone", ""),
        email=shown.get("email", ""),
        owner=responsible,
        department_id=responsible.department_id if responsible else None,
        **{**card.said, **rules.checked_residence(card.said, {})},
    )
    # A new card has no ways to reach it yet, so none can be there twice.
    ContactPoint.objects.bulk_create(
        ContactPoint(client=client, kind=one.kind, value=one.value, key=one.key, is_main=True) for one in ways
    )
    keeping.follow(client, "")
    if channels:
        consenting.keep_words(consenting.Word(channels=rules.check_channels(channels)), client=client)
    entries.tell("clients.added", [client], source=client, name=client.name)
    emit(ClientAdded(client_id=client.pk, owner_id=client.owner_id))
    live.tell_topic("clients.client")
    return client


def _fill_entity(actor: Actor, entity: LegalEntity, values: dict[str, Any], base_version: int | None) -> LegalEntity:
    checked = rules.checked_requisites(values, entity.bic)
    editing.apply(actor, entity, {**values, **checked, **_residence(entity, values)}, base_version)
    client = entity.client
    if entity.inn and not client.inn:
        client.inn = entity.inn
        client.save(update_fields=["inn"])
    return entity


def _residence(somebody: Client | LegalEntity, values: dict[str, Any]) -> dict[str, Any]:
    """What is said of being registered abroad, as it is kept; nothing when nothing is said of it."""
    if not {"is_nonresident", *rules.FOREIGN} & values.keys():
        return {}
    known = {key: getattr(somebody, key, "") for key in ("is_nonresident", *rules.FOREIGN)}
    found = rules.checked_residence(values, known)
    return {key: one for key, one in found.items() if one != known[key] or key in values}


def _shown(client: Client | None, contact: Contact | None, values: dict[str, Any]) -> dict[str, str]:
    """
    Phone and mail address among the values as they are shown, kept as the main ways to reach; one that is wiped off the
    card is a way no more, and the next of its kind stands there.
    """
    shown = {}
    for kind, make in (("phone", rules.phone_point), ("email", rules.email_point)):
        if kind in values:
            text = str(values[kind] or "").strip()
            point = make(text) if text else None
            shown[kind] = points.lead(client, contact, point) if point else points.drop_shown(client, contact, kind)
    return shown


def _set_points(client: Client | None, contact: Contact | None, found: Sequence[rules.Point]) -> None:
    """Keep ways to reach somebody; the first of each kind becomes the one shown in lists."""
    somebody: Any = client or contact
    for point in found:
        points.keep(client, contact, point)
        if point.kind in {"phone", "email"} and not getattr(somebody, point.kind):
            setattr(somebody, point.kind, point.value)
            somebody.save(update_fields=[point.kind])
