"""What clients and people have said of mailings: the history of one, and who may be written to by a channel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F

from okno.areas.clients import rules
from okno.areas.clients.models import Client, Consent, Contact, ContactPoint
from okno.areas.clients.queries.cards import clients, contacts
from okno.areas.clients.rules import Standing
from okno.kit import contacts as kit_contacts
from okno.kit.permissions import Actor

MOST_WORDS = 100


def words_of(somebody: Client | Contact) -> list[Consent]:
    """What a client or a contact that was read for the actor has said of mailings, the word that holds first."""
    whose: dict[str, Any] = {"client": somebody} if isinstance(somebody, Client) else {"contact": somebody}
    # ast-grep-ignore: unscoped-read words of somebody who was read for the actor
    rows = Consent.objects.filter(**whose).select_related("user").order_by("-said_date", "-pk")
    return list(rows[:MOST_WORDS])


def standings(
    actor: Actor, channel: str, *, clients_of: Iterable[int] = (), contacts_of: Iterable[int] = ()
) -> dict[tuple[str, int], Standing]:
    """
    Whether clients and contacts may be written or called to by a channel, by the name of the record and the id: what
    every mailing asks before it sends. Whoever is out of reach, or marked for deletion, is not among them.

    :param channel: see `Channel`; one that nobody spoke of is unknown, which is no consent.
    """
    found: dict[tuple[str, int], Standing] = {}
    own = clients(actor).filter(pk__in=list(clients_of)).values_list("pk", "consents", "refusals")
    for pk, given, refused in own:
        found["clients.client", pk] = rules.standing(channel, given, refused)
    people = contacts(actor).filter(pk__in=list(contacts_of)).annotate(_refused=F("client__refusals"))
    for pk, given, refused, of_client in people.values_list("pk", "consents", "refusals", "_refused"):
        own_word = rules.standing(channel, given, refused)
        client_word = rules.standing(channel, (), of_client or ())
        found["clients.contact", pk] = rules.standing_of_person(own_word, client_word)
    return found


def agreed_at(channel: str, address: str) -> list[Client | Contact]:
    """Clients and contacts with this mail address who agreed to mailings by a channel, whoever may see them."""
    # ast-grep-ignore: unscoped-read whoever has the address speaks for all cards that have it
    points = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, key=kit_contacts.email_key(address))
    found: list[Client | Contact] = []
    for one in points.select_related("client", "contact").order_by("pk"):
        somebody = one.contact or one.client
        if somebody is not None and channel in somebody.consents and somebody not in found:
            found.append(somebody)
    return found
