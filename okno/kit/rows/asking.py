"""
What is typed into search: words, and operators that become conditions of each record they fit.

`от:я этап:"Счёт" >100000 создан:вчера терминалы`: a name of a field with a colon and a value, a bare comparison for the
sum of the record, and the words that are left.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.lookups import In
from django.utils.translation import gettext as _

from okno.kit import conditions, permissions
from okno.kit.conditions.operators import Family, family_of
from okno.kit.days import parse_day
from okno.kit.kinds import Kind
from okno.kit.kinds.tag_names import folded
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry
from okno.kit.rows import expressions, searching

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
TAGS = frozenset({"метка", "метки", "тег", "теги", "тэг", "tag", "tags"})
ME = frozenset({"я", "me", "мне", "мой", "моя"})
# How many names like a wrong one, and values of a field, are told; how many operators together are many.
LIKE, MOST_VALUES, MANY = 3, 12, 2
YES, NO = frozenset({"да", "yes", "1"}), frozenset({"нет", "no", "0"})


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


def narrowed(
    actor: Actor, record: Record, rows: QuerySet[Any], tests: Sequence[Test], today: dt.date
) -> QuerySet[Any] | None:
    """Rows that pass the tests; None when the record has no such field, or it is hidden from the actor."""
    for test in tests:
        found = _first(actor, record, test, today)
        if found is None:
            return None
        rows = rows.filter(found)
    return rows


def unread(actor: Actor, records: Collection[Record], tests: Sequence[Test], today: dt.date) -> list[str]:
    """
    Why operators can find nothing, in words: there is no such field, it has no such value, or no record has all fields.

    :param records: those that are searched.
    """
    told = [why for test in tests if (why := _unread(actor, records, test, today))]
    if told or len(tests) < MANY:
        return told
    if any(all(_first(actor, one, test, today) is not None for test in tests) for one in records):
        return []
    names = ", ".join(dict.fromkeys(test.name or test.value for test in tests))
    return [_("No card has all of this at once: %(names)s.") % {"names": names}]


def _unread(actor: Actor, records: Collection[Record], test: Test, today: dt.date) -> str:
    fields = [field for one in records for _key, field in _fields(actor, one, test.name)]
    if not fields:
        names = {str(field.label).lower() for one in records for field in _seen(actor, one).values()}
        like = get_close_matches(test.name, sorted(names | ALSO.keys()), LIKE)
        missing = _("There is no field “%(field)s”.") % {"field": test.name or _("Sum")}
        return f"{missing} {_('Perhaps: %(names)s.') % {'names': ', '.join(like)}}" if like else missing
    if any(_first(actor, one, test, today) is not None for one in records):
        return ""
    wrong = _("The field “%(field)s” cannot be “%(value)s”.") % {"field": fields[0].label, "value": test.value}
    values = dict.fromkeys(str(label) for field in fields for _value, label in field.choices)
    most = ", ".join(list(values)[:MOST_VALUES])
    return f"{wrong} {_('It may be: %(values)s.') % {'values': most}}" if values else wrong


def _first(actor: Actor, record: Record, test: Test, today: dt.date) -> Q | None:
    """The test by the first field of its name that can be compared so."""
    for key, field in _fields(actor, record, test.name):
        is_empty = not test.value and test.op == "eq"
        is_me = field.kind is Kind.PERSON and test.value.lower() in ME
        if family_of(field) is Family.LINK and not is_me and not is_empty:
            found = _by_title(actor, record, key, field, test)
        else:
            leaf = {"field": key, "op": "empty"} if is_empty else _leaf(key, field, test, today)
            context = permissions.condition_context(actor)
            found = conditions.to_q(conditions.parse(leaf), record, context) if leaf is not None else None
        if found is not None:
            return found
    return None


def _fields(actor: Actor, record: Record, name: str) -> list[tuple[str, Field]]:
    seen = _seen(actor, record)
    if not name:
        return [(key, one) for key, one in seen.items() if one.kind is Kind.MONEY][:1]
    named = [(key, one) for key, one in seen.items() if key == name or str(one.label).lower() == name]
    also = [(key, seen[key]) for key in ALSO.get(name, ()) if key in seen]
    begun = [(key, one) for key, one in seen.items() if str(one.label).lower().startswith(name)]
    tags = [(key, one) for key, one in seen.items() if one.grows and name in TAGS]
    return [*named, *also, *begun, *tags]


def _seen(actor: Actor, record: Record) -> dict[str, Field]:
    """Fields that are open to the actor in some rows at least."""
    return {key: one for key, one in record.all_fields().items() if actor.sees_some(record.name, key)}


def _leaf(key: str, field: Field, test: Test, today: dt.date) -> dict[str, Any] | None:
    """The test as a leaf of the condition language; None when the value says nothing to a field of this kind."""
    maker = _MAKERS.get(family_of(field))
    made = maker(field, test, today) if maker is not None and (field.grows or not field.many) else None
    return {"field": key, **made} if made is not None else None


def _by_title(actor: Actor, record: Record, key: str, field: Field, test: Test) -> Q | None:
    """Rows whose link leads to a row within reach that has the value in its title."""
    linked = registry.records.get(field.link)
    if linked is None or field.many or test.op != "eq" or not hasattr(linked.model, "reach"):
        return None
    if not actor.sees_field(linked.name, linked.title):
        return None
    manager: Any = linked.model._default_manager
    path = linked.fields[linked.title].path
    rows = manager.visible_to(actor).filter(searching.contains(linked.model, path, test.value))
    return Q(In(expressions.linked_id(record, key, field), rows.order_by().values("pk")))


def _text(_field: Field, test: Test, _today: dt.date) -> dict[str, Any] | None:
    return {"op": "contains", "value": test.value} if test.op == "eq" else None


def _number(_field: Field, test: Test, _today: dt.date) -> dict[str, Any] | None:
    plain = re.sub(r"\s", "", test.value).replace(",", ".")
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,4})?", plain):
        return None
    number = Decimal(plain)
    return {"op": test.op, "value": int(number) if number == int(number) else str(number)}


def _day(_field: Field, test: Test, today: dt.date) -> dict[str, Any] | None:
    day = parse_day(test.value, today)
    return {"op": test.op, "value": day.isoformat()} if day is not None else None


def _choice(field: Field, test: Test, _today: dt.date) -> dict[str, Any] | None:
    wanted = folded(test.value)
    found = [value for value, label in field.choices if folded(str(label)).startswith(wanted) or str(value) == wanted]
    merged = dict(field.merged)
    found = list(dict.fromkeys(merged.get(one, one) for one in found))
    return {"op": "in", "value": found} if found and test.op == "eq" else None


def _boolean(_field: Field, test: Test, _today: dt.date) -> dict[str, Any] | None:
    said = test.value.lower()
    return {"op": "eq", "value": said in YES} if said in YES | NO else None


def _me(_field: Field, test: Test, _today: dt.date) -> dict[str, Any] | None:
    """Whoever asks."""
    return {"op": "eq", "value": {"me": True}} if test.op == "eq" else None


_MAKERS: dict[Family, Callable[[Field, Test, dt.date], dict[str, Any] | None]] = {
    Family.TEXT: _text,
    Family.NUMBER: _number,
    Family.DATE: _day,
    Family.MOMENT: _day,
    Family.CHOICE: _choice,
    Family.BOOLEAN: _boolean,
    Family.LINK: _me,
}
