"""Fields of forms for days and moments as people type them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.kit.days import day_text, moment_text, parse_day, parse_moment
from okno.kit.web.widgets import Drawn


class DayInput(Drawn, forms.TextInput):
    """A day typed as text, with a calendar beside it."""

    template_name = "kit/day_input.html"
    has_time = False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template of the input needs."""
        given = {"class": "form-control", **self.build_attrs(self.attrs, attrs)}
        return {"name": name, "value": self.format_value(value) or "", "attrs": given, "has_time": self.has_time}


class MomentInput(DayInput):
    """A day with a time of day."""

    has_time = True


class DayField(forms.Field):
    """A day as people type it."""

    widget = DayInput

    def to_python(self, value: Any) -> dt.date | None:
        """The day. :raises ValidationError: the text names none."""
        if value in self.empty_values:
            return None
        if isinstance(value, dt.date):
            return value
        found = parse_day(str(value), timezone.localdate())
        if found is None:
            raise ValidationError(_("Write a day: 25.12.2026, “tomorrow” or “+3d”."), code="invalid")
        return found

    def prepare_value(self, value: Any) -> Any:
        """Stored days are shown as people write them; what was typed stays as it was."""
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            value = dt.date.fromisoformat(value)
        return day_text(value) if isinstance(value, dt.date) else value


class MomentField(forms.Field):
    """A moment as people type it, in the zone of the request."""

    widget = MomentInput

    def to_python(self, value: Any) -> dt.datetime | None:
        """The moment. :raises ValidationError: the text names none."""
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return value
        zone: Any = timezone.get_current_timezone()
        found = parse_moment(str(value), timezone.now(), zone)
        if found is None:
            raise ValidationError(_("Write a moment: 25.12.2026 14:30, “tomorrow 10:00” or “+2h”."), code="invalid")
        return found

    def prepare_value(self, value: Any) -> Any:
        """Stored moments are shown in the zone of the request; what was typed stays as it was."""
        zone = timezone.get_current_timezone()
        if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
            value = dt.datetime.fromisoformat(value)
            value = value if value.tzinfo else value.replace(tzinfo=zone)
        return moment_text(value, zone) if isinstance(value, dt.datetime) else value
