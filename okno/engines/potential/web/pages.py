"""Potential put together: sums that open their rows, the largest reserves first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.engines.potential import commands, queries
from okno.engines.potential.models import Estimate
from okno.engines.potential.queries import Whole
from okno.engines.potential.web.panels import share_text
from okno.kit import formats, naming, permissions
from okno.kit.ids import id_of
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record
from okno.kit.web import workbook
from okno.kit.web.charts import Series, chart
from okno.kit.web.pages.address import list_url
from okno.kit.web.pages.by_record import RecordPage
from okno.kit.web.workbook import Sheet

Context = dict[str, Any]
MOST_IN_CHART = 20
COLUMNS = ("potential", "wallet_share", "reserve")
PAGE, MOST_IN_FILE = 100, 20_000


class Potential(RecordPage):
    """How much rows within reach could buy, and who has most left to win."""

    here, permission = "/potential/", "potential.view"
    parts: ClassVar[dict[str, str]] = {"file": "file"}

    def show(self, **_address: Any) -> HttpResponse:
        """The page of one record. :raises Missing: nothing that the actor may view has a potential."""
        record, by = self.record, self.by
        choices = _choices(self.actor, record)
        lines = queries.put_together(self.actor, record, by)
        context = {
            "page_title": _("Sales potential"),
            "record": record.name,
            "records": self.record_tabs(),
            "choices": [{"key": key, "label": field.label, "chosen": key == by} for key, field in choices],
            "has_formulas": bool(queries.formulas(record.name)),
            "tiles": _tiles(record, queries.whole(self.actor, record)),
            "head": record.fields[by].label,
            "lines": [_line(record, by, one) for one in lines],
            "chart": _chart(record, by, lines[:MOST_IN_CHART]) if lines else None,
            "list_url": rows_url(record),
            "file_url": f"{self.url}&by={by}&part=file" if lines and workbook.may_take(self.actor, record) else "",
            "products": _products(self.actor, record),
            "settings_url": f"/settings/potential/?record={record.name}"
            if self.actor.may(commands.set_formula.name)
            else "",
        }
        return self.answer("potential/potential.html", context)

    @property
    def by(self) -> str:
        """The field that rows are put together by."""
        keys = [key for key, _field in _choices(self.actor, self.record)]
        asked = self.request.GET.get("by", "")
        return asked if asked in keys else keys[0]

    def file(self, **_address: Any) -> HttpResponse:
        """Both tables as a workbook. :raises Denied: without the right to export."""
        record, by = self.record, self.by
        lines = queries.put_together(self.actor, record, by)
        groups = queries.by_group(self.actor, record)
        names = queries.names_of(self.actor, [one.key for one in groups])
        head = str(record.fields[by].label)
        sheets = [
            Sheet(head, _heads(head), [_figures(_label(record, by, one), one.rows, one) for one in lines]),
            Sheet(
                _("By product group"),
                _heads(_("Product group")),
                [_figures(names[one.key], one.rows, one) for one in groups],
            ),
        ]
        return workbook.answer(self.actor, record, "potential", sheets, {"by": by})

    def open_records(self) -> list[Record]:
        """Records whose rows have a potential and that the actor may look at."""
        return [one for one in queries.valued() if _is_open(self.actor, one)]


class Reserves(RecordPage):
    """Whom to call about a product group: rows within reach, the largest reserve first."""

    here, permission = "/potential/rows/", "potential.view"
    parts: ClassVar[dict[str, str]] = {"file": "file"}

    def file(self, **_address: Any) -> HttpResponse:
        """All of them as a workbook. :raises Denied: without the right to export."""
        record, group = self.record, id_of(self.request.GET.get("group", "")) or 0
        found = list(queries.parts(self.actor, record, group)[:MOST_IN_FILE])
        names = naming.titles(self.actor, record, {one.row_id for one in found})
        rows = [_figures(names.get(one.row_id, ""), None, one) for one in found]
        title = queries.names_of(self.actor, [group])[group]
        heads = _heads(str(record.label), is_of_rows=True)
        return workbook.answer(self.actor, record, "reserves", [Sheet(title, heads, rows)], {"group": group})

    def show(self, **_address: Any) -> HttpResponse:
        """A page of them. :raises Missing: nothing that the actor may view has a potential."""
        record, asked = self.record, self.request.GET.dict()
        group = id_of(asked.get("group", "")) or 0
        every = queries.parts(self.actor, record, group)
        found = list(queries.after(every, asked.get("after", ""))[: PAGE + 1])
        shown = found[:PAGE]
        names = naming.titles(self.actor, record, {one.row_id for one in shown})
        more = {**asked, "after": queries.cursor_of(shown[-1])} if len(found) > len(shown) else None
        context = {
            "page_title": _("Sales potential"),
            "title": f"{record.plural}: {queries.names_of(self.actor, [group])[group]}",
            "home_url": f"/potential/?record={record.name}",
            "file_url": f"{self.url}&group={group}&part=file" if workbook.may_take(self.actor, record) else "",
            "count": formats.quantity_text(every.order_by().count()),
            "lines": [
                {"label": names.get(one.row_id, ""), "url": record.url_of(one.row_id), **_sums(one)} for one in shown
            ],
            "more_url": f"{self.here}?{urlencode(more)}" if more else "",
        }
        return self.answer("potential/rows.html", context)

    def open_records(self) -> list[Record]:
        """Records whose rows have a potential and that the actor may look at."""
        return [one for one in queries.valued() if _is_open(self.actor, one)]


def _products(actor: Actor, record: Record) -> list[Context]:
    """Product groups, each with whom to call; nothing while there is one formula for everything."""
    found = queries.by_group(actor, record)
    if not any(one.key for one in found):
        return []
    names = queries.names_of(actor, [one.key for one in found])
    return [
        {
            "label": names[one.key],
            "url": f"{Reserves.here}?{urlencode({'record': record.name, 'group': one.key})}",
            "rows": formats.quantity_text(one.rows),
            **_sums(one),
        }
        for one in found
    ]


def rows_url(record: Record, *leaves: Any) -> str:
    """The rows behind a sum, the largest reserve first."""
    has = {"field": "potential", "op": "not_empty"}
    columns = ",".join((record.title, *COLUMNS, *(["owner"] if "owner" in record.fields else [])))
    return list_url(record, {"all": [*leaves, has]}, sort="-reserve", cols=columns)


def _is_open(actor: Actor, record: Record) -> bool:
    may = actor.may(permissions.view_permission(record.model))
    return may and all(actor.sees_field(record.name, key) for key in queries.SHOWN) and bool(_choices(actor, record))


def _choices(actor: Actor, record: Record) -> list[tuple[str, Field]]:
    """Fields that rows are put together by: people first, then those with options."""
    kinds = (Kind.PERSON, Kind.CHOICE)
    found = [
        (key, field)
        for key, field in record.fields.items()
        if field.kind in kinds and not field.many and _is_own(field) and actor.sees_field(record.name, key)
    ]
    return sorted(found, key=lambda one: kinds.index(one[1].kind))


def _is_own(field: Field) -> bool:
    """Whether a field is of the record itself rather than of what stands beside it."""
    return "__" not in field.path or field.kind is Kind.PERSON


def _tiles(record: Record, whole: Whole) -> list[Context]:
    return [
        {
            "label": _("Potential a year"),
            "value": formats.short_money(whole.value),
            "title": formats.money_text(whole.value),
            "note": _("cards: %(rows)s") % {"rows": formats.quantity_text(whole.rows)},
            "url": rows_url(record),
        },
        {
            "label": _("Bought a year"),
            "value": formats.short_money(whole.fact),
            "title": formats.money_text(whole.fact),
            "url": rows_url(record, {"field": "bought", "op": "gt", "value": 0}),
        },
        {
            "label": _("Share of wallet, %"),
            "value": share_text(whole.share),
            "url": rows_url(record, {"field": "wallet_share", "op": "not_empty"}),
        },
        {
            "label": _("Reserve"),
            "value": formats.short_money(whole.reserve),
            "title": formats.money_text(whole.reserve),
            "url": rows_url(record, {"field": "reserve", "op": "gt", "value": 0}),
        },
    ]


def _label(record: Record, by: str, one: Whole) -> str:
    labels = {str(value): str(label) for value, label in record.fields[by].choices}
    return labels.get(str(one.label), str(one.label or "")) or _("Not set")


def _leaf(by: str, one: Whole) -> Context:
    return {"field": by, "op": "empty"} if one.key in (None, "") else {"field": by, "op": "in", "value": [one.key]}


def _line(record: Record, by: str, one: Whole) -> Context:
    return {
        "label": _label(record, by, one),
        "url": rows_url(record, _leaf(by, one)),
        "rows": formats.quantity_text(one.rows),
        **_sums(one),
    }


def _sums(one: Whole | Estimate) -> Context:
    money = {name: formats.money_text(getattr(one, name)) for name in ("value", "fact", "reserve")}
    return {**money, "share": share_text(one.share)}


def _heads(first: str, *, is_of_rows: bool = False) -> list[str]:
    count = [] if is_of_rows else [_("Cards")]
    return [first, *count, _("Sales potential"), _("What was bought"), _("Share of wallet, %"), _("Reserve")]


def _figures(label: str, rows: int | None, one: Whole | Estimate) -> list[Any]:
    return [label, *([] if rows is None else [rows]), one.value, one.fact, one.share, one.reserve]


def _chart(record: Record, by: str, lines: Sequence[Whole]) -> Context:
    labels = [_label(record, by, one) for one in lines]
    series = (
        Series(_("What was bought"), [float(one.fact) for one in lines], 5),
        Series(_("Reserve"), [max(float(one.reserve), 0.0) for one in lines], 7),
    )
    urls = [rows_url(record, _leaf(by, one)) for one in lines]
    return chart("chart-potential", "stacked", _("What was bought and what is left"), labels, series, urls=urls)
