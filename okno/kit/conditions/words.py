"""A condition told in a sentence a person reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okno.kit import quotes
from okno.kit.conditions import moments, places
from okno.kit.conditions.moments import STEP
from okno.kit.conditions.operators import OPERATORS, Takes, said
from okno.kit.conditions.places import Place
from okno.kit.conditions.tree import (
    RELATIVE,
    AllOf,
    AnyOf,
    Condition,
    Department,
    Fixed,
    Leaf,
    Me,
    Negated,
    Other,
    Related,
    Relative,
    Value,
)
from okno.kit.registry import CUSTOM_PREFIX, Record, registry

Names = Callable[[Place, Any], str]

_QUANTIFIERS = {
    "some": gettext_lazy("some of “%(relation)s” hold: %(where)s"),
    "every": gettext_lazy("all of “%(relation)s” hold: %(where)s"),
    "none": gettext_lazy("none of “%(relation)s” hold: %(where)s"),
}
ANCHORS = {
    "now": gettext_lazy("now"),
    "today": gettext_lazy("today"),
    "yesterday": gettext_lazy("yesterday"),
    "tomorrow": gettext_lazy("tomorrow"),
    "start_of_week": gettext_lazy("the start of the week"),
    "start_of_month": gettext_lazy("the start of the month"),
    "start_of_quarter": gettext_lazy("the start of the quarter"),
    "start_of_year": gettext_lazy("the start of the year"),
    "end_of_week": gettext_lazy("the end of the week"),
    "end_of_month": gettext_lazy("the end of the month"),
    "end_of_quarter": gettext_lazy("the end of the quarter"),
    "end_of_year": gettext_lazy("the end of the year"),
}
UNITS = {
    "min": pgettext_lazy("unit", "min"),
    "h": pgettext_lazy("unit", "h"),
    "d": pgettext_lazy("unit", "d"),
    "w": pgettext_lazy("unit", "wk"),
    "m": pgettext_lazy("unit", "mo"),
    "q": pgettext_lazy("unit", "qr"),
    "y": pgettext_lazy("unit", "yr"),
}


def _plain(_place: Place, value: Any) -> str:
    return str(value)


def sentence(condition: Condition, record: Record, names: Names = _plain, *, about: str = "") -> str:
    """
    Tell a condition in the language of the reader.

    :param names: how to name what an id stands for; without it ids are shown as they are.
    :param about: the name of the person of whom it is judged, where that is not its reader.
    """
    return quotes.nested(_Teller(record, names, about).tell(condition, within=False))


class _Teller:
    def __init__(self, record: Record, names: Names, about: str) -> None:
        self.record = record
        self.names = names
        self.about = about

    def tell(self, node: Condition, *, within: bool) -> str:
        match node:
            case AllOf(()):
                return _("always")
            case AnyOf(()):
                return _("never")
            case AllOf(parts) | AnyOf(parts):
                joint = _(" and ") if isinstance(node, AllOf) else _(" or ")
                told = joint.join(self.tell(part, within=True) for part in parts)
                return f"({told})" if within and len(parts) > 1 else told
            case Negated(part):
                return _("not (%(part)s)") % {"part": self.tell(part, within=False)}
            case Related():
                return self.related(node)
        return self.leaf(node)

    def leaf(self, leaf: Leaf) -> str:
        found = places.place(self.record, leaf.field)
        label = _quoted(found.label) if found else self.removed(leaf.field)
        words = said(leaf.op, found.family if found else None).words
        return str(words) % {"field": label, "value": self.values(leaf.op, leaf.values, found)}

    def removed(self, key: str) -> str:
        """A field that is no more: by its name when it was only taken out of use."""
        names = registry.retired_fields(self.record.name) if key.startswith(CUSTOM_PREFIX) else {}
        return _("[removed field %(key)s]") % {"key": names.get(key, key)}

    def related(self, node: Related) -> str:
        found = places.relation(self.record, node.relation)
        if found is None:
            return _("[removed relation %(key)s]") % {"key": node.relation}
        inner = _Teller(found.record, self.names, self.about)
        where = "" if node.where == AllOf(()) else inner.tell(node.where, within=False)
        if node.quantifier != "count":
            return str(_QUANTIFIERS[node.quantifier]) % {"relation": found.label, "where": where or _("always")}
        counted = _("the number of “%(relation)s”") % {"relation": found.label}
        if where:
            counted = _("%(counted)s where %(where)s") % {"counted": counted, "where": where}
        return str(OPERATORS[node.op].words) % {"field": counted, "value": self.values(node.op, node.values, None)}

    def values(self, op: str, values: tuple[Value, ...], found: Place | None) -> str:
        joint = _(" and ") if OPERATORS[op].takes is Takes.PAIR else ", "
        return joint.join(self.value(one, found) for one in values) or _("nothing")

    def value(self, one: Value, found: Place | None) -> str:
        match one:
            case Fixed(raw):
                return self.fixed(raw, found)
            case Relative(text):
                return relative_words(text)
            case Me():
                return self.about or _("me")
            case Department("mine"):
                return _("their department") if self.about else _("my department")
            case Department():
                return _("their department and those below it") if self.about else _("my department and those below it")
            case Other(key):
                other = places.place(self.record, key)
                return _quoted(other.label) if other else self.removed(key)

    def fixed(self, raw: Any, found: Place | None) -> str:
        if isinstance(raw, bool):
            return _("yes") if raw else _("no")
        if raw is None or found is None:
            return _("nothing") if raw is None else str(raw)
        options = {str(value): str(label) for value, label in found.field.choices}
        if str(raw) in options:
            return options[str(raw)]
        moment = moments.read(raw) if isinstance(raw, str) else None
        if moment is not None:
            return f"{moment:%d.%m.%Y %H:%M}" if "T" in str(raw) else f"{moment:%d.%m.%Y}"
        named = self.names(found, raw)
        return _quoted(named) if isinstance(raw, str) else named


def _quoted(text: object) -> str:
    return _("“%(text)s”") % {"text": text}


def relative_words(text: str) -> str:
    """A relative day or moment in words: `start_of_month-1m` is "the start of the month − 1 mo"."""
    parts = RELATIVE.fullmatch(text)
    if parts is None or not text:
        return text
    anchor = parts["anchor"] or ("now" if text.endswith(("min", "h")) else "today")
    steps = STEP.finditer(parts["steps"])
    moves = (f"{'−' if step['sign'] == '-' else '+'} {step['number']} {UNITS[step['unit']]}" for step in steps)
    return " ".join((str(ANCHORS[anchor]), *moves))
