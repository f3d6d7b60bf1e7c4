"""The head of a card: title, place in the list it was opened from, stage bar, actions; and where panels stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet, Value
from django.utils.translation import gettext as _

from okno.kit import chains, errors, formats, permissions
from okno.kit.due import Colour
from okno.kit.errors import Told
from okno.kit.layouts import commands as layouts
from okno.kit.purging import reading as purging
from okno.kit.registry import Panel, Record, registry
from okno.kit.rows import keyset, totals
from okno.kit.web.pages import card_fields, layout_part
from okno.kit.web.pages.list import Action
from okno.kit.web.pages.lists import list_by_name
from okno.kit.web.pages.selection import Selection

if TYPE_CHECKING:
    from okno.kit.web.pages.card import CardPage

Context = dict[str, Any]
SIDES = {"left": "panels_left", "right": "panels"}


def context(page: CardPage) -> Context:
    """Everything in the head."""
    row = page.row
    found: Context = {
        "title": page.row_title,
        "version": row.version,
        "live_url": page.part("head"),
        "live_topic": page.record.name,
        "actions": _actions(page, page.header_actions),
        "more": [
            *_on_basis(page),
            *_actions(page, page.more_actions),
            *_remind(page),
            *_lay_out(page),
            _why(page),
            *_mark(page),
        ],
        "position": _position(page),
        "stages": _stages(page),
        **_amount(page),
        **_next(page),
    }
    return found | page.head()


def panels(page: CardPage) -> Context:
    """Panels that the actor has a right to, by side, in the order of the layout, each with its own address."""
    found: Context = {"panels_left": [], "panels": []}
    for panel in _laid_out(page):
        if panel.side in SIDES:
            url = page.part("panel", panel=panel.key)
            found[SIDES[panel.side]].append({"key": panel.key, "title": panel.label, "url": url})
    if page.has_files:
        found["panels"].append({"key": "files", "title": _("Files"), "url": page.part("files")})
    return found


def place_panels(card: Context) -> None:
    """Put left panels below the sections that name them; the rest stay last."""
    by_key = {one["key"]: one for one in card["panels_left"]}
    for section in card["sections"]:
        section["panels"] = [by_key.pop(key) for key in section["then"] if key in by_key]
    card["panels_left"] = list(by_key.values())


def panels_of(record: Record) -> list[Panel]:
    """Panels on the cards of a record."""
    return registry.panels.get(record.name, [])


def allowed(page: CardPage, side: str) -> list[Panel]:
    """Panels of a side that the actor has a right to."""
    return [one for one in page.all_panels() if one.side == side and page.actor.may(one.permission)]


def _laid_out(page: CardPage) -> list[Panel]:
    seen = [one for one in page.all_panels() if page.actor.may(one.permission)]
    if page.laid is not None:
        return layout_part.ordered_panels(seen, page.laid)
    if not page.layout:
        return seen
    by_key = {one.key: one for one in seen}
    return [by_key[key] for key in page.layout if key in by_key]


def _actions(page: CardPage, declared: Sequence[Action]) -> list[Context]:
    return [
        {
            "label": one.label,
            "icon": one.icon,
            "url": one.url.replace("{id}", str(page.row.pk)),
            "dialog": one.is_dialog,
            "post": one.is_post,
            "primary": number == 0,
        }
        for number, one in enumerate(one for one in declared if _is_open(page, one))
    ]


def _is_open(page: CardPage, action: Action) -> bool:
    may = not action.permission or page.actor.may(action.permission)
    return may and (action.check is None or errors.allowed(action.check, page.row))


def _on_basis(page: CardPage) -> list[Context]:
    """What may be made on the basis of the row."""
    offers = chains.offers_for(page.actor, page.record, page.row)
    return [{**one, "label": _("On this basis: %(what)s") % {"what": one["label"]}, "dialog": True} for one in offers]


def _lay_out(page: CardPage) -> list[Context]:
    """The editor of the layout, for whoever may lay cards out."""
    if not page.actor.may(layouts.lay_out.name):
        return []
    return [{"label": _("Layout of the card…"), "icon": "layout", "url": page.part("layout"), "dialog": True}]


def _why(page: CardPage) -> Context:
    return {"label": _("Why do I see this?"), "icon": "eye-question", "url": page.part("why"), "dialog": True}


def _remind(page: CardPage) -> list[Context]:
    if not page.actor.may("reminders.add"):
        return []
    url = f"/reminders/new/?record={page.record.name}&row_id={page.row.pk}"
    return [{"label": _("Remind me"), "icon": "alarm", "url": url, "dialog": True}]


def _mark(page: CardPage) -> list[Context]:
    """Marking for deletion, for whoever may do it to this row."""
    record, row = page.record, page.row
    # What the program itself keeps is never marked: its rows do not even say so.
    if getattr(row, "is_deleted", True) or not purging.may_mark(page.actor, record):
        return []
    if not permissions.reaches(page.actor, row, purging.right_to_mark(record)):
        return []
    url = f"/mark/{record.name}/{row.pk}/"
    return [{"label": _("Mark for deletion"), "icon": "trash", "url": url, "dialog": True}]


def _stages(page: CardPage) -> list[Context]:
    stages = type(page).stages
    if stages is None:
        return []
    move = page.move
    may_move = move is not None and page.actor.may(move.command.name)
    url = page.part("move") if may_move else ""
    return [{"move_url": url, **one} for one in stages(page.actor, page.row)]


def _amount(page: CardPage) -> Context:
    if not page.amount or not page.actor.sees_field(page.record.name, page.amount):
        return {}
    return {"amount_text": card_fields.text_of(page, page.amount)}


def _next(page: CardPage) -> Context:
    """The next step with the colour of its deadline: red when it is past, yellow today, green later."""
    field = page.record.field(page.next_step) if page.next_step else None
    at = card_fields.value_of(page.record, page.next_step, page.row) if field else None
    if at is None:
        return {}
    moment = page.moment
    text = formats.moment_text(at, moment.at, moment.zone)
    is_today = at.astimezone(moment.zone).date() <= moment.at.astimezone(moment.zone).date()
    due = Colour.RED if at < moment.at else Colour.YELLOW if is_today else Colour.GREEN
    return {"next": {"text": text, "title": formats.moment_full(at, moment.zone), "due": due}}


def _position(page: CardPage) -> Context | None:
    """«12 of 148» and the neighbours in the list the card was opened from."""
    given = page.request.GET.dict()
    name = given.pop("list", "")
    if not name:
        return None
    try:
        selection = list_by_name(name).select(page.actor, given, is_whole=True)
        return _place(page, selection, name, given)
    except Told:
        # The list may be no more, or its address broken: the card does not depend on it.
        return None


def _place(page: CardPage, selection: Selection, name: str, given: dict[str, str]) -> Context | None:
    order, rows = selection.order, selection.rows()
    aliases = [F(key.alias) for key in order.keys]
    own = order.carry(rows.filter(pk=page.row.pk)).values_list(*aliases, "pk").first()
    if own is None:
        return None
    cursor = keyset.encode(own)
    before = order.backward.after(rows, cursor)
    previous, following = _neighbours(order.backward.apply(before), order.apply(order.after(rows, cursor)))
    ahead, total = totals.counts(before, rows)
    query = urlencode({"list": name, **given})
    return {
        "text": _("%(number)s of %(total)s") % {"number": _many(ahead, 1), "total": _many(total, 0)},
        "previous_url": f"{page.record.url_of(previous)}?{query}" if previous else "",
        "next_url": f"{page.record.url_of(following)}?{query}" if following else "",
    }


def _neighbours(before: QuerySet[Any], after: QuerySet[Any]) -> tuple[int | None, int | None]:
    """The nearest row on either side, both in one statement."""
    sides = [rows.annotate(side=Value(side)).values_list("side", "pk")[:1] for side, rows in enumerate((before, after))]
    found = dict(sides[0].union(sides[1], all=True))
    return found.get(0), found.get(1)


def _many(count: int, more: int) -> str:
    return f"{formats.quantity_text(totals.CAP)}+" if count > totals.CAP else formats.quantity_text(count + more)
