"""The quality of the base: figures that open their rows, what is missed most, and how it went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.engines.quality import queries
from okno.engines.quality.models import Norm, Score
from okno.engines.quality.queries import Base
from okno.engines.quality.rules import colour_of
from okno.engines.quality.web import sheets as sheets_of
from okno.kit import days, formats, openness, permissions
from okno.kit.completeness import Judged
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record
from okno.kit.web import workbook
from okno.kit.web.charts import Series, chart
from okno.kit.web.pages.address import list_url
from okno.kit.web.pages.by_record import RecordPage

Context = dict[str, Any]
Missed = tuple[Norm, str, int, int]
SHOWN_DAYS, CHANGE_DAYS = 90, 30
MOST_LINES = 10
STAGES = {Score.Colour.RED: 9, Score.Colour.YELLOW: 7, Score.Colour.GREEN: 5}


class Quality(RecordPage):
    """How good the base is: averages, what is missed, who is responsible, and the days before."""

    here, permission = "/quality/", "quality.view"
    parts: ClassVar[dict[str, str]] = {"file": "file"}

    def show(self, **_address: Any) -> HttpResponse:
        """The page of one record. :raises Missing: nothing that the actor may view is judged."""
        record, by = self.record, self.by
        choices = _choices(self.actor, record, queries.judged(record.name))
        has_norms = bool(queries.working(record, self.norms))
        may_take = has_norms and workbook.may_take(self.actor, record)
        context = {
            "page_title": _("Quality of the base"),
            "record": record.name,
            "records": self.record_tabs(),
            "choices": [{"key": key, "label": field.label, "chosen": key == by} for key, field in choices],
            "has_norms": has_norms,
            "file_url": f"{self.url}&by={by}&part=file" if may_take else "",
            "settings_url": f"/settings/quality/?record={record.name}" if self.actor.may("quality.set_norm") else "",
            **self._figures(record),
            **self._parts(record, by),
        }
        return self.answer("quality/quality.html", context)

    def open_records(self) -> list[Record]:
        """Records whose cards are judged and that the actor may look at."""
        return [one for one, _judged in queries.judged_records() if _is_open(self.actor, one)]

    def _figures(self, record: Record) -> Context:
        whole = queries.whole(self.actor, record)
        return {
            "tiles": _tiles(record, whole),
            "sub_indices": _groups(whole),
            "spread": _spread(record, queries.histogram(self.actor, record)),
            "past_title": _("Quality day by day, %"),
            "past": _past(queries.days(self.actor, record, self.since)),
            "missed": _missed(self.actor, record, queries.missed(self.actor, record, self.norms)),
        }

    @property
    def by(self) -> str:
        """The field that cards are put together by; empty where there is none."""
        keys = [key for key, _field in _choices(self.actor, self.record, queries.judged(self.record.name))] or [""]
        asked = self.request.GET.get("by", "")
        return asked if asked in keys else keys[0]

    def file(self, **_address: Any) -> HttpResponse:
        """Cards put together, what is missed and the days before, as a workbook. :raises Denied: without the right."""
        record, by = self.record, self.by
        found = queries.put_together(self.actor, record, by) if by else []
        kept = queries.days(self.actor, record, self.since)
        missed = _told_missed(self.actor, record, queries.missed(self.actor, record, self.norms))
        sheets = [
            *([sheets_of.parts(record.fields[by], found)] if by else []),
            sheets_of.missed(missed),
            sheets_of.by_day(kept),
        ]
        return workbook.answer(self.actor, record, "quality", sheets, {"by": by})

    @cached_property
    def norms(self) -> list[Norm]:
        """The criteria by which cards of the record are judged."""
        return queries.norms(self.record.name)

    @cached_property
    def since(self) -> dt.date:
        """The first day of those that are shown."""
        return timezone.localdate(self.moment.at, self.actor.zone) - dt.timedelta(days=SHOWN_DAYS)

    def _parts(self, record: Record, by: str) -> Context:
        groups = [str(one.label) for one in Norm.Group]
        if not by:
            return {"head": "", "groups": groups, "lines": []}
        field = record.fields[by]
        found = queries.put_together(self.actor, record, by)
        kept = queries.days_by(self.actor, record, self.since, by)
        month = self.since + dt.timedelta(days=SHOWN_DAYS - CHANGE_DAYS)
        lines = [{**_line(record, by, field, one), **_change(one, kept.get(one.key, {}), month)} for one in found]
        title = _("Quality day by day: %(by)s") % {"by": field.label}
        return {
            "head": field.label,
            "groups": groups,
            "lines": lines,
            "has_change": any(one["change"] for one in lines),
            "past_of_parts": _past_of_parts(title, found, kept, [one["label"] for one in lines]),
        }


def _is_open(actor: Actor, record: Record) -> bool:
    return actor.may(permissions.view_permission(record.model)) and actor.sees_field(record.name, "quality")


def _choices(actor: Actor, record: Record, judged: Judged) -> list[tuple[str, Field]]:
    """Fields that rows are put together by: people first, departments, and what decides which criteria count."""
    department = permissions.reach_of(record.model).department.removesuffix("_id")
    found = [
        (key, field)
        for key, field in record.fields.items()
        if actor.sees_field(record.name, key)
        and (field.kind is Kind.PERSON or key == judged.by or (department and field.path == f"{department}__name"))
    ]
    return sorted(found, key=lambda one: one[1].kind is not Kind.PERSON)


def rows_url(record: Record, *leaves: Any) -> str:
    """The rows behind a figure, the worst first."""
    judged = {"field": "quality", "op": "not_empty"}
    return list_url(record, {"all": [*leaves, judged]}, sort="quality")


def _leaf(field: str, op: str, value: Any) -> Context:
    return {"field": field, "op": op, "value": value}


def _shown(value: int | None) -> str:
    return "—" if value is None else f"{value} %"


def _tiles(record: Record, whole: Base) -> list[Context]:
    found: list[Context] = [
        {
            "label": _("Quality of the base"),
            "value": _shown(whole.value),
            "due": colour_of(whole.value) if whole.value is not None else "grey",
            "note": _("judged: %(rows)s") % {"rows": formats.quantity_text(whole.rows)},
            "url": rows_url(record),
        },
        {
            "label": _("Activity of the base"),
            "value": _shown(whole.activity),
            "note": _("worked with lately: %(rows)s") % {"rows": formats.quantity_text(whole.active)},
            "url": rows_url(record, active) if (active := queries.judged(record.name).active) else "",
        },
    ]
    for colour in Score.Colour:
        count = getattr(whole, str(colour))
        found.append(
            {
                "label": str(colour.label),
                "value": formats.quantity_text(count),
                "due": str(colour),
                "url": rows_url(record, _leaf("quality_colour", "in", [str(colour)])),
            }
        )
    return found


def _groups(whole: Base) -> list[Context]:
    """What the average is made of: the sub-index of each group that has criteria."""
    told = [(group, whole.of_group(str(group))) for group in Norm.Group]
    return [
        {"label": group.label, "value": value, "due": colour_of(value)} for group, value in told if value is not None
    ]


def _spread(record: Record, bins: Sequence[tuple[int, int, int]]) -> Context:
    """How many rows have come how far."""
    labels = [f"{low}–{high}" for low, high, _count in bins]
    series = []
    for colour in Score.Colour:
        values = [count if colour_of(low) == colour else 0 for low, _high, count in bins]
        series.append(Series(str(colour.label), values, STAGES[colour]))
    urls = [rows_url(record, _leaf("quality", "between", [low, high])) for low, high, _count in bins]
    return chart("chart-spread", "stacked", _("Cards by quality, %"), labels, series, urls=urls)


def _past(kept: Sequence[tuple[dt.date, Base]]) -> Context | None:
    """How it went day by day: nothing before the second night."""
    if len(kept) < 2:
        return None
    lines = [Series(_("Quality"), [one.value or 0 for _day, one in kept])]
    for group in Norm.Group:
        values = [one.of_group(str(group)) or 0 for _day, one in kept]
        if any(values):
            lines.append(Series(str(group.label), values))
    labels = [days.day_text(day) for day, _base in kept]
    return chart("chart-past", "line", _("Quality day by day, %"), labels, lines)


def _change(one: Base, kept: Mapping[dt.date, Base], since: dt.date) -> Context:
    """How many per cent more than on the last day that was kept before; nothing where there is none."""
    before = max((day for day in kept if day <= since), default=None)
    was = kept[before].value if before else None
    if was is None or one.value is None:
        return {"change": "", "change_due": "grey"}
    more = one.value - was
    return {"change": f"{more:+d}", "change_due": "green" if more > 0 else "red" if more < 0 else "grey"}


def _past_of_parts(
    title: str, found: Sequence[Base], kept: Mapping[Any, Mapping[dt.date, Base]], labels: Sequence[str]
) -> Context | None:
    """A line for each of those with most cards; a day on which one had no card lies as the day before."""
    shown_days = sorted({day for one in kept.values() for day in one})
    named = [(one, label) for one, label in zip(found, labels, strict=True) if kept.get(one.key)]
    most = sorted(named, key=lambda each: -each[0].rows)[:MOST_LINES]
    if len(shown_days) < 2 or len(most) < 2:
        return None
    lines = []
    for one, label in most:
        values, value = [], 0
        for day in shown_days:
            base = kept[one.key].get(day)
            value = value if base is None or base.value is None else base.value
            values.append(value)
        lines.append(Series(str(label), values))
    return chart("chart-parts", "line", title, [days.day_text(one) for one in shown_days], lines)


def _missed(actor: Actor, record: Record, found: Sequence[tuple[Norm, int, int]]) -> list[Context]:
    """What cards miss most; what looks at fields that are closed to the actor is left out."""
    return [
        {
            "label": norm.label,
            "status": status,
            "count": formats.quantity_text(count),
            "share": f"{share} %",
            "url": rows_url(record, {"not": norm.condition}, *_of_status(record, norm.status)),
        }
        for norm, status, count, share in _told_missed(actor, record, found)
    ]


def _told_missed(actor: Actor, record: Record, found: Sequence[tuple[Norm, int, int]]) -> list[Missed]:
    """Criteria with their status, how many cards miss them and their part in per cent, as far as they are open."""
    labels = {str(value): str(label) for value, label in _options(record)}
    return [
        (norm, labels.get(norm.status, ""), count, round(100 * count / of) if of else 0)
        for norm, count, of in found
        if (condition := queries.parsed(record, norm)) is not None
        and not any(openness.hidden_keys(actor, record, condition))
    ]


def _options(record: Record) -> Sequence[tuple[Any, object]]:
    by = record.field(queries.judged(record.name).by)
    return by.choices if by else ()


def _of_status(record: Record, status: str) -> list[Context]:
    by = queries.judged(record.name).by
    return [_leaf(by, "in", [status])] if by else []


def _line(record: Record, by: str, field: Field, one: Base) -> Context:
    """A line of the table, which opens its rows; a filter by name would open those of departments called alike too."""
    is_listed = field.kind in {Kind.PERSON, Kind.CHOICE}
    if one.key in (None, ""):
        leaf: Context = {"field": by, "op": "empty"}
    else:
        leaf = _leaf(by, "in", [one.key]) if is_listed else _leaf(by, "eq", one.label)
    figures = [one.of_group(str(group)) for group in Norm.Group]
    return {
        "label": sheets_of.label_of(field, one),
        "url": "" if one.above else rows_url(record, leaf),
        "rows": formats.quantity_text(one.rows),
        "value": _shown(one.value),
        "due": colour_of(one.value or 0),
        "groups": [_shown(value) for value in figures],
        "activity": _shown(one.activity),
        "red": formats.quantity_text(one.red),
        "red_url": rows_url(record, leaf, _leaf("quality_colour", "in", ["red"])) if one.red and not one.above else "",
    }
