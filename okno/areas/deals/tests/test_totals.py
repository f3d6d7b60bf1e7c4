"""Kept totals of the board: whatever happens to deals, they say what adding up the deals themselves says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from okno.access.tests.cast import Cast
from okno.areas.clients.models import Client
from okno.areas.clients.tests.factories import a_client
from okno.areas.deals import commands, queries
from okno.areas.deals.models import Deal, DealMember, DealTotal, Stage
from okno.areas.deals.tests.factories import a_deal, a_scenario
from okno.areas.deals.web.pages import DealBoard
from okno.kit import journal
from okno.kit.models import CurrencyRate
from okno.kit.models.journal import CommandRun
from okno.kit.permissions import SYSTEM, Actor, Grant, ReachKind
from okno.kit.rows.cells import Moment
from okno.kit.web.pages import board_totals
from okno.kit.web.pages.address import compact
from okno.kit.web.pages.board_totals import ColumnTotals

# Folding goes by the clock, and boards are not looked at as of days that are over.
NOON = datetime.combine(timezone.now().date() + timedelta(days=2), time(12), UTC)
MONTH = (date(2026, 2, 1), date(2026, 2, 28))
PEOPLE = ("director", "head", "anna", "boris")
ZONES = ("Europe/Moscow", "UTC", "Asia/Kathmandu", "America/New_York")
FILTERS = (
    {"tab": "open"},
    {"tab": "mine"},
    {"tab": "all"},
    {"tab": "all", "f": compact({"field": "owner", "op": "empty"})},
    {"tab": "open", "f": compact({"not": {"field": "stage_code", "op": "eq", "value": "offer"}})},
    {"tab": "open", "f": compact({"field": "department", "op": "eq", "value": "Опт"})},
)


@dataclass
class Asked:
    """A board as somebody looks at it at a moment."""

    actor: Actor
    params: dict[str, str]
    at: datetime
    zone: str = "Europe/Moscow"
    record = DealBoard.record

    @cached_property
    def selection(self) -> Any:
        return DealBoard.select(self.actor, self.params)

    @property
    def moment(self) -> Moment:
        return Moment(self.at, ZoneInfo(self.zone))

    def totals(self, *, kept: bool) -> dict[str, ColumnTotals]:
        """The figures of all columns, by kept totals or by the deals alone."""
        board: Any = DealBoard.board if kept else replace(DealBoard.board, kept=None)
        page: Any = self
        return board_totals.totals(page, board, board.columns(self.actor, {}))


def reaching(cast: Cast, who: str, *reaches: ReachKind) -> Actor:
    grants = tuple(Grant("deals.view", reach, source="роль") for reach in reaches)
    return replace(cast.actor(who), grants=grants)


def some_deal(cast: Cast, client: Client, number: int, minutes: int | None) -> Deal:
    """A deal that is not written yet; its owner, place, stage and amount are told by a number."""
    stages = list(Stage.objects.order_by("position"))
    stage = stages[number % len(stages)]
    return Deal(
        title="Сделка",
        client=client,
        scenario_id=stage.scenario_id,
        stage=stage,
        owner=[cast.anna, cast.boris, cast.head, None][number % 4],
        department=[cast.sales, cast.team, None][number % 3],
        amount=Decimal(number) / 4,
        stage_since=NOON,
        next_task_at=None if minutes is None else NOON + timedelta(minutes=minutes),
    )


@pytest.fixture
def deals(cast: Cast) -> list[Deal]:
    """Two dozen deals of all owners and stages; Boris takes part in every third."""
    a_scenario()
    client = a_client(cast.anna)
    steps = (None, -100_000, -2880, -721, -720, -1, 0, 1, 539, 540, 719, 720, 2880)
    CurrencyRate.objects.create(currency="USD", since="2020-01-01", value=Decimal("80.55"))
    made = Deal.objects.bulk_create(some_deal(cast, client, number, steps[number % len(steps)]) for number in range(24))
    DealMember.objects.bulk_create(DealMember(deal=deal, user=cast.boris) for deal in made[::3])
    return made


@dataclass(frozen=True)
class Step:
    """What happens to some of the deals, by their places, in one statement; the number tells to what."""

    what: str
    places: frozenset[int]
    number: int

    def take(self, cast: Cast) -> None:
        ids = list(Deal.objects.order_by("pk").values_list("pk", flat=True))
        rows = Deal.objects.filter(pk__in=[ids[place] for place in self.places if place < len(ids)])
        match self.what:
            case "delete":
                rows.delete()
            case "fold":
                commands.fold_totals(actor=SYSTEM)
            case "open":
                client = a_client(cast.anna)
                Deal.objects.bulk_create(some_deal(cast, client, one, one * 77) for one in self.places)
            case "roll back":
                with transaction.atomic():
                    rows.update(amount=self.number, owner=None)
                    transaction.set_rollback(True)
            case _:
                rows.update(**self.values(cast))

    def values(self, cast: Cast) -> dict[str, Any]:
        stages, people = Stage.objects.order_by("code"), [cast.anna, cast.boris, None]
        values: dict[str, dict[str, Any]] = {
            "move": {"stage": stages[self.number % 5]},
            "raise": {"amount": F("amount") + self.number},
            "exchange": {"currency": ["RUB", "USD", "CNY"][self.number % 3]},
            "assign": {"owner": people[self.number % 3], "department": cast.team},
            "plan": {"next_task_at": NOON + timedelta(minutes=self.number * 97 - 3000)},
            "empty": {"next_task_at": None, "amount": 0},
            "expect": {"expected_date": [None, MONTH[0], MONTH[1], MONTH[1] + timedelta(days=1)][self.number % 4]},
            "rename": {"title": "Другая"},
            "mark": {"is_deleted": bool(self.number % 2)},
        }
        return values[self.what]


WHAT = (
    "open",
    "delete",
    "fold",
    "roll back",
    "move",
    "raise",
    "exchange",
    "assign",
    "plan",
    "empty",
    "expect",
    "rename",
    "mark",
)
STEPS = st.builds(
    Step,
    what=st.sampled_from(WHAT),
    places=st.frozensets(st.integers(0, 30), max_size=12),
    number=st.integers(0, 60),
)
REACHES = st.sets(st.sampled_from([kind for kind in ReachKind if kind is not ReachKind.CONDITION]), min_size=1)
WHO = st.tuples(st.sampled_from(PEOPLE), REACHES)
WHEN = st.tuples(st.integers(-1500, 1500), st.sampled_from(ZONES))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=6), who=WHO, when=WHEN, params=st.sampled_from(FILTERS))
@example(steps=[], who=("director", {ReachKind.ALL}), when=(720, "UTC"), params={"tab": "all"})
@example(steps=[], who=("boris", {ReachKind.PARTICIPANTS}), when=(0, "Europe/Moscow"), params={"tab": "open"})
def test_kept_totals_are_those_of_the_deals(
    cast: Cast,
    deals: list[Deal],
    steps: list[Step],
    who: tuple[str, set[ReachKind]],
    when: tuple[int, str],
    params: dict[str, str],
):
    (name, reaches), (minutes, zone) = who, when
    asked = Asked(reaching(cast, name, *reaches), params, NOON + timedelta(minutes=minutes), zone)
    with transaction.atomic():
        for step in steps:
            step.take(cast)
        kept, added_up = asked.totals(kept=True), asked.totals(kept=False)
        assert summed(asked.actor) == by_the_deals(asked.actor)
        transaction.set_rollback(True)
    assert kept == added_up


Closed = tuple[datetime, datetime]


def summed(actor: Actor, *closed: Closed) -> dict[int, list[tuple[int, Decimal]]]:
    """What the desktop is told of deals, without stages of which there is nothing to tell."""
    sums = queries.sums_by_stage(actor, MONTH, *closed)
    return {stage: found for stage, found in sums.items() if any(count for count, _sum in found)}


def by_the_deals(actor: Actor, *closed: Closed) -> dict[int, list[tuple[int, Decimal]]]:
    """The same, one deal after another."""
    rows = queries.deals(actor)
    work = rows.filter(stage__kind="open")
    groups = [work, work.filter(expected_date__gte=MONTH[0], expected_date__lte=MONTH[1])]
    groups += [rows.filter(closed_at__gte=begins, closed_at__lt=ends) for begins, ends in closed]
    found: dict[int, list[tuple[int, Decimal]]] = {}
    for place, group in enumerate(groups):
        for stage, managed in group.values_list("stage_id", "managed"):
            sums = found.setdefault(stage, [(0, Decimal(0))] * len(groups))
            sums[place] = (sums[place][0] + 1, sums[place][1] + managed)
    return found


def told(cast: Cast, **params: str) -> tuple[dict[str, ColumnTotals], dict[str, ColumnTotals]]:
    asked = Asked(cast.actor("director"), params, NOON)
    return asked.totals(kept=True), asked.totals(kept=False)


def test_kept_totals_know_what_came_by_copy(cast: Cast, deals: list[Deal]):
    columns = [str(field.column) for field in Deal._meta.concrete_fields]
    fresh = {"id": "id + 1000", "uid": "gen_random_uuid()"}
    rows = f"copy (select {', '.join(fresh.get(name, name) for name in columns)} from deals_deal) to stdout"
    before = told(cast, tab="all")[0]
    with connection.cursor() as cursor:
        with cursor.copy(rows) as out:
            taken = b"".join(out)
        with cursor.copy(f"copy deals_deal ({', '.join(columns)}) from stdin") as back:
            back.write(taken)
    kept, added_up = told(cast, tab="all")
    assert kept == added_up
    assert [one.count for one in kept.values()] == [2 * one.count for one in before.values()]


def test_kept_totals_follow_commands_and_their_undo(cast: Cast):
    a_scenario()
    deal = a_deal(cast.anna, amount=Decimal(100))
    before = told(cast, tab="all")
    commands.move.run(cast.actor("director"), deal=deal.pk, stage="offer")
    moved = told(cast, tab="all")
    journal.undo.run(cast.actor("director"), run_id=CommandRun.objects.filter(name="deals.move").latest("pk").pk)
    assert before[0] == before[1] == told(cast, tab="all")[0] != moved[0] == moved[1]


def test_folding_leaves_one_row_of_each_kind(cast: Cast, deals: list[Deal]):
    Deal.objects.update(stage=Stage.objects.order_by("position")[1], owner=None, department=None)
    Deal.objects.filter(next_task_at__isnull=False).update(next_task_at=timezone.now() - timedelta(days=9))
    before = told(cast, tab="all")[0]
    commands.fold_totals(actor=SYSTEM)
    assert told(cast, tab="all")[0] == before
    assert DealTotal.objects.count() == 2


@pytest.mark.parametrize(
    ("params", "tables"),
    [
        ({"tab": "open"}, {"deals_dealtotal"}),
        ({"tab": "mine"}, {"deals_dealtotal"}),
        ({"tab": "late"}, set()),
        ({"tab": "open", "q": "Сделка"}, set()),
        ({"tab": "open", "f": compact({"field": "amount", "op": "gt", "value": 1})}, set()),
    ],
)
def test_totals_are_kept_for_filters_by_their_columns(cast: Cast, params: dict[str, str], tables: set[str]):
    a_scenario()
    a_deal(cast.anna)
    with CaptureQueriesContext(connection) as captured:
        Asked(cast.actor("director"), params, NOON).totals(kept=True)
    told = " ".join(one["sql"] for one in captured.captured_queries)
    assert {name for name in ("deals_dealtotal",) if name in told} == tables


def test_reach_by_a_condition_reads_the_deals(cast: Cast, deals: list[Deal]):
    grant = Grant("deals.view", ReachKind.CONDITION, {"field": "amount", "op": "gt", "value": 3}, "роль")
    asked = Asked(replace(cast.actor("anna"), grants=(grant,)), {"tab": "all"}, NOON)
    assert sum(one.count for one in asked.totals(kept=True).values()) == Deal.objects.filter(amount__gt=3).count()


def test_hidden_sums_and_steps_are_not_told(cast: Cast, deals: list[Deal]):
    cast.hide("anna", "deals.deal.amount", "deals.deal.next_task_at")
    asked = Asked(cast.actor("anna"), {"tab": "all"}, NOON)
    assert asked.totals(kept=True) == asked.totals(kept=False)
    assert all(one.count and one.sums == one.states == {} for one in asked.totals(kept=True).values())


@pytest.mark.parametrize("reaches", [{kind} for kind in ReachKind if kind is not ReachKind.CONDITION])
@pytest.mark.parametrize("who", PEOPLE)
def test_sums_by_stage_are_those_of_the_deals(cast: Cast, deals: list[Deal], who: str, reaches: set[ReachKind]):
    actor, day = reaching(cast, who, *reaches), timedelta(days=1)
    Deal.objects.filter(stage__kind="won").update(closed_at=NOON)
    Deal.objects.filter(pk__in=[deal.pk for deal in deals[::4]]).update(expected_date=MONTH[1])
    closed = ((NOON - day, NOON), (NOON, NOON + day))
    assert summed(actor, *closed) == by_the_deals(actor, *closed)


def test_sums_by_stage_within_a_condition_read_the_deals(cast: Cast, deals: list[Deal]):
    Deal.objects.filter(pk__in=[deal.pk for deal in deals[::2]]).update(expected_date=MONTH[0])
    grant = Grant("deals.view", ReachKind.CONDITION, {"field": "amount", "op": "gt", "value": 3}, "роль")
    actor = replace(cast.actor("anna"), grants=(grant,))
    assert summed(actor) == by_the_deals(actor) != summed(cast.actor("director"))


@pytest.mark.django_db(transaction=True)
def test_writers_of_one_column_do_not_wait_for_each_other(cast: Cast):
    a_scenario()
    first, second = a_deal(cast.anna, amount=Decimal(1)), a_deal(cast.anna, amount=Decimal(2))
    given = connection.get_connection_params()
    other = {name: given[name] for name in ("host", "user", "dbname", "port") if name in given}
    write = "update deals_deal set amount = amount + 10 where id = %s"
    with psycopg.connect(**other) as one, psycopg.connect(**other) as another:
        another.execute("set lock_timeout = '5s'")
        one.execute(write, [first.pk])
        another.execute(write, [second.pk])
        commands.fold_totals(actor=SYSTEM)
        one.commit()
        another.commit()
    kept, added_up = told(cast, tab="all")
    assert kept == added_up
    assert kept["new"].sums == {"amount": Decimal(23)}
