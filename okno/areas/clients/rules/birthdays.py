"""When birthdays come round. Pure."""

from __future__ import annotations

from datetime import date, timedelta

# Whoever is born on 29 February keeps it on the day before March in common years.
LEAP = (2, 29)


def falls_on(born: date, day: date) -> bool:
    """Whether somebody has their birthday on a day."""
    is_short = (day + timedelta(days=1)).month == 3 and day.month == 2
    return (born.month, born.day) == (day.month, day.day) or (is_short and (born.month, born.day) == LEAP)


def days_left(born: date, today: date, *, most: int) -> int | None:
    """How many days are left until a birthday; None when it is further than `most` days away."""
    return next((ahead for ahead in range(most + 1) if falls_on(born, today + timedelta(days=ahead))), None)
