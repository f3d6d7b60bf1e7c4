"""The history of a row on its card: field by field, with human names, authors and causes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit import formats
from okno.kit.registry import registry
from okno.kit.rows import cells
from okno.kit.timeline import history
from okno.kit.timeline.history import FieldChange, HistoryLine
from okno.kit.web.forms import titles

if TYPE_CHECKING:
    from okno.kit.web.pages.card import CardPage

Context = dict[str, Any]


def part(page: CardPage) -> HttpResponse:
    """A page of the history in the place of the feed."""
    before = page.request.GET.get("before", "")
    lines = history.history_of(page.actor, page.record, page.row, before=int(before) if before.isdigit() else None)
    named = _names(page, lines)
    days: list[Context] = []
    last = None
    for line in lines:
        day = line.at.astimezone(page.moment.zone).date()
        if day != last:
            last = day
            days.append({"label": formats.date_text(day), "entries": []})
        days[-1]["entries"].append(_entry(page, line, named))
    feed: Context = {"days": days, "filters": _filters(page)}
    if len(lines) >= history.PAGE:
        feed["next_url"] = page.part("history", before=str(lines[-1].id))
    if not lines:
        feed["nothing"] = _("No changes were kept.")
    return page.answer("kit/feed_days.html" if before else "kit/feed.html", {"feed": feed})


def _filters(page: CardPage) -> list[Context]:
    return [
        {"label": _("All"), "url": page.part("feed"), "active": False},
        {"label": _("History"), "url": page.part("history"), "active": True},
    ]


def _entry(page: CardPage, line: HistoryLine, named: Mapping[str, Mapping[int, str]]) -> Context:
    words = {"I": _("created"), "D": _("deleted")}.get(line.op, _("changed"))
    because = _("because of “%(cause)s”") % {"cause": line.cause} if line.cause else ""
    return {
        "id": f"change-{line.id}",
        "icon": {"I": "plus", "D": "trash"}.get(line.op, "pencil"),
        "who": line.who or _("Outside of the program"),
        "what": " · ".join(part for part in (words, line.command, because) if part),
        "when": formats.time_text(line.at, page.moment.zone),
        "when_title": formats.moment_full(line.at, page.moment.zone),
        "changes": [
            {
                "label": one.field.label,
                "was": _shown(page, one, one.was, named),
                "now": _shown(page, one, one.now, named) or "—",
            }
            for one in line.fields
            if one.field is not None
        ],
    }


def _names(page: CardPage, lines: Iterable[HistoryLine]) -> dict[str, dict[int, str]]:
    """Titles of the rows that the changes name by id, in one query a record."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        for change in line.fields:
            if change.field is not None and change.field.link in registry.records:
                wanted[change.field.link] |= {int(one) for one in (change.was, change.now) if str(one).isdigit()}
    return {name: titles(page.actor, registry.records[name], ids) for name, ids in wanted.items() if ids}


def _shown(page: CardPage, change: FieldChange, value: Any, named: Mapping[str, Mapping[int, str]]) -> str:
    if value is None or value == "" or change.field is None:
        return ""
    titled = named.get(change.field.link)
    if titled is not None and str(value).isdigit():
        return titled.get(int(value), f"№ {value}")
    return str(cells.text_of(change.field, value, page.moment))
