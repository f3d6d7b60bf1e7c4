"""What the head of a list says of views: the menu of all of them, what was changed and not kept, what is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from okno.kit.models.views import SavedView
from okno.kit.registry import registry
from okno.kit.rows import mapping, spans
from okno.kit.rows.columns import shown_columns
from okno.kit.saved_views import reading
from okno.kit.web.pages import calendar_days

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

Context = dict[str, Any]


def menu(page: ListPage) -> Context:
    """All views in groups, and what may be done with the one that is open."""
    selection, address = page.selection, page.address
    first = selection.personal.get(reading.DEFAULT, {})
    tabs = [
        {
            "label": one.label,
            "url": address.fresh(tab=one.key),
            "active": selection.view is None and one is selection.tab,
            "is_first": first == {"tab": one.key},
        }
        for one in selection.plan.tabs
    ]
    own = [_link(page, one, first) for one in selection.views if one.user_id is not None]
    near = [one for one in selection.views if one.user_id is None and reading.is_near(page.actor, one)]
    shared = [_link(page, one, first) for one in near]
    groups = [(_("Standard"), tabs), (_("My views"), own), (_("Shared views"), shared), *_of_others(page, first)]
    return {
        "groups": [{"label": label, "links": links} for label, links in groups if links],
        "actions": actions(page),
    }


def _of_others(page: ListPage, first: Any) -> list[tuple[object, list[Context]]]:
    """Views of departments that are not the actor's, of whoever sees the rows of all: each department apart."""
    far = [one for one in page.selection.views if not reading.is_near(page.actor, one)]
    names = registry.departments() if far and registry.departments is not None else []
    return [(name, [_link(page, one, first) for one in far if one.department_id == place]) for place, name in names]


def changed(page: ListPage) -> Context | None:
    """What is shown differs from the view: where it may be kept, saved or reset."""
    selection, address, actor = page.selection, page.address, page.actor
    if not address.changed(usual(page)):
        over = {name: value for name, value in selection.over.items() if name in address.shaping}
        return {"is_kept": True, "unkeep_url": address.part("unkeep")} if over else None
    view = selection.view
    is_own = view is not None and view.user_id is not None
    may_keep = actor.may("saved_views.save" if is_own else "saved_views.keep") and not (view and view.is_locked)
    may_publish = view is not None and not is_own and actor.may("saved_views.change_shared")
    return {
        "keep_url": address.part("keep") if may_keep and selection.place else "",
        "keep_label": _("Save") if is_own else _("Keep for me"),
        "publish_url": address.part("publish") if may_publish else "",
        "save_url": address.part("view") if actor.may("saved_views.save") else "",
        "reset_url": address.unshaped(),
    }


def usual(page: ListPage) -> dict[str, str]:
    """What a list shows when nobody asks for anything."""
    seen = ",".join(one.key for one in shown_columns(page.actor, page.record, page.columns))
    usual = {"f": '{"all":[]}', "mode": page.modes[0], "sort": page.sort, "cols": seen, "pin": "1", "paint": "[]"}
    usual |= {"span": spans.MONTH, "by": _usual_field(page)}
    if page.address.given.keys().isdisjoint(page.address.kept):
        return usual
    return usual | {one.parameter: one.choices[0][0] for one in page.switches() if one.choices}


def _usual_field(page: ListPage) -> str:
    """The field by which a calendar or a map shows rows when nobody says which."""
    if page.mode == "map":
        return next(iter(mapping.ways(page.actor, page.record)), "")
    return next(iter(calendar_days.fields(page)), "") if page.mode == "calendar" else ""


def gone(page: ListPage) -> list[Context]:
    """A view, or columns of it, that are no more, told as broken chips."""
    keys = [one.key for one in page.selection.columns]
    url = page.address.url(cols=",".join(keys))
    told = _("there is none, or it is not shared with you")
    lost = {"label": _("View"), "value": told, "remove_url": page.address.url(view=None), "broken": True}
    is_lost = bool(page.address.given.get("view")) and page.selection.view is None
    return [*([lost] if is_lost else []), *_gone_fields(page, url)]


def _gone_fields(page: ListPage, cols_url: str) -> list[Context]:
    """Columns, the grouping and the order by fields that are no more: by their names where they have left one."""
    selection, address = page.selection, page.address
    found = [(_("Column"), key, cols_url) for key in selection.gone]
    found += [(_("Grouping"), key, address.url(group="")) for key in selection.gone_of("group")]
    found += [(_("Sorted by"), key, address.url(sort="")) for key in selection.gone_of("sort")]
    return [{"label": what, "value": _gone(page, key), "remove_url": url, "broken": True} for what, key, url in found]


def _gone(page: ListPage, key: str) -> str:
    names = registry.retired_fields(page.record.name)
    if key in names and page.actor.sees_field(page.record.name, key):
        return _("“%(field)s” is taken out of use") % {"field": names[key]}
    return _("there is no such field any more")


def actions(page: ListPage) -> list[Context]:
    """What may be done with what is open."""
    selection, address, actor = page.selection, page.address, page.actor
    view = selection.view
    found: list[Context] = []
    if actor.may("saved_views.keep") and selection.place:
        kind, _colon, key = selection.place.partition(":")
        is_first = selection.personal.get(reading.DEFAULT) == {kind: key}
        label = _("Do not open first") if is_first else _("Open first")
        found.append({"label": label, "icon": "star", "url": address.part("open-first"), "post": True})
    if view is not None:
        found += _of_view(page, view)
    return found


def _of_view(page: ListPage, view: SavedView) -> list[Context]:
    address, actor, is_own = page.address, page.actor, view.user_id is not None
    found: list[Context] = []
    if actor.may("saved_views.rename" if is_own else "saved_views.change_shared"):
        found.append({"label": _("Rename…"), "icon": "pencil", "url": address.part("rename"), "dialog": True})
    if is_own and actor.may("saved_views.share"):
        found.append({"label": _("Share…"), "icon": "users", "url": address.part("share-view"), "dialog": True})
    if not is_own and actor.may("saved_views.change_shared"):
        label = _("Unlock the view") if view.is_locked else _("Lock the view")
        found.append({"label": label, "icon": "lock", "url": address.part("lock"), "post": True})
    if actor.may("saved_views.drop" if is_own else "saved_views.drop_shared"):
        found.append({"label": _("Delete the view"), "icon": "trash", "url": address.part("drop-view"), "post": True})
    return found


def _link(page: ListPage, view: SavedView, first: Any) -> Context:
    chosen = page.selection.view
    return {
        "label": view.name,
        "url": page.address.fresh(view=str(view.pk)),
        "active": chosen is not None and view.pk == chosen.pk,
        "is_first": first == {"view": str(view.pk)},
        "is_locked": view.is_locked,
    }
