"""Relations between clients, and their addresses."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.addresses import queries as addresses
from okno.areas.clients import queries, rules
from okno.areas.clients.commands import keeping
from okno.areas.clients.models import Client, ClientAddress, ClientRelation
from okno.kit import live
from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import Actor, facing
from okno.kit.timeline import entries

# The same from both sides.
SYMMETRIC = {ClientRelation.Kind.PARTNER, ClientRelation.Kind.COMPETITOR, ClientRelation.Kind.RELATIVE}


@command("clients.relate", label=gettext_lazy("Relate to another client"))
def relate(
    *,
    actor: Actor,
    client: Client,
    other: Client,
    kind: str,
    is_inverse: bool = False,
    since: dt.date | None = None,
    until: dt.date | None = None,
    comment: str = "",
) -> ClientRelation:
    """
    Say what another client is to this one: its parent company, partner, competitor, the one who recommended us …

    :param kind: see `ClientRelation.Kind`; the other one is what the kind says, or the inverse of it: a daughter.
    :raises Refused: a client is related to itself, the same is said already, or the dates are turned round.
    """
    if kind not in ClientRelation.Kind.values:
        raise Refused("clients.bad_relation", _("There is no such relation."), missing=["kind"])
    if client.pk == other.pk:
        raise Refused("clients.related_to_itself", _("A client is not related to itself."), missing=["other"])
    rules.check_term(since, until)
    first, second = (client, other) if is_inverse else (other, client)
    if kind in SYMMETRIC and ClientRelation.objects.filter(first=second, second=first, kind=kind).exists():
        raise Refused("clients.related", _("They are related so already."), missing=["other"])
    made, is_made = ClientRelation.objects.get_or_create(
        first=first, second=second, kind=kind, defaults={"since": since, "until": until, "comment": comment}
    )
    if not is_made:
        raise Refused("clients.related", _("They are related so already."), missing=["other"])
    entries.tell("clients.related", [client, other], relation=kind)
    live.tell_topic("clients.client")
    return made


@command("clients.update_relation", label=gettext_lazy("Change a relation"))
def update_relation(
    *,
    actor: Actor,
    client: Client,
    relation_id: int,
    since: dt.date | None = None,
    until: dt.date | None = None,
    comment: str = "",
) -> ClientRelation:
    """
    Say since when a relation holds, until when, and what else there is to say.

    :raises Missing: there is none of this number, or its other end is out of reach.
    :raises Refused: the dates are turned round.
    """
    found = _relation(actor, client, relation_id)
    rules.check_term(since, until)
    found.since, found.until, found.comment = since, until, comment[:300]
    found.save(update_fields=["since", "until", "comment"])
    live.tell_topic("clients.client")
    return found


@command("clients.unrelate", label=gettext_lazy("Delete a relation"))
def unrelate(*, actor: Actor, client: Client, relation_id: int) -> Client:
    """
    Delete a relation of a client.

    :raises Missing: there is none of this number, or its other end is out of reach.
    """
    _relation(actor, client, relation_id).delete()
    live.tell_topic("clients.client")
    return client


@command("clients.add_address", label=gettext_lazy("Add an address"))
def add_address(
    *,
    actor: Actor,
    client: Client,
    text: str,
    kind: str = ClientAddress.Kind.ACTUAL,
    code: str = "",
    comment: str = "",
) -> ClientAddress:
    """
    Add an address of a client; the first actual one is shown on the card.

    What the classifier of addresses knows of it is kept beside the text: its parts, its code, how far it was found.

    :param code: the place in the classifier, when it was chosen there; else it is looked for by the text.
    :raises Refused: it is empty, or there is no such kind.
    """
    rules.check_address(kind, text)
    found = keeping.told(addresses.recognised(text.strip()))
    made = ClientAddress.objects.create(
        client=client,
        kind=kind,
        text=text.strip()[:500],
        comment=comment[:200],
        **(found | ({"code": code[:40]} if code else {})),
    )
    if not client.address and kind == ClientAddress.Kind.ACTUAL:
        client.address = made.text
        client.save(update_fields=["address"])
    live.tell_topic("clients.client")
    return made


@command("clients.update_address", label=gettext_lazy("Change an address"))
def update_address(
    *, actor: Actor, client: Client, address_id: int, text: str, kind: str, comment: str = ""
) -> ClientAddress:
    """
    Change an address of a client; what stands on the card goes along. Written anew, it has no place on the map yet.

    :raises Missing: there is no such address.
    :raises Refused: it is empty, there is no such kind, or addresses are hidden from the actor.
    """
    rules.check_address(kind, text)
    rules.check_sees_addresses(is_open=facing(actor, client).sees_field("clients.client", "address"))
    found = ClientAddress.objects.select_for_update().filter(pk=address_id, client=client).first()
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    before, written = found.text, text.strip()[:500]
    found.kind, found.comment = kind, comment[:200]
    if written != before:
        values = {"text": written, **keeping.told(addresses.recognised(written)), **keeping.NOWHERE}
        for name, value in values.items():
            setattr(found, name, value)
    found.save()
    if client.address == before != written:
        client.address = written
        client.save(update_fields=["address"])
    live.tell_topic("clients.client")
    return found


@command("clients.set_coordinates", label=gettext_lazy("Set the place on the map"))
def set_coordinates(
    *,
    actor: Actor,
    client: Client,
    address_id: int,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    precision: str = ClientAddress.GeoPrecision.HOUSE,
    source: str = "hand",
) -> ClientAddress:
    """
    Say where an address of a client is, in degrees of WGS 84; without coordinates it is on the map no more.

    :param precision: how exact they are: `house`, `street`, `settlement`.
    :param source: who told them: `hand`, a service, a file.
    :raises Missing: there is no such address.
    :raises Refused: they lie nowhere on the earth, or only one of them is given.
    """
    found = ClientAddress.objects.select_for_update().filter(pk=address_id, client=client).first()
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    rules.check_on_earth(latitude, longitude)
    found.latitude, found.longitude = latitude, longitude
    found.geo_precision, found.geo_source = (precision, source[:20]) if latitude is not None else ("", "")
    found.save(update_fields=["latitude", "longitude", "geo_precision", "geo_source"])
    live.tell_topic("clients.client")
    return found


@command("clients.drop_address", label=gettext_lazy("Delete an address"))
def drop_address(*, actor: Actor, client: Client, address_id: int) -> Client:
    """Delete an address of a client. :raises Missing: there is none of this number."""
    deleted, _rows = ClientAddress.objects.filter(pk=address_id, client=client).delete()
    if not deleted:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return client


def _relation(actor: Actor, client: Client, relation_id: int) -> ClientRelation:
    """A relation of a client to one within reach too. :raises Missing: there is none of this number."""
    found = ClientRelation.objects.select_for_update().filter(pk=relation_id).first()
    ends = {found.first_id, found.second_id} if found else set()
    if found is None or client.pk not in ends or queries.clients(actor).filter(pk__in=ends).count() < len(ends):
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found
