"""Cells of lists: values of each kind made into text in Python, so that templates only print strings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okno.kit import formats
from okno.kit.contacts.people import parse_person_name
from okno.kit.contacts.phones import phone_display
from okno.kit.kinds import Kind
from okno.kit.registry import Field, registry

Cell = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where a page is made: cells say "today" by it."""

    at: datetime
    zone: Any


def formatter(field: Field) -> Callable[[Any, Moment], Cell]:
    """How a value of the field becomes a cell: `text`, `title` where the full value is longer, `chips` of tags."""
    if field.kind is Kind.FILE:
        return _files
    if field.grows:
        return _tags({str(value): str(label) for value, label in field.choices}, dict(field.colours))
    if field.many:
        return _several({str(value): str(label) for value, label in field.choices})
    if field.choices and field.kind is not Kind.BOOLEAN:
        return _choice({value: str(label) for value, label in field.choices})
    return _BY_KIND.get(field.kind, _text)


def text_of(field: Field, value: Any, moment: Moment) -> str:
    """The text of one value, as cells show it."""
    if value is None or value == "":
        return ""
    text: str = formatter(field)(value, moment)["text"]
    return text


def linked(cell: Cell, link: str, row_id: int | None) -> Cell:
    """The cell of a link leads to the card of the linked row."""
    if row_id is not None and link in registry.records:
        cell["url"] = registry.records[link].url_of(row_id)
    return cell


@lru_cache(maxsize=10_000)
def short_name(name: str) -> str:
    """A name for a narrow cell: «Иванова А. П.»."""
    return parse_person_name(name).short or name


def _text(value: Any, _moment: Moment) -> Cell:
    return {"text": str(value)}


def _long_text(value: Any, _moment: Moment) -> Cell:
    text = str(value)
    first = text.split("\n", 1)[0]
    return {"text": first if len(first) <= 120 else f"{first[:119]}…", "title": text[:1000]}


def _integer(value: Any, _moment: Moment) -> Cell:
    return {"text": formats.quantity_text(value)}


def _decimal(value: Any, _moment: Moment) -> Cell:
    # Numbers of custom fields come out of JSON as binary ones: their digits are those that were written.
    return {"text": formats.quantity_text(str(value) if isinstance(value, float) else value)}


def _money(value: Any, _moment: Moment) -> Cell:
    amount = value.get("a") if isinstance(value, Mapping) else value
    currency = value.get("c", "") if isinstance(value, Mapping) else ""
    return {"text": formats.money_text(amount, currency or "RUB")}


def _date(value: Any, _moment: Moment) -> Cell:
    day = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return {"text": formats.date_text(day)}


def _at(value: Any, moment: Moment) -> Cell:
    point = datetime.fromisoformat(value) if isinstance(value, str) else value
    return {
        "text": formats.moment_text(point, moment.at, moment.zone),
        "title": formats.moment_full(point, moment.zone),
    }


def _boolean(value: Any, _moment: Moment) -> Cell:
    return {"text": _("Yes") if value else _("No")}


def _person(value: Any, _moment: Moment) -> Cell:
    name = str(value)
    return {"text": short_name(name), "title": name}


def _phone(value: Any, _moment: Moment) -> Cell:
    """A number as custom fields keep it is shown with its groups; others are shown as they were written."""
    stored = _STORED_PHONE.fullmatch(str(value))
    return {"text": phone_display(stored[1], stored[2] or "") if stored else str(value)}


def _files(value: Any, _moment: Moment) -> Cell:
    count = len(value) if isinstance(value, list | tuple) else 1
    return {"text": ngettext("%(count)s file", "%(count)s files", count) % {"count": count}}


def _several(labels: Mapping[str, str]) -> Callable[[Any, Moment], Cell]:
    """Values of one field through commas, options by their names."""

    def show(value: Any, _moment: Moment) -> Cell:
        found = value if isinstance(value, list | tuple) else [value]
        return {"text": ", ".join(labels.get(str(one), str(one)) for one in found)}

    return show


def _tags(labels: Mapping[str, str], colours: Mapping[str, int]) -> Callable[[Any, Moment], Cell]:
    """Names through commas, and `chips` of the same in their colours."""

    def show(value: Any, _moment: Moment) -> Cell:
        found = [str(one) for one in (value if isinstance(value, list | tuple) else [value])]
        names = [labels.get(one, one) for one in found]
        chips = [{"label": name, "colour": colours.get(one, 1)} for one, name in zip(found, names, strict=True)]
        text = ", ".join(names)
        return {"text": text, "title": text, "chips": chips}

    return show


def _choice(labels: Mapping[Any, str]) -> Callable[[Any, Moment], Cell]:
    def show(value: Any, _moment: Moment) -> Cell:
        return {"text": labels.get(value, str(value)), "code": str(value)}

    return show


_BY_KIND: dict[Kind, Callable[[Any, Moment], Cell]] = {
    Kind.LONG_TEXT: _long_text,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.MOMENT: _at,
    Kind.BOOLEAN: _boolean,
    Kind.PERSON: _person,
    Kind.PHONE: _phone,
}
_STORED_PHONE = re.compile(r"(\+\d{6,15})(?: доб\. (\d+))?")
