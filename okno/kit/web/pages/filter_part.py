"""The filter dialog of a list: an operator and a value for each field, turned into a condition tree."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okno.kit import conditions
from okno.kit.conditions.operators import CHANGES, OPERATORS, Family, Takes, family_of, operators_for
from okno.kit.errors import Refused
from okno.kit.fields.kinds import Kind
from okno.kit.registry import Field, Record, registry
from okno.kit.web import days, forms, htmx
from okno.kit.web.pages.address import compact

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

Leaf = dict[str, Any]
ME, PERIOD = "me", "p:"
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
RANGED = frozenset({Family.NUMBER, Family.DATE, Family.MOMENT})
# Periods people ask for most: a name, an operator and its value.
PERIODS: dict[str, tuple[object, str, Any]] = {
    "today": (_("Today"), "eq", {"rel": "today"}),
    "yesterday": (_("Yesterday"), "eq", {"rel": "yesterday"}),
    "tomorrow": (_("Tomorrow"), "eq", {"rel": "tomorrow"}),
    "week": (_("This week"), "between", [{"rel": "start_of_week"}, {"rel": "end_of_week"}]),
    "month": (_("This month"), "between", [{"rel": "start_of_month"}, {"rel": "end_of_month"}]),
    "quarter": (_("This quarter"), "between", [{"rel": "start_of_quarter"}, {"rel": "end_of_quarter"}]),
    "last7": (_("The last 7 days"), "ge", {"rel": "today-7d"}),
    "last30": (_("The last 30 days"), "ge", {"rel": "today-30d"}),
    "next7": (_("The next 7 days"), "between", [{"rel": "today"}, {"rel": "today+7d"}]),
    "past": (_("Already past"), "lt", {"rel": "now"}),
}


def form(page: ListPage) -> HttpResponse:
    """The dialog with all fields that the actor may filter by."""
    present = _present(page)
    context = {
        "action": page.address.path,
        "hidden": [{"name": "part", "value": "apply"}, *_kept(page)],
        "fields": [
            {"label": str(field.label), "name": key, "widget": _widget(page, key, field, present.get(key))}
            for key, field in filterable(page).items()
        ],
    }
    return page.answer("kit/filter_form.html", {"filter": context})


def apply(page: ListPage) -> HttpResponse:
    """Go to the list with the condition that the form describes; parts it cannot show are kept."""
    fields, given = filterable(page), page.request.GET
    kept = [one for one in page.selection.own_filter["all"] if not _is_simple(one, fields)]
    made = [leaf for key, field in fields.items() if (leaf := _leaf(key, field, given)) is not None]
    for leaf in made:
        wrong = conditions.problems(conditions.parse(leaf), page.record)
        if wrong:
            raise Refused(wrong[0].code, wrong[0].message.replace("%", "%%"))
    return htmx.redirect(page.request, page.address.url(f=compact({"all": [*kept, *made]})))


def filterable(page: ListPage) -> dict[str, Field]:
    """Fields that the actor may filter by, those shown as columns first."""
    record: Record = page.record
    keys = [one.key for one in page.selection.columns]
    every = record.all_fields()
    ordered = [*(key for key in keys if key in every), *(key for key in every if key not in keys)]
    return {key: every[key] for key in ordered if page.actor.sees_field(record.name, key)}


def _present(page: ListPage) -> dict[str, Leaf]:
    return {one["field"]: one for one in page.selection.own_filter["all"] if "field" in one}


def _kept(page: ListPage) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in page.address.params().items()]


def _is_simple(raw: Any, fields: Mapping[str, Field]) -> bool:
    return isinstance(raw, dict) and raw.get("field") in fields


def _leaf(key: str, field: Field, given: QueryDict) -> Leaf | None:
    """What the form says of one field; nothing when it was left empty."""
    op = given.get(f"o-{key}", "")
    period = PERIODS.get(op.removeprefix(PERIOD)) if op.startswith(PERIOD) else None
    if period is not None:
        return {"field": key, "op": period[1], "value": period[2]}
    if op not in {one.name for one in operators_for(field)} - CHANGES:
        return None
    takes = OPERATORS[op].takes
    if takes is Takes.NOTHING:
        return {"field": key, "op": op}
    if takes is Takes.PAIR:
        return _between(key, field, given.get(f"v-{key}", ""), given.get(f"w-{key}", ""))
    values = [_read(field, text) for text in given.getlist(f"v-{key}") if text.strip()]
    if not values:
        return None
    if takes is Takes.LIST:
        return {"field": key, "op": op, "value": values}
    return {"field": key, "op": op, "value": values[0]}


def _between(key: str, field: Field, low: str, high: str) -> Leaf | None:
    """From, to, or both."""
    given = [_read(field, text) for text in (low, high) if text.strip()]
    if len(given) == 2:
        return {"field": key, "op": "between", "value": given}
    return {"field": key, "op": "ge" if low.strip() else "le", "value": given[0]} if given else None


def _read(field: Field, text: str) -> Any:
    family = family_of(field)
    if text == ME and field.kind is Kind.PERSON:
        return {"me": True}
    if family is Family.NUMBER:
        return text.replace(" ", "").replace("\u00a0", "").replace("\u202f", "").replace(",", ".")
    if family is Family.BOOLEAN:
        return text == "true"
    if family in {Family.DATE, Family.MOMENT}:
        return _day(text)
    if family is Family.LINK and text.isdigit():
        return int(text)
    return text.strip()


def _day(text: str) -> str:
    """The day that was typed. :raises Refused: the text names none."""
    found = days.parse_day(text, timezone.localdate())
    if found is None:
        raise Refused("bad_day", gettext("Write a day: 25.12.2026, “tomorrow” or “+3d”."))
    return found.isoformat()


def _widget(page: ListPage, key: str, field: Field, leaf: Leaf | None) -> str:
    """The operator and the value of one field, filled with what is asked now."""
    family, op, values = family_of(field), _op_of(leaf, field), _values_of(leaf)
    chosen = [one for one in values if str(one).isdigit()] if family is Family.LINK else []
    context = {
        "key": key,
        "ops": [{"name": one.name, "label": one.label, "chosen": one.name == op} for one in _ops(field)],
        "values": values,
        "input": _INPUTS.get(family, "text"),
        "low": values[0] if values else "",
        "high": values[1] if len(values) > 1 else "",
        "low_name": f"v-{key}",
        "low_attrs": {"class": "form-control", "id": f"f-{key}"},
        "high_name": f"w-{key}",
        "high_attrs": {"class": "form-control", "aria-label": gettext("to")},
        "choices": [{"value": value, "label": label, "chosen": str(value) in values} for value, label in field.choices],
        "periods": [{"key": name, "label": one[0], "chosen": _is_period(leaf, one)} for name, one in PERIODS.items()],
        "has_me": field.kind is Kind.PERSON,
        "is_me": ME in values,
        "url": f"/pick/{field.link}/",
        "linked": _linked(page, field, chosen),
    }
    return render_to_string("pages/filter_widget.html", context)


def _linked(page: ListPage, field: Field, chosen: Sequence[Any]) -> list[dict[str, Any]]:
    if not chosen:
        return []
    ids = {int(one) for one in chosen}
    found = forms.titles(page.actor, registry.record(field.link), ids)
    return [{"value": row_id, "label": title} for row_id, title in found.items()]


def _ops(field: Field) -> list[Any]:
    """Operators worth offering; for choices and links the plural ones also serve one value."""
    found = [one for one in operators_for(field) if one.name not in CHANGES]
    if family_of(field) in {Family.CHOICE, Family.LINK}:
        return [one for one in found if one.name not in {"eq", "ne"}]
    shown = [one for one in found if one.takes is not Takes.LIST or field.many]
    # From and to are what people give most.
    return sorted(shown, key=lambda one: one.takes is not Takes.PAIR) if family_of(field) in RANGED else shown


def _op_of(leaf: Leaf | None, field: Field) -> str:
    if leaf is None:
        return ""
    op = str(leaf.get("op", ""))
    plural = {"eq": "in", "ne": "not_in"} if family_of(field) in {Family.CHOICE, Family.LINK} else {}
    return plural.get(op, op)


def _values_of(leaf: Leaf | None) -> list[str]:
    if leaf is None or "value" not in leaf:
        return []
    raw = leaf["value"] if isinstance(leaf["value"], list) else [leaf["value"]]
    return [_shown(one) for one in raw]


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ME if value.get("me") else ""
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        return days.day_text(dt.date.fromisoformat(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_period(leaf: Leaf | None, period: tuple[object, str, Any]) -> bool:
    return leaf is not None and leaf.get("op") == period[1] and leaf.get("value") == period[2]


_INPUTS = {
    Family.NUMBER: "number",
    Family.DATE: "date",
    Family.MOMENT: "date",
    Family.BOOLEAN: "boolean",
    Family.CHOICE: "choice",
    Family.LINK: "link",
}
