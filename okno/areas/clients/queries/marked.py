"""
Cards marked for deletion that have a number or a name in common with a new one.

They match nothing and stop nobody: the number of somebody who was marked is free. But whoever makes a new card is told
of the old one, because bringing it back keeps its feed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from okno.areas.clients.models import Client, Contact, LegalEntity
from okno.areas.clients.rules.likeness import Looks
from okno.kit import contacts as kit_contacts
from okno.kit import reached
from okno.kit.permissions import Actor
from okno.kit.purging import reading as purging

FEW = 10
# The surest first, as reasons of a match are told.
ORDER = ("inn", "foreign", "phone", "email", "messenger", "name")
MODELS = {"clients.client": Client, "clients.contact": Contact, "clients.legal_entity": LegalEntity}

# A card that is marked with its client comes back with its client: then the client is told. One that was merged away
# is not told: its numbers went along, and the survivor matches by them.
FIND = """
with asked as (
    select kind, key from unnest(%(kinds)s::text[], %(keys)s::text[]) as asked(kind, key)
),
hit as (
    select 'clients.client' as record, c.id as row_id, a.kind
    from asked a join clients_contactpoint p on p.kind = a.kind and p.key = a.key
    left join clients_contact t on t.id = p.contact_id
    join clients_client c on c.id = coalesce(t.client_id, p.client_id)
    where c.is_deleted
    union
    select 'clients.contact', t.id, a.kind
    from asked a join clients_contactpoint p on p.kind = a.kind and p.key = a.key
    join clients_contact t on t.id = p.contact_id left join clients_client c on c.id = t.client_id
    where t.is_deleted and c.is_deleted is not true
    union
    select 'clients.client', c.id, a.kind
    from asked a join clients_client c on c.inn = a.key and c.inn <> '' where a.kind = 'inn' and c.is_deleted
    union
    select case when c.is_deleted then 'clients.client' else 'clients.legal_entity' end,
        case when c.is_deleted then c.id else e.id end, a.kind
    from asked a join clients_legalentity e on e.inn = a.key and e.inn <> '' join clients_client c on c.id = e.client_id
    where a.kind = 'inn' and (c.is_deleted or e.is_deleted)
    union
    select 'clients.client', c.id, a.kind
    from asked a join clients_client c on okno_clients_foreign(c.country, c.tax_number) = a.key
    where %(is_abroad)s and a.kind = 'foreign' and c.is_deleted
    union
    select 'clients.client', c.id, 'name' from clients_client c
    where c.name_key = %(name)s and %(name)s <> '' and c.is_deleted
)
select hit.record, hit.row_id, array_agg(distinct hit.kind) from hit
where not exists (
    select 1 from kit_merge m where m.record = hit.record and m.loser_id = hit.row_id and m.undone_at is null
)
group by hit.record, hit.row_id order by count(*) desc, hit.row_id desc limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class Marked:
    """A card marked for deletion as one actor may know it: out of reach only who is responsible is told."""

    record: str
    row_id: int | None
    title: str
    owner: str
    reasons: tuple[str, ...]
    may_come_back: bool = False


def marked(actor: Actor, looks: Looks) -> list[Marked]:
    """Clients, contacts and legal entities that are marked for deletion and have a key or the name of the described."""
    found = _found(looks)
    titles = reached.titles(actor, [(record, row_id) for record, row_id, _kinds in found])
    owners, free = _owners(found), _may_come_back(actor, found)
    return [
        Marked(
            record,
            row_id if (record, row_id) in titles else None,
            titles.get((record, row_id), ""),
            owners.get((record, row_id), ""),
            tuple(one for one in ORDER if one in kinds),
            (record, row_id) in free,
        )
        for record, row_id, kinds in found
    ]


def _found(looks: Looks) -> list[tuple[str, int, list[str]]]:
    asked = [(kind, key) for kind, key in looks.keys if kind in ORDER]
    if not asked and not looks.name_key:
        return []
    given: dict[str, Any] = {
        "kinds": [kind for kind, _key in asked],
        "keys": [key for _kind, key in asked],
        "name": looks.name_key,
        # Marked cards have no index by such a number: they are not looked through when none was told.
        "is_abroad": any(kind == "foreign" for kind, _key in asked),
        "most": FEW,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND, given)
        return list(cursor.fetchall())


def _ids(found: Sequence[tuple[str, int, Any]]) -> Mapping[str, list[int]]:
    return {name: [row_id for record, row_id, _kinds in found if record == name] for name in MODELS}


def _owners(found: Sequence[tuple[str, int, Any]]) -> dict[tuple[str, int], str]:
    """Who is responsible for each card, or for the client of it."""
    names: dict[tuple[str, int], str] = {}
    paths = {"clients.client": "owner__name", "clients.legal_entity": "client__owner__name"}
    for record, ids in _ids(found).items():
        if ids:
            # Of cards out of reach only the responsible person is told.
            rows = MODELS[record]._default_manager.filter(pk__in=ids)
            path = paths.get(record)
            told = rows.values_list("pk", path) if path else _owners_of_people(rows)
            names |= {(record, row_id): kit_contacts.parse_person_name(name).short for row_id, name in told if name}
    return names


def _owners_of_people(rows: Any) -> list[tuple[int, str]]:
    told = rows.values_list("pk", "client__owner__name", "owner__name")
    return [(row_id, of_client or own or "") for row_id, of_client, own in told]


def _may_come_back(actor: Actor, found: Sequence[tuple[str, int, Any]]) -> set[tuple[str, int]]:
    """Cards from which the actor may take the mark."""
    free: set[tuple[str, int]] = set()
    for record, ids in _ids(found).items():
        known = purging.markable(record)
        if ids and purging.may_mark(actor, known):
            manager: Any = known.model._default_manager
            rows = manager.visible_to(actor, purging.right_to_mark(known)).filter(pk__in=ids)
            free |= {(record, row_id) for row_id in rows.values_list("pk", flat=True)}
    return free
