"""How an enquiry looks: its deadline in working time, its age, where it came from, what state it is in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from okno.areas.calendar import queries as calendar
from okno.areas.leads import rules
from okno.areas.leads.models import DistributionRule, Lead
from okno.kit import formats
from okno.kit.due import Colour, due_colour
from okno.kit.permissions import Actor
from okno.kit.rows.cells import Cell, Moment
from okno.kit.web.pages import Column
from okno.kit.worktime import Schedule, work_between

SOURCE_ICONS = {
    "form": "forms",
    "widget": "message",
    "chat": "messages",
    "call": "phone",
    "missed": "phone-x",
    "mail": "mail",
    "messenger": "brand-telegram",
    "social": "users",
    "analytics": "chart-bar",
    "campaign": "speakerphone",
    "api": "plug",
    "manual": "pencil",
}
STATE_STAGES = {
    "new": 3,
    "given": 2,
    "taken": 5,
    "postponed": 1,
    "converted": 6,
    "merged": 1,
    "rejected": 9,
    "spam": 9,
}
# What the deadline of a row depends on.
CLOCK = ("state", "received_at", "react_by", "handle_by", "reacted_at", "postponed_until")
UNWANTED = frozenset({Lead.State.REJECTED, Lead.State.SPAM})
MINUTE = dt.timedelta(minutes=1)
WAITING = frozenset({Lead.State.NEW, Lead.State.GIVEN, Lead.State.TAKEN})


def _schedule(at: dt.datetime) -> Schedule:
    """The working hours for a page made at this moment: read once a minute, not once for each row."""
    return _schedule_of_minute(at.replace(second=0, microsecond=0))


@lru_cache(maxsize=2)
def _schedule_of_minute(_minute: dt.datetime) -> Schedule:
    return calendar.default_schedule()


def deadline(values: Sequence[Any]) -> tuple[dt.datetime | None, bool]:
    """What has to be done next and by when: (moment, whether it is the first reaction)."""
    _state, _received, react_by, handle_by, reacted_at, _until = values
    return (react_by, True) if reacted_at is None else (handle_by, False)


def colour(values: Sequence[Any], moment: Moment) -> str:
    """The colour of a row, from `CLOCK`."""
    state, received = values[0], values[1]
    until, _is_reaction = deadline(values)
    is_over = state not in WAITING
    return due_colour(moment.at, received, until, None if is_over else _schedule(moment.at), closed=is_over).value


def deadline_text(values: Sequence[Any], moment: Moment) -> str:
    """What is to be done and how much time is left, in words."""
    state, until = values[0], values[5]
    if state == Lead.State.POSTPONED:
        return _("until %(when)s") % {"when": formats.moment_text(until, moment.at, moment.zone)} if until else ""
    by, is_reaction = deadline(values)
    if by is None or state not in WAITING:
        return ""
    is_late = by <= moment.at
    schedule = _schedule(moment.at)
    # Nights and holidays do not count: what is told is the time that people work.
    length = work_between(by, moment.at, schedule) if is_late else work_between(moment.at, by, schedule)
    time = formats.duration_text(max(length, MINUTE))
    if is_late:
        return (_("answer late by %(time)s") if is_reaction else _("late by %(time)s")) % {"time": time}
    return (_("%(time)s to answer") if is_reaction else _("%(time)s to handle")) % {"time": time}


def deadline_cell(values: Sequence[Any], moment: Moment) -> Cell:
    """The deadline as a cell; its colour says the same as its words."""
    by, _is_reaction = deadline(values)
    cell: Cell = {"text": deadline_text(values, moment), "class": f"due-text due-{colour(values, moment)}"}
    if cell["text"] and by is not None:
        cell["title"] = formats.moment_full(by, moment.zone)
    return cell


def age_cell(values: Sequence[Any], moment: Moment) -> Cell:
    """How long ago it came."""
    (received,) = values
    text = formats.duration_text(moment.at - received) or _("just now")
    return {"text": text, "title": formats.moment_full(received, moment.zone)}


def sender_cell(values: Sequence[Any], _moment: Moment) -> Cell:
    """Who wrote, as they called themselves."""
    name, company, phone, email = values
    said = [one for one in (name, company) if one] or [one for one in (phone, email) if one][:1]
    return {"text": " · ".join(said), "title": " · ".join(one for one in values if one)}


def source_cell(values: Sequence[Any], _moment: Moment) -> Cell:
    """Where it came from: a sign and a word."""
    kind, name = values
    return {"text": _source_html(kind or "", name or "", get_language() or ""), "title": name or ""}


@lru_cache(maxsize=500)
def _source_html(kind: str, name: str, _language: str) -> Any:
    return render_to_string("leads/source.html", {"icon": SOURCE_ICONS.get(kind, ""), "name": name}) if name else ""


def open_value(actor: Actor, lead: Lead, field: str) -> str:
    """A text of an enquiry, empty when the field is hidden from the actor."""
    return str(getattr(lead, field)) if actor.sees_field("leads.lead", field) else ""


def badge(lead: Lead) -> dict[str, Any]:
    """The state beside the title."""
    return {"label": lead.get_state_display(), "stage": STATE_STAGES[lead.state]}


def next_step(lead: Lead, moment: Moment) -> dict[str, Any] | None:
    """The deadline beside the title."""
    values = [getattr(lead, name) for name in CLOCK]
    text = deadline_text(values, moment)
    by, _is_reaction = deadline(values)
    if not text:
        return None
    title = formats.moment_full(lead.postponed_until or by, moment.zone)
    return {"text": text, "due": Colour(colour(values, moment)), "title": title}


def ending(actor: Actor, lead: Lead) -> str:
    """Why an enquiry was rejected or taken for spam, as far as it is open to the actor."""
    reason = lead.reject_reason.name if lead.reject_reason and actor.sees_field("leads.lead", "reject_reason") else ""
    said = [reason, open_value(actor, lead, "comment")] if lead.state in UNWANTED else []
    return " · ".join(part for part in said if part)


def told(lead: Lead) -> str:
    """How the responsible person was found: the rule, its method, who was passed over and why."""
    said = lead.told
    if not said:
        return ""
    is_by_rule = said.get("outcome") == "chosen" and bool(said.get("rule"))
    parts = [] if is_by_rule or said.get("outcome") not in _OUTCOMES else [_OUTCOMES[said["outcome"]]()]
    if said.get("rule"):
        parts.append(_("rule “%(rule)s”") % {"rule": said["rule"]})
    if said.get("method"):
        parts.append(str(DistributionRule.Method(said["method"]).label).lower())
    if said.get("fallback"):
        parts.append(_("from “%(queue)s”, as nobody else was free") % {"queue": said["fallback"]})
    passed = [f"{one['who']} — {rules.REASONS.get(one['why'], one['why'])}" for one in said.get("skipped", [])]
    if passed:
        parts.append(_("passed over: %(people)s") % {"people": "; ".join(passed)})
    return " · ".join(part for part in parts if part)


_OUTCOMES = {
    "chosen": lambda: _("given by rule"),
    "given": lambda: _("given by hand"),
    "taken": lambda: _("taken by the first who could"),
    "waits": lambda: _("waits: nobody is free"),
    "by_hand": lambda: _("waits for somebody to give it by hand"),
    "open": lambda: _("whoever takes it first gets it"),
    "deal": lambda: _("goes to the person of the open deal"),
}


COLUMNS = (
    "subject",
    Column("react_by", gettext_lazy("Deadline"), CLOCK, deadline_cell, is_sortable=True),
    Column("name", gettext_lazy("From whom"), ("name", "company", "phone", "email"), sender_cell),
    Column("source", gettext_lazy("Source"), ("source__kind", "source__name"), source_cell),
    Column("received_at", gettext_lazy("Age"), ("received_at",), age_cell, is_sortable=True),
    "owner",
    "state",
)
