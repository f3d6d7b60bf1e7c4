"""What a list shows: rows, columns and order, worked out from its address and the rights of whoever asks."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from okno.kit import conditions, permissions
from okno.kit.conditions.tree import AllOf, Condition
from okno.kit.ids import id_of
from okno.kit.kinds import Kind
from okno.kit.models.views import SavedView
from okno.kit.notices import reading as reading_notices
from okno.kit.openness import closed_keys
from okno.kit.permissions import Actor
from okno.kit.registry import CUSTOM_PREFIX, Record
from okno.kit.rows import mapping, searching
from okno.kit.rows.columns import Column, columns_for, shown_columns
from okno.kit.rows.keyset import Order, order_of
from okno.kit.saved_views import reading
from okno.kit.web.pages.address import PICKED, Address, joined
from okno.kit.web.pages.painting import Rule, rules_of

# More would leave nothing to scroll beside them.
MOST_PINNED = 5


@dataclass(frozen=True)
class Tab:
    """
    A view that comes with the list: a condition tree, and columns, sort, group or mode where they differ.

    `due` is the colour of its counter, when the list counts its tabs.
    """

    key: str
    label: object
    where: Mapping[str, Any] | None = None
    sort: str = ""
    group: str = ""
    cols: str = ""
    mode: str = ""
    due: str = ""

    def behind(self) -> dict[str, Any]:
        """What stands behind the parameters of the address."""
        return {name: value for name in ("sort", "group", "cols", "mode") if (value := getattr(self, name))}


@dataclass(frozen=True)
class Plan:
    """What a list page declares, as far as rows depend on it."""

    record: Record
    query: Callable[..., QuerySet[Any]]
    columns: Sequence[str | Column]
    tabs: Sequence[Tab] = ()
    sort: str = ""


@dataclass
class Selection:
    """
    The rows that an address asks for, for one actor.

    Of one that `is_whole` the address says all: what the person changed over the view stands in it already.
    """

    plan: Plan
    actor: Actor
    address: Address
    is_whole: bool = False

    def __post_init__(self) -> None:
        if self.place:
            self.address.behind = {**self.base, **self.over}

    @cached_property
    def place(self) -> str:
        """What is open, as changes of one's own are kept under: `view:5`, `tab:open`; empty when neither is."""
        if self.view is not None:
            return f"view:{self.view.pk}"
        return f"tab:{self.tab.key}" if self.tab is not None else ""

    @cached_property
    def base(self) -> Mapping[str, Any]:
        """What the view or the tab itself says."""
        if self.view is not None:
            config: dict[str, Any] = self.view.config
            return config
        return self.tab.behind() if self.tab is not None else {}

    @cached_property
    def over(self) -> Mapping[str, Any]:
        """What the person changed over it for themselves; nothing over a locked view."""
        is_locked = self.view is not None and self.view.is_locked
        return {} if is_locked or self.is_whole else self.personal.get(self.place, {})

    @cached_property
    def personal(self) -> Mapping[str, Mapping[str, Any]]:
        """All that the person changed for themselves in the views of this record."""
        return self._read.personal

    @cached_property
    def _read(self) -> reading.Views:
        return reading.read(self.actor, self.plan.record.name)

    @cached_property
    def views(self) -> list[SavedView]:
        """Saved views that the actor may choose."""
        return self._read.views

    @cached_property
    def view(self) -> SavedView | None:
        """The saved view that the address names."""
        asked = self.address.given.get("view", "")
        return next((one for one in self.views if str(one.pk) == asked), None) if asked else None

    @cached_property
    def tab(self) -> Tab | None:
        """The tab that the address names; the first one when it names neither a tab nor a view."""
        if self.address.given.get("view"):
            return None
        asked = self.address.given.get("tab", "")
        named = next((one for one in self.plan.tabs if one.key == asked), None)
        return named or (self.plan.tabs[0] if self.plan.tabs else None)

    @cached_property
    def own_filter(self) -> dict[str, Any]:
        """The filter that the person has set, always `{"all": […]}`."""
        return joined(self.address.filter())

    @cached_property
    def condition(self) -> Condition:
        """The whole condition of the rows: the tab's and the person's."""
        where = dict(self.tab.where) if self.tab is not None and self.tab.where else None
        return conditions.parse(joined(where, self.own_filter))

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that are shown."""
        wanted = [part for part in self.address.get("cols").split(",") if part]
        own = {one.key: one for one in self.plan.columns if isinstance(one, Column)}
        found = shown_columns(self.actor, self.plan.record, [own.get(key, key) for key in wanted])
        return found or shown_columns(self.actor, self.plan.record, self.plan.columns)

    @cached_property
    def gone(self) -> list[str]:
        """Keys of columns that are asked for and are no more: the view was made when they were."""
        return self.gone_of("cols")

    def gone_of(self, name: str) -> list[str]:
        """Keys of fields that a parameter of the address names and that are no more."""
        own = {one.key for one in self.plan.columns if isinstance(one, Column)}
        wanted = [part.lstrip("-") for part in self.address.get(name).split(",") if part]
        return [key for key in wanted if key not in own and self.plan.record.field(key) is None]

    @cached_property
    def pinned(self) -> int:
        """How many of the first columns stay in sight while the list is scrolled sideways: at least one."""
        return max(1, min(id_of(self.address.get("pin")) or 1, MOST_PINNED, len(self.columns)))

    @cached_property
    def paint(self) -> list[Rule]:
        """The rules by which rows are coloured."""
        return rules_of(self.address.get("paint"), self.actor, self.plan.record)

    @cached_property
    def widths(self) -> dict[str, int]:
        """Widths of columns in pixels, by key."""
        pairs = (part.partition(":") for part in self.address.get("w").split(",") if part)
        return {key: min(known, 1000) for key, _colon, width in pairs if (known := id_of(width)) is not None}

    @cached_property
    def group(self) -> Column | None:
        """The column that rows are grouped by."""
        key = self.address.get("group")
        found = columns_for(self.actor, self.plan.record, [key]) if key else []
        return found[0] if found and _is_fit(found[0]) else None

    @cached_property
    def sort(self) -> str:
        """The sort text without fields hidden from the actor."""
        asked = self.address.get("sort") or self.plan.sort
        record = self.plan.record
        return ",".join(
            part for part in asked.split(",") if part and self.actor.sees_some(record.name, part.lstrip("-"))
        )

    @cached_property
    def order(self) -> Order:
        """The order of rows: by group first."""
        own = {one.key: one.sort_path for one in self.plan.columns if isinstance(one, Column) and one.sort_path}
        first = self.group.key if self.group else ""
        return order_of(self.actor, self.plan.record, self.sort, first=first, own=own)

    def rows(self, *, narrow: bool = False) -> QuerySet[Any]:
        """
        The rows within reach that meet the condition and the quick search, unordered.

        :param narrow: in the shape that serves counts and sums best.
        """
        return self._holding(self.condition, narrow=narrow)

    def rows_of(self, own: Condition) -> QuerySet[Any]:
        """The rows there would be with another condition in the place of the person's own, to be counted."""
        where = conditions.parse(dict(self.tab.where)) if self.tab is not None and self.tab.where else None
        return self._holding(AllOf((where, own)) if where is not None else own, narrow=True)

    def _holding(self, condition: Condition, *, narrow: bool) -> QuerySet[Any]:
        record = self.plan.record
        if any(closed_keys(self.actor, record, condition)):
            return start(self.plan.query, self.actor).none()
        context = permissions.condition_context(self.actor)
        rows = start(self.plan.query, self.actor, narrow=narrow)
        if condition != conditions.EVERYTHING:
            rows = rows.filter(conditions.to_q(condition, record, context))
        if self.address.get("area"):
            rows = rows.none() if self.area is None else rows.filter(self.area)
        if asked := self.address.get("told"):
            rows = rows.filter(pk__in=reading_notices.rows_of(self.actor, record.name, id_of(asked)).values("row_id"))
        return searching.matching(self.actor, record, rows, self.address.get("q"))

    @cached_property
    def area(self) -> Q | None:
        """The rows that stand in the part of the map that the address names; None when there is no such part."""
        return mapping.inside(self.actor, self.plan.record, self.address.get("area"))

    @property
    def is_picked(self) -> bool:
        """Whether the quick search, a part of the map or a notice narrows the rows, which no condition tells."""
        return bool(self.address.get("q").strip()) or any(map(self.address.get, PICKED))

    @property
    def is_narrowed(self) -> bool:
        """Whether the person has set a filter or a search of their own."""
        return bool(self.own_filter["all"]) or self.is_picked


def start(query: Callable[..., QuerySet[Any]], actor: Actor, *, narrow: bool = False) -> QuerySet[Any]:
    """The rows of an area's query; one that takes `narrow` is asked for the shape that serves sums best."""
    if narrow and "narrow" in inspect.signature(query).parameters:
        return query(actor, narrow=True)
    return query(actor)


def _is_fit(column: Column) -> bool:
    """Whether rows can be grouped by a column. A custom sum is an amount with its currency, which is no one value."""
    is_custom_sum = column.kind is Kind.MONEY and column.key.startswith(CUSTOM_PREFIX)
    return column.is_groupable or (column.is_sortable and not is_custom_sum)
