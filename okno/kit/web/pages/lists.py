"""List pages by name: for the long work that exports their rows or runs a command on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.urls import get_resolver
from django.utils.translation import gettext as _

from okno.kit.errors import Missing

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

LISTS: dict[str, type[ListPage]] = {}
# What engines offer to do with the rows of any list: a line of the menu behind the three dots, or nothing.
DOORS: list[Callable[[ListPage], dict[str, Any] | None]] = []


def list_by_name(name: str) -> type[ListPage]:
    """The list page of this name. :raises Missing: there is none."""
    if name not in LISTS:
        # A worker serves no pages, so nobody has loaded them yet.
        get_resolver()._populate()  # noqa: SLF001 - the only way to load the addresses without asking for one
    if name not in LISTS:
        raise Missing("no_list", _("There is no such page."))
    return LISTS[name]


def list_or_none(record: str) -> type[ListPage] | None:
    """The list page of a record, None when it has none."""
    get_resolver()._populate()  # noqa: SLF001 - as above
    return next((one for one in LISTS.values() if one.record.name == record), None)


def list_of(record: str) -> type[ListPage]:
    """The list page of a record. :raises Missing: it has none."""
    found = list_or_none(record)
    if found is None:
        raise Missing("no_list", _("There is no such page."))
    return found
