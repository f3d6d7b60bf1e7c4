"""Writes of prospects: added, worked on, handed to sales as clients with all that was about them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.areas.clients import queries, rules
from okno.areas.clients.commands import cards
from okno.areas.clients.events import ProspectConverted
from okno.areas.clients.models import Client, Prospect
from okno.kit import live, merging
from okno.kit.commands import command, moment, today
from okno.kit.errors import Refused
from okno.kit.events import emit
from okno.kit.fields import editing, making
from okno.kit.permissions import Actor
from okno.kit.timeline import entries

TOPIC = "clients.prospect"


@command("clients.add_prospect", label=gettext_lazy("Add a prospect"))
def add_prospect(
    *,
    actor: Actor,
    name: str,
    kind: str = Client.Kind.COMPANY,
    person: str = "",
    post: str = "",
    phone: str = "",
    email: str = "",
    inn: str = "",
    city: str = "",
    address: str = "",
    site: str = "",
    source: str = "",
    batch: str = "",
    comment: str = "",
    owner: User | None = None,
) -> Prospect:
    """
    Add a prospect; the actor becomes responsible unless another person is named.

    :param person: whom one talks to there.
    :param batch: the list it came with.
    :raises Refused: there is no name, the INN, the phone or the mail address is wrong, or is not to be disturbed.
    """
    responsible = owner or User.objects.filter(pk=actor.user_id or 0).first()
    made = Prospect(name=rules.check_name(name), kind=kind, inn=rules.check_inn(inn), person=person.strip(), post=post)
    made.owner, made.department_id = responsible, responsible.department_id if responsible else None
    made.city, made.address, made.site = city, address, site
    made.source, made.batch, made.comment = source, batch, comment
    _set_ways(made, {"phone": phone, "email": email})
    made.save()
    entries.tell("clients.prospect_added", [made], source=made, name=made.name)
    live.tell_topic(TOPIC)
    return made


@command("clients.update_prospect", label=gettext_lazy("Change a prospect"))
def update_prospect(
    *, actor: Actor, prospect: Prospect, values: dict[str, Any], base_version: int | None = None
) -> Prospect:
    """
    Change fields of a prospect by their keys.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: it was handed to sales, or a value is wrong.
    """
    rules.check_is_open(prospect)
    if "name" in values:
        values["name"] = rules.check_name(str(values["name"]))
    if "inn" in values:
        values["inn"] = rules.check_inn(str(values["inn"] or ""))
    told = {key: str(values[key] or "") for key in ("phone", "email") if key in values}
    shown = _set_ways(prospect, told) if told else {}
    editing.apply(actor, prospect, {**values, **shown}, base_version)
    if told:
        prospect.save(update_fields=["phone_key", "email_key"])
    live.tell_topic(TOPIC)
    return prospect


@command("clients.move_prospect", label=gettext_lazy("Change the status of a prospect"))
def move_prospect(
    *, actor: Actor, prospect: Prospect, status: str, revisit_date: dt.date | None = None, comment: str = ""
) -> Prospect:
    """
    Say how far one has come with a prospect.

    :param revisit_date: when to come back to whoever is not interested now.
    :raises Refused: it was handed to sales, or the day has passed.
    """
    rules.check_can_move(prospect, status, revisit_date, today())
    prospect.status, prospect.revisit_date = status, revisit_date
    prospect.save(update_fields=["status", "revisit_date"])
    entries.tell("clients.prospect_moved", [prospect], source=prospect, status=status, comment=comment.strip())
    live.tell_topic(TOPIC)
    return prospect


@command("clients.assign_prospect", label=gettext_lazy("Give a prospect to another person"), hands_over=True)
def assign_prospect(*, actor: Actor, prospect: Prospect, owner: User) -> Prospect:
    """Make another person responsible for a prospect. :raises Refused: it was handed to sales."""
    rules.check_is_open(prospect)
    prospect.owner, prospect.department_id = owner, owner.department_id
    prospect.save(update_fields=["owner", "department"])
    entries.tell("clients.prospect_assigned", [prospect], source=prospect, owner=owner.name)
    live.tell_topic(TOPIC)
    return prospect


@command("clients.convert_prospect", label=gettext_lazy("Make a client of a prospect"))
def convert_prospect(
    *,
    actor: Actor,
    prospect: Prospect,
    client: Client | None = None,
    is_new: bool = False,
    values: dict[str, Any] | None = None,
) -> Client:
    """
    Make a client and a contact of a prospect, or add it to a client that is there; its feed, tasks, letters, files and
    reminders go along, and the prospect stays as it was, with a link.

    :param client: the client it belongs to.
    :param is_new: make a client although there is one like it.
    :param values: other fields of a client and a contact that are made by their keys: `client.city`, `contact.post`.
    :raises Refused: it was handed to sales already, asked not to be disturbed, such a client is there, or what the form
        of a new client or contact demands is empty.
    """
    rules.check_can_convert(prospect)
    if client is None and not is_new:
        _check_is_new(actor, prospect)
    found = client or _new_client(actor, prospect, values or {})
    if (person := rules.contact_person(prospect)) and not found.contacts.filter(name__iexact=person["name"]).exists():
        made = cards.add_contact(actor=actor, client=found, **person)
        making.finish(actor, made, values or {}, under="contact")
    prospect.status, prospect.client, prospect.converted_at = Prospect.Status.CONVERTED, found, moment()
    prospect.revisit_date = None
    prospect.save(update_fields=["status", "client", "converted_at", "revisit_date"])
    merging.carry(prospect, found)
    entries.tell("clients.prospect_converted", [found, prospect], source=prospect, name=prospect.name)
    emit(ProspectConverted(prospect_id=prospect.pk, client_id=found.pk, is_new=client is None))
    live.tell_topic(TOPIC)
    return found


@command("clients.delete_prospect", label=gettext_lazy("Mark a prospect for deletion"))
def delete_prospect(*, actor: Actor, prospect: Prospect) -> Prospect:
    """Mark a prospect for deletion: it leaves lists and searches, nothing is lost."""
    prospect.is_deleted = True
    prospect.save(update_fields=["is_deleted"])
    live.tell_topic(TOPIC)
    return prospect


def _new_client(actor: Actor, prospect: Prospect, values: dict[str, Any]) -> Client:
    owner = prospect.owner or User.objects.filter(pk=actor.user_id or 0).first()
    made = cards.add(actor=actor, owner=owner, **rules.card_of(prospect))
    return making.finish(actor, made, values, under="client")


def _check_is_new(actor: Actor, prospect: Prospect) -> None:
    looks = queries.described(
        name=prospect.name,
        kind=prospect.kind,
        phones=[prospect.phone],
        emails=[prospect.email],
        inns=[prospect.inn],
        sites=[prospect.site],
    )
    try:
        rules.check_is_new(queries.shown_to(actor, queries.exact(looks)))
    except Refused as refusal:
        text = _("%(text)s Choose it, or say that this is another one.") % {"text": refusal.message}
        raise Refused(refusal.code, "%(text)s", text=text, missing=["client"]) from refusal


def _set_ways(prospect: Prospect, said: dict[str, str]) -> dict[str, str]:
    """Phone and mail address as they are shown and compared. :raises Refused: one is wrong, or not to be disturbed."""
    for kind, text in said.items():
        point = rules.point_of(kind, text) if text.strip() else None
        setattr(prospect, kind, point.value if point else "")
        setattr(prospect, f"{kind}_key", point.key if point else "")
    held = queries.stopped(prospect.phone_key, prospect.email_key)
    if held != prospect:
        rules.check_is_not_stopped(held)
    return {kind: getattr(prospect, kind) for kind in said}
