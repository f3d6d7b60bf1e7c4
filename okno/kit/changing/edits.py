"""Group change of fields: set, clear, add to or take from several values, by a formula, by a percentage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import expressions, money, openness, permissions
from okno.kit.arguments import plain
from okno.kit.conditions import places, reading
from okno.kit.errors import Refused
from okno.kit.expressions import Context
from okno.kit.fields import judging, tagging
from okno.kit.fields.values import fitting
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record

NO_FORMULA = frozenset({Kind.LINK, Kind.PERSON, Kind.FILE, Kind.JSON})
MOST_PERCENT = Decimal(100_000)


class How(StrEnum):
    """What is done to a field."""

    SET = "set"
    CLEAR = "clear"
    ADD = "add"
    REMOVE = "remove"
    FORMULA = "formula"
    PERCENT = "percent"


WORDS: dict[How, object] = {
    How.SET: gettext_lazy("Set to"),
    How.CLEAR: gettext_lazy("Clear"),
    How.ADD: gettext_lazy("Add values"),
    How.REMOVE: gettext_lazy("Take values away"),
    How.FORMULA: gettext_lazy("Compute by a formula"),
    How.PERCENT: gettext_lazy("Increase by %"),
}


@dataclass(frozen=True)
class Edit:
    """One field and what is done to it; `value` is what it becomes, a formula, or a percentage."""

    field: str
    how: str
    value: Any = None

    def plain(self) -> dict[str, Any]:
        """As a job keeps it."""
        return {"field": self.field, "how": str(self.how), "value": plain(self.value)}


def editable(actor: Actor, record: Record) -> dict[str, Field]:
    """Fields that the actor may change in many rows at once; where one is closed in some rows, those are left."""
    return {
        key: one
        for key, one in record.all_fields().items()
        if (one.editable or one.is_custom) and not one.formula and actor.sees_some(record.name, key)
    }


def hows_for(field: Field) -> list[How]:
    """What can be done to a field of this kind."""
    found = [How.SET]
    if not field.required and field.kind is not Kind.BOOLEAN:
        found.append(How.CLEAR)
    if field.many:
        return [*found, How.ADD, How.REMOVE]
    if field.kind.is_number:
        found.append(How.PERCENT)
    return found if field.kind in NO_FORMULA else [*found, How.FORMULA]


def check(actor: Actor, record: Record, edits: Sequence[Edit]) -> None:
    """
    See that the edits can be carried out.

    :raises Refused: there are none, a field is named twice or not open to change, or a formula or number is wrong.
    :raises Denied: a formula looks at a field hidden from the actor.
    """
    if not edits:
        raise Refused("changing.nothing", _("Choose a field to change."))
    if len({one.field for one in edits}) < len(edits):
        raise Refused("changing.twice", _("Each field is changed once."))
    fields = editable(actor, record)
    for one in edits:
        field = fields.get(one.field)
        if field is None or one.how not in hows_for(field):
            raise Refused("no_field", _("“%(key)s” cannot be changed here."), key=one.field)
        try:
            _CHECKS.get(How(one.how), _check_nothing)(actor, record, one)
        except Refused as refusal:
            refusal.params.setdefault("missing", [one.field])
            raise


def settled(actor: Actor, record: Record, edits: Sequence[Edit]) -> list[Edit]:
    """
    Edits that name tags by their ids: names that were typed become tags now, as a preview keeps nothing.

    :raises Refused: a name is none, or is new where tags are taken away or the actor may not add any.
    """
    return [replace(one, value=_tags(actor, record, one)) if _is_tagged(record, one) else one for one in edits]


def _is_tagged(record: Record, edit: Edit) -> bool:
    return record.all_fields()[edit.field].grows and edit.how != How.CLEAR


def _tags(actor: Actor, record: Record, edit: Edit) -> list[str]:
    field = record.all_fields()[edit.field]
    is_adding = edit.how != How.REMOVE
    return tagging.settled(actor, record.name, field, edit.value, is_adding=is_adding)[0]


def _check_nothing(_actor: Actor, _record: Record, _edit: Edit) -> None:
    """Values are read by the form and judged by the command."""


def _check_some(_actor: Actor, _record: Record, edit: Edit) -> None:
    if edit.value in (None, "", []):
        raise Refused("changing.no_value", _("Give the value."), missing=[edit.field])


def _check_percent(_actor: Actor, _record: Record, edit: Edit) -> None:
    _check_some(_actor, _record, edit)
    if abs(Decimal(str(edit.value))) > MOST_PERCENT:
        raise Refused("changing.percent", _("The percentage is too large."), missing=[edit.field])


def _check_formula(actor: Actor, record: Record, edit: Edit) -> None:
    _check_some(actor, record, edit)
    for key in expressions.parse(str(edit.value), record).dependencies:
        if not openness.may_ask_row(actor, record, key):
            raise permissions.closed(record, key)
        if any(not _sees_all(actor, model) for model in _looked_at(record, key)):
            raise Refused(
                "changing.out_of_sight",
                _("The formula looks at other records, and you do not see all of them: %(key)s."),
                key=key,
                missing=[edit.field],
            )


def _looked_at(record: Record, key: str) -> list[type[Model]]:
    """Models of other records that an expression reads by this key."""
    found = places.place(record, key)
    return found.passed if found is not None else [one.model for one in openness.passed(record, key)]


def _sees_all(actor: Actor, model: type[Model]) -> bool:
    """An expression is computed without regard to who asks, so it may not read rows beyond their sight."""
    if not hasattr(model, "reach"):
        return True
    return permissions.clauses_for(actor, model, permissions.view_permission(model)) is None


_CHECKS = {
    How.SET: _check_some,
    How.ADD: _check_some,
    How.REMOVE: _check_some,
    How.PERCENT: _check_percent,
    How.FORMULA: _check_formula,
}


@dataclass
class Worker:
    """Works out the values of rows for one run: formulas are read once."""

    actor: Actor
    record: Record
    edits: Sequence[Edit]
    at: datetime

    @cached_property
    def _formulas(self) -> dict[str, expressions.Expression]:
        named = [one for one in self.edits if one.how == How.FORMULA]
        return {one.field: expressions.parse(str(one.value), self.record) for one in named}

    def values_for(self, row: Model) -> dict[str, Any]:
        """
        New values of a row by key, as its command of changing takes them.

        :raises Refused: they cannot be told. :raises Denied: a field of this row is closed to the actor.
        """
        # Before anything is worked out: why that cannot be done may tell what stands in the field.
        self._check_open(row)
        return {one.field: self._value(row, one) for one in self.edits}

    def _check_open(self, row: Model) -> None:
        keys = {one.field: None for one in self.edits}
        keys |= {key: None for expression in self._formulas.values() for key in expression.dependencies}
        for key in openness.closed_of(self.actor, self.record, row, keys):
            raise permissions.closed(self.record, key)

    def _value(self, row: Model, edit: Edit) -> Any:
        field = self.record.all_fields()[edit.field]
        match How(edit.how):
            case How.SET:
                return edit.value
            case How.CLEAR:
                return [] if field.many else None if _may_be_null(self.record, field) else ""
            case How.ADD | How.REMOVE:
                return _several(field, row, edit)
            case How.PERCENT:
                return _raised(field, _present(self.record, edit.field, row), Decimal(str(edit.value)), field.label)
            case How.FORMULA:
                return self._computed(row, edit, field)

    def _computed(self, row: Model, edit: Edit, field: Field) -> Any:
        context = Context(at=self.at, zone=self.actor.zone)
        found = expressions.evaluate(self._formulas[edit.field], row, context)
        if found is None:
            return None if _may_be_null(self.record, field) else ""
        if field.kind is Kind.MONEY and isinstance(found, Decimal):
            return _with_currency(_present(self.record, edit.field, row), money.round_money(found))
        if field.kind is Kind.INTEGER and isinstance(found, Decimal):
            return str(int(found.to_integral_value()))
        if field.kind in {Kind.TEXT, Kind.LONG_TEXT} and not isinstance(found, str):
            return expressions.text_of(found)
        return plain(fitting(found))


def _present(record: Record, key: str, row: Model) -> Any:
    """The value as it is kept: a custom one in its canonical form."""
    field = record.all_fields()[key]
    if field.is_custom:
        return getattr(row, "extra", {}).get(field.key)
    found = places.place(record, key)
    return None if found is None else reading.value(row, found)


def _raised(field: Field, present: Any, percent: Decimal, label: object) -> Any:
    amount = present.get("a") if isinstance(present, Mapping) else present
    if amount in (None, ""):
        raise Refused("changing.empty", _("“%(label)s” is empty."), label=label)
    raised = Decimal(str(amount)) * (100 + percent) / 100
    if field.kind is Kind.INTEGER:
        return str(int(raised.to_integral_value()))
    if field.kind is Kind.MONEY:
        return _with_currency(present, money.round_money(raised))
    return str(raised.normalize() if raised != raised.to_integral() else raised.to_integral())


def _with_currency(present: Any, amount: Decimal) -> Any:
    """A sum of a custom field stays in its currency."""
    return {"a": str(amount), "c": present.get("c", "")} if isinstance(present, Mapping) else str(amount)


def _several(field: Field, row: Model, edit: Edit) -> list[Any]:
    there = list(judging.value_of(row, field) or [])
    given = edit.value if isinstance(edit.value, list) else [edit.value]
    texts = {str(one) for one in given}
    if edit.how == How.REMOVE:
        return [one for one in there if str(one) not in texts]
    known = {str(one) for one in there}
    return [*there, *(one for one in given if str(one) not in known)]


def _may_be_null(record: Record, field: Field) -> bool:
    if field.is_custom:
        return True
    column: Any = record.model._meta.get_field(field.path.split("__", 1)[0])
    return bool(column.null)


__all__ = ["WORDS", "Edit", "How", "Worker", "check", "editable", "hows_for", "settled"]
