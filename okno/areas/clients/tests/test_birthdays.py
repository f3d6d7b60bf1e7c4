"""Birthdays of contacts are told of in time."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.clients import commands, rules
from okno.areas.clients.models import Contact
from okno.areas.clients.tests.factories import a_contact
from okno.kit import events
from okno.kit.models.journal import CommandRun
from okno.kit.models.notices import Notice
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import HTMX

MORNING = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("born", "today", "left"),
    [
        (dt.date(1980, 11, 26), dt.date(2026, 11, 23), 3),
        (dt.date(1980, 1, 2), dt.date(2026, 12, 31), 2),
        (dt.date(1980, 11, 22), dt.date(2026, 11, 23), None),
        (dt.date(1980, 2, 29), dt.date(2027, 2, 27), 1),
        (dt.date(1980, 2, 29), dt.date(2028, 2, 27), 2),
    ],
)
def test_days_left_until_a_birthday(born: dt.date, today: dt.date, left: int | None) -> None:
    assert rules.days_left(born, today, most=14) == left


@pytest.fixture
def contact(cast: Cast) -> Contact:
    made = a_contact(cast.anna)
    commands.update_contact(actor=SYSTEM, contact=made, values={"birthday": "1980-11-26"})
    return made


def told_at(at: dt.datetime) -> int:
    """Run it at this moment, as the journal keeps it too."""
    with time_machine.travel(at, tick=False):
        found = commands.tell_of_birthdays(actor=SYSTEM)
        events.drain()
    # The database has a clock of its own.
    CommandRun.objects.filter(
        pk=CommandRun.objects.filter(name=commands.tell_of_birthdays.name).latest("pk").pk
    ).update(at=at)
    return found


@pytest.mark.django_db(transaction=True)
def test_whoever_is_responsible_is_told_once(cast: Cast, contact: Contact) -> None:
    for hours in (0, 1, 24):
        told_at(MORNING + dt.timedelta(hours=hours))

    told = Notice.objects.filter(kind="clients.birthday")
    assert [(one.user_id, one.scope_id, one.count) for one in told] == [(cast.anna.pk, contact.pk, 1)]


@pytest.mark.django_db(transaction=True)
def test_days_on_which_nobody_ran_it_are_made_up_for(contact: Contact) -> None:
    told_at(MORNING - dt.timedelta(days=4))

    assert told_at(MORNING + dt.timedelta(days=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_is_told_of_who_left_or_is_marked(contact: Contact) -> None:
    commands.update_contact(actor=SYSTEM, contact=contact, values={"left_date": "2026-01-01"})
    told_at(MORNING - dt.timedelta(days=1))

    assert told_at(MORNING) == 0


@pytest.mark.django_db
@time_machine.travel(MORNING, tick=False)
def test_a_birthday_that_is_near_stands_beside_the_name(cast: Cast, contact: Contact, client: Browser) -> None:
    client.force_login(cast.anna)

    people = client.get(f"/clients/{contact.client_id}/?part=panel&panel=contacts", headers=HTMX).context["contacts"]

    assert people[0]["note"] == "день рождения 26.11"
