"""Pages of groups of the catalogue: the tree, a group made, changed, and opened as the list of its goods."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.catalog import commands, queries
from okno.areas.catalog.models import Group
from okno.areas.catalog.record import GROUP
from okno.areas.catalog.web import forms
from okno.kit import masters, quotes
from okno.kit.commands import Command
from okno.kit.errors import Missing
from okno.kit.web import pages
from okno.kit.web.pages.address import compact

HERE, DEEPEST = "/groups/", 6


class GroupTree(pages.Page):
    """Groups as they stand inside each other, each with how many goods are in it and below."""

    permission = "catalog.view"

    def show(self, **_address: Any) -> HttpResponse:
        """The tree."""
        found = queries.group_tree(self.actor)
        counts, kept = queries.items_by_group(self.actor), masters.of(GROUP.name, [one.pk for one in found])
        may = {name: self.actor.may(command.name) for name, command in _ACTS.items()}
        rows = [_line(one, counts.get(one.pk, 0), kept.get(one.pk, ""), may) for one in found]
        return self.answer(
            "catalog/groups.html",
            {"groups": rows, "may_add": may["add"], "page_title": _("Groups of the catalogue")},
        )


class GroupList(pages.ListPage):
    """Groups: each opens its items and those of the groups inside."""

    record, query = GROUP, queries.groups
    columns = ("name", "parent")
    tabs = (pages.Tab("all", gettext_lazy("All")),)
    sort = "name"
    create_url, create_label, create_permission = "/groups/new/", gettext_lazy("Group"), commands.add_group.name


class GroupItems(pages.Page):
    """A group opens its items with those of the groups inside."""

    permission = "catalog.view"

    def show(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """The list of items. :raises Missing: there is no such group."""
        inside = list(queries.groups_inside(self.actor, id).values_list("pk", flat=True))
        if id not in inside:
            raise Missing("not_found", _("Not found, or out of your reach."))
        where = {"field": "group", "op": "in", "value": inside}
        return HttpResponseRedirect(f"/items/?{urlencode({'tab': 'all', 'f': compact(where)})}")


class AddGroup(pages.CommandPage):
    """A new group, at the top or inside the one that the address names."""

    command, form = commands.add_group, forms.GroupForm
    title, submit, done = gettext_lazy("New group"), gettext_lazy("Add"), gettext_lazy("The group is added.")

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the tree."""
        return HERE


class ChangeGroup(pages.CommandPage):
    """Another name, or another place in the tree."""

    command, form, on, query = commands.update_group, forms.GroupForm, "group", queries.group
    title, submit, done = (
        gettext_lazy("Change a group of goods"),
        gettext_lazy("Save"),
        gettext_lazy("The group is saved."),
    )
    is_single = True

    def initial(self, row: Model | None) -> dict[str, Any]:
        """Its name and where it stands."""
        return {"name": getattr(row, "name", ""), "parent": getattr(row, "parent_id", None)}

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """Fields by their keys, those that differ."""
        row = self.row(**self.kwargs)
        was = self.initial(row)
        return {"values": {name: value for name, value in cleaned.items() if value != was[name]}}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the tree."""
        return HERE


_ACTS: dict[str, Command[Any, Any]] = {
    "add": commands.add_group,
    "change": commands.update_group,
    "drop": commands.archive_group,
}


def _line(one: Group, items: int, kept: str, may: dict[str, bool]) -> dict[str, Any]:
    return {
        "name": one.name,
        "level": min(one.path.count("/") - 2, DEEPEST),
        "items": items,
        "url": GROUP.url_of(one.pk),
        "kept": quotes.told(_("kept in “%(name)s”"), name=kept) if kept else "",
        "add_url": f"/groups/new/?parent={one.pk}" if may["add"] else "",
        "change_url": f"/groups/{one.pk}/change/" if may["change"] and not kept else "",
        "drop_url": f"/mark/{GROUP.name}/{one.pk}/" if may["drop"] and not kept else "",
    }
