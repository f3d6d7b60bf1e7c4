"""Pages on large data: each against its floor, and how much dearer than on medium data."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from okno.access import queries as access
from okno.access.models import User
from okno.areas.clients.models import ContactPoint
from okno.areas.deals import queries as deals
from okno.areas.leads.models import Lead
from okno.kit.models.feed import Entry
from okno.kit.web.pages.address import compact
from tools.bench import floor
from tools.bench.clock import Act, Figure, compared, interleaved, statements
from tools.bench.visitor import Mover, Visitor, use

LARGE = {"field": "amount", "op": "ge", "value": 100_000}
BY_TEXT = quote(compact({"all": [LARGE, {"field": "source", "op": "contains", "value": "почта"}]}))
NAME = "яковлева"
# How often the companies take turns: a busy moment of the machine falls on both.
TURNS = 9


@dataclass(frozen=True)
class Pair:
    """A page of ours and its floor."""

    name: str
    ours: Act
    floor: Act
    target: float
    is_page: bool = True


def pairs(person: Visitor) -> Iterator[Pair]:
    """The pages that people open most, asked for by this person."""
    seen = deals.deals(access.actor_of(person.user)).filter(stage__code="work").order_by("-id")
    ids, get = list(seen.values_list("pk", flat=True)[:300]), person.get
    deal = ids[0]
    phone = ContactPoint.objects.filter(kind="phone", contact__isnull=False).order_by("id")[1000].key[3:]
    yield Pair("deals list", lambda: get("/deals/?mode=list"), lambda: get("/bench/deals/"), 2.0)
    seller = User.objects.get(email__startswith="sokolova@").pk
    mine = quote(compact({"all": [LARGE, {"field": "owner", "op": "eq", "value": seller}]}))
    filtered, bare = f"/deals/?mode=list&f={mine}", f"/bench/filtered/?owner={seller}"
    yield Pair("deals list, filtered", lambda: get(filtered), lambda: get(bare), 2.0)
    by_text = f"/deals/?mode=list&f={BY_TEXT}"
    yield Pair("deals list, filtered by text", lambda: get(by_text), lambda: get("/bench/by-text/"), 2.0)
    yield Pair("deal card", lambda: get(f"/deals/{deal}/"), lambda: get(f"/bench/deals/{deal}/"), 2.0)
    yield Pair("board, 8 columns with totals", lambda: get("/deals/?mode=board"), lambda: get("/bench/board/"), 1.0)
    yield Pair("desktop", lambda: get("/"), lambda: get("/bench/desktop/"), 2.0)
    for what, text in (("a name", NAME), ("a phone", phone)):
        asked = quote(text)
        found = statements(lambda asked=asked: get(f"/palette/?q={asked}"), 2)  # type: ignore[misc]
        floor.SEARCHES[text] = next(sql for _spent, sql in found.slowest if "okno_trgm" in sql)
        yield Pair(
            f"search by {what}",
            lambda asked=asked: get(f"/palette/?q={asked}"),  # type: ignore[misc]
            lambda asked=asked: get(f"/bench/search/?q={asked}"),  # type: ignore[misc]
            2.0,
        )
    yield from _writes(person, ids[100:])


def _writes(person: Visitor, ids: list[int]) -> Iterator[Pair]:
    ours, bare, number = Mover(ids[::2]), Mover(ids[1::2]), itertools.count(time.time_ns() // 10_000_000 % 1_000_000)

    def move() -> None:
        deal, stage = ours.next()
        person.post(f"/deals/?mode=board&part=move&id={deal}", {"stage": stage})

    def bare_move() -> None:
        deal, stage = bare.next()
        person.post(f"/bench/deals/{deal}/move/", {"stage": stage})

    def enquiry() -> dict[str, str]:
        return {
            "subject": "Стеллажи",
            "name": "Иванова Анна",
            "phone": f"+7 900 {next(number) % 10_000_000:07}",
            "source": "manual",
        }

    yield Pair("stage change", move, bare_move, 2.0, is_page=False)
    yield Pair(
        "lead creation",
        lambda: person.post("/leads/new/", enquiry()),
        lambda: person.post("/bench/receive/", enquiry()),
        2.0,
        is_page=False,
    )


def measure(who: str, rounds: int, wanted: Callable[[str], bool]) -> Iterator[Figure]:
    """Every page of a person on the large company."""
    use("large")
    for pair in pairs(Visitor(who)):
        name = f"{pair.name}, {who}"
        if not wanted(name):
            continue
        spent = interleaved({"ours": pair.ours, "floor": pair.floor}, rounds)
        asked = statements(pair.ours)
        yield compared(
            name,
            spent["ours"],
            spent["floor"],
            pair.target,
            note=f"{asked.count} statements, {asked.sql:.1f} ms of SQL",
            more={"statements": asked.count, "sql_ms": asked.sql, "slowest": asked.slowest[:2]},
        )
    _sweep()


def _sweep() -> None:
    """The large company has no enquiries of its own: those that were measured must not slow the next run."""
    Lead.objects.all().delete()
    Entry.objects.filter(kind__startswith="leads.").delete()


def growth(rounds: int, wanted: Callable[[str], bool]) -> Iterator[Figure]:
    """The cost of the same page on ten times the data: medium and large in turn."""
    people = {}
    for size in ("medium", "large"):
        use(size)
        people[size] = {pair.name: pair.ours for pair in pairs(Visitor("director")) if pair.is_page}
    for name in people["large"]:
        if not wanted(f"{name}, growth"):
            continue
        medians: dict[str, list[float]] = {"medium": [], "large": []}
        for _number in range(TURNS):
            for size, spent in medians.items():
                use(size)
                spent.append(interleaved({size: people[size][name]}, max(rounds // TURNS, 3))[size])
        medium, large = (sorted(medians[size])[TURNS // 2] for size in ("medium", "large"))
        yield compared(f"{name}, growth", large, medium, 1.2, against="medium", note="floor: medium")
