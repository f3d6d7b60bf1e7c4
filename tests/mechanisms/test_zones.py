"""The clock of a person: what pages say by it, and what stays with the clock of the organisation."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from okno.access import commands
from okno.access.tests.cast import Cast
from okno.kit import zones
from okno.kit.commands import command, today
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM, Actor

pytestmark = pytest.mark.django_db
EAST = "Asia/Vladivostok"
# Half past one at night in Moscow, half past eight in the morning of the same day in Vladivostok.
NIGHT = dt.datetime(2026, 11, 23, 22, 30, tzinfo=dt.UTC)


@command("zones.tell_the_day")
def tell_the_day(*, actor: Actor) -> dt.date:
    """The day of a command."""
    return today()


@pytest.fixture
def eastern(cast: Cast) -> Cast:
    commands.update_own_profile(actor=cast.actor("anna"), name=cast.anna.name, zone=EAST)
    return cast


def test_the_actor_has_the_zone_of_the_person_else_of_the_organisation(eastern: Cast, settings) -> None:
    assert eastern.actor("anna").zone == ZoneInfo(EAST)
    assert eastern.actor("boris").zone == ZoneInfo(settings.TIME_ZONE)


def test_a_profile_saved_without_a_zone_keeps_it(eastern: Cast) -> None:
    commands.update_own_profile(actor=eastern.actor("anna"), name="Анна")
    assert eastern.actor("anna").zone == ZoneInfo(EAST)


def test_a_zone_that_is_none_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        commands.update_own_profile(actor=cast.actor("anna"), name="Анна", zone="Луна/Море")
    assert refusal.value.params["missing"] == ["zone"]
    with pytest.raises(Refused):
        commands.update_user(actor=cast.actor("director"), user=cast.anna, values={"zone": "../etc/passwd"})


def test_moments_typed_and_shown_on_pages_are_those_of_the_person(eastern: Cast, client: Browser) -> None:
    client.force_login(eastern.anna)
    with time_machine.travel(NIGHT, tick=False):
        client.post("/reminders/new/", {"text": "Позвонить", "at": "сегодня 10:00"})
        page = client.get("/reminders/").content.decode()
        settings = client.get("/notices/settings/").content.decode()
    assert "сегодня 10:00" in page
    assert "По вашим часам: Владивосток (UTC+10)" in settings
    # Threads serve whoever comes next: their clock is not that of the last one.
    client.logout()
    client.get("/sign-in/")
    assert timezone.get_current_timezone() == timezone.get_default_timezone()


def test_the_day_of_a_command_is_that_of_the_organisation_whoever_runs_it(eastern: Cast) -> None:
    evening = dt.datetime(2026, 11, 23, 18, tzinfo=dt.UTC)
    with timezone.override(ZoneInfo(EAST)), time_machine.travel(evening, tick=False):
        assert timezone.localdate() == dt.date(2026, 11, 24)
        assert tell_the_day.run(SYSTEM) == dt.date(2026, 11, 23)


def test_choices_call_zones_by_cities_from_west_to_east() -> None:
    found = zones.choices(NIGHT)
    assert found[0] == ("Europe/London", "Лондон (UTC+0)")
    assert (EAST, "Владивосток (UTC+10)") in found
    assert ("Asia/Kolkata", "Asia/Kolkata") in found
    assert zones.label("Asia/Kolkata", NIGHT) == "Asia/Kolkata (UTC+5:30)"
