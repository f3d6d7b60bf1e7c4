"""
The one service that finds clients like the one described: for forms, import, the API, letters, enquiries, exchange.

It looks at all clients, whoever may see them; what it finds goes to people through `recognising.shown_to` only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from okno.areas.clients import rules
from okno.areas.clients.models import Client, MatchKey
from okno.areas.clients.rules import Point, likeness
from okno.areas.clients.rules.likeness import Looks
from okno.kit import contacts

# How many clients of one key are looked at: a key that more of them have tells little.
OF_ONE_KEY = 50
OF_ONE_NAME = 200
LEAST_WORD, LONG_WORD = 4, 6

# One statement: clients by each key asked, by the same name, and by the beginnings of the words of the name. Who of
# several described asked for a key is told by the place; names are looked for of the first alone.
LOOK_UP = f"""
with hit as (
    select found.client_id, found.contact_id, asked.kind, asked.key, found.is_further, asked.place
    from unnest(%(places)s::int[], %(kinds)s::text[], %(keys)s::text[]) as asked(place, kind, key)
    cross join lateral (
        select m.client_id, m.contact_id, m.is_further from clients_matchkey m
        where m.kind = asked.kind and m.key = asked.key and m.client_id is not null
        and (%(further)s or not m.is_further) limit {OF_ONE_KEY}
    ) as found
    union all
    (select id, null, '', '', false, 0 from clients_client
     where name_key = %(name)s and %(name)s <> '' and not is_deleted order by id limit {OF_ONE_KEY})
    union all
    (select id, null, '', '', false, 0 from clients_client
     where okno_trgm(name_key) @> %(pieces)s::text[] and cardinality(%(pieces)s::text[]) > 0 and not is_deleted
     limit {OF_ONE_NAME})
)
select hit.client_id, hit.contact_id, hit.kind, hit.key, c.name, c.name_key, c.kind, c.address, coalesce(t.name, ''),
    array(select i.kind || ' ' || i.key from clients_matchkey i
        where i.client_id = c.id and i.contact_id is null and i.kind in ('inn', 'kpp', 'foreign')),
    hit.is_further, hit.place
from hit join clients_client c on c.id = hit.client_id left join clients_contact t on t.id = hit.contact_id
"""  # noqa: S608 - the two numbers are our own


@dataclass(frozen=True, slots=True)
class Match:
    """
    A client like the one described, the contact if one is known, the score and what it is made of.

    `is_further` says that only a person who is mainly at another client leads here.
    """

    client_id: int
    contact_id: int | None = None
    score: int = 0
    level: str = ""
    reasons: tuple[str, ...] = ()
    is_further: bool = False

    @property
    def reason(self) -> str:
        """By what it was recognised: the weightiest of what they have in common."""
        first = self.reasons[0] if self.reasons else ""
        return "phone" if first == "person" else first


def described(
    *,
    name: str = "",
    kind: str = "company",
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    inns: Iterable[str] = (),
    kpps: Iterable[tuple[str, str]] = (),
    sites: Iterable[str] = (),
    messengers: Iterable[str] = (),
    abroad: Iterable[tuple[str, str]] = (),
    address: str = "",
    person: str = "",
) -> Looks:
    """
    Somebody as a form or another system describes them; what cannot be read is left out.

    :param kpps: INNs with their KPPs, one for each legal entity.
    :param abroad: codes of countries with tax numbers there.
    :param person: the name of whoever the phones belong to, when it is not the client itself.
    """
    points = rules.readable_points(phones, emails)
    keys = _keys_of(points) | {("inn", one.strip()) for one in inns if contacts.is_inn(one.strip())}
    keys |= {("kpp", rules.kpp_key(inn, kpp)) for inn, kpp in kpps if contacts.is_inn(inn.strip()) and kpp.strip()}
    keys |= {("domain", domain) for domain in map(contacts.domain_key, sites) if domain}
    keys |= {("messenger", found.key) for one in messengers if (found := contacts.normal_messenger(one))}
    keys |= {("foreign", key) for one in abroad if (key := contacts.foreign_key(*one))}
    owner = person or (name if kind in likeness.PEOPLE else "")
    people = [(point.key, owner) for point in points if point.kind == "phone" and owner]
    return Looks(name.strip(), contacts.name_key(name) if name.strip() else "", kind, address, keys, people)


def known(points: Sequence[Point], inn: str = "", name_key: str = "", kpp: str = "") -> Looks:
    """Somebody whose contact data are normalised already."""
    requisites = {("inn", inn)} if inn else set()
    if inn and kpp:
        requisites.add(("kpp", rules.kpp_key(inn, kpp)))
    return Looks(name_key=name_key, keys=_keys_of(points) | requisites)


def of_client(client: Client) -> Looks:
    """A client as it stands in the base, with the keys of its people, but of those who are mainly elsewhere."""
    # ast-grep-ignore: unscoped-read keys of a client that was read for the actor
    rows = MatchKey.objects.filter(client=client, is_further=False).values_list("kind", "key", "contact__name")
    keys = {(kind, key) for kind, key, _name in rows}
    own = client.name if client.kind in likeness.PEOPLE else ""
    people = [(key, name or own) for kind, key, name in rows if kind == "phone" and (name or own)]
    return Looks(client.name, client.name_key, client.kind, client.address, keys, people)


def of_inn(inn: str) -> list[Client]:
    """Clients whose INN it is or one of whose legal entities has it, whoever may see them, the oldest first."""
    # ast-grep-ignore: unscoped-read for doors that know a client by its requisites; nothing of it is shown
    found = MatchKey.objects.filter(kind=MatchKey.Kind.INN, key=inn, client__isnull=False).values("client_id")
    # ast-grep-ignore: unscoped-read the same clients
    return list(Client.objects.filter(pk__in=found).order_by("pk")[:OF_ONE_KEY])


def matches(looks: Looks, *, but: int | None = None, by_name: bool = True) -> list[Match]:
    """
    Clients like the one described, the likeliest first: those of 60 points and more, and those of an alike name.

    Of equal ones that of the same KPP is first, and the main client of a person before their further ones.

    :param but: a client that is left out: the one that is described. People who work at two clients do not make them
        alike.
    :param by_name: look for alike names too; without it names only add to what other keys have found.
    """
    if not looks.keys and not (by_name and looks.name_key):
        return []
    candidates = _candidates([looks], looks.name_key if by_name else "", further=but is None)[0]
    found = [_match(looks, *one) for one in candidates.items() if one[0] != but]
    return _likeliest(one for one in found if one.level or "name" in one.reasons or "similar_name" in one.reasons)


def matches_of_each(described: Sequence[Looks]) -> list[list[Match]]:
    """The same for many at once by their keys, one statement for all; alike names are not looked for."""
    if not any(looks.keys for looks in described):
        return [[] for _looks in described]
    found = _candidates(described)
    return [
        _likeliest(one for one in (_match(looks, *pair) for pair in found[place].items()) if one.level)
        for place, looks in enumerate(described)
    ]


def _likeliest(found: Iterable[Match]) -> list[Match]:
    return sorted(found, key=lambda one: (-one.score, "kpp" not in one.reasons, one.is_further, one.client_id))


def _match(looks: Looks, client_id: int, rows: list[Any]) -> Match:
    evidence = likeness.compare(looks, _looks_of(rows))
    points = likeness.score(evidence)
    reasons = likeness.reasons(evidence)
    # Another INN says that the name is a namesake's.
    if evidence.other_inn:
        reasons = tuple(one for one in reasons if one not in {"name", "similar_name"})
    people = [row[1] for row in rows if row[1] is not None]
    told = [row[10] for row in rows if row[2]]
    is_further = bool(told) and all(told)
    return Match(client_id, people[0] if people else None, points, likeness.level(points), reasons, is_further)


def _looks_of(rows: list[Any]) -> Looks:
    """A card as far as it was found: the keys that were asked for, and all its INNs and KPPs."""
    _id, _contact, _kind, _key, name, name_key, kind, address, _person, requisites, *_found = rows[0]
    keys = {(row[2], row[3]) for row in rows if row[2]} | {tuple(one.split(" ", 1)) for one in requisites}
    people = [(row[3], row[8] or (name if kind in likeness.PEOPLE else "")) for row in rows if row[2] == "phone"]
    return Looks(name, name_key, kind, address, keys, [one for one in people if one[1]])


def _candidates(described: Sequence[Looks], name: str = "", *, further: bool = True) -> list[dict[int, list[Any]]]:
    """What was found of clients that each of the described may be, by the id of the client."""
    asked = [(place, *key) for place, looks in enumerate(described) for key in looks.keys]
    places, kinds, keys = ([one[column] for one in asked] for column in range(3))
    given: dict[str, Any] = {
        "places": places, "kinds": kinds, "keys": keys, "name": name, "pieces": _pieces(name), "further": further,
    }  # fmt: skip
    rows: list[dict[int, list[Any]]] = [defaultdict(list) for _looks in described]
    with connection.cursor() as cursor:
        cursor.execute(LOOK_UP, given)
        for row in cursor.fetchall():
            rows[row[-1]][row[0]].append(row)
    return rows


def _pieces(name_key: str) -> list[str]:
    """The three-letter pieces that every word of an alike name must begin with: two of a long word, one of a short."""
    words = [word.lower() for word in name_key.split() if len(word) >= LEAST_WORD]
    return sorted({word[place : place + 3] for word in words for place in range(2 if len(word) > LONG_WORD else 1)})


def _keys_of(points: Iterable[Point]) -> set[tuple[str, str]]:
    keys = {(point.kind, point.key) for point in points}
    domains = {contacts.domain_key(point.key) for point in points if point.kind == "email"}
    return keys | {("domain", domain) for domain in domains if domain}
