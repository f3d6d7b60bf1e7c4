"""Clients put into classes by their won deals: worked out, replaced, shown as fields, compared, within reach."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal, Scenario, Stage
from okno.engines.classification import commands, queries, rules
from okno.engines.classification.models import Class, Counting, Scheme
from okno.engines.segments import commands as segments
from okno.engines.segments import queries as segment_queries
from okno.kit import conditions, journal, permissions
from okno.kit.conditions import to_q
from okno.kit.errors import Refused
from okno.kit.fields import following
from okno.kit.models.journal import CommandRun
from okno.kit.models.rates import CurrencyRate
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from tests.mechanisms.conftest import STAGES

CLIENTS, DAY = "clients.client", date(2026, 11, 1)
WON = {"field": "stage_kind", "op": "eq", "value": "won"}


@pytest.fixture
def scenario(db) -> Scenario:
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    return Scenario.objects.get(code="b2b")


def scheme(**given) -> Scheme:
    known = {
        "name": "По сделкам",
        "record": CLIENTS,
        "of": "deals.deal",
        "link": "client",
        "day": "closed_at",
        "amount": "amount",
        "condition": WON,
    }
    return commands.add(actor=SYSTEM, **(known | given))


def client_of(owner, name="ООО «Ромашка»") -> Client:
    return Client.objects.create(name=name, owner=owner, department=owner.department)


def sold(client, amount, day, **more) -> Deal:
    scenario = Scenario.objects.get(code="b2b")
    stage = Stage.objects.get(scenario=scenario, code="won")
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    known = {
        "title": "Поставка",
        "stage_since": at,
        "scenario": scenario,
        "stage": stage,
        "owner": client.owner,
        "department": client.department,
    }
    return Deal.objects.create(client=client, amount=Decimal(amount), closed_at=at, **(known | more))


def classes(counting: Counting) -> dict[str, Class]:
    names = dict(Client.objects.values_list("pk", "name"))
    return {names[one.row_id]: one for one in Class.objects.filter(counting=counting)}


def together(actor, counting) -> queries.Cell:
    """All rows within reach and their sum: each is at one stage of life."""
    found = queries.stages(actor, counting).values()
    return queries.Cell(sum(one.count for one in found), sum((one.total for one in found), Decimal(0)))


def test_rows_get_letters_by_what_they_sum_up_to(cast, scenario):
    sums = (500, 250, 100, 60, 40, 25, 15, 10)
    for number, amount in enumerate(sums):
        sold(client_of(cast.anna, f"К{number}"), amount, date(2026, 6, 10))
    client_of(cast.anna, "Без сделок")
    found = classes(commands.count(actor=SYSTEM, scheme=scheme(), day=DAY))
    assert "".join(found[f"К{number}"].abc for number in range(8)) == "AABBBCCC"
    assert "Без сделок" not in found
    assert found["К0"].share == Decimal(50)
    made = Counting.objects.get()
    assert (made.rows, made.total, made.since) == (8, Decimal(1000), date(2025, 11, 1))


def test_months_are_told_apart_and_rows_that_do_not_count_are_left_out(cast, scenario):
    row = client_of(cast.anna)
    for month in range(1, 11):
        sold(row, 100, date(2026, month, 5))
    sold(row, 100, date(2025, 11, 30)), sold(row, 100, date(2025, 12, 1))
    sold(row, 5000, date(2026, 11, 1))
    sold(row, 5000, date(2026, 5, 1), is_deleted=True)
    sold(row, 5000, date(2026, 5, 1), stage=Stage.objects.get(scenario=scenario, code="lost"))
    sold(row, 300, date(2024, 12, 15))
    found = classes(commands.count(actor=SYSTEM, scheme=scheme(), day=DAY))[row.name]
    assert (found.total, found.count, found.spread, found.xyz) == (Decimal(1200), 12, Decimal(0), "X")
    assert (found.last_day, found.life) == (date(2026, 10, 5), "growing")


def test_the_day_of_a_moment_is_that_of_the_organisation(cast, scenario):
    row = client_of(cast.anna)
    deal = sold(row, 100, date(2026, 10, 31))
    Deal.objects.filter(pk=deal.pk).update(closed_at=datetime(2026, 10, 31, 22, 30, tzinfo=UTC))
    assert queries.sales_of(scheme(), DAY) == {}


def test_rows_are_counted_where_no_field_is_summed(cast, scenario):
    row = client_of(cast.anna)
    sold(row, 100, date(2026, 9, 5)), sold(row, 900, date(2026, 10, 5))
    found = classes(commands.count(actor=SYSTEM, scheme=scheme(amount=""), day=DAY))[row.name]
    assert found.total == Decimal(2)


def test_sums_of_other_currencies_are_in_roubles(cast, scenario):
    row = client_of(cast.anna)
    CurrencyRate.objects.create(currency="USD", since=date(2026, 1, 1), value=Decimal(90))
    sold(row, 10, date(2026, 10, 5), currency="USD")
    assert classes(commands.count(actor=SYSTEM, scheme=scheme(), day=DAY))[row.name].total == Decimal(900)


def test_a_second_counting_of_a_month_replaces_the_first_and_other_months_stay(cast, scenario):
    row = client_of(cast.anna)
    sold(row, 100, date(2026, 6, 10))
    made = scheme()
    commands.count(actor=SYSTEM, scheme=made, day=date(2026, 8, 17))
    commands.count(actor=SYSTEM, scheme=made, day=DAY)
    sold(row, 200, date(2026, 7, 10))
    commands.count(actor=SYSTEM, scheme=made, day=DAY)
    assert list(Counting.objects.order_by("day").values_list("day", "total")) == [
        (date(2026, 8, 1), Decimal(100)),
        (DAY, Decimal(300)),
    ]


def test_classes_of_the_latest_day_of_the_main_scheme_are_fields(cast, scenario):
    rich, poor = client_of(cast.anna, "Богатый"), client_of(cast.anna, "Бедный")
    sold(rich, 960, date(2026, 6, 10)), sold(poor, 40, date(2026, 6, 10))
    made = scheme()
    commands.count(actor=SYSTEM, scheme=made, day=DAY)
    commands.count(actor=SYSTEM, scheme=made, day=date(2026, 5, 1))
    record, context = registry.record(CLIENTS), permissions.watching_context(SYSTEM)
    tree = conditions.parse({"field": "abc", "op": "in", "value": ["A"]})
    assert list(Client.objects.filter(to_q(tree, record, context))) == [rich]
    assert conditions.matches(tree, record, rich, context)
    assert not conditions.matches(tree, record, poor, context)


def test_another_main_scheme_takes_the_fields_over(cast, scenario):
    row = client_of(cast.anna)
    sold(row, 100, date(2026, 6, 10))
    first = scheme()
    commands.count(actor=SYSTEM, scheme=first, day=DAY)
    second = scheme(name="По числу", amount="", is_main=True)
    first.refresh_from_db()
    assert not first.is_main
    commands.count(actor=SYSTEM, scheme=second, day=DAY)
    assert [one.counting.scheme for one in Class.objects.filter(is_present=True)] == [second]


def test_segments_follow_classes(cast, scenario):
    row = client_of(cast.anna)
    tree = {"field": "abc", "op": "in", "value": ["A"]}
    segment = segments.add(actor=SYSTEM, name="A", record=CLIENTS, condition=tree)
    segments.recount(actor=SYSTEM, segment=segment)
    sold(row, 100, date(2026, 6, 10))
    commands.count(actor=SYSTEM, scheme=scheme(), day=DAY)
    following.catch_up()
    assert segment_queries.member_ids(segment) == [row.pk]


def test_matrices_and_migration_are_of_rows_within_reach(cast, scenario):
    mine, theirs = client_of(cast.anna, "Свой"), client_of(cast.boris, "Чужой")
    sold(mine, 100, date(2026, 6, 10)), sold(theirs, 900, date(2026, 6, 10)), sold(mine, 9000, date(2026, 9, 10))
    made = scheme()
    then = commands.count(actor=SYSTEM, scheme=made, day=date(2026, 8, 1))
    now = commands.count(actor=SYSTEM, scheme=made, day=DAY)
    anna, director = cast.actor("anna"), cast.actor("director")
    assert together(director, now).count == 2
    assert together(anna, now) == queries.Cell(1, Decimal(9100))
    assert {key: cell.count for key, cell in queries.matrix(anna, now).items()} == {("A", "Z"): 1}
    moved = {key: cell.count for key, cell in queries.migration(director, then, now).items()}
    assert moved == {("C", "A"): 1, ("A", "C"): 1}
    behind = queries.rows(director, now, {"was": "C", "abc": "A"}, then)
    assert [one.row_id for one in behind] == [mine.pk]


def test_the_night_works_out_what_this_month_lacks(cast, scenario):
    sold(client_of(cast.anna), 100, date(2026, 6, 10))
    scheme()
    assert commands.count_due(timezone.now()) == 1
    assert commands.count_due(timezone.now()) == 0
    assert Counting.objects.get().day == rules.month_start(timezone.localdate())


def test_a_month_to_come_and_parts_that_do_not_fit_are_refused(cast, scenario):
    with pytest.raises(Refused):
        commands.count(actor=SYSTEM, scheme=scheme(), day=date(2100, 1, 1))
    for wrong in ({"link": "owner"}, {"day": "title"}, {"amount": "title"}, {"record": "deals.deal"}, {"months": 1}):
        with pytest.raises(Refused):
            scheme(name=str(wrong), **wrong)


def shown() -> list[tuple[str, str]]:
    found = Class.objects.filter(is_present=True).select_related("counting__scheme")
    return [(one.counting.scheme.name, one.abc) for one in found]


def test_a_scheme_that_is_made_the_main_one_shows_what_it_came_to(cast, scenario):
    sold(client_of(cast.anna), 100, date(2026, 6, 10))
    first, second = scheme(), scheme(name="По числу", amount="")
    commands.count(actor=SYSTEM, scheme=first, day=DAY)
    commands.count(actor=SYSTEM, scheme=second, day=DAY)
    assert shown() == [("По сделкам", "A")]
    given = {"name": second.name, "day": second.day, "condition": second.condition}
    commands.change(actor=SYSTEM, scheme=second, is_main=True, **given)
    assert shown() == [("По числу", "A")]


def test_classes_of_a_scheme_that_an_undo_brings_back_are_shown_again(cast, scenario):
    sold(client_of(cast.anna), 100, date(2026, 6, 10))
    made = scheme()
    commands.count_due(timezone.now())
    commands.delete(actor=SYSTEM, scheme=made)
    assert shown() == []
    journal.undo(actor=SYSTEM, run_id=CommandRun.objects.get(name="classification.delete").pk)
    commands.count_due(timezone.now())
    assert shown() == [("По сделкам", "A")]


def test_rows_that_are_marked_for_deletion_are_in_no_matrix(cast, scenario):
    gone, stays = client_of(cast.anna, "Ушёл"), client_of(cast.anna, "Есть")
    sold(gone, 100, date(2026, 6, 10)), sold(stays, 900, date(2026, 6, 10))
    counting = commands.count(actor=SYSTEM, scheme=scheme(), day=DAY)
    Client.objects.filter(pk=gone.pk).update(is_deleted=True)
    for who in ("director", "anna"):
        assert together(cast.actor(who), counting) == queries.Cell(1, Decimal(900))
    Deal.objects.filter(client=gone).delete()
    Client.objects.filter(pk=gone.pk).delete()
    commands.tidy(actor=SYSTEM)
    assert [one.row_id for one in Class.objects.all()] == [stays.pk]


@pytest.mark.django_db(transaction=True)
def test_two_countings_of_one_month_come_one_after_the_other(cast, scenario):
    sold(client_of(cast.anna), 100, date(2026, 6, 10))
    made, done = scheme(), []

    def work() -> None:
        done.append(commands.count(actor=SYSTEM, scheme=Scheme.objects.get(), day=DAY))
        connection.close()

    other = threading.Thread(target=work)
    with transaction.atomic():
        commands.count(actor=SYSTEM, scheme=made, day=DAY)
        other.start()
        other.join(0.5)
    other.join()
    assert list(Counting.objects.all()) == done
    assert shown() == [("По сделкам", "A")]
