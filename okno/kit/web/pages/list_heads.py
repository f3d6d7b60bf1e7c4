"""What stands around the rows of a list: tabs, chips, column heads, links, bulk actions, the empty state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import conditions, formats, naming, quotes
from okno.kit.conditions import Condition, places
from okno.kit.ids import id_of
from okno.kit.notices.reading import kind_of
from okno.kit.openness import closed_keys
from okno.kit.registry import registry
from okno.kit.rows import searching
from okno.kit.rows.columns import Column
from okno.kit.saved_views import reading
from okno.kit.web.pages import bulk, group_change, lists, view_heads
from okno.kit.web.pages.address import Address, compact
from okno.kit.web.pages.selection import MOST_PINNED, Selection

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

Context = dict[str, Any]
MOST_TABS = 5
MODES = {
    "list": ("list", gettext_lazy("List")),
    "board": ("layout-kanban", gettext_lazy("Board")),
    "calendar": ("calendar", gettext_lazy("Calendar")),
    "map": ("map-2", gettext_lazy("Map")),
}


def context(page: ListPage, rows: Context | None = None) -> Context:
    """Everything around the rows."""
    selection, address, record = page.selection, page.address, page.record
    found: Context = {
        "title": str(page.title or record.plural),
        "key": record.name if selection.view is None else f"{record.name}:{selection.view.pk}",
        "chips": [*chips(selection), *view_heads.gone(page)],
        "changed": view_heads.changed(page),
        "columns": [head(one, selection) | pin(number, selection) for number, one in enumerate(selection.columns, 1)],
        "pinned": selection.pinned,
        "rows_url": address.url(),
        "filter_form_url": address.part("filter"),
        "mode_links": mode_links(page),
        "group_links": group_links(page),
        "switches": switches(page),
        "beside": beside(page),
        "more_links": more_links(page),
        "bulk_actions": bulk_actions(page),
        "bulk_menu": bulk_menu(page),
        "export_url": address.part("export") if page.may_export() else "",
        "search": search_box(page),
        "live_topic": record.name,
        **tabs_context(page),
    }
    if page.create_url and may_create(page):
        found |= {"create_url": page.create_url, "create_label": page.create_label or _("Create")}
    if rows is not None and rows.get("count") == 0 and not selection.is_narrowed and page.empty:
        found["empty"] = empty(page)
    return found


def may_create(page: ListPage) -> bool:
    """Whether the actor may add a row."""
    return not page.create_permission or page.actor.may(page.create_permission)


def empty(page: ListPage) -> Context:
    """What an empty list says, with the doors that are open to the actor and the one to its import."""
    shut = () if may_create(page) else (page.create_url,)
    doors = [
        one
        for one in page.empty.get("doors", ())
        if one["url"] not in shut and ("permission" not in one or page.actor.may(one["permission"]))
    ]
    if import_url := registry.import_url(page.actor, page.record):
        text = _("From Excel, CSV, 1C or an address book")
        doors.append({"label": _("Import"), "text": text, "url": import_url, "icon": "file-import"})
    return {**page.empty, "doors": doors}


def tabs_context(page: ListPage) -> Context:
    """The tabs; those with counters are asked again when there is news."""
    counts, address = page.tab_counts(), page.address
    return {
        "tabs": tabs(page.selection, counts),
        "tabs_url": address.part("tabs") if counts else "",
        "tabs_topic": page.record.name,
        "save_view_url": address.part("view") if page.actor.may("saved_views.save") else "",
        "views": view_heads.menu(page),
    }


def tabs(selection: Selection, counts: Mapping[str, int]) -> list[Context]:
    """Views that come with the list, then saved ones."""
    address = selection.address
    chosen = selection.view
    own = [
        {
            "label": one.label,
            "url": address.fresh(tab=one.key),
            "active": chosen is None and one is selection.tab,
            "count": formats.quantity_text(counts[one.key]) if counts.get(one.key) else "",
            "due": one.due,
        }
        for one in selection.plan.tabs
    ]
    shown = [one for one in selection.views if reading.is_near(selection.actor, one)][:MOST_TABS]
    if chosen is not None and all(one.pk != chosen.pk for one in shown):
        shown = [*shown, chosen]
    saved = [
        {
            "label": one.name,
            "url": address.fresh(view=str(one.pk)),
            "active": chosen is not None and one.pk == chosen.pk,
            "is_shared": one.user_id is None,
        }
        for one in shown
    ]
    return [*own, *saved]


def chips(selection: Selection) -> list[Context]:
    """The filter that the person has set, part by part; each may be taken away."""
    address, record, parts = selection.address, selection.plan.record, selection.own_filter["all"]
    named = naming.namer(selection.actor, record, conditions.parse(selection.own_filter))
    found = []
    for number, raw in enumerate(parts):
        condition = conditions.parse(raw)
        rest = {"all": [one for other, one in enumerate(parts) if other != number]}
        broken = bool(conditions.problems(condition, record)) or any(closed_keys(selection.actor, record, condition))
        chip = chip_of(condition, selection, named)
        found.append({**chip, "remove_url": address.url(f=compact(rest)), "broken": broken})
    if query := address.get("q").strip():
        found.append({"label": _("Search"), "value": query, "remove_url": address.url(q=""), "broken": False})
    if area := address.get("area"):
        field = record.field(area.partition(":")[0])
        place = {"label": _("Place on the map"), "value": str(field.label) if field else ""}
        found.append({**place, "remove_url": address.url(area=None), "broken": selection.area is None})
    if told := address.get("told"):
        kind = kind_of(selection.actor, record.name, id_of(told))
        value = str(kind.label) if kind else _("there is none")
        found.append({"label": _("Notice"), "value": value, "remove_url": address.url(told=None), "broken": not kind})
    return found


def chip_of(condition: Condition, selection: Selection, named: Any) -> Context:
    """A part of the filter in words, the field apart from what is asked of it."""
    record = selection.plan.record
    told = conditions.sentence(condition, record, named)
    key = getattr(condition, "field", "")
    found = places.place(record, key) if key else None
    if found is None:
        return {"label": _("Condition"), "value": told}
    label = found.label
    return {
        "label": label,
        "value": _beside(told, str(label)),
        "edit_url": selection.address.part("filter", at=key),
    }


def _beside(told: str, label: str) -> str:
    """A sentence without the field that it begins with, nor the dash after it."""
    for begun in (f"“{label}”", quotes.nested(f"«{label}»")):
        told = told.removeprefix(begun)
    return told.strip().removeprefix("—").strip()


def head(column: Column, selection: Selection) -> Context:
    """The head of a column with what its menu offers."""
    address = selection.address
    sort = selection.sort.split(",")[0]
    is_sorted = sort.lstrip("-") == column.key
    keys = [one.key for one in selection.columns]
    found: Context = {"key": column.key, "label": column.label, "kind": column.kind.value, "numeric": column.is_number}
    found["class"] = "numeric" if column.is_number else ""
    if width := selection.widths.get(column.key):
        found["width"] = width
    if is_sorted:
        found["sorted"] = "desc" if sort.startswith("-") else "asc"
    if column.is_sortable or column.sort_path:
        found |= {"sort_url": address.url(sort=column.key), "desc_url": address.url(sort=f"-{column.key}")}
        if is_sorted and not sort.startswith("-"):
            found["sort_url"] = address.url(sort=f"-{column.key}")
    if column.is_groupable:
        found["group_url"] = address.url(group=column.key)
    if len(keys) > 1:
        rest = [key for key in keys if key != column.key]
        found["hide_url"] = address.url(cols=",".join(rest))
        found["first_url"] = address.url(cols=",".join([column.key, *rest]))
    return found


def pin(number: int, selection: Selection) -> Context:
    """The way to keep columns up to this one in sight; of the last of several that are kept, the way to let it go."""
    if number == selection.pinned > 1:
        return {"pin_url": selection.address.url(pin=str(number - 1)), "is_pinned": True}
    if number in {1, selection.pinned} or number > MOST_PINNED:
        return {}
    return {"pin_url": selection.address.url(pin=str(number))}


def mode_links(page: ListPage) -> list[Context]:
    """Other ways to show the same rows."""
    if len(page.able_modes) < 2:
        return []
    known = ((mode, *MODES[mode]) for mode in page.able_modes)
    return [
        {"label": label, "icon": icon, "url": page.address.url(mode=mode), "active": mode == page.mode}
        for mode, icon, label in known
    ]


def switches(page: ListPage) -> list[Context]:
    """Menus that choose what the list is a list of; one choice is none."""
    return [
        {
            "key": one.parameter,
            "label": one.label,
            "chosen": next((label for value, label in one.choices if value == one.chosen), ""),
            "links": [
                {"label": label, "url": page.address.url(**{one.parameter: value}), "active": value == one.chosen}
                for value, label in one.choices
            ],
        }
        for one in page.switches()
        if len(one.choices) > 1
    ]


def group_links(page: ListPage) -> list[Context]:
    """Columns to group by."""
    selection, address = page.selection, page.address
    able = [one for one in selection.columns if one.is_groupable]
    chosen = selection.group
    if chosen is not None and chosen.key not in {one.key for one in able}:
        able.append(chosen)
    if not able:
        return []
    none = {"label": _("No grouping"), "url": address.url(group=""), "active": chosen is None, "is_none": True}
    return [
        none,
        *(
            {
                "label": one.label,
                "url": address.url(group=one.key),
                "active": one is chosen or (chosen is not None and one.key == chosen.key),
            }
            for one in able
        ),
    ]


def beside(page: ListPage) -> list[Context]:
    """Pages that belong to the list and stand beside its title, each with the letter that opens it."""
    return [
        {"label": one.label, "icon": one.icon, "url": one.url, "letter": one.letter}
        for one in page.beside
        if not one.permission or page.actor.may(one.permission)
    ]


def more_links(page: ListPage) -> list[Context]:
    """What stands behind the three dots."""
    own = [one for one in page.more if not one.permission or page.actor.may(one.permission)]
    found = [{"label": one.label, "icon": one.icon, "url": one.url} for one in own]
    if import_url := registry.import_url(page.actor, page.record):
        found.append({"label": _("Import…"), "icon": "file-import", "url": import_url})
    found += [line for door in lists.DOORS if (line := door(page)) is not None]
    return [
        *found,
        {"label": _("Columns…"), "icon": "columns", "url": page.address.part("columns"), "dialog": True},
        {"label": _("Colours of rows…"), "icon": "palette", "url": page.address.part("paint"), "dialog": True},
    ]


def bulk_actions(page: ListPage) -> list[Context]:
    """Commands for the selected rows that the actor may give; those beyond the bar stand in its menu."""
    known = bulk.declared(page)
    found = [_bulk_action(page, one) for one in known]
    if group_change.may_change(page.actor, page.record):
        found.insert(0, {"label": _("Change fields"), "icon": "edit", "url": page.address.part("change")})
        if tags := group_change.tags_of(page.actor, page.record):
            found.insert(1, {"label": _("Tags"), "icon": "tag", "url": page.address.part("change", change=tags)})
    if page.actor.may(f"{page.record.area}.export"):
        found.append({"label": _("Export"), "icon": "download", "url": page.address.part("export")})
    return found


def bulk_menu(page: ListPage) -> list[Context]:
    """Further commands of the record for the selected rows."""
    return [_bulk_action(page, one) for one in bulk.others(page.actor, page.record, list(page.bulk))]


def _bulk_action(page: ListPage, one: bulk.Bulk) -> Context:
    url = page.address.part("bulk", do=one.command.name)
    return {"label": one.title, "icon": one.icon, "danger": one.is_danger, "url": url}


def search_box(page: ListPage) -> Context | None:
    """The quick search, which keeps the filter and the order."""
    if not searching.is_searchable(page.record):
        return None
    hidden = [one for one in kept(page.address) if one["name"] != "q"]
    return {"value": page.address.get("q"), "action": page.address.path, "hidden": hidden}


def kept(address: Address) -> list[Context]:
    """Parameters of the list as hidden inputs of a form that leads back to it."""
    return [{"name": name, "value": value} for name, value in address.params().items()]
