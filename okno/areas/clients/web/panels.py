"""What the card of a client shows beside its fields: people, legal entities, colleagues."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from okno.areas.clients import queries
from okno.areas.clients.models import Client
from okno.areas.clients.record import CONTACT
from okno.kit import contacts as kit_contacts
from okno.kit.permissions import Actor
from okno.kit.rows.cells import short_name

MOST = 10


def contacts(actor: Actor, client: Client) -> dict[str, Any]:
    """People at a client with one click to call or write."""
    rows = list(queries.contacts_of(actor, client.pk)[:MOST])
    return {
        "contacts": [
            {
                "url": CONTACT.url_of(one.pk),
                "name": one.name,
                "note": " · ".join(
                    str(part) for part in (one.post, one.get_role_display() if one.role else "") if part
                ),
                "phone": one.phone,
                "call_url": kit_contacts.phone_uri(one.phone),
                "email": one.email,
                "mail_url": f"/mail/new/?{urlencode({'client': client.pk, 'to': one.email})}" if one.email else "",
            }
            for one in rows
        ],
        "create_url": f"/contacts/new/?client={client.pk}" if actor.may("clients.add_contact") else "",
        "may_write": actor.may("communications.write"),
    }


def legal_entities(actor: Actor, client: Client) -> dict[str, Any]:
    """Legal entities of a client with the requisites that documents need."""
    may_edit = actor.may("clients.update_legal_entity")
    return {
        "entities": [
            {
                "name": one.name,
                "codes": " / ".join(part for part in (one.inn, one.kpp) if part),
                "bank": one.bank_name,
                "account": one.account,
                "address": one.legal_address,
                "edit_url": f"/legal-entities/{one.pk}/edit/" if may_edit else "",
            }
            for one in queries.legal_entities_of(actor, client.pk)[:MOST]
        ],
        "create_url": f"/clients/{client.pk}/legal-entity/" if actor.may("clients.add_legal_entity") else "",
    }


def members(actor: Actor, client: Client) -> dict[str, Any]:
    """Colleagues who work with a client besides the responsible one."""
    may_drop = actor.may("clients.unshare")
    return {
        "members": [
            {
                "name": short_name(one.user.name),
                "full_name": one.user.name,
                "level": one.get_level_display(),
                "user_id": one.user_id,
                "drop_url": f"/clients/{client.pk}/unshare/" if may_drop else "",
            }
            for one in queries.members_of(client)
        ],
        "create_url": f"/clients/{client.pk}/share/" if actor.may("clients.share") else "",
    }
