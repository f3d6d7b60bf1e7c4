"""Who gets an enquiry: methods by themselves, then rules with their people."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from okno.access import commands as access
from okno.access.models import User
from okno.access.tests.cast import Cast, role
from okno.areas.clients import commands as clients
from okno.areas.deals import commands as deals
from okno.areas.leads import commands, queries
from okno.areas.leads.commands import handing
from okno.areas.leads.models import DistributionRule, Lead, LeadQueue
from okno.areas.leads.rules.distribution import Asked, Person, choose
from okno.areas.leads.tests.test_commands import receive, set_up
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = dt.datetime(2026, 11, 18, 12, tzinfo=MOSCOW)
NIGHT = dt.datetime(2026, 11, 18, 23, tzinfo=MOSCOW)


def person(number: int, **known: Any) -> Person:
    return Person(user_id=number, name=f"П{number}", **known)


def test_weights_share_nine_enquiries_as_the_fixture_says() -> None:
    """domain.md F2: A weight 2, B weight 1."""
    given = {1: 0, 2: 0}
    order = []
    for _number in range(9):
        people = [person(1, weight=2, served_today=given[1]), person(2, weight=1, served_today=given[2])]
        chosen = choose("weight", people, Asked()).chosen
        assert chosen is not None
        given[chosen.user_id] += 1
        order.append("AB"[chosen.user_id - 1])

    assert " ".join(order) == "A B A A B A A B A"
    assert given == {1: 6, 2: 3}


def test_turn_goes_to_whoever_was_served_longest_ago() -> None:
    people = [person(1, served_at=NOON), person(2, served_at=NOON - dt.timedelta(hours=1)), person(3)]

    assert choose("turn", people, Asked()).chosen == people[2]


def test_load_goes_to_the_least_busy() -> None:
    people = [person(1, load=Decimal("1.5")), person(2, load=Decimal(1)), person(3, load=Decimal(7))]

    assert choose("load", people, Asked()).chosen == people[1]


@pytest.mark.parametrize(("draw", "who"), [(0.0, 1), (0.7, 1), (0.86, 2), (0.999, 2)])
def test_success_goes_by_chance_in_proportion(draw: float, who: int) -> None:
    """Shares 0.3 and 0.05 (the floor): the first has six parts of seven."""
    people = [person(1, success=0.3), person(2, success=0.0)]

    found = choose("success", people, Asked(draw=draw)).chosen

    assert found is not None
    assert found.user_id == who


def test_skill_is_found_in_the_words_of_the_enquiry() -> None:
    people = [person(1, skills=("стеллаж",)), person(2, skills=("весы", "тележк"))]

    choice = choose("skill", people, Asked(text="Нужны Тележки гидравлические"))

    assert choice.chosen == people[1]
    assert choice.skipped == ((people[0], "skill"),)


@pytest.mark.parametrize(
    ("city", "phone", "who"),
    [
        ("г. Казань", "", 2),
        ("", "+7 (843) 200-00-01", 2),
        ("", "8 812 3000001", 1),
        ("Орёл", "", 3),
        ("", "+7 843 900-00-01", 3),
        ("Арзамас-16", "", 3),
    ],
)
def test_region_is_a_city_or_the_beginning_of_a_phone(city: str, phone: str, who: int) -> None:
    people = [
        person(1, regions=("+7 812",)),
        person(2, regions=("Казань", "8432")),
        person(3, regions=("орел", "8439", "арзамас-16")),
    ]

    found = choose("region", people, Asked(city=city, phone=phone)).chosen

    assert found is not None
    assert found.user_id == who


def test_nobody_of_the_skill_lets_all_take_turns() -> None:
    people = [person(1, skills=("весы",), served_at=NOON), person(2, skills=("ленты",))]

    assert choose("skill", people, Asked(text="Вилы")).chosen == people[1]


@pytest.fixture
def people(db: None) -> list[User]:
    return set_up(3)


@pytest.fixture
def queue(people: list[User]) -> LeadQueue:
    return LeadQueue.objects.get()


def make_rule(queue: LeadQueue, method: str = "turn", **more: Any) -> DistributionRule:
    return commands.set_rule(actor=SYSTEM, name=f"Правило {method}", queue=queue, method=method, **more)


def why(lead: Lead) -> dict[str, str]:
    return {one["who"]: one["why"] for one in lead.told["skipped"]}


def test_the_first_rule_that_holds_decides(people: list[User], queue: LeadQueue) -> None:
    other = commands.set_queue(actor=SYSTEM, code="vip", name="VIP", people=[people[2]], react_minutes=5)
    first = make_rule(other, condition={"field": "city", "op": "contains", "value": "казан"}, react_minutes=7)
    make_rule(queue)

    kazan, other_city = receive(phone="+79210000001", city="Казань"), receive(phone="+79210000002", city="Псков")

    assert (kazan.rule, kazan.owner, kazan.queue) == (first, people[2], other)
    assert (other_city.owner, other_city.told["rule"]) == (people[0], "Правило turn")


def test_a_rule_of_a_source_is_asked_when_no_general_one_holds(people: list[User], queue: LeadQueue) -> None:
    rule = make_rule(queue, "manual", is_general=False)
    commands.set_source(actor=SYSTEM, code="site", name="Сайт", kind="form", queue=queue, rule=rule)

    lead = receive(phone="+79210000001")

    assert (lead.rule, lead.owner, lead.told["outcome"]) == (rule, None, "by_hand")


def test_rules_are_put_in_order(queue: LeadQueue) -> None:
    first, second = make_rule(queue), make_rule(queue, "manual")

    commands.order_rules(actor=SYSTEM, ids=[second.pk, first.pk])

    assert list(queries.all_rules()) == [second, first]


def test_those_passed_over_are_told_with_the_reason(people: list[User], queue: LeadQueue) -> None:
    access.set_available(actor=SYSTEM, user=people[0], is_available=False)
    commands.set_member(actor=SYSTEM, queue=queue, user=people[1], open_limit=1)
    receive(phone="+79210000001")

    lead = receive(phone="+79210000002")

    assert lead.owner == people[2]
    assert why(lead) == {people[0].name: "away", people[1].name: "full"}


def test_weights_are_counted_by_the_day(people: list[User], queue: LeadQueue) -> None:
    commands.set_member(actor=SYSTEM, queue=queue, user=people[0], weight=2)
    make_rule(queue, "weight")

    owners = Counter(receive(phone=f"+7921000{n:04}").owner for n in range(8))

    assert [owners[one] for one in people] == [4, 2, 2]


def test_shift_goes_to_whoever_works_now(people: list[User], queue: LeadQueue) -> None:
    commands.set_member(actor=SYSTEM, queue=queue, user=people[1], shift=["20:00-24:00"] * 7)
    make_rule(queue, "shift")

    with time_machine.travel(NIGHT):
        lead = receive(phone="+79210000001")

    assert lead.owner == people[1]
    assert why(lead) == {people[0].name: "off_hours", people[2].name: "off_hours"}


@pytest.mark.parametrize(("draw", "who"), [(0.0, 0), (0.55, 0), (0.6, 1), (0.99, 2)])
def test_success_is_the_share_that_became_deals(
    people: list[User], queue: LeadQueue, monkeypatch: pytest.MonkeyPatch, draw: float, who: int
) -> None:
    """Shares 0.75, 0.5 and 0.05 (the floor) of 1.3."""
    monkeypatch.setattr("random.random", lambda: draw)
    now, shares = timezone.now(), ((people[0], 3, 4), (people[1], 1, 2))
    for owner, won, ended in shares:
        Lead.objects.bulk_create(
            Lead(
                subject="Прежняя",
                owner=owner,
                received_at=now,
                closed_at=now,
                state="converted" if number < won else "rejected",
            )
            for number in range(ended)
        )
    make_rule(queue, "success")

    assert receive(phone="+79210000001").owner == people[who]


def test_load_counts_deals_and_enquiries(people: list[User], queue: LeadQueue) -> None:
    client = clients.add(actor=SYSTEM, name="Ромашка", owner=people[0])
    for _number in range(3):
        deals.open_deal(actor=SYSTEM, title="Поставка", client=client, owner=people[0])
    commands.give(actor=SYSTEM, lead=receive(phone="+79210000001"), owner=people[1])
    make_rule(queue, "load")

    assert receive(phone="+79210000002").owner == people[2]


def test_a_client_goes_only_to_those_who_may_see_them(cast: Cast) -> None:
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=[cast.boris, cast.head], head=cast.director)
    commands.set_source(actor=SYSTEM, code="site", name="Сайт", kind="form", queue=queue)
    clients.add(actor=SYSTEM, name="Ромашка", owner=cast.anna, phone="+7 921 000-00-01")
    access.set_available(actor=SYSTEM, user=cast.anna, is_available=False)
    make_rule(queue)

    lead = receive(phone="89210000001")

    assert lead.owner == cast.head
    assert why(lead) == {cast.anna.name: "away", cast.boris.name: "no_reach"}


def test_a_deputy_gets_enquiries_of_known_clients(cast: Cast) -> None:
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=[cast.head], head=cast.director)
    commands.set_source(actor=SYSTEM, code="site", name="Сайт", kind="form", queue=queue)
    clients.add(actor=SYSTEM, name="Ромашка", owner=cast.anna, phone="+7 921 000-00-01")
    access.set_available(actor=SYSTEM, user=cast.anna, is_available=False, deputy=cast.boris)
    make_rule(queue, asks_reach=False)

    lead = receive(phone="89210000001")

    assert lead.owner == cast.boris
    assert why(lead) == {cast.anna.name: "away"}


def test_nobody_free_falls_back_to_another_queue(people: list[User], queue: LeadQueue) -> None:
    duty = commands.set_queue(actor=SYSTEM, code="duty", name="Дежурные", people=make_people_named("duty"))
    make_rule(queue, fallback=duty)
    for one in people:
        access.set_available(actor=SYSTEM, user=one, is_available=False)

    lead = receive(phone="+79210000001")

    assert lead.owner is not None
    assert (lead.owner.name, lead.told["fallback"]) == ("duty", "Дежурные")


def test_what_nobody_could_take_is_given_when_somebody_is_free(people: list[User]) -> None:
    for one in people:
        access.set_available(actor=SYSTEM, user=one, is_available=False)
    lead = receive(phone="+79210000001")
    access.set_available(actor=SYSTEM, user=people[1], is_available=True)

    given = commands.distribute_waiting(actor=SYSTEM)

    lead.refresh_from_db()
    assert (given, lead.owner, lead.state) == (1, people[1], "given")


def test_whoever_is_first_gets_what_is_open_to_all(cast: Cast) -> None:
    queue = commands.set_queue(actor=SYSTEM, code="all", name="Все", people=[cast.anna, cast.boris])
    commands.set_source(actor=SYSTEM, code="site", name="Сайт", kind="form", queue=queue)
    make_rule(queue, "first")
    role("taker", "participants", [])
    for one in (cast.anna, cast.boris):
        access.give_role(actor=SYSTEM, user=one, role="taker")
    lead = receive(phone="+79210000001")

    seen = [sees(cast, who, lead) for who in ("anna", "boris")]
    commands.take(actor=cast.actor("anna"), lead=lead)

    lead.refresh_from_db()
    assert (seen, lead.owner, sees(cast, "boris", lead)) == ([True, True], cast.anna, False)


def sees(cast: Cast, who: str, lead: Lead) -> bool:
    return queries.leads(cast.actor(who)).filter(pk=lead.pk).exists()


@pytest.mark.parametrize(
    ("more", "why_not"), [({"open_limit": 1}, "full"), ({"shift": ["20:00-24:00"] * 7}, "off_hours")]
)
def test_limits_and_hours_bind_the_person_of_the_client_too(
    people: list[User], queue: LeadQueue, more: dict[str, Any], why_not: str
) -> None:
    clients.add(actor=SYSTEM, name="Ромашка", owner=people[0], phone="+7 921 000-00-01")
    commands.set_member(actor=SYSTEM, queue=queue, user=people[0], **more)
    make_rule(queue, asks_hours=True, asks_reach=False)
    with time_machine.travel(NOON):
        commands.give(actor=SYSTEM, lead=receive(phone="+79210000009"), owner=people[0])

        lead = receive(phone="89210000001")

    assert lead.owner in people[1:]
    assert [one for one in lead.told["skipped"] if one["who"] == people[0].name] == [
        {"who": people[0].name, "why": why_not}
    ]


def test_what_is_put_off_is_not_given_to_whoever_is_free(people: list[User]) -> None:
    for one in people:
        access.set_available(actor=SYSTEM, user=one, is_available=False)
    lead = receive(phone="+79210000001")
    tomorrow = timezone.now() + dt.timedelta(days=1)
    commands.postpone(actor=SYSTEM, lead=lead, until=tomorrow, reason="Просили завтра")
    access.set_available(actor=SYSTEM, user=people[1], is_available=True)

    given = [commands.distribute_waiting(actor=SYSTEM)]
    with time_machine.travel(tomorrow + dt.timedelta(minutes=1)):
        commands.wake(actor=SYSTEM)
        given.append(commands.distribute_waiting(actor=SYSTEM))

    lead.refresh_from_db()
    assert (given, lead.owner) == ([0, 1], people[1])


def test_a_queue_in_which_nobody_is_free_keeps_no_other_waiting(
    people: list[User], queue: LeadQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing, "MOST_AT_ONCE", 2)
    for one in people:
        access.set_available(actor=SYSTEM, user=one, is_available=False)
    duty = make_people_named("duty")
    other = commands.set_queue(actor=SYSTEM, code="duty", name="Дежурные", people=duty)
    commands.set_source(actor=SYSTEM, code="night", name="Ночь", kind="form", queue=other)
    access.set_available(actor=SYSTEM, user=duty[0], is_available=False)
    for number in range(3):
        receive(phone=f"+7921000000{number}")
    late = commands.receive(actor=SYSTEM, source="night", phone="+79210000009")
    access.set_available(actor=SYSTEM, user=duty[0], is_available=True)

    commands.distribute_waiting(actor=SYSTEM)

    late.refresh_from_db()
    assert late.owner == duty[0]


def test_distributing_anew_asks_the_rules_of_now(people: list[User], queue: LeadQueue) -> None:
    lead = receive(phone="+79210000001")
    other = commands.set_queue(actor=SYSTEM, code="vip", name="VIP", people=[people[2]])
    rule = make_rule(other)

    commands.redistribute(actor=SYSTEM, lead=lead)

    lead.refresh_from_db()
    assert (lead.owner, lead.rule) == (people[2], rule)


def test_returning_never_gives_to_somebody_who_had_it(people: list[User]) -> None:
    lead = receive(phone="+79210000001")
    had = []
    for _number in range(3):
        lead.refresh_from_db()
        had.append(lead.owner)
        commands.return_to_queue(actor=SYSTEM, lead=lead, reason="Не моё")

    lead.refresh_from_db()
    assert (had, lead.owner, lead.state) == (people, None, "new")


def test_a_condition_that_cannot_be_read_is_refused(queue: LeadQueue) -> None:
    with pytest.raises(Refused):
        make_rule(queue, condition={"field": "nothing", "op": "eq", "value": "x"})


def make_people_named(*names: str) -> list[User]:
    return [access.add_user(actor=SYSTEM, email=f"{name}@okno.test", name=name) for name in names]
