"""
Duplicates in the whole base: pairs of clients that have keys in common, scored, and the groups that they make.

People who work at several clients do not make these alike. Candidates come from equal keys and equal addresses only:
two names alone never reach the score from which a pair is told, so nothing is lost by not comparing every name with
every other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from okno.areas.clients.models import Client, DuplicatePair
from okno.areas.clients.queries.cards import clients
from okno.areas.clients.rules import likeness
from okno.areas.clients.rules.likeness import Looks
from okno.kit import permissions
from okno.kit.permissions import Actor

# A key that more clients have says nothing of any two of them: a switchboard, a business centre.
MOST_OF_KEY = 50
# A group is looked at by a person: chains of likeness end here.
MOST_OF_GROUP = 12
PAGE = 20
Tell = Callable[[int, int], None]
Pair = tuple[int, int]

SHARED = """
select kind, key, array_agg(distinct client_id) from clients_matchkey where client_id is not null
and not is_further group by kind, key
having min(client_id) <> max(client_id) and count(distinct client_id) <= %s
"""
# The name behind a phone: of the contact, or of the client itself when it is a person.
PEOPLE = """
select m.client_id, m.key, coalesce(t.name, c.name) from clients_matchkey m
join clients_client c on c.id = m.client_id left join clients_contact t on t.id = m.contact_id
where m.kind = 'phone' and not m.is_further and m.client_id = any(%s)
and (m.contact_id is not null or c.kind in ('person', 'sole'))
"""


@dataclass(frozen=True, slots=True)
class Likely:
    """Two clients that may be one, the smaller id first."""

    first: int
    second: int
    score: int
    reasons: tuple[str, ...]


def likely_pairs(tell: Tell = lambda _done, _total: None) -> list[Likely]:
    """
    All pairs of clients that score 60 and more, whoever may see them.

    :param tell: called with how many pairs were compared, and of how many.
    """
    shared = _shared_keys()
    addresses = _addresses()
    pairs = _candidates(shared, addresses)
    looks = _looks({one for pair in pairs for one in pair}, shared)
    found = []
    for number, (first, second) in enumerate(sorted(pairs)):
        if number % 1_000 == 0:
            tell(number, len(pairs))
        evidence = likeness.compare(looks[first], looks[second])
        points = likeness.score(evidence)
        if points >= likeness.PROBABLE:
            found.append(Likely(first, second, points, likeness.reasons(evidence)))
    return found


def groups_of(pairs: Sequence[Likely]) -> dict[Pair, int]:
    """The group of each pair: the smallest id of the clients that are alike, the surest pairs joined first."""
    root: dict[int, int] = {}
    size: dict[int, int] = defaultdict(lambda: 1)

    def find(one: int) -> int:
        while root.setdefault(one, one) != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    for pair in sorted(pairs, key=lambda one: (-one.score, one.first, one.second)):
        low, high = sorted((find(pair.first), find(pair.second)))
        if low != high and size[low] + size[high] <= MOST_OF_GROUP:
            root[high] = low
            size[low] += size[high]
    return {(pair.first, pair.second): find(pair.first) for pair in pairs}


def _shared_keys() -> list[tuple[str, str, list[int]]]:
    with connection.cursor() as cursor:
        cursor.execute(SHARED, [MOST_OF_KEY])
        return list(cursor.fetchall())


def _addresses() -> list[list[int]]:
    """Clients of one address."""
    found: dict[str, list[int]] = defaultdict(list)
    # ast-grep-ignore: unscoped-read compared whoever may see them; shown by groups
    rows = Client.objects.filter(is_deleted=False).exclude(address="").values_list("pk", "address")
    for client_id, address in rows.iterator(20_000):
        if key := likeness.address_key(address):
            found[key].append(client_id)
    return [ids for ids in found.values() if 1 < len(ids) <= MOST_OF_KEY]


def _candidates(shared: Iterable[tuple[str, str, list[int]]], addresses: Iterable[list[int]]) -> set[Pair]:
    pairs = {pair for _kind, _key, ids in shared for pair in combinations(sorted(ids), 2)}
    return pairs.union(*(combinations(sorted(ids), 2) for ids in addresses))


def _looks(ids: set[int], shared: Iterable[tuple[str, str, list[int]]]) -> dict[int, Looks]:
    """Cards as they are compared: keys that others have too, all tax numbers, and who is behind the phones."""
    keys: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for kind, key, owners in shared:
        for one in owners:
            keys[one].add((kind, key))
    people: dict[int, list[tuple[str, str]]] = defaultdict(list)
    wanted = sorted(ids)
    for client_id, phone, name in _rows(PEOPLE, wanted):
        if ("phone", phone) in keys[client_id]:
            people[client_id].append((phone, name))
    requisites = """
        select client_id, kind, key from clients_matchkey
        where kind in ('inn', 'kpp', 'foreign') and client_id = any(%s)
    """
    for client_id, kind, key in _rows(requisites, wanted):
        keys[client_id].add((kind, key))
    cards = "select id, name, name_key, kind, address from clients_client where id = any(%s)"
    return {
        client_id: Looks(name, name_key, kind, address, keys[client_id], people[client_id])
        for client_id, name, name_key, kind, address in _rows(cards, wanted)
    }


def _rows(statement: str, ids: list[int]) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [ids])
        yield from cursor.fetchall()


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs of clients that are alike, the surest first."""

    id: int
    score: int
    pairs: list[DuplicatePair]

    @property
    def ids(self) -> list[int]:
        """The clients of the group."""
        return sorted({one for pair in self.pairs for one in (pair.first_id, pair.second_id)})


def groups(actor: Actor, *, level: str = "", after: str = "", most: int = PAGE) -> list[Group]:
    """
    Groups in which the actor sees a client at least, the surest first.

    :param level: `exact` or `probable`, both when empty.
    :param after: `score-group` of the last group already shown.
    """
    rows = open_pairs(actor).values("group").annotate(top=Max("score")).order_by("-top", "group")
    if level:
        rows = rows.filter(top__gte=likeness.EXACT) if level == "exact" else rows.filter(top__lt=likeness.EXACT)
    score, _dash, last = after.partition("-")
    if score.isdigit() and last.isdigit():
        rows = rows.filter(Q(top__lt=int(score)) | Q(top=int(score), group__gt=int(last)))
    tops = {row["group"]: row["top"] for row in rows[:most]}
    # ast-grep-ignore: unscoped-read pairs of groups that were read for the actor
    pairs = DuplicatePair.objects.filter(group__in=tops, state=DuplicatePair.State.OPEN).order_by("-score", "pk")
    by_group: Mapping[int, list[DuplicatePair]] = defaultdict(list)
    for pair in pairs:
        by_group[pair.group].append(pair)
    return [Group(group, top, by_group[group]) for group, top in tops.items()]


def counts(actor: Actor) -> dict[str, int]:
    """How many groups of each level there are for the actor."""
    tops = list(open_pairs(actor).values("group").annotate(top=Max("score")).values_list("top", flat=True))
    exact = sum(top >= likeness.EXACT for top in tops)
    return {"exact": exact, "probable": len(tops) - exact}


def open_pairs(actor: Actor) -> QuerySet[DuplicatePair]:
    """Pairs to be looked at of which the actor sees a client at least; neither of them is marked for deletion."""
    # ast-grep-ignore: unscoped-read asked of clients of a pair, not shown
    marked = Client.objects.filter(is_deleted=True)
    # ast-grep-ignore: unscoped-read narrowed in the next lines by the clients within reach
    rows = DuplicatePair.objects.filter(
        ~Exists(marked.filter(Q(pk=OuterRef("first_id")) | Q(pk=OuterRef("second_id")))),
        state=DuplicatePair.State.OPEN,
    )
    if permissions.clauses_for(actor, Client, permissions.view_permission(Client)) is None:
        return rows
    seen = clients(actor).order_by()
    return rows.filter(Exists(seen.filter(pk=OuterRef("first_id"))) | Exists(seen.filter(pk=OuterRef("second_id"))))
