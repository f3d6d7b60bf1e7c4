"""People who are contacts already, by a number or a mail address that somebody is about to write a second time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from okno.areas.clients import rules
from okno.areas.clients.models import Contact, MatchKey
from okno.areas.clients.queries.cards import contacts
from okno.areas.clients.rules.likeness import SAME_NAME, Looks
from okno.kit import contacts as kit_contacts
from okno.kit import reached
from okno.kit.permissions import Actor

FEW, MOST_OF_CLIENT, MOST_OF_DAY = 10, 200, 5_000
ORDER = ("phone", "email", "messenger", "name")


@dataclass(frozen=True, slots=True)
class Person:
    """A contact like the one described, as one actor may know them: out of reach only who is responsible is told."""

    contact_id: int | None
    name: str
    client_id: int | None
    client: str
    owner: str
    reasons: tuple[str, ...]


def people_like(actor: Actor, looks: Looks, *, client_id: int | None = None) -> list[Person]:
    """
    Contacts with a phone, mail address or messenger of the described, whoever may see them, and namesakes at a client.

    :param client_id: the client at which the described is to be; namesakes elsewhere are other people.
    """
    reasons = _by_keys(looks)
    for contact_id in _namesakes(actor, looks.name, client_id):
        reasons.setdefault(contact_id, set()).add("name")
    # ast-grep-ignore: unscoped-read of people out of reach only who is responsible is told
    rows = Contact.objects.filter(pk__in=list(reasons)[:FEW]).select_related("client__owner", "owner").order_by("pk")
    known = list(rows)
    pairs = [("clients.contact", row.pk) for row in known] + [("clients.client", row.client_id) for row in known]
    titles = reached.titles(actor, pairs)
    told = [_person(row, reasons[row.pk], titles) for row in known]
    return sorted(told, key=lambda one: ORDER.index(one.reasons[0]))


def born_on(day: date) -> list[Contact]:
    """Contacts who have their birthday on a day and work where they worked, whoever may see them."""
    # 29 February comes with the 28th in common years: the rule tells.
    dates = [(day.month, day.day), *([(2, 29)] if (day.month, day.day) == (2, 28) else [])]
    born = Q()
    for month, number in dates:
        born |= Q(birthday__month=month, birthday__day=number)
    # ast-grep-ignore: unscoped-read told to whoever is responsible only
    rows = Contact.objects.filter(born, is_deleted=False, left_date=None).exclude(client__is_deleted=True)
    found = rows.select_related("client").order_by("pk")[:MOST_OF_DAY]
    return [one for one in found if one.birthday and rules.falls_on(one.birthday, day)]


def _by_keys(looks: Looks) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for kind, key in looks.keys:
        if kind in ORDER:
            # ast-grep-ignore: unscoped-read only ids, see above
            rows = MatchKey.objects.filter(kind=kind, key=key, contact__isnull=False).order_by("contact_id")
            for contact_id in rows.values_list("contact_id", flat=True).distinct()[:FEW]:
                found.setdefault(contact_id, set()).add(kind)
    return found


def _namesakes(actor: Actor, name: str, client_id: int | None) -> Sequence[int]:
    """People of the same name at the client, as far as the actor sees it."""
    if not client_id or not name.strip():
        return []
    rows = contacts(actor).filter(client_id=client_id).order_by("pk").values_list("pk", "name")[:MOST_OF_CLIENT]
    return [pk for pk, known in rows if kit_contacts.person_similarity(name, known) >= SAME_NAME]


def _person(row: Contact, reasons: set[str], titles: Mapping[tuple[str, int], str]) -> Person:
    responsible: Any = row.client.owner if row.client else row.owner
    owner = kit_contacts.parse_person_name(responsible.name).short if responsible else ""
    told = tuple(one for one in ORDER if one in reasons)
    name, client = titles.get(("clients.contact", row.pk)), titles.get(("clients.client", row.client_id or 0))
    if name is None:
        return Person(None, "", None, "", owner, told)
    return Person(row.pk, name, row.client_id if client is not None else None, client or "", owner, told)
