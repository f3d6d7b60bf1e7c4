"""People who work at several clients: added, dropped, the main client changed."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients.models import Client, Contact, ContactPlace
from okno.kit import live
from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import Actor
from okno.kit.timeline import entries


@command("clients.place_contact", label=gettext_lazy("Add a client of the contact"))
def place_contact(*, actor: Actor, contact: Contact, client: Client, post: str = "", role: str = "") -> Contact:
    """
    Say that a contact works at one more client, and what they are there; of a contact of nobody it is the main one.

    :raises Refused: they work there already.
    """
    known = ContactPlace.objects.filter(contact=contact, client=client)
    if contact.client_id == client.pk or known.exists():
        raise Refused("clients.placed", _("This person is with this client already."), missing=["client"])
    if contact.client_id is None:
        contact.client, contact.post, contact.role = client, post or contact.post, role or contact.role
        contact.save(update_fields=["client", "post", "role"])
    else:
        ContactPlace.objects.create(contact=contact, client=client, post=post[:150], role=role)
    entries.tell("clients.contact_placed", [client, contact], source=contact, name=contact.name)
    _told()
    return contact


@command("clients.unplace_contact", label=gettext_lazy("The contact does not work there any more"))
def unplace_contact(*, actor: Actor, contact: Contact, client: Client) -> Contact:
    """
    Say that a contact works at a client no more; after the main one the next of them is it.

    :raises Missing: they are not with this client.
    """
    place = ContactPlace.objects.select_for_update().filter(contact=contact, client=client).first()
    if place is not None:
        place.delete()
    elif contact.client_id != client.pk:
        raise Missing("not_found", _("This person is not with this client."))
    else:
        _leave(contact, ContactPlace.objects.select_for_update().filter(contact=contact).order_by("pk").first())
    _told()
    return contact


@command("clients.set_main_place", label=gettext_lazy("Make it the main client of the contact"))
def set_main_place(*, actor: Actor, contact: Contact, client: Client) -> Contact:
    """
    Make a further client of a contact the main one: who sees it sees the card of the contact.

    :raises Missing: they are not with this client.
    """
    place = ContactPlace.objects.select_for_update().filter(contact=contact, client=client).first()
    if place is None:
        raise Missing("not_found", _("This person is not with this client."))
    before = contact.client_id, contact.post, contact.role
    _leave(contact, place)
    if before[0] is not None:
        ContactPlace.objects.create(contact=contact, client_id=before[0], post=before[1], role=before[2])
    _told()
    return contact


def _leave(contact: Contact, following: ContactPlace | None) -> None:
    """Let the contact be at the next place, or at none: then whoever is responsible for the old client keeps it."""
    if following is None:
        contact.owner_id = contact.owner_id or (contact.client.owner_id if contact.client else None)
        contact.department_id = contact.department_id or (contact.client.department_id if contact.client else None)
        contact.client = None
    else:
        contact.client_id, contact.post, contact.role = following.client_id, following.post, following.role
        following.delete()
    contact.save(update_fields=["client", "post", "role", "owner", "department"])


def _told() -> None:
    live.tell_topic("clients.client")
    live.tell_topic("clients.contact")
