"""What holds of every method of distribution, whoever the people are and whatever is asked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from okno.areas.leads.models import DistributionRule
from okno.areas.leads.rules.distribution import Asked, Person, choose

NOON = dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC)
WORDS = ("весы", "ленты", "стеллаж", "тележк")
CITIES = ("казань", "орел", "псков")
BY_HAND = {"first", "manual"}
METHODS = st.sampled_from(DistributionRule.Method.values)

moments = st.none() | st.integers(0, 10_000).map(lambda minutes: NOON - dt.timedelta(minutes=minutes))
persons = st.builds(
    Person,
    user_id=st.just(0),
    served_at=moments,
    served_today=st.integers(0, 50),
    weight=st.integers(1, 20),
    skills=st.lists(st.sampled_from([*WORDS, " "]), max_size=2).map(tuple),
    regions=st.lists(st.sampled_from([*CITIES, "843", "+7 812"]), max_size=2).map(tuple),
    barred=st.sampled_from(["", "", "", "away", "full", "passed"]),
    load=st.integers(0, 40).map(lambda halves: Decimal(halves) / 2),
    success=st.floats(0, 1),
)
teams = st.lists(persons, max_size=6).map(
    lambda people: [Person(**{**_values(one), "user_id": number}) for number, one in enumerate(people)]
)
questions = st.builds(
    Asked,
    text=st.sampled_from([*WORDS, "Нужны Весы и тележки", "прочее"]),
    city=st.sampled_from([*CITIES, "г. Казань", ""]),
    phone=st.sampled_from(["+7 843 200-00-01", "8 812 3000001", ""]),
    draw=st.floats(0, 1, exclude_max=True),
)


def _values(person: Person) -> dict[str, object]:
    return {name: getattr(person, name) for name in Person.__dataclass_fields__}


@given(METHODS, teams, questions)
def test_somebody_able_is_chosen_whenever_there_is_one(method: str, people: list[Person], asked: Asked) -> None:
    able = [one for one in people if not one.barred]

    choice = choose(method, people, asked)

    assert (choice.chosen is None) == (not able or method in BY_HAND)
    assert choice.chosen is None or choice.chosen in able


@given(METHODS, teams, questions)
def test_everybody_is_chosen_or_told_why_not_or_was_in_the_running(
    method: str, people: list[Person], asked: Asked
) -> None:
    choice = choose(method, people, asked)

    told = {one.user_id: why for one, why in choice.skipped}
    assert {one.user_id for one in people if one.barred} <= set(told)
    assert all(told.values())
    assert choice.chosen is None or choice.chosen.user_id not in told


@given(teams, questions)
def test_skill_never_passes_over_whoever_has_it(people: list[Person], asked: Asked) -> None:
    def has(one: Person) -> bool:
        return any(word.strip() and word in asked.text.lower() for word in one.skills)

    chosen = choose("skill", people, asked).chosen

    if any(has(one) for one in people if not one.barred):
        assert chosen is not None
        assert has(chosen)


@given(teams, questions)
def test_load_goes_to_nobody_busier_than_another(people: list[Person], asked: Asked) -> None:
    chosen = choose("load", people, asked).chosen

    assert chosen is None or chosen.load == min(one.load for one in people if not one.barred)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 60))
def test_weights_keep_everybody_within_one_enquiry_of_their_share(weights: list[int], count: int) -> None:
    given_to = [0] * len(weights)
    for _number in range(count):
        people = [
            Person(user_id=number, weight=weight, served_today=given_to[number])
            for number, weight in enumerate(weights)
        ]
        chosen = choose("weight", people, Asked()).chosen
        assert chosen is not None
        given_to[chosen.user_id] += 1

    shares = [Fraction(got, weight) for got, weight in zip(given_to, weights, strict=True)]
    before = [Fraction(got - 1, weight) for got, weight in zip(given_to, weights, strict=True)]
    assert max(before) <= min(shares)


@given(st.integers(1, 6), st.integers(1, 40))
def test_turns_differ_by_one_at_most(people: int, count: int) -> None:
    given_to, served = [0] * people, dict.fromkeys(range(people), None)
    for minute in range(count):
        chosen = choose("turn", [Person(user_id=one, served_at=served[one]) for one in served], Asked()).chosen
        assert chosen is not None
        given_to[chosen.user_id] += 1
        served[chosen.user_id] = NOON + dt.timedelta(minutes=minute)

    assert max(given_to) - min(given_to) <= 1
