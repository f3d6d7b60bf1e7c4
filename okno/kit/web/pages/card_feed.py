"""The feed of a card: planned on top, pinned, then days; pages by keyset; entries told by their kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from okno.kit import formats
from okno.kit.errors import Refused
from okno.kit.models.feed import Entry
from okno.kit.registry import registry
from okno.kit.rows.cells import Moment
from okno.kit.timeline import entries, kinds
from okno.kit.web import htmx
from okno.kit.web.notices import mentioning
from okno.kit.web.pages import card_head
from okno.kit.web.stamps import Stamp

if TYPE_CHECKING:
    from okno.kit.web.pages.card import CardPage

Context = dict[str, Any]
ENTRY = Stamp("kit/entry.html", "entry", ("id", "who", "what", "when", "when_title", "body", "url", "label"))


def context(page: CardPage) -> Context:
    """The first page of the feed with what is planned and the kinds to filter by."""
    group = page.request.GET.get("group", "")
    found = _page_of(page, group, None)
    found |= {"url": page.part("feed", group=group), "live_topic": page.record.name, "filters": _filters(page, group)}
    if not group:
        found["planned"] = _planned(page)
    if not found["days"] and not found.get("planned") and not found.get("pinned"):
        found["nothing"] = _("Nothing has happened yet. A note, a letter or a call will stand here.")
    return found


def part(page: CardPage) -> HttpResponse:
    """The feed anew, or the entries before the last one shown."""
    before = page.request.GET.get("before", "")
    if not before:
        return page.answer("kit/feed.html", {"feed": context(page)})
    feed = _page_of(page, page.request.GET.get("group", ""), _cursor(before))
    return page.answer("kit/feed_days.html", {"feed": feed})


def note(page: CardPage) -> HttpResponse:
    """Write a note and show the feed with it."""
    text = page.request.POST.get("text", "")
    entries.note(actor=page.actor, record=page.record.name, row_id=page.row.pk, text=text)
    response = page.answer("kit/feed.html", {"feed": context(page)})
    untold = mentioning.untold(page.actor, page.record.name, page.row, text)
    return htmx.triggered(response, toast={**untold, "kind": htmx.WARNING}) if untold else response


def composer(page: CardPage) -> Context | None:
    """What the actor may write here: a note, and the forms of other areas."""
    tabs: list[Context] = []
    if page.actor.may(entries.note.name):
        tabs.append(
            {
                "key": "note",
                "label": _("Note"),
                "icon": "note",
                "url": page.part("note"),
                "internal": True,
                "placeholder": _("A note for colleagues; @ mentions one of them"),
                "mentions_url": f"/mentions/{page.record.name}/{page.row.pk}/",
                "submit": _("Write down"),
            }
        )
    for panel in card_head.allowed(page, "composer"):
        url = page.part("panel", panel=panel.key)
        tabs.append({"key": panel.key, "label": panel.label, "icon": panel.icon or "pencil", "form_url": url})
    if not tabs:
        return None
    tabs[0]["active"] = True
    return {"tabs": tabs, "draft": f"{page.record.name}:{page.row.pk}"}


def entry_context(entry: Entry, moment: Moment, own: tuple[str, int] | None = None) -> Context:
    """An entry ready for kit/entry.html; `own` is the record and the row whose card it stands on."""
    kind = kinds.KINDS.get(entry.kind)
    source = registry.records.get(entry.source_record)
    body = _body(entry, moment)
    found: Context = {
        "id": entry.pk,
        "icon": kind.icon if kind else "point",
        "who": _who(entry, kind),
        "what": capfirst(kinds.told(entry.kind, entry.payload)),
        "when": formats.time_text(entry.at, moment.zone),
        "when_title": formats.moment_full(entry.at, moment.zone),
        "body": body,
        "internal": bool(kind and kind.is_internal),
        "undone": entry.is_undone,
    }
    if source is not None and entry.source_id and source.url and (source.name, entry.source_id) != own:
        found["links"] = [{"label": source.label, "url": source.url_of(entry.source_id)}]
    return found


def _who(entry: Entry, kind: kinds.EntryKind | None) -> str:
    """Who did what the entry tells."""
    told = kind.by(entry.payload) if kind and kind.by else ""
    return told or kinds.told_name(entry.actor_name)


def _page_of(page: CardPage, group: str, before: tuple[datetime, int] | None) -> Context:
    wanted = kinds.of_group(group) if group else ()
    found = entries.feed(page.actor, page.record.name, page.row.pk, kinds=wanted, before=before)
    pinned = [one for one in found if one.is_pinned] if before is None else []
    own = (page.record.name, page.row.pk)
    context: Context = {"days": _days([one for one in found if one not in pinned], page.moment, own)}
    if pinned:
        context["pinned"] = [entry_context(one, page.moment, own) for one in pinned]
    if len(found) == entries.PAGE:
        last = found[-1]
        context["next_url"] = page.part("feed", group=group, before=f"{last.at.timestamp():.6f}-{last.pk}")
    return context


def _days(found: Sequence[Entry], moment: Moment, own: tuple[str, int]) -> list[Context]:
    days: list[Context] = []
    today = moment.at.astimezone(moment.zone).date()
    last = None
    for one in found:
        day = one.at.astimezone(moment.zone).date()
        if day != last:
            last = day
            label = _("Today") if day == today else formats.date_text(day)
            days.append({"label": label, "entries": []})
        context = entry_context(one, moment, own)
        days[-1]["entries"].append({**context, "html": ENTRY.fill(context)})
    return days


def _planned(page: CardPage) -> list[Context]:
    """What other areas have planned for the row: tasks, calls, meetings."""
    found: list[Context] = []
    for panel in card_head.allowed(page, "planned"):
        found += panel.query(page.actor, page.row).get("entries", [])
    return found


def _filters(page: CardPage, group: str) -> list[Context]:
    every = {"label": _("All"), "url": page.part("feed"), "active": not group}
    groups = [
        {"label": label, "url": page.part("feed", group=key), "active": key == group}
        for key, label in kinds.GROUPS.items()
    ]
    return [every, *groups, {"label": _("History"), "url": page.part("history"), "active": False}]


def _cursor(text: str) -> tuple[datetime, int]:
    moment, _dash, entry_id = text.partition("-")
    try:
        return datetime.fromtimestamp(float(moment), tz=UTC), int(entry_id)
    except ValueError as error:
        raise Refused("bad_cursor", _("This link is out of date; open the card again.")) from error


def _body(entry: Entry, moment: Moment) -> str:
    template = _template_of(entry.kind)
    if template is None:
        return str(entry.payload.get("text", ""))
    rendered: str = template.render({"entry": entry, "payload": entry.payload, "moment": moment})
    return rendered


@lru_cache(maxsize=200)
def _template_of(kind: str) -> Any:
    """The template of an area for a kind of entry: `deals/entries/moved.html` for `deals.moved`; None without one."""
    area, _dot, name = kind.partition(".")
    if not name:
        return None
    try:
        return get_template(f"{area}/entries/{name}.html")
    except TemplateDoesNotExist:
        return None
