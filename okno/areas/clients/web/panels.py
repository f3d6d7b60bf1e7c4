"""What the cards of clients and contacts show beside their fields: people, legal entities, ties, ways to reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okno.areas.clients import queries, rules
from okno.areas.clients.models import BankAccount, Client, Contact, ContactPlace, ContactPoint, LegalEntity
from okno.areas.clients.record import CLIENT, CONTACT, LEGAL_ENTITY
from okno.areas.clients.web import clock, graphs, tie_forms
from okno.kit import contacts as kit_contacts
from okno.kit import formats
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor, facing
from okno.kit.registry import Record
from okno.kit.rows.cells import short_name
from okno.kit.rows.masks import masked_text
from okno.kit.web.pages.address import compact

# How many rows a panel has; so many days before it a birthday stands beside the name.
MOST, SOON = 10, 14
STATUS_COLOURS = {"prospect": 2, "one_off": 4, "regular": 6, "sleeping": 1, "lost": 9, "troubled": 9, "refused": 1}


def contacts(actor: Actor, client: Client) -> dict[str, Any]:
    """People at a client with one click to call or write."""
    # Whoever has left stands below those who can be called.
    rows = list(
        queries.contacts_of(actor, client.pk).order_by(F("left_date").asc(nulls_first=True), "name")[: MOST + 1]
    )
    others = queries.people_also(client)[:MOST]
    seen = set(queries.contacts(actor).filter(pk__in=[one.contact_id for one in others]).values_list("pk", flat=True))
    return {
        "contacts": [
            {
                "url": CONTACT.url_of(one.pk),
                "name": one.name,
                "note": _about(actor, one),
                **_reached_by(actor, client, one),
            }
            for one in rows[:MOST]
        ]
        + [
            {
                "url": CONTACT.url_of(one.contact_id) if one.contact_id in seen else "",
                "name": one.contact.name,
                "note": _about(actor, one),
                **_reached_by(actor, client, one.contact),
            }
            for one in others
        ],
        "more_url": _all_of(client, "contacts") if len(rows) > MOST else "",
        "person_url": f"/clients/{client.pk}/person/" if actor.may("clients.place_contact") else "",
        "create_url": f"/contacts/new/?client={client.pk}" if actor.may("clients.add_contact") else "",
        "may_write": actor.may("communications.write"),
    }


def _all_of(client: Client, page: str) -> str:
    """The list of all rows of a client, by a filter that the page shows."""
    where = {"field": "client", "op": "eq", "value": client.pk}
    return f"/{page}/?{urlencode({'tab': 'all', 'f': compact({'all': [where]})})}"


def _about(actor: Actor, one: Contact | ContactPlace) -> str:
    """The post and the role of a contact, and when they left, as far as the actor sees them."""
    told = {"post": one.post, "role": one.get_role_display() if one.role else ""}
    if isinstance(one, Contact) and one.birthday and not one.left_date:
        left = rules.days_left(one.birthday, timezone.localdate(), most=SOON)
        told["birthday"] = _("birthday: %(day)s") % {"day": f"{one.birthday:%d.%m}"} if left is not None else ""
    if isinstance(one, Contact) and one.left_date:
        told["left_date"] = _("left on %(day)s") % {"day": formats.date_text(one.left_date)}
    return " · ".join(str(text) for key, text in told.items() if text and actor.sees_field(CONTACT.name, key))


def _reached_by(actor: Actor, client: Client, one: Contact) -> dict[str, str]:
    """The phone and mail address of a contact, as far as the actor sees them."""
    actor = facing(actor, one)
    phone = one.phone if actor.sees_field(CONTACT.name, "phone") else ""
    email = one.email if actor.sees_field(CONTACT.name, "email") else ""
    masked = masked_text(Kind.PHONE, one.phone) if actor.masks_field(CONTACT.name, "phone") else ""
    return {
        "phone": phone or masked,
        "call_url": kit_contacts.phone_uri(phone) if phone else "",
        "email": email,
        "mail_url": f"/mail/new/?{urlencode({'client': client.pk, 'to': email})}" if email else "",
    }


def statuses(actor: Actor, client: Client) -> dict[str, Any]:
    """How the relations with a client have gone: statuses with their days, the present one first."""
    if not actor.sees_field(CLIENT.name, "status"):
        return {"stays": []}
    now = timezone.now()
    return {
        "stays": [
            {
                "label": one.get_status_display(),
                "stage": STATUS_COLOURS.get(one.status, 1),
                "since": formats.date_text(one.since.astimezone(actor.zone).date()),
                "until": formats.date_text(one.until.astimezone(actor.zone).date()) if one.until else "",
                "length": formats.duration_text((one.until or now) - one.since),
            }
            for one in queries.stays_of(client)
        ]
    }


def legal_entities(actor: Actor, client: Client) -> dict[str, Any]:
    """Legal entities of a client with the requisites that documents need."""
    found = list(queries.legal_entities_of(actor, client.pk)[: MOST + 1])
    rows = found[:MOST]
    further = queries.accounts_of(rows)
    return {
        "entities": [{"url": LEGAL_ENTITY.url_of(one.pk), **entity_line(actor, one, further[one.pk])} for one in rows],
        "more_url": _all_of(client, "legal-entities") if len(found) > MOST else "",
        "create_url": f"/clients/{client.pk}/legal-entity/" if actor.may("clients.add_legal_entity") else "",
    }


def entity_line(actor: Actor, one: LegalEntity, further: Sequence[BankAccount]) -> dict[str, Any]:
    """A legal entity with its accounts, the main one first, as far as the actor sees them."""
    return {
        "name": open_text(actor, one, "name"),
        "codes": " / ".join(part for key in ("inn", "kpp") if (part := open_text(actor, one, key))),
        "accounts": _accounts(actor, one, further),
        "account_url": f"/legal-entities/{one.pk}/account/" if actor.may("clients.add_account") else "",
        "address": open_text(actor, one, "legal_address"),
        "edit_url": f"/legal-entities/{one.pk}/edit/" if actor.may("clients.update_legal_entity") else "",
    }


def _accounts(actor: Actor, entity: LegalEntity, further: Sequence[BankAccount]) -> list[dict[str, Any]]:
    """Accounts of a legal entity, the main one first; none when the field is hidden."""
    actor = facing(actor, entity)
    if not actor.sees_field(LEGAL_ENTITY.name, "account"):
        return []
    may_lead, may_drop = actor.may("clients.set_main_account"), actor.may("clients.drop_account")
    base, sees_bank = f"/legal-entities/{entity.pk}", actor.sees_field(LEGAL_ENTITY.name, "bank_name")
    main = {"account": entity.account, "bank": entity.bank_name if sees_bank else "", "is_main": bool(further)}
    return [
        *([main] if entity.account else []),
        *(
            {
                "id": one.pk,
                "account": one.account,
                "bank": one.bank_name if sees_bank else "",
                "note": one.note,
                "main_url": f"{base}/main-account/" if may_lead else "",
                "drop_url": f"{base}/drop-account/" if may_drop else "",
            }
            for one in further
        ),
    ]


def open_text(actor: Actor, one: LegalEntity, key: str) -> str:
    """A requisite, empty when its field is hidden from the actor."""
    return str(getattr(one, key)) if facing(actor, one).sees_field(LEGAL_ENTITY.name, key) else ""


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
        "requests": [
            {
                "name": short_name(one.user.name),
                "full_name": one.user.name,
                "text": one.text,
                "url": f"/clients/{client.pk}/answer-access/?request={one.pk}",
            }
            for one in (queries.requests_for(client) if actor.may("clients.answer_access") else ())
        ],
        "create_url": f"/clients/{client.pk}/share/" if actor.may("clients.share") else "",
    }


ICONS = {"phone": "phone", "email": "mail", "messenger": "message", "site": "world"}
WAY_RIGHTS = ("clients.add_point", "clients.drop_point", "clients.set_main_point")


def ways(actor: Actor, somebody: Client | Contact) -> dict[str, Any]:
    """Every phone, mail address, messenger and site, the main ones first; fields that are hidden stay so."""
    record = CLIENT if isinstance(somebody, Client) else CONTACT
    base = f"/{'clients' if record is CLIENT else 'contacts'}/{somebody.pk}"
    may_add, may_drop, may_lead = (actor.may(right) for right in WAY_RIGHTS)
    shown = [one for one in queries.ways_of(somebody) if is_open(actor, record, one)]
    zone = zone_of(actor, somebody)
    return {
        "ways": [
            {
                "id": one.pk,
                "clock": clock.now_there(zone, one.value, timezone.now(), actor.zone) if one.kind == "phone" else {},
                "icon": ICONS[one.kind],
                "kind": one.get_kind_display(),
                "value": one.value,
                "url": _url_of(one),
                "note": one.note,
                "is_main": one.is_main,
                "drop_url": f"{base}/drop-way/" if may_drop else "",
                "main_url": f"{base}/main-way/" if may_lead and not one.is_main else "",
            }
            for one in shown
        ],
        "create_url": f"{base}/way/" if may_add else "",
    }


def zone_of(actor: Actor, somebody: Client | Contact) -> str:
    """The time zone of a client, or of the client of a contact, as far as the actor sees it."""
    client = somebody if isinstance(somebody, Client) else somebody.client
    is_seen = client is not None and facing(actor, client).sees_field(CLIENT.name, "time_zone")
    return client.time_zone if client is not None and is_seen else ""


def is_open(actor: Actor, record: Record, one: ContactPoint) -> bool:
    """Whether the field that a way to reach belongs to is open; a messenger that goes by a number tells the phone."""
    kind = ("phone" if ":+" in one.key else "") if one.kind == "messenger" else one.kind
    return kind not in record.fields or actor.sees_field(record.name, kind)


def _url_of(one: ContactPoint) -> str:
    if one.kind == "phone":
        return kit_contacts.phone_uri(one.value)
    if one.kind == "messenger":
        return kit_contacts.messenger_url(one.key)
    if one.kind == "site":
        return one.value if one.value.startswith(("http://", "https://")) else f"https://{one.value}"
    return f"mailto:{one.value}" if one.kind == "email" else ""


def relations(actor: Actor, client: Client) -> dict[str, Any]:
    """Other clients that a client is related to, as a list and as a graph."""
    found = queries.ties_of(actor, client)
    may_drop, may_edit = actor.may("clients.unrelate"), actor.may("clients.update_relation")
    return {
        "relations": [
            {
                "id": one.relation.pk,
                "title": tie_forms.title_of(one.relation.kind, is_inverse=one.is_inverse),
                "name": one.other.name,
                "url": CLIENT.url_of(one.other.pk),
                "comment": one.relation.comment,
                "term": _term(one.relation.since, one.relation.until),
                "is_over": one.relation.until is not None and one.relation.until < timezone.localdate(),
                "edit_url": f"/clients/{client.pk}/relation/?row={one.relation.pk}" if may_edit else "",
                "drop_url": f"/clients/{client.pk}/unrelate/" if may_drop else "",
            }
            for one in found
        ],
        "net": graphs.graph(client, *queries.net_of(actor, client), graphs.SMALL) if found else None,
        "graph_url": f"/clients/{client.pk}/relations/",
        "create_url": f"/clients/{client.pk}/relate/" if actor.may("clients.relate") else "",
    }


def _term(since: date | None, until: date | None) -> str:
    """How long something holds, in days; empty when nobody said."""
    if since and until:
        return f"{formats.date_text(since)} – {formats.date_text(until)}"
    if since:
        return pgettext("a status", "since %(day)s") % {"day": formats.date_text(since)}
    return _("until %(day)s") % {"day": formats.date_text(until)} if until else ""


def addresses(actor: Actor, client: Client) -> dict[str, Any]:
    """Addresses of a client by what they are for."""
    may_place = actor.may("clients.set_coordinates")
    may_locate = bool(settings.OKNO_GEOCODER) and actor.may("clients.locate")
    may_drop, is_open = actor.may("clients.drop_address"), actor.sees_field(CLIENT.name, "address")
    may_edit = actor.may("clients.update_address")
    return {
        "addresses": [
            {
                "id": one.pk,
                "kind": one.get_kind_display(),
                "text": one.text,
                "parts": ", ".join(str(part) for part in one.parts.values()),
                "comment": one.comment,
                "is_known": one.precision == "house",
                "is_placed": one.latitude is not None,
                "place_url": f"/clients/{client.pk}/coordinates/?row={one.pk}" if may_place else "",
                "locate_url": f"/clients/{client.pk}/locate/" if may_locate and one.latitude is None else "",
                "edit_url": f"/clients/{client.pk}/edit-address/?row={one.pk}" if may_edit else "",
                "drop_url": f"/clients/{client.pk}/drop-address/" if may_drop else "",
            }
            for one in (queries.addresses_of(client) if is_open else ())
        ],
        "create_url": f"/clients/{client.pk}/address/" if actor.may("clients.add_address") else "",
    }
