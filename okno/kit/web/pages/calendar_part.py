"""A list shown as a calendar: a month, a week or a day by any day or moment of its rows; rows are dragged to others."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okno.kit import formats
from okno.kit.conditions import places
from okno.kit.conditions.places import Place
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.kinds import Kind
from okno.kit.rows import spans, veils
from okno.kit.rows.columns import Reader, columns_for
from okno.kit.rows.spans import Span
from okno.kit.web import htmx, undoing
from okno.kit.web.pages import calendar_days as days
from okno.kit.web.pages import list_heads
from okno.kit.web.pages.painting import ALIAS, painted

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

Context = dict[str, Any]
CARRIED = ("span_at", "span_count")


def page(asked: ListPage) -> HttpResponse:
    """The whole calendar."""
    context = list_heads.context(asked)
    context |= {"group_links": [], "calendar": _calendar(asked)}
    context["position_text"] = formats.quantity_text(context["calendar"]["count"])
    return asked.answer("kit/calendar.html", {"page": context, "page_title": context["title"]})


def grid(asked: ListPage) -> HttpResponse:
    """The days alone: there is news."""
    made = _calendar(asked)
    told = formats.quantity_text(made["count"])
    return asked.answer("kit/calendar_grid.html", {"calendar": made, "told": told})


def shift(asked: ListPage) -> HttpResponse:
    """
    A row was put on another day: a command gives it that day, a moment keeps its time.

    :raises Missing: there is no such row or day, or the field is not changed by hand.
    :raises Refused: a rule says no.
    """
    key, place = _asked_place(asked)
    moving = days.mover(asked, key)
    row_id, day = asked.address.given.get("id", ""), _day(asked.request.POST.get("day", ""))
    rows = _open_rows(asked, key).filter(pk=id_of(row_id) or 0)
    found = rows.annotate(span_at=spans.value_of(place)).values_list("span_at").first()
    if moving is None or day is None or found is None:
        raise Missing("not_found", _("There is no such page."))
    value, zone = found[0], asked.moment.zone
    if isinstance(value, dt.datetime):
        day = dt.datetime.combine(day, value.astimezone(zone).time(), zone)
    once = uuid.uuid4().hex
    moving.command.run(asked.actor, idempotency_key=once, **moving.arguments(int(row_id), day))
    undo_url = undoing.url_of_key(asked.actor, moving.command.name, once)
    text = _("Moved to %(day)s.") % {"day": formats.date_text(_day_of(day, zone))}
    return htmx.told(HttpResponse(status=204), text, undo_url=undo_url)


def is_offered(asked: ListPage) -> bool:
    """Whether rows have days worth a calendar: moments that the program notes itself are none."""
    return any(days.is_set(asked, key, one) or one.kind is Kind.DATE for key, one in days.fields(asked).items())


def _asked_place(asked: ListPage) -> tuple[str, Place]:
    """The field by which rows are shown. :raises Missing: the record has none."""
    known = days.fields(asked)
    wanted = asked.address.get("by")
    key = wanted if wanted in known else next(iter(known), "")
    found = places.place(asked.record, key) if key else None
    if found is None:
        raise Missing("not_found", _("There is no such page."))
    return key, found


def _open_rows(asked: ListPage, key: str) -> QuerySet[Any]:
    """The rows that are asked for, without those in which the day itself is closed to the person."""
    cover, rows = veils.cover(asked.actor, asked.record, key), asked.selection.rows()
    return rows if cover is None else rows.filter(cover.is_open)


def _span(asked: ListPage) -> Span:
    kind = asked.address.get("span")
    today = asked.moment.at.astimezone(asked.moment.zone).date()
    return Span(kind if kind in spans.SPANS else spans.MONTH, _day(asked.address.given.get("day", "")) or today)


def _day(text: str) -> dt.date | None:
    """A day of the address; years that no calendar of people shows are none."""
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 < found.year < 2200 else None


def _day_of(value: dt.date, zone: Any) -> dt.date:
    return value.astimezone(zone).date() if isinstance(value, dt.datetime) else value


def _calendar(asked: ListPage) -> Context:
    span, (key, place), address = _span(asked), _asked_place(asked), asked.address
    cards, counts = _cards(asked, span, key, place)
    today = asked.moment.at.astimezone(asked.moment.zone).date()
    pattern = days.create_pattern(asked, key)
    shown = [
        _shown_day(asked, span, one, cards[one], counts.get(one, 0), today)
        | {"create_url": pattern.replace("{day}", days.start_of(one, place.field, asked.moment))}
        for one in span.days
    ]
    names = {spans.MONTH: _("Month"), spans.WEEK: _("Week"), spans.DAY: pgettext("a span of a calendar", "Day")}
    here = span.day.isoformat()
    return {
        "span": span.kind,
        "title": _title(span),
        "days": shown,
        "create_label": asked.create_label or _("Create"),
        "weekdays": [date_format(one, "D") for one in span.days[: spans.DAYS_OF_WEEK]],
        "count": sum(counts.values()),
        "prev_url": address.url(day=span.moved(-1).isoformat()),
        "next_url": address.url(day=span.moved(1).isoformat()),
        "today_url": address.url(day=None),
        "spans": [
            {"label": names[one], "url": address.url(span=one, day=here), "active": one == span.kind}
            for one in spans.SPANS
        ],
        "by": place.field.label,
        "fields": [
            {"label": field.label, "url": address.url(by=one), "active": one == key}
            for one, field in days.fields(asked).items()
        ],
        "grid_url": address.part("grid", day=here),
        "live_topic": asked.record.name,
    }


def _cards(asked: ListPage, span: Span, key: str, place: Place) -> tuple[dict[dt.date, list[Context]], dict[Any, int]]:
    """Cards by day, and how many rows each day has."""
    due = asked.due.sources(asked.actor, asked.record) if asked.due else ()
    title = columns_for(asked.actor, asked.record, [asked.record.title])
    rules, rows = asked.selection.paint, _open_rows(asked, key)
    if rules:
        rows = painted(rows, rules, asked.actor, asked.record)
    lasts = days.lasting(asked, key)
    reader = Reader(title, None, (*CARRIED, *due, *lasts, *([ALIAS] if rules else ())))
    after_due = 3 + len(due)
    after_lasts = after_due + len(lasts)
    rows = spans.within(rows, place, span, asked.moment.zone)
    is_moved = days.mover(asked, key) is not None
    cards: dict[dt.date, list[Context]] = defaultdict(list)
    counts: dict[Any, int] = {}
    for values in reader.values(rows):
        row_id, at, count = values[:3]
        day = _day_of(at, asked.moment.zone)
        counts[day] = count
        cells = reader.cells(values, asked.moment)
        text = cells[0]["text"] if cells else ""
        colour = asked.due.of(values[3:after_due], asked.moment) if asked.due else ""
        rule = values[after_lasts] if rules else None
        # A cell of a month is narrow: the end would leave no room for what it is.
        is_told_whole = bool(lasts) and span.kind != spans.MONTH
        minutes = days.minutes_of(values[after_due:after_lasts]) if is_told_whole else 0
        cards[day].append(
            {
                "id": row_id,
                "title": text or f"№ {row_id}",
                "time": days.time_of(at, minutes, asked.moment) if isinstance(at, dt.datetime) else "",
                "url": asked.record.url_of(row_id) if asked.record.url else "",
                "due": colour,
                "paint": rules[rule].colour if rule is not None else "",
                "move_url": asked.address.part("shift", id=str(row_id)) if is_moved else "",
            }
        )
    return cards, counts


def _shown_day(asked: ListPage, span: Span, day: dt.date, cards: list[Context], count: int, today: dt.date) -> Context:
    more = count - len(cards)
    return {
        "key": day.isoformat(),
        "number": day.day,
        "label": date_format(day, "j E, D"),
        "is_today": day == today,
        "is_out": span.kind == spans.MONTH and day.month != span.day.month,
        "cards": cards,
        "count": count,
        "more": max(0, more),
        "url": asked.address.url(span=spans.DAY, day=day.isoformat()),
    }


def _title(span: Span) -> str:
    """`Ноябрь 2026`, `16–22 ноября 2026`, `пятница, 20 ноября 2026`."""
    if span.kind == spans.MONTH:
        return date_format(span.day, "F Y")
    if span.kind == spans.DAY:
        return date_format(span.day, "l, j E Y")
    first, last = span.days[0], span.days[-1]
    start = str(first.day) if first.month == last.month else date_format(first, "j E")
    return f"{start} – {date_format(last, 'j E Y')}"
