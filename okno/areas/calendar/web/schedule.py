"""The work schedule: hours of each day of the week, by which deadlines are counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.calendar import commands, queries, rules
from okno.areas.calendar.models import WorkSchedule
from okno.kit import worktime, zones
from okno.kit.days import day_text
from okno.kit.errors import Refused
from okno.kit.registry import SettingsPage
from okno.kit.web.forms import CONTROL
from okno.kit.web.pages import CommandPage

DAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
URL = "/settings/schedule/"


class ScheduleForm(forms.Form):
    """Hours of the week and days that differ."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(CONTROL))
        self.fields["zone"] = forms.ChoiceField(label=_("Time zone"), choices=zones.choices(timezone.now()))
        for number, label in enumerate(DAYS):
            widget = forms.TextInput({**CONTROL, "placeholder": _("day off")})
            self.fields[f"day_{number}"] = forms.CharField(label=label, required=False, max_length=100, widget=widget)
        self.fields["days"] = forms.CharField(
            label=_("Days that differ"),
            required=False,
            widget=forms.Textarea({**CONTROL, "rows": 4, "placeholder": "31.12.2026 09:00-14:00"}),
            help_text=_("A day and its hours on each line; a day without hours is a day off."),
        )
        self.fields["follows_calendar"] = forms.BooleanField(
            label=_("Follows the production calendar of Russia"), required=False
        )

    def clean_days(self) -> dict[str, str]:
        """Hours by day."""
        found = {}
        for line in self.cleaned_data["days"].splitlines():
            day, _space, hours = line.strip().partition(" ")
            if day:
                found[day] = hours.strip()
        return found

    def clean(self) -> dict[str, Any]:
        """Hours that can be read."""
        cleaned = super().clean() or {}
        for number in range(len(DAYS)):
            self._check(f"day_{number}", cleaned.get(f"day_{number}", ""))
        for day, hours in (cleaned.get("days") or {}).items():
            self._check("days", hours)
            self._check("days", day, rules.read_day)
        return cleaned

    def _check(self, name: str, text: str, check: Callable[[str], object] = worktime.read_hours) -> None:
        if not text:
            return
        try:
            check(text)
        except Refused as refusal:
            self.add_error(name, refusal.message)


class Schedule(CommandPage):
    """When people work."""

    command, form = commands.set_schedule, ScheduleForm
    title, submit = gettext_lazy("Work schedule"), gettext_lazy("Save")
    text = gettext_lazy("Norms and deadlines are counted in these hours.")

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The schedule there is, else an office week."""
        found = queries.stored_schedule()
        if found is None:
            found = WorkSchedule(name=_("Office hours"), zone=settings.TIME_ZONE, week=["09:00-18:00"] * 5 + ["", ""])
        week = {f"day_{number}": hours for number, hours in enumerate(found.week)}
        days = "\n".join(f"{_shown(day)} {hours}".strip() for day, hours in sorted(found.days.items()))
        known = {name: getattr(found, name) for name in ("name", "zone", "follows_calendar")}
        return {**known, **week, "days": days}

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The week as the command takes it."""
        week = [cleaned[f"day_{number}"].strip() for number in range(len(DAYS))]
        return {**{name: cleaned[name] for name in ("name", "zone", "days", "follows_calendar")}, "week": week}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Stay here."""
        return URL


def _shown(day: str) -> str:
    return day_text(dt.date.fromisoformat(day))


PAGES = (
    SettingsPage(
        gettext_lazy("Sales and mail"),
        gettext_lazy("Work schedule"),
        gettext_lazy("Working hours and days off, by which deadlines are counted"),
        URL,
        icon="calendar",
        permission=commands.set_schedule.name,
        position=250,
    ),
)
