"""Commands of the calendar: a work schedule that can be read, since every deadline is counted by it."""

from __future__ import annotations

from typing import Any

import pytest

from okno.areas.calendar import commands
from okno.areas.calendar.models import WorkSchedule
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db

WEEK = ["09:00-18:00"] * 5 + ["", ""]


def set_schedule(**fields: Any) -> WorkSchedule:
    given = {"name": "Офис", "zone": "Europe/Moscow", "week": WEEK, "days": {}, **fields}
    return commands.set_schedule(actor=SYSTEM, **given)


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Europe/Okno"},
        {"week": WEEK[:5]},
        {"week": [*WEEK[:6], "с утра"]},
        {"days": {"31.13.2026": "09:00-14:00"}},
        {"days": {"2026-12-31": "до обеда"}},
    ],
    ids=str,
)
def test_a_schedule_that_cannot_be_read_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        set_schedule(**wrong)

    assert not WorkSchedule.objects.exists()


def test_the_first_schedule_is_used_by_default() -> None:
    made = [set_schedule(name=name) for name in ("Офис", "Склад")]

    assert [one.is_default for one in made] == [True, False]
