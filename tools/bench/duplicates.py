"""Duplicates: how long the whole base is searched, and how many of those that are there are found, and rightly."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from random import Random

from django.db import connection
from django.utils import timezone

from okno.areas.clients import queries
from okno.areas.clients.models import Client, Contact, ContactPoint
from okno.areas.clients.queries import duplicates
from okno.areas.clients.rules import likeness
from okno.fronts.home.commands.demo.writer import Writer
from okno.kit.commands import unjournalled
from okno.kit.contacts import email_key, name_key
from tools.bench import truth
from tools.bench.clock import Figure
from tools.bench.scratch import scratch
from tools.bench.truth import Card

COUNT, SEED, PART = 150_000, 20261122, 25_000
MOST_SECONDS, LEAST_SHARE = 300, 0.98
LOOKS = 300
Pair = tuple[int, int]


def search_for_duplicates(count: int = COUNT) -> Iterator[Figure]:
    """Load invented cards into a copy of the medium company, search it, and compare with what is known."""
    with scratch():
        yield from measured(load(Random(SEED), count), count)  # noqa: S311 - invents names, guards nothing


def load(rng: Random, count: int) -> dict[int, Card]:
    """Write the cards as an import would have; gives them by the id of their client."""
    by_id: dict[int, Card] = {}
    part: list[Card] = []
    for card in truth.cards(rng, count):
        part.append(card)
        if len(part) == PART:
            by_id |= _write(rng, part)
            part = []
    by_id |= _write(rng, part)
    with connection.cursor() as cursor:
        cursor.execute("analyze clients_client, clients_contact, clients_contactpoint, clients_matchkey")
    return by_id


def measured(by_id: dict[int, Card], count: int) -> Iterator[Figure]:
    """Search, and judge what was found."""
    began = time.perf_counter()
    pairs = duplicates.likely_pairs()
    groups = duplicates.groups_of(pairs)
    spent = time.perf_counter() - began
    note = f"{count:,} clients, {len(pairs):,} pairs in {len(set(groups.values())):,} groups"
    yield Figure(
        "search for duplicates", spent, unit="s", target=f"< {MOST_SECONDS} s", holds=spent < MOST_SECONDS, note=note
    )
    same = true_pairs(by_id)
    ours = [one for one in pairs if {one.first, one.second} <= by_id.keys()]
    sure = [one for one in ours if one.score >= likeness.EXACT]
    yield _judged("duplicates, exact, by groups", same, _closed(sure), "≥ 0.98 / ≥ 0.98")
    yield _judged("duplicates, exact, by pairs", same, {(one.first, one.second) for one in sure}, "")
    yield _judged("duplicates, exact and probable, by groups", same, _closed(ours), "")
    yield _look_up(list(by_id.values()))


def _judged(name: str, same: set[Pair], found: set[Pair], aim: str) -> Figure:
    """The share of true pairs that were found, and of found ones that are true."""
    right = len(found & same)
    recall, precision = right / len(same), right / max(1, len(found))
    note = f"recall {recall:.4f}, precision {precision:.4f}; {len(same):,} true pairs, {len(found):,} found"
    holds = recall >= LEAST_SHARE and precision >= LEAST_SHARE if aim else None
    return Figure(name, recall, unit="", target=aim, holds=holds, note=note)


def _closed(pairs: Sequence[duplicates.Likely]) -> set[Pair]:
    """All pairs within groups: what two cards have in common with a third one ties them too."""
    groups: dict[int, set[int]] = defaultdict(set)
    for pair, root in duplicates.groups_of(pairs).items():
        groups[root].update(pair)
    return {pair for ids in groups.values() for pair in combinations(sorted(ids), 2)}


def true_pairs(by_id: dict[int, Card]) -> set[Pair]:
    """Pairs of cards of one client."""
    by_who: dict[int, list[int]] = defaultdict(list)
    for client_id, card in by_id.items():
        by_who[card.who].append(client_id)
    return {pair for ids in by_who.values() for pair in combinations(sorted(ids), 2)}


def _look_up(cards: Sequence[Card]) -> Figure:
    """How long the form waits for what is like the client that is being typed in."""
    rng = Random(SEED)  # noqa: S311 - as above
    times = []
    for card in rng.sample(cards, LOOKS):
        looks = queries.described(
            name=card.name, kind=card.kind, phones=[truth.typed_phone(rng, one) for one in card.phones],
            emails=card.emails, inns=[card.inn], sites=[card.site],
        )  # fmt: skip
        began = time.perf_counter()
        queries.matches(looks)
        times.append(time.perf_counter() - began)
    times.sort()
    note = f"one statement; the slowest of twenty takes {times[int(LOOKS * 0.95)] * 1000:.1f} ms"
    median = times[LOOKS // 2] * 1000
    return Figure("likes of one client", median, unit="ms", target="< 50 ms", holds=median < 50, note=note)


def _write(rng: Random, cards: Sequence[Card]) -> dict[int, Card]:
    with unjournalled():
        writer = Writer(rng, lambda *_progress: None, timezone.now())
        found = {_card(writer, one): one for one in cards}
        writer.write("")
    return found


def _card(writer: Writer, card: Card) -> int:
    emails = [truth.email_of(one) for one in card.emails]
    client = writer.add(
        Client,
        name=card.name,
        name_key=name_key(card.name),
        kind=card.kind,
        inn=card.inn,
        phone=truth.shown(card.phones[0]) if card.phones else "",
        email=emails[0] if emails else "",
        site=card.site,
        address=card.address,
    )
    for key in card.phones:
        writer.add(ContactPoint, client=client, kind="phone", value=truth.shown(key), key=key, is_main=True)
    for email in emails:
        writer.add(ContactPoint, client=client, kind="email", value=email, key=email_key(email), is_main=True)
    for person in card.people:
        contact = writer.add(
            Contact, client=client, name=person.name, phone=truth.shown(person.phone), email=person.email
        )
        phone = re.sub(r"\D", "", person.phone)[-10:]
        writer.add(ContactPoint, contact=contact, kind="phone", value=contact.phone, key=phone, is_main=True)
        writer.add(ContactPoint, contact=contact, kind="email", value=person.email, key=email_key(person.email))
    return int(client.pk)
