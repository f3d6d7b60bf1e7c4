"""Rows of which another system is the master: what it sends stands above what people type."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from django.utils.translation import gettext as _

from okno.kit.errors import Refused

# Names of the systems by the ids of rows of a record that they keep, as far as a column is theirs.
Asked = Callable[[str, Collection[int], str], Mapping[int, str]]
_ASKED: list[Asked] = []


def add(asked: Asked) -> None:
    """Ask this too, whenever somebody is about to change a row by hand."""
    _ASKED.append(asked)


def of(record: str, ids: Collection[int], column: str = "") -> dict[int, str]:
    """Which systems keep which of these rows; without a column, whatever they keep of them."""
    return {row_id: name for one in _ASKED for row_id, name in one(record, ids, column).items()} if ids else {}


def check(record: str, row_id: int, column: str = "", *, field: str = "") -> None:
    """
    See that a row may be changed here.

    :param field: beside which the refusal stands in a form.
    :raises Refused: another system keeps it.
    """
    if name := of(record, [row_id], column).get(row_id):
        text = _("It is kept in “%(name)s”: change it there, the next exchange brings it here.")
        raise Refused("kept_elsewhere", text, name=name, missing=[field] if field else [])
