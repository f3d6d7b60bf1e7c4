"""Figures of the desktop: they equal hand calculation and what the areas say, within the reach of whoever asks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from okno.areas.billing import queries as billing
from okno.fronts.home import queries, rules
from okno.fronts.home.commands import desktop
from okno.fronts.home.queries import OPEN, WON, Figures
from okno.fronts.home.tests import factories as make
from okno.kit.permissions import SYSTEM


@pytest.fixture
def scenario(db):
    return make.scenario()


def figures(cast, who: str = "director", period: str = "month", scenario: str = "") -> Figures:
    return Figures(cast.actor(who), make.AT, rules.period(period, make.TODAY), scenario)


def test_closed_funnel_equals_hand_calculation(cast, scenario):
    """Fixture F3 of the domain specification, with a jump over a stage and a return."""
    make.walked(cast.anna, "talk", "quote", "invoice", "won")
    make.walked(cast.anna, "talk", "invoice", "won")
    make.walked(cast.anna, "talk", "quote", "invoice", "lost")
    make.walked(cast.anna, "talk", "quote", "invoice", "talk", "lost")
    make.walked(cast.boris, "talk", "quote", "talk", "quote", "lost")
    make.walked(cast.boris, "talk", "quote", "lost")
    make.walked(cast.boris, "talk", "lost")
    make.walked(cast.boris, "talk", "lost")
    make.walked(cast.boris, "talk", "quote", "lost", closed=40)
    passed = figures(cast).passed
    assert [one["count"] for one in passed] == [8, 6, 4, 2]
    assert [one["share"] and round(one["share"], 3) for one in passed] == [
        None,
        Decimal("0.75"),
        Decimal("0.667"),
        Decimal("0.5"),
    ]
    assert rules.share(passed[-1]["count"], passed[0]["count"]) == 25


def test_closed_funnel_of_nothing_is_zeros(cast, scenario):
    assert [one["count"] for one in figures(cast).passed] == [0, 0, 0, 0]


def test_funnel_equals_hand_calculation(cast, scenario):
    make.deal(cast.anna, "talk", 100)
    make.deal(cast.anna, "quote", 200)
    make.deal(cast.boris, "quote", 50)
    make.deal(cast.boris, "won", 1000, closed=1)
    found = [(stage.code, sums.deals, int(sums.amount)) for stage, sums in figures(cast).funnel()]
    assert found == [("talk", 1, 100), ("quote", 2, 250), ("invoice", 0, 0)]


def test_funnel_is_of_the_scenario_asked_for(cast, scenario):
    make.scenario("tender", is_default=False)
    make.deal(cast.anna, "talk", path="tender")
    assert [sums.deals for _stage, sums in figures(cast).funnel()] == [0, 0, 0]
    assert [sums.deals for _stage, sums in figures(cast, scenario="tender").funnel()] == [1, 0, 0]


def test_closed_deals_equal_hand_calculation(cast, scenario):
    make.deal(cast.anna, "won", 300, closed=2)
    make.deal(cast.anna, "lost", 40, closed=3)
    make.deal(cast.anna, "won", 70, closed=30)
    found = figures(cast)
    assert found.of_kind(WON).closed == 300
    assert found.of_kind("won", "lost").closed_count == 2


def test_sums_compare_with_as_much_of_the_period_before(cast, scenario):
    make.deal(cast.anna, "won", 70, closed=31)  # 18 October
    make.deal(cast.anna, "won", 500, closed=20)  # 29 October: later than today's day
    assert figures(cast).of_kind(WON).before == 70


def test_forecast_is_of_deals_expected_in_the_period(cast, scenario):
    make.deal(cast.anna, "won", 1000, closed=1)
    make.deal(cast.anna, "invoice", 500, expected_date=date(2026, 11, 30))
    make.deal(cast.anna, "quote", 300, expected_date=date(2026, 11, 1))
    make.deal(cast.anna, "quote", 900, expected_date=date(2026, 12, 1))
    make.deal(cast.anna, "quote", 900)
    assert figures(cast).forecast() == Decimal(1000 + 400 + 150)


@pytest.mark.parametrize(("who", "count"), [("anna", 1), ("boris", 2), ("head", 3), ("director", 4), ("stranger", 0)])
def test_sums_are_within_reach(cast, scenario, who, count):
    make.deal(cast.anna)
    make.deal(cast.boris)
    make.deal(cast.boris)
    make.deal(cast.director)
    assert figures(cast, who).of_kind(OPEN).deals == count


def test_months_equal_what_billing_says(cast):
    paid = make.invoice(cast.anna, 1000)
    make.payment(paid, 100, date(2026, 11, 2))
    make.payment(paid, 50, date(2026, 11, 18))
    make.payment(paid, 30, date(2026, 10, 5))
    make.payment(paid, 7, date(2026, 10, 25))
    make.payment(paid, 999, date(2026, 11, 3), is_withdrawn=True)
    found = figures(cast)
    told = billing.received(cast.actor("director"), found.period.since, found.period.until)
    assert sum(month.now for month in found.months) == told == 150
    assert sum(month.before for month in found.months) == 30
    assert [(month.first, month.amount) for month in found.months] == [
        (date(2026, 10, 1), Decimal(37)),
        (date(2026, 11, 1), Decimal(150)),
    ]


def test_people_have_their_late_enquiries_and_tasks(cast):
    make.lead(cast.anna, late=True)
    make.lead(cast.anna)
    make.lead(None, late=True, state="new")
    make.lead(cast.boris, late=True, state="rejected")
    make.task(cast.boris, make.AT - timedelta(days=1))
    make.task(cast.boris, make.AT - timedelta(minutes=1))
    make.task(cast.boris, make.AT + timedelta(minutes=1))
    make.task(cast.boris, make.AT - timedelta(days=1), state="done")
    told = {one.user_id: (one.new, one.late_leads, one.late_tasks) for one in figures(cast).people}
    # An enquiry rejected without a reaction or a moment of closing would be late still.
    assert told == {None: (1, 1, 0), cast.anna.pk: (2, 1, 0), cast.boris.pk: (0, 1, 2)}


def test_people_begin_with_nobody_and_the_busiest(cast):
    make.lead(None, late=True, state="new")
    make.task(cast.anna, make.AT - timedelta(days=1))
    for _number in range(2):
        make.task(cast.boris, make.AT - timedelta(days=1))
    assert [one.user_id for one in figures(cast).people] == [None, cast.boris.pk, cast.anna.pk]


def test_tasks_are_ones_own_of_today_and_earlier(cast):
    late = make.task(cast.anna, make.AT - timedelta(days=3))
    today = make.task(cast.anna, make.AT.replace(hour=23, minute=59))
    make.task(cast.anna, make.AT.replace(hour=0, minute=0) + timedelta(days=1))
    make.task(cast.boris, make.AT)
    found = figures(cast, "anna").tasks
    assert [one["id"] for one in found] == [late.pk, today.pk]
    assert {one["all"] for one in found} == {2}


def test_owed_counts_all_invoices_beyond_those_shown(cast):
    for number in range(8):
        make.invoice(cast.anna, 100, 30, due=make.TODAY + timedelta(days=number - 2))
    make.invoice(cast.anna, 100, 100, state="paid")
    make.invoice(cast.anna, 500, state="cancelled")
    found = figures(cast)
    assert len(found.unpaid) == queries.FEW
    assert found.owed() == (8, Decimal(560), 2, Decimal(140))


def test_owed_of_nothing_is_zero(cast):
    assert figures(cast).owed() == queries.Owed(0, Decimal(0), 0, Decimal(0))


def test_is_empty_until_there_is_a_client(cast):
    assert queries.is_empty(cast.actor("anna"))
    make.client(cast.anna)
    assert not queries.is_empty(cast.actor("anna"))
    assert queries.is_empty(cast.actor("boris"))


def test_arrange_keeps_order_and_what_is_hidden_apart_by_person(cast):
    desktop.arrange(actor=cast.actor("anna"), shown=["late", "funnel"], hidden=["money"])
    found = [(one.key, one.is_hidden) for one in queries.arrangement(cast.actor("anna"))]
    assert found == [("late", False), ("funnel", False), ("money", True)]
    assert queries.arrangement(cast.actor("boris")) == []


def test_arrange_again_replaces_and_nothing_resets(cast):
    desktop.arrange(actor=cast.actor("anna"), shown=["late"], hidden=[])
    desktop.arrange(actor=cast.actor("anna"), shown=["money", "money"], hidden=[])
    assert [one.key for one in queries.arrangement(cast.actor("anna"))] == ["money"]
    desktop.arrange(actor=cast.actor("anna"), shown=[], hidden=[])
    assert queries.arrangement(cast.actor("anna")) == []


def test_arrange_is_nothing_for_the_system(db):
    desktop.arrange(actor=SYSTEM, shown=["late"], hidden=[])
    assert queries.arrangement(SYSTEM) == []
