"""Turning an enquiry into a client, a contact and a deal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.areas.clients import commands as clients
from okno.areas.clients import queries as client_queries
from okno.areas.clients.models import Client, Contact, Prospect
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.leads import rules
from okno.areas.leads.commands.handling import end
from okno.areas.leads.events import LeadLinked
from okno.areas.leads.models import Lead
from okno.kit import contacts as kit_contacts
from okno.kit import live
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.events import emit
from okno.kit.fields import making
from okno.kit.permissions import Actor
from okno.kit.timeline import entries


@command("leads.convert", label=gettext_lazy("Turn into a deal"))
def convert(
    *,
    actor: Actor,
    lead: Lead,
    client: Client | None = None,
    deal: Deal | None = None,
    title: str = "",
    values: dict[str, Any] | None = None,
) -> Deal:
    """
    Turn an enquiry into a client, a contact and a deal, or attach it to those found; its feed goes along.

    :param client: the client found; by default the recognised one, else a new one is made.
    :param deal: an open deal to attach to instead of opening one.
    :param values: other fields of the deal that is opened by their keys, of a client and a contact that are made as
        `client.city` and `contact.post`.
    A prospect that it is of becomes that client.

    :raises Refused: the enquiry has ended, the deal is closed, the recognised client is out of the actor's reach, or
        what the form of a new deal, client or contact demands is empty.
    """
    _check(actor, lead, client, deal)
    said = values or {}
    owner = lead.owner or (User.objects.filter(pk=actor.user_id).first() if actor.user_id else None)
    found = (deal.client if deal else None) or client or lead.client or _new_client(actor, lead, owner, said)
    known = lead.contact if lead.contact and client_queries.is_with(lead.contact, found) else None
    contact = known or _contact(actor, lead, found, said)
    made = deal or _new_deal(actor, lead, title, said, client=found, contact=contact, owner=owner)
    _hand_over_prospect(actor, lead, found, said)
    lead.client, lead.contact, lead.deal = found, contact, made
    lead.save(update_fields=["client", "contact", "deal"])
    entries.carry_over(lead, made)
    entries.carry_over(lead, found)
    end(lead, Lead.State.CONVERTED, deal=made.title)
    return made


@command("leads.link_client", label=gettext_lazy("Link to a client"))
def link_client(*, actor: Actor, lead: Lead, client: Client, contact: Contact | None = None) -> Lead:
    """
    Say by hand whom an enquiry is from; the client sees it in their feed.

    :raises Refused: the enquiry has ended, or the contact is somebody else's.
    """
    rules.check_is_open(lead)
    rules.check_is_of(contact, is_with=contact is not None and client_queries.is_with(contact, client))
    lead.client, lead.contact, lead.recognised_by = client, contact, ""
    lead.save(update_fields=["client", "contact", "recognised_by"])
    entries.carry_over(lead, client)
    entries.tell("leads.linked", [lead, client], source=lead, client=client.name)
    emit(LeadLinked(lead_id=lead.pk, client_id=client.pk))
    live.tell_topic("leads.lead")
    return lead


@command("leads.make_client", label=gettext_lazy("New client"))
def make_client(*, actor: Actor, lead: Lead, values: dict[str, Any] | None = None) -> Lead:
    """
    Make a client and a contact of the contact data of an enquiry and link it to them.

    :param values: other fields of them by their keys: `client.city`, `contact.post`.
    :raises Refused: the enquiry has ended, is linked to a client already, or what the form of a new client or contact
        demands is empty.
    """
    rules.check_is_open(lead)
    if lead.client_id is not None:
        raise Refused("leads.has_client", _("The client of the enquiry is known already."))
    owner = lead.owner or (User.objects.filter(pk=actor.user_id).first() if actor.user_id else None)
    said = values or {}
    client = _new_client(actor, lead, owner, said)
    _hand_over_prospect(actor, lead, client, said)
    return link_client(actor=actor, lead=lead, client=client, contact=_contact(actor, lead, client, said))


def _check(actor: Actor, lead: Lead, client: Client | None, deal: Deal | None) -> None:
    """May it be converted so? The recognised client is used only by those who see it."""
    rules.check_is_open(lead)
    if deal is not None:
        rules.check_takes_more(deal)
    if client is None and deal is None and lead.client is not None:
        is_seen = client_queries.clients(actor).filter(pk=lead.client.pk).exists()
        rules.check_may_use(lead.client, is_seen=is_seen)


def _hand_over_prospect(actor: Actor, lead: Lead, client: Client, values: dict[str, Any]) -> None:
    """
    Let the prospect that an enquiry is of be this client: their feed, tasks and letters go along. Whoever asked not to
    be disturbed stays on the list of those.
    """
    prospect = lead.prospect
    if prospect is not None and prospect.status not in {Prospect.Status.CONVERTED, Prospect.Status.SILENT}:
        clients.convert_prospect(actor=actor, prospect=prospect, client=client, values=values)


def _new_deal(actor: Actor, lead: Lead, title: str, values: dict[str, Any], **who: Any) -> Deal:
    made = deals.open_deal(
        actor=actor,
        title=title or lead.subject,
        amount=lead.amount or Decimal(0),
        need=lead.text,
        source=lead.source.name if lead.source else "",
        utm=lead.marks,
        **who,
    )
    return making.finish(actor, made, values)


def _new_client(actor: Actor, lead: Lead, owner: User | None, values: dict[str, Any]) -> Client:
    shown = _shown_points(lead) if not (lead.name and lead.company) else {}
    made = clients.add(
        actor=actor,
        name=lead.company or lead.name or shown.get("phone") or shown.get("email") or lead.subject,
        kind=Client.Kind.COMPANY if lead.company else Client.Kind.PERSON,
        inn=lead.inn if kit_contacts.is_inn(lead.inn) else "",
        phone=shown.get("phone", ""),
        email=shown.get("email", ""),
        city=lead.city,
        source=lead.source.name if lead.source else "",
        owner=owner,
    )
    return making.finish(actor, made, values, under="client")


def _contact(actor: Actor, lead: Lead, client: Client, values: dict[str, Any]) -> Contact | None:
    """The person who wrote, at the client: made when a name was left besides the company's."""
    if not lead.name or client.kind == Client.Kind.PERSON:
        return None
    known = Contact.objects.filter(client=client, name__iexact=lead.name, is_deleted=False).first()
    if known is not None:
        return known
    shown = _shown_points(lead)
    made = clients.add_contact(
        actor=actor, name=lead.name, client=client, phone=shown.get("phone", ""), email=shown.get("email", "")
    )
    return making.finish(actor, made, values, under="contact")


def _shown_points(lead: Lead) -> dict[str, str]:
    """The phone and the mail address of an enquiry as they are shown, if they can be read."""
    return {one.kind: one.value for one in client_queries.readable_points([lead.phone], [lead.email])}
