"""Enquiries that come at once: shared fairly, and queues never wait for each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection

from okno.access import commands as access
from okno.areas.leads import commands
from okno.areas.leads.models import Lead, LeadQueue
from okno.areas.leads.tests.test_commands import receive, set_up
from okno.areas.leads.tests.test_distribution import make_people_named, make_rule
from okno.kit.permissions import SYSTEM

T = TypeVar("T")


def at_once(receive_one: Callable[[int], T], numbers: Iterable[int]) -> list[T]:
    """What comes of enquiries that arrive in eight threads."""

    def one(number: int) -> T:
        try:
            return receive_one(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, numbers))


@pytest.mark.django_db(transaction=True)
def test_queues_that_help_each_other_out_do_not_wait_for_each_other() -> None:
    here, there = set_up(2), make_people_named("a", "b")
    for person in (*here, *there):
        access.set_available(actor=SYSTEM, user=person, is_available=False)
    first = LeadQueue.objects.get()
    second = commands.set_queue(actor=SYSTEM, code="second", name="Вторая", people=there)
    for queue, fallback, city in ((first, second, "Казань"), (second, first, "Псков")):
        condition = {"field": "city", "op": "eq", "value": city}
        make_rule(queue, fallback=fallback, condition=condition)

    def told(number: int) -> str:
        city = ("Казань", "Псков")[number % 2]
        return str(receive(phone=f"+7921{number:07d}", city=city).told["outcome"])

    outcomes = at_once(told, range(80))

    assert outcomes == ["waits"] * 80


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("method", ["turn", "weight"])
def test_a_hundred_enquiries_at_once_are_shared_equally(method: str) -> None:
    people = set_up(5)
    queue = LeadQueue.objects.get()
    for user in people:
        commands.set_member(actor=SYSTEM, queue=queue, user=user, weight=1)
    make_rule(queue, method)

    owners = at_once(lambda number: receive(phone=f"+7921{number:07d}").owner_id, range(100))

    assert sorted(Counter(owners).values()) == [20] * 5


@pytest.mark.django_db(transaction=True)
def test_one_person_who_asks_many_times_at_once_makes_one_enquiry() -> None:
    set_up(2)

    found = at_once(lambda number: receive(phone="+79210000001", text=f"Вопрос {number}").pk, range(8))

    assert len(set(found)) == Lead.objects.count() == 1
