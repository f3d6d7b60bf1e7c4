"""
What is typed into search: words, and operators that become conditions of each record they fit.

`от:я этап:"Счёт" >100000 создан:вчера терминалы`: a name of a field with a colon and a value, a bare comparison for the
sum of the record, and the words that are left.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from okno.kit import conditions, permissions
from okno.kit.conditions.operators import Family, family_of
from okno.kit.fields.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry
from okno.kit.web.days import parse_day

NAMED = re.compile(r'(?<!\S)([^\W\d]\w{0,30}):(>=|<=|>|<|)("[^"]*"|«[^»]*»|\S+)')
BARE = re.compile(r"(?<!\S)(>=|<=|>|<)\s*(\d[\d\s  ]*(?:[.,]\d+)?)(?!\S)")
SIGNS = {">": "gt", "<": "lt", ">=": "ge", "<=": "le", "": "eq"}
# Other names of fields, by what people write before the colon.
ALSO = {
    "от": ("owner", "from_address"),
    "owner": ("owner",),
    "отв": ("owner",),
    "ответственный": ("owner",),
    "создан": ("created_at", "received_at", "at"),
    "создана": ("created_at", "received_at", "at"),
    "сумма": ("amount", "total"),
    "stage": ("stage", "state"),
    "этап": ("stage", "state"),
}
ME = frozenset({"я", "me", "мне", "мой", "моя"})
YES, NO = frozenset({"да", "yes", "1"}), frozenset({"нет", "no", "0"})
MOST_LINKED = 50


@dataclass(frozen=True)
class Test:
    """One operator: the name of a field (empty for the sum), a comparison and what it is compared with."""

    name: str
    op: str
    value: str


@dataclass(frozen=True)
class Asked:
    """What is asked for: words to find, and tests that rows have to pass."""

    words: str
    tests: Sequence[Test] = ()


def read(text: str) -> Asked:
    """Take the operators out of what was typed."""
    tests = [Test(name.strip().lower(), SIGNS[sign], value.strip('"«»')) for name, sign, value in NAMED.findall(text)]
    rest = NAMED.sub(" ", text)
    tests += [Test("", SIGNS[sign], value.strip()) for sign, value in BARE.findall(rest)]
    return Asked(" ".join(BARE.sub(" ", rest).split()), tests)


def narrowed(actor: Actor, record: Record, rows: QuerySet[Any], asked: Asked, today: dt.date) -> QuerySet[Any] | None:
    """Rows that pass the tests; None when the record has no such field, or it is hidden from the actor."""
    for test in asked.tests:
        found = _first(actor, record, test, today)
        if found is None:
            return None
        rows = rows.filter(found)
    return rows


def _first(actor: Actor, record: Record, test: Test, today: dt.date) -> Q | None:
    """The test by the first field of its name that can be compared so."""
    for key, field in _fields(actor, record, test.name):
        leaf = _leaf(actor, key, field, test, today)
        if leaf is not None:
            context = permissions.condition_context(actor)
            return conditions.to_q(conditions.parse(leaf), record, context)
    return None


def _fields(actor: Actor, record: Record, name: str) -> list[tuple[str, Field]]:
    seen = {key: one for key, one in record.all_fields().items() if actor.sees_field(record.name, key)}
    if not name:
        return [(key, one) for key, one in seen.items() if one.kind is Kind.MONEY][:1]
    named = [(key, one) for key, one in seen.items() if key == name or str(one.label).lower() == name]
    also = [(key, seen[key]) for key in ALSO.get(name, ()) if key in seen]
    begun = [(key, one) for key, one in seen.items() if str(one.label).lower().startswith(name)]
    return [*named, *also, *begun]


def _leaf(actor: Actor, key: str, field: Field, test: Test, today: dt.date) -> dict[str, Any] | None:
    """The test as a leaf of the condition language; None when the value says nothing to a field of this kind."""
    maker = _MAKERS.get(family_of(field))
    made = maker(actor, field, test, today) if maker is not None and not field.many else None
    return {"field": key, **made} if made is not None else None


def _text(_actor: Actor, _field: Field, test: Test, _today: dt.date) -> dict[str, Any] | None:
    return {"op": "contains", "value": test.value} if test.op == "eq" else None


def _number(_actor: Actor, _field: Field, test: Test, _today: dt.date) -> dict[str, Any] | None:
    plain = re.sub(r"\s", "", test.value).replace(",", ".")
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,4})?", plain):
        return None
    number = Decimal(plain)
    return {"op": test.op, "value": int(number) if number == int(number) else str(number)}


def _day(_actor: Actor, _field: Field, test: Test, today: dt.date) -> dict[str, Any] | None:
    day = parse_day(test.value, today)
    return {"op": test.op, "value": day.isoformat()} if day is not None else None


def _choice(_actor: Actor, field: Field, test: Test, _today: dt.date) -> dict[str, Any] | None:
    wanted = test.value.lower()
    found = [value for value, label in field.choices if str(label).lower().startswith(wanted) or str(value) == wanted]
    return {"op": "in", "value": found} if found and test.op == "eq" else None


def _boolean(_actor: Actor, _field: Field, test: Test, _today: dt.date) -> dict[str, Any] | None:
    said = test.value.lower()
    return {"op": "eq", "value": said in YES} if said in YES | NO else None


def _link(actor: Actor, field: Field, test: Test, _today: dt.date) -> dict[str, Any] | None:
    """A person or another row by a part of its title; «я» is whoever asks."""
    record = registry.records.get(field.link)
    if record is None or test.op != "eq" or not hasattr(record.model, "reach"):
        return None
    if field.kind is Kind.PERSON and test.value.lower() in ME:
        return {"op": "eq", "value": {"me": True}}
    title = record.fields[record.title]
    if not actor.sees_field(record.name, record.title):
        return None
    manager: Any = record.model._default_manager
    rows = manager.visible_to(actor).filter(**{f"{title.path}__icontains": test.value})
    found = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_LINKED])
    return {"op": "in", "value": found or [0]}


_MAKERS: dict[Family, Callable[[Actor, Field, Test, dt.date], dict[str, Any] | None]] = {
    Family.TEXT: _text,
    Family.NUMBER: _number,
    Family.DATE: _day,
    Family.MOMENT: _day,
    Family.CHOICE: _choice,
    Family.BOOLEAN: _boolean,
    Family.LINK: _link,
}
