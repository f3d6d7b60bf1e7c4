"""Rows of a list page made ready for its template: cells, groups with totals, paging, position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.templatetags.static import static
from django.utils.translation import gettext as _

from okno.kit import formats
from okno.kit.kinds import Kind
from okno.kit.rows import keyset, totals
from okno.kit.rows.cells import Cell, Moment
from okno.kit.rows.columns import Column, Reader
from okno.kit.rows.totals import Totals
from okno.kit.web.pages.painting import ALIAS, painted
from okno.kit.web.stamps import Stamp

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

Context = dict[str, Any]
ROW = Stamp(
    "kit/list_row.html",
    "row",
    ("id", "url", "preview_url", "title", "text", "stage", "label", "colour", "head"),
    lambda: {"icons_url": static("app/icons.svg"), "select_label": _("Select")},
)


def first(page: ListPage) -> Context:
    """The first rows with counts and totals of the whole set."""
    selection = page.selection
    narrow = selection.rows(narrow=True)
    summed = totals.capped(narrow, selection.columns)
    context = some(page, narrow, summed.count)
    shown = context.pop("shown")
    return {
        **context,
        "count": summed.count,
        "total_text": count_text(summed),
        "position_text": _("%(shown)s of %(total)s") % {"shown": shown, "total": count_text(summed)},
        "totals": total_cells(selection.columns, summed),
        "totals_url": ""
        if summed.is_exact or not _has_numbers(selection.columns)
        else selection.address.part("totals"),
    }


def some(page: ListPage, narrow: QuerySet[Any] | None = None, count: int | None = None) -> Context:
    """A page of rows: the first, or that after the cursor in the address."""
    selection, group = page.selection, page.selection.group
    cursor = selection.address.given.get("after", "")
    reader = _Rows(page, group)
    found = reader.read(cursor) if count != 0 else []
    next_url = ""
    if len(found) > page.per_page:
        found = found[: page.per_page]
        next_url = selection.address.part("rows", after=keyset.encode(reader.reader.sort_values(found[-1])))
    context: Context = {"next_url": next_url, "columns_count": len(selection.columns) + 2, "shown": len(found)}
    if group is None:
        context["rows"] = [reader.row(values) for values in found]
    else:
        whole = narrow if narrow is not None else selection.rows(narrow=True)
        context["groups"] = _groups(reader, found, totals.grouped(whole, group, selection.columns))
        if cursor and found:
            context["groups"][0]["continued"] = _goes_on(reader, found[0], cursor)
    if not found and not cursor:
        context["nothing"] = nothing_found()
    return context


def nothing_found() -> str:
    """What lists and boards without rows say of a filter."""
    return _("Nothing found. Change the filter or the search.")


def whole_totals(page: ListPage) -> list[Context]:
    """Sums over all rows, asked for on purpose."""
    selection = page.selection
    return total_cells(selection.columns, totals.whole(selection.rows(narrow=True), selection.columns))


def count_text(summed: Totals) -> str:
    """How many rows, with a tilde when it is an estimate."""
    text = formats.quantity_text(summed.count)
    return text if summed.is_exact else f"~{text}"


def total_cells(columns: Sequence[Column], summed: Totals) -> list[Context]:
    """The foot of the table; empty when there is nothing to add up."""
    if not summed.sums and not summed.mixed:
        return []
    texts = ((one, _sum_text(one, summed)) for one in columns)
    return [
        {"text": text, "head": str(one.label), "class": "numeric" if one.number is not None else ""}
        for one, text in texts
    ]


def _sum_text(column: Column, summed: Totals) -> str:
    """
    The sum of a column in its currency, with how many rows it leaves out as closed; sums of several currencies are seen
    by grouping by the currency.
    """
    value = summed.sums.get(column.key)
    if value is None:
        text = _("several currencies") if column.key in summed.mixed else ""
    elif column.kind is Kind.MONEY:
        text = formats.money_text(value, summed.currencies.get(column.key) or "RUB")
    else:
        text = formats.quantity_text(value)
    return with_closed(text, summed.closed.get(column.key, 0))


def with_closed(text: str, closed: int) -> str:
    """A sum with how many rows it leaves out, as its field is closed to the person there."""
    left_out = _("without closed: %(count)s") % {"count": formats.quantity_text(closed)} if closed else ""
    return " · ".join(part for part in (text, left_out) if part)


def _has_numbers(columns: Sequence[Column]) -> bool:
    return any(one.number is not None for one in columns)


class _Rows:
    """Reads rows and makes each ready for the template."""

    def __init__(self, page: ListPage, group: Column | None) -> None:
        self.page = page
        self.group = group
        self.moment: Moment = page.moment
        due = page.due.sources(page.actor, page.record) if page.due else ()
        self.due = slice(1, 1 + len(due))
        columns = page.selection.columns
        extra = (*due, *([ALIAS] if page.selection.paint else []))
        self.reader = Reader([*columns, *([group] if group else [])], page.selection.order, extra)
        self.classes = _classes(columns)
        self.heads = [_head(one, css) for one, css in zip(columns, self.classes, strict=True)]
        self.shared = [self.reader.sources.index(path) for path in group.group_paths] if group else []
        self.suffix = self._suffix()
        self.pattern = page.record.url
        self.has_preview = bool(page.record.url)
        self.row_actions = [one for one in page.row_actions if not one.permission or page.actor.may(one.permission)]

    def _suffix(self) -> str:
        """What the card needs to know of the list it was opened from."""
        address, over = self.page.address, self.page.selection.over
        own = {name: address.get(name) for name in over if name in address.shaping}
        return f"?{urlencode({'list': self.page.name(), **own, **address.params()})}"

    def read(self, cursor: str) -> list[tuple[Any, ...]]:
        selection = self.page.selection
        rows = selection.rows()
        if selection.paint:
            rows = painted(rows, selection.paint, selection.actor, self.page.record)
        return selection.order.read(rows, self.reader.values, self.page.per_page + 1, cursor)

    def row(self, values: Sequence[Any]) -> Context:
        row_id = values[0]
        made = self.reader.cells(values, self.moment)
        # Every key is there: one that a template looks for in vain costs it more than all the others together.
        cells = [
            {"class": css, "head": head, "title": "", "url": "", "stage": "", "chips": "", **cell}
            for css, head, cell in zip(self.classes, self.heads, made, strict=False)
        ]
        card = self.pattern.replace("{id}", str(row_id))
        row: Context = {"id": row_id, "url": f"{card}{self.suffix}" if card else "", "cells": cells, "due": ""}
        row["paint"] = self._paint(values)
        row["title"] = cells[0]["text"] if cells else ""
        if card:
            row["preview_url"] = f"{card}?part=preview"
        if self.page.due is not None:
            row["due"] = self.page.due.of(values[self.due], self.moment)
        if self.row_actions:
            row["actions"] = [_action(one, row_id) for one in self.row_actions]
        row["html"] = ROW.fill(row)
        return row

    def _paint(self, values: Sequence[Any]) -> str:
        """The colour of the first rule that the row holds."""
        rules = self.page.selection.paint
        number = values[self.reader.sources.index(ALIAS)] if rules else None
        return rules[number].colour if number is not None else ""

    def group_of(self, values: Sequence[Any]) -> tuple[tuple[Any, ...], Cell]:
        """The values that rows of the group share, and how the group is shown."""
        if self.group is None:
            return (), {"text": ""}
        shared = tuple(values[place] for place in self.shared)
        if self.group.is_closed(self.reader.all_raw(values, -1)):
            return shared, {"text": _("Closed to you")}
        return shared, self.reader.cells(values, self.moment)[-1]


def _classes(columns: Sequence[Column]) -> list[str]:
    """Numbers stand on the right; the first of them shares the first line of a row on a phone."""
    first = next((one.key for one in columns if one.is_number), "")
    return [("numeric side" if one.key == first else "numeric") if one.is_number else "" for one in columns]


def _head(column: Column, css: str) -> str:
    """What a cell is called where the heads are gone: a number, and a yes or no, say nothing by themselves."""
    return str(column.label) if css == "numeric" or column.kind is Kind.BOOLEAN else ""


def _groups(reader: _Rows, found: Sequence[Sequence[Any]], summed: dict[Any, Totals]) -> list[Context]:
    """Rows under the heads of their groups, whose totals are those of the whole group."""
    groups: list[Context] = []
    last: Any = object()
    # What a value belongs to is worth telling where there are several: scenarios have stages of one name.
    is_told = bool(reader.group and reader.group.within_path) and len({key[-1] for key in summed}) > 1
    for values in found:
        value, shown = reader.group_of(values)
        if value != last:
            last = value
            note = value[-1] if is_told else ""
            head = {"label": shown["text"] or _("Not set"), "note": note, "stage": shown.get("stage", ""), "rows": []}
            groups.append({**head, **_group_totals(summed.get(value), reader)})
        groups[-1]["rows"].append(reader.row(values))
    return groups


def _goes_on(reader: _Rows, row: Sequence[Any], cursor: str) -> bool:
    """Whether a page begins inside the group that the last one ended in: its head stands there already."""
    values = reader.reader.sort_values(row)
    length = 1 + len(reader.group.order_paths) if reader.group else 0
    return keyset.decode(cursor, len(values))[:length] == [keyset.plain(one) for one in values[:length]]


def _group_totals(summed: Totals | None, reader: _Rows) -> Context:
    if summed is None:
        return {"count": "", "totals": ""}
    sums = [f"{one.label}: {text}" for one in reader.page.selection.columns if (text := _sum_text(one, summed))]
    return {"count": formats.quantity_text(summed.count), "totals": " · ".join(sums)}


def _action(one: Any, row_id: int) -> Context:
    url = one.url.replace("{id}", str(row_id))
    return {"label": one.label, "icon": one.icon, "url": url, "dialog": one.is_dialog}
