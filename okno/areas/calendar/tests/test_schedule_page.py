"""The page of the work schedule."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.calendar.models import WorkSchedule

WEEK = {f"day_{number}": "09:00-13:00, 14:00-18:00" for number in range(5)}
SENT = {"name": "Офис", "zone": "Europe/Moscow", "follows_calendar": "on", "days": "2026-12-31 09:00-14:00", **WEEK}


@pytest.fixture
def director(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.director)
    return client


@pytest.mark.parametrize("day", ["2026-12-31", "31.12.2026"])
def test_schedule_is_kept_and_shown_with_days_as_people_write_them(director: Browser, day: str):
    director.post("/settings/schedule/", {**SENT, "days": f"{day} 09:00-14:00"})

    kept = WorkSchedule.objects.get()
    assert kept.week == [WEEK["day_0"]] * 5 + ["", ""]
    assert kept.days == {"2026-12-31": "09:00-14:00"}
    assert "31.12.2026 09:00-14:00" in director.get("/settings/schedule/").content.decode()


@pytest.mark.parametrize("wrong", [{"day_0": "с утра"}, {"days": "завтра 09:00-18:00"}, {"days": "31.02.2026"}])
def test_hours_that_cannot_be_read_are_told(director: Browser, wrong: dict[str, str]):
    answer = director.post("/settings/schedule/", {**SENT, **wrong})

    fields = [one["field"] for one in answer.context["form_page"]["errors"]]
    assert answer.status_code == 422
    assert fields == list(wrong)
