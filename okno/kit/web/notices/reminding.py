"""Reminders: the page of one's own, the form of a new one, and the pop-up of those that ring."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from okno.kit import formats, reached
from okno.kit.days import parse_moment
from okno.kit.due import Colour
from okno.kit.errors import Refused
from okno.kit.models.notices import Reminder
from okno.kit.notices import ending, reading
from okno.kit.notices.commands import reminders
from okno.kit.registry import registry
from okno.kit.rows.cells import Moment
from okno.kit.web import htmx
from okno.kit.web.days import DayField, MomentField
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.command import CommandPage

Context = dict[str, Any]
# Steps of «later»: what the button says and the text that `parse_moment` reads.
STEPS = (
    (gettext_lazy("in 10 minutes"), "+10 мин"),
    (gettext_lazy("in an hour"), "+1 ч"),
    (gettext_lazy("in 3 hours"), "+3 ч"),
    (gettext_lazy("tomorrow morning"), "завтра 10:00"),
    (gettext_lazy("in a week"), "+7д 10:00"),
)


class NewReminder(forms.Form):
    """What to remind of and when."""

    text = forms.CharField(label=gettext_lazy("What of"), max_length=500)
    at = MomentField(label=gettext_lazy("When"), help_text=gettext_lazy("“tomorrow 10:00”, “in 2 h”, “25.12 9:30”"))
    repeat = forms.ChoiceField(label=gettext_lazy("Repeat"), choices=Reminder.Repeat.choices, required=False)
    every = forms.IntegerField(
        label=gettext_lazy("Every how many times"),
        required=False,
        min_value=1,
        max_value=reminders.MOST_EVERY,
        initial=1,
        help_text=gettext_lazy("“Every day” and 3 is once in three days."),
        widget=forms.NumberInput({"class": "form-control"}),
    )
    until = DayField(label=gettext_lazy("Until"), required=False)
    is_important = forms.BooleanField(label=gettext_lazy("Important"), required=False)
    record = forms.CharField(widget=forms.HiddenInput, required=False)
    row_id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    until_over = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = ending.ENDINGS.get(str(self.data.get("record") or self.initial.get("record") or ""))
        if known is None:
            del self.fields["until_over"]
        else:
            self.fields["until_over"].label = str(known.label)

    def clean_every(self) -> int:
        """Each time, unless it was said otherwise."""
        return self.cleaned_data["every"] or 1


class AddReminder(CommandPage):
    """The dialog of a new reminder; `?record=deals.deal&row_id=17` says what it is about."""

    command, form = reminders.add, NewReminder
    title, submit, done = gettext_lazy("Remind me"), gettext_lazy("Remind"), gettext_lazy("You will be reminded.")
    stays = True

    def success_url(self, result: Any, row: Any) -> str:
        """The list of reminders, where the dialog was opened as a page."""
        return "/reminders/"


class Reminders(Page):
    """`/reminders/`: one's own reminders by their moment."""

    permission: ClassVar[str] = reminders.finish.name
    parts: ClassVar[dict[str, str]] = {"list": "listed", "ringing": "ringing"}
    actions: ClassVar[dict[str, str]] = {"snooze": "snooze", "finish": "finish", "end": "end"}

    def show(self, **_address: Any) -> HttpResponse:
        """The page."""
        return self.answer("notices/reminders.html", {**self.context(), "page_title": _("Reminders")})

    def listed(self, **_address: Any) -> HttpResponse:
        """The list anew."""
        return self.answer("notices/reminder_list.html", self.context())

    def ringing(self, **_address: Any) -> HttpResponse:
        """The pop-up of reminders that ring."""
        found = reading.ringing(self.actor, self.moment.at)
        return self.answer("notices/ringing.html", {"reminders": self._in_words(found), "steps": STEPS})

    def snooze(self, **_address: Any) -> HttpResponse:
        """Ring later. :raises Refused: the moment cannot be read."""
        at = self.moment
        until = parse_moment(self.request.POST.get("until", ""), at.at, at.zone)
        if until is None:
            raise Refused("bad_moment", _("Write a moment: 25.12.2026 14:30, “tomorrow 10:00” or “+2h”."))
        reminders.snooze.run(self.actor, reminder_id=self._id(), until=until)
        text = _("It will ring %(when)s.") % {"when": formats.moment_text(until, at.at, at.zone)}
        return htmx.told(self._answered(), text)

    def finish(self, **_address: Any) -> HttpResponse:
        """Be done with it; one that repeats goes on to its next moment."""
        done = reminders.finish.run(self.actor, reminder_id=self._id())
        if done.state == Reminder.State.DONE:
            return htmx.told(self._answered(), _("The reminder is done."))
        at = self.moment
        text = _("The next time it rings %(when)s.") % {"when": formats.moment_text(done.next_at, at.at, at.zone)}
        return htmx.told(self._answered(), text)

    def end(self, **_address: Any) -> HttpResponse:
        """End it for good, though it repeats."""
        reminders.finish.run(self.actor, reminder_id=self._id(), for_good=True)
        return htmx.told(self._answered(), _("The reminder is done."))

    def _id(self) -> str:
        return self.request.POST.get("reminder", "")

    def _answered(self) -> HttpResponse:
        return self.listed() if self.request.POST.get("place") == "list" else self.ringing()

    def context(self) -> Context:
        """What the list needs."""
        return {
            "reminders": self._in_words(reading.reminders(self.actor)),
            "done": self._in_words(reading.reminders(self.actor, is_done=True)),
            "steps": STEPS,
        }

    def _in_words(self, found: list[Reminder]) -> list[Context]:
        titles = reached.titles(self.actor, [(one.record, one.row_id) for one in found])
        return [_in_words(one, titles.get((one.record, one.row_id or 0), ""), self.moment) for one in found]


def _in_words(reminder: Reminder, title: str, moment: Moment) -> Context:
    """A reminder as templates show it, with the title of its row when that is within reach."""
    record = registry.records.get(reminder.record)
    return {
        "id": reminder.pk,
        "text": reminder.text,
        "title": title,
        "url": record.url_of(reminder.row_id) if record is not None and reminder.row_id is not None and title else "",
        "icon": record.icon if record is not None and title else "alarm",
        "when": formats.moment_text(reminder.next_at, moment.at, moment.zone),
        "when_title": formats.moment_full(reminder.next_at, moment.zone),
        "due": _due(reminder, moment.at),
        "repeat": _repeat_text(reminder),
        "repeats": bool(reminder.repeat),
        "is_important": reminder.is_important,
        "by": reminder.by_name,
        "snoozed": reminder.snoozed,
    }


def _repeat_text(reminder: Reminder) -> str:
    """How it repeats and until when: `Once in 3 days · until 25.12.2026 · until it is paid`."""
    if not reminder.repeat:
        return ""
    known = ending.ENDINGS.get(reminder.record) if reminder.until_over else None
    until = _("until %(day)s") % {"day": formats.date_text(reminder.until)} if reminder.until else ""
    return " · ".join(str(one) for one in (_step_text(reminder), until, known.label if known else "") if one)


def _step_text(reminder: Reminder) -> str:
    every = reminder.every
    if every == 1:
        return reminder.get_repeat_display()
    said = {
        Reminder.Repeat.DAILY: ngettext("Once in %(every)s day", "Once in %(every)s days", every),
        Reminder.Repeat.WORKDAYS: ngettext("Once in %(every)s working day", "Once in %(every)s working days", every),
        Reminder.Repeat.WEEKLY: ngettext("Once in %(every)s week", "Once in %(every)s weeks", every),
        Reminder.Repeat.MONTHLY: ngettext("Once in %(every)s month", "Once in %(every)s months", every),
    }
    return said[Reminder.Repeat(reminder.repeat)] % {"every": every}


def _due(reminder: Reminder, at: dt.datetime) -> str:
    """The colour of its moment."""
    if reminder.state == Reminder.State.DONE:
        return Colour.GREY.value
    return Colour.RED.value if reminder.next_at <= at else Colour.GREEN.value
