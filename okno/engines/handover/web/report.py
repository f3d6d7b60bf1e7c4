"""What a plan says of itself: its rules in words, and who gets, or got, what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.engines.handover import queries, rules
from okno.engines.handover.models import Handover
from okno.kit import formats
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows.cells import Cell, Moment
from okno.kit.rows.columns import Column
from okno.kit.saved_views import reading
from okno.kit.web.pages import change_report

Context = dict[str, Any]
State = Handover.State
DUE = {State.GIVEN: "green", State.PLANNED: "yellow", State.CANCELLED: "grey", State.RETURNED: "green"}


def _person_cell(values: Sequence[Any], _moment: Moment) -> Cell:
    """The name of the person; it leads to the plan, not to the person."""
    return {"text": values[0]}


PERSON = Column("person", gettext_lazy("Whose work"), ("person__name",), _person_cell)


def context(actor: Actor, row: Handover, job: JobRun | None) -> Context:
    """All that the page of a plan shows beside the progress of its work."""
    is_working = queries.is_under_way(job)
    people = _people(actor, row, job)
    names = {one.pk: one.name for one in people}
    parcels = (job.result.get("parcels") or []) if job is not None and not is_working else []
    return {
        "state": row.get_state_display(),
        "due": DUE.get(State(row.state), "grey"),
        "facts": _facts(actor, row),
        "rules": [_in_words(actor, one, names) for one in (rules.rule_of(told) for told in row.rules)],
        "parcels": _parcels(actor, parcels, names),
        "table": _table(parcels, names),
        "warnings": _warnings(actor, row, people) if row.state in {State.DRAFT, State.PLANNED} else [],
        "table_title": _title(row),
        "is_preview": row.state in {State.DRAFT, State.PLANNED, State.CANCELLED},
        "stays": job.result.get("stays", 0) if job is not None else 0,
        "problem": row.counts.get("problem", "") or _broken_off(row, job, parcels),
        **_doors(actor, row, is_working=is_working),
    }


def _title(row: Handover) -> str:
    if row.state in {State.DRAFT, State.PLANNED, State.CANCELLED}:
        return _("Nothing has gone yet. Look who would get what.")
    return _("What came back") if row.state in {State.RETURNING, State.RETURNED} else _("Who got what")


def _broken_off(row: Handover, job: JobRun | None, parcels: Sequence[Context]) -> str:
    """How far a handover, or its way back, came whose work broke off: its button goes on with the rest."""
    is_broken = job is not None and job.state in {JobRun.State.CANCELLED, JobRun.State.FAILED}
    if job is None or not is_broken or not job.total or row.state not in {State.RUNNING, State.RETURNING}:
        return ""
    told = {
        "gone": formats.quantity_text(sum(one["total"] for one in parcels)),
        "count": formats.quantity_text(job.total),
    }
    return _("Broken off: %(gone)s of %(count)s rows were gone through; begun again, it goes on with the rest.") % told


def _warnings(actor: Actor, row: Handover, people: list[User]) -> list[str]:
    """What stands in the way of a plan: rows out of reach, people who are away themselves, other plans."""
    told = [rules.rule_of(one) for one in row.rules]
    getting = {one for rule in told if rule.way != rules.Way.KEEP for one in rule.people}
    away = _away([one for one in people if one.pk in getting])
    return [*_out_of_reach(actor, row, told), *away, *_beside(actor, row, getting)]


def _out_of_reach(actor: Actor, row: Handover, told: list[rules.Rule]) -> list[str]:
    named = {one.record for one in told}
    hands = [one for one in queries.hands(actor) if one.record.name in named]
    beyond = queries.beyond_reach(actor, hands, row.person_id)
    text = _("%(label)s: %(count)s more are out of your reach and stay.")
    return [
        text % {"label": one.record.plural, "count": formats.quantity_text(beyond[one.record.name])}
        for one in hands
        if beyond[one.record.name]
    ]


def _away(people: list[User]) -> list[str]:
    found = []
    for one in people:
        if not one.is_active:
            found.append(_("%(name)s may not sign in: choose somebody else.") % {"name": one.name})
        elif not one.is_available:
            found.append(_("%(name)s takes no new work now.") % {"name": one.name})
    return found


def _beside(actor: Actor, row: Handover, people: set[int]) -> list[str]:
    text = _("%(name)s has another handover for this time: %(begins)s – %(ends)s.")
    return [
        text
        % {
            "name": one.person.name,
            "begins": formats.moment_exact(one.starts_at, actor.zone) if one.starts_at else _("at once"),
            "ends": formats.moment_exact(one.returns_at, actor.zone) if one.returns_at else _("for good"),
        }
        for one in queries.beside(row, people)
    ]


def _doors(actor: Actor, row: Handover, *, is_working: bool) -> Context:
    url, found = f"/handovers/{row.pk}/", {"start_url": "", "cancel_url": "", "back_url": ""}
    if is_working:
        return found
    if row.state in {State.DRAFT, State.RUNNING} and actor.may("handover.start"):
        found["start_url"] = f"{url}?part=start"
    if row.state in {State.DRAFT, State.PLANNED} and actor.may("handover.cancel"):
        found["cancel_url"] = f"{url}?part=cancel"
    if row.state in {State.GIVEN, State.RETURNING} and actor.may("handover.bring_back"):
        found["back_url"] = f"{url}?part=back"
    return found


def _facts(actor: Actor, row: Handover) -> list[Context]:
    told = [
        (_("Reason"), row.get_reason_display()),
        (_("Begins on"), formats.moment_exact(row.starts_at, actor.zone) if row.starts_at else _("at once")),
        (_("Back on"), formats.moment_exact(row.returns_at, actor.zone) if row.returns_at else _("for good")),
        (_("No new work meanwhile"), _("Yes") if row.stops_new_work else ""),
        (_("Deputy"), row.deputy.name if row.deputy else ""),
        (_("Shut out"), _("Yes") if row.shuts_out else ""),
        (_("Who prepared"), row.author.name),
    ]
    return [{"label": label, "text": text} for label, text in told if text]


def _people(actor: Actor, row: Handover, job: JobRun | None) -> list[User]:
    parcels = (job.result.get("parcels") or []) if job is not None else []
    ids = {one for told in row.rules for one in told.get("people", ())} | {one["to"] for one in parcels}
    return list(User.objects.visible_to(actor).filter(pk__in=ids).order_by("name"))


def _in_words(actor: Actor, rule: rules.Rule, names: dict[int, str]) -> str:
    record = registry.records.get(rule.record)
    label = str(record.plural) if record else rule.record
    if rule.view is not None:
        known = {one.pk: one.name for one in reading.views_of(actor, rule.record)}
        label = f"{label} ({known.get(rule.view, '—')})"
    people = ", ".join(names.get(one, "—") for one in rule.people)
    way = "" if len(rule.people) == 1 else str(rules.WORDS.get(rules.Way(rule.way), ""))
    return " · ".join(part for part in (f"{label} → {people}" if people else label, way) if part)


def _parcels(actor: Actor, told: Sequence[Context], names: dict[int, str]) -> list[Context]:
    """Who gets what; rows of a record that is not known any more are not told."""
    known = [(registry.records[one["record"]], one) for one in told if one["record"] in registry.records]
    shown = change_report.of_outcomes(actor, known)
    return [
        _parcel(record, one, rows, names, number)
        for number, ((record, one), rows) in enumerate(zip(known, shown, strict=True))
    ]


def _table(told: Sequence[Context], names: dict[int, str]) -> Context | None:
    """How many rows of each kind each person gets: a line a kind, a column a person."""
    known = [one for one in told if one["record"] in registry.records]
    people = sorted({one["to"] for one in known}, key=lambda one: names.get(one, ""))
    if not people:
        return None
    counts = {(one["record"], one["to"]): one["done"] for one in known}
    records = list(dict.fromkeys(one["record"] for one in known))
    lines = [
        {
            "label": registry.records[record].plural,
            "cells": [formats.quantity_text(counts.get((record, who), 0)) for who in people],
        }
        for record in records
    ]
    return {"people": [names.get(one, "—") for one in people], "lines": lines}


def _parcel(record: Record, told: Context, shown: Context, names: dict[int, str], number: int) -> Context:
    return {
        "key": number,
        "title": f"{record.plural} → {names.get(told['to'], '—')}",
        "done": formats.quantity_text(told["done"]),
        "left": formats.quantity_text(told["refused_count"]) if told["refused_count"] else "",
        **shown,
    }
