"""The history of a row on its card: field by field, with human names, authors, causes, and the ways back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from okno.kit import formats, quotes
from okno.kit.ids import id_of
from okno.kit.timeline import history
from okno.kit.timeline.history import HistoryLine
from okno.kit.web.readable import Readable

if TYPE_CHECKING:
    from okno.kit.web.pages.card import CardPage

Context = dict[str, Any]


def part(page: CardPage) -> HttpResponse:
    """A page of the history, or of one field of it, in the place of the feed."""
    before, only = page.request.GET.get("before", ""), page.request.GET.get("field", "")
    start = id_of(before)
    lines = history.history_of(page.actor, page.record, page.row, before=start, only=only)
    pairs = [(one.field, value) for line in lines for one in line.fields if one.field for value in (one.was, one.now)]
    readable = Readable(page.actor, page.record, page.moment, pairs)
    feed: Context = {"days": _days(page, lines, readable), "filters": _filters(page, only)}
    if len(lines) >= history.PAGE:
        feed["next_url"] = page.part("history", before=str(lines[-1].id), field=only)
    if not lines:
        feed["nothing"] = _("No changes were kept.")
    return page.answer("kit/feed_days.html" if before else "kit/feed.html", {"feed": feed})


def _days(page: CardPage, lines: list[HistoryLine], readable: Readable) -> list[Context]:
    days: list[Context] = []
    last: object = ""
    for line in lines:
        day = line.at.astimezone(page.moment.zone).date() if line.at else None
        if day != last:
            last = day
            days.append({"label": formats.date_text(day) if day else _("Day not known"), "entries": []})
        days[-1]["entries"].append(_entry(page, line, readable))
    return days


def _filters(page: CardPage, only: str) -> list[Context]:
    found = [
        {"label": _("All"), "url": page.part("feed"), "active": False},
        {"label": _("History"), "url": page.part("history"), "active": not only},
    ]
    field = page.record.field(only) if only else None
    if field is not None and page.actor.sees_field(page.record.name, only):
        found.append({"label": str(field.label), "url": page.part("history", field=only), "active": True})
    return found


def _entry(page: CardPage, line: HistoryLine, readable: Readable) -> Context:
    # A command that changes a row says so itself.
    words = {"I": _("created"), "D": _("deleted")}.get(line.op, "" if line.command else _("changed"))
    because = quotes.told(_("because of “%(cause)s”"), cause=line.cause) if line.cause else ""
    return {
        "id": f"change-{line.id}",
        "icon": {"I": "plus", "D": "trash"}.get(line.op, "pencil"),
        "who": line.who or _("Outside of the program"),
        "what": capfirst(" · ".join(part for part in (words, line.command, because) if part)),
        "when": formats.time_text(line.at, page.moment.zone) if line.at else "",
        "when_title": formats.moment_full(line.at, page.moment.zone) if line.at else "",
        "changes": [
            {
                "label": one.field.label,
                "url": page.part("history", field=one.key),
                "was": readable.text(one.field, one.was),
                "now": readable.text(one.field, one.now) or "—",
            }
            for one in line.fields
            if one.field is not None
        ],
        "actions": _actions(page, line),
        "links": _links(line),
    }


def _actions(page: CardPage, line: HistoryLine) -> list[Context]:
    """The ways back: to what this change has replaced, and to the whole card right after it."""
    if page.update is None or not page.actor.may(page.update.name) or line.op == "D":
        return []
    url, found = f"/history/{line.id}/?part=restore", []
    if line.op == "U" and any(one.field and (one.field.editable or one.field.is_custom) for one in line.fields):
        found.append({"label": _("Restore these values"), "url": url, "dialog": True})
    return [*found, {"label": _("The card as it was then"), "url": f"{url}&version=1", "dialog": True}]


def _links(line: HistoryLine) -> list[Context]:
    """The door to causes and consequences."""
    return [{"label": _("Causes and consequences"), "url": f"/history/{line.id}/"}] if line.run_id is not None else []
