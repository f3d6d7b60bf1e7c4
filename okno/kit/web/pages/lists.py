"""List pages by name: for the long work that exports their rows or runs a command on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.urls import get_resolver
from django.utils.translation import gettext as _

from okno.kit.errors import Missing

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

LISTS: dict[str, type[ListPage]] = {}
# What engines offer to do with the rows of any list: a line of the menu behind the three dots, or nothing.
DOORS: list[Callable[[ListPage], dict[str, Any] | None]] = []


def every() -> Mapping[str, type[ListPage]]:
    """All list pages by name: a worker and the command line serve none, so they are loaded with the addresses first."""
    get_resolver().url_patterns  # noqa: B018 - asked for, they are loaded
    return LISTS


def list_by_name(name: str) -> type[ListPage]:
    """The list page of this name. :raises Missing: there is none."""
    found = LISTS.get(name) or every().get(name)
    if found is None:
        raise Missing("no_list", _("There is no such page."))
    return found


def list_or_none(record: str) -> type[ListPage] | None:
    """The first list page that shows rows of a record, None when it has none."""
    found = sorted(name for name, page in every().items() if page.record.name == record)
    return LISTS[found[0]] if found else None


def list_of(record: str) -> type[ListPage]:
    """The list page of a record. :raises Missing: it has none."""
    found = list_or_none(record)
    if found is None:
        raise Missing("no_list", _("There is no list of %(record)s.") % {"record": record})
    return found
