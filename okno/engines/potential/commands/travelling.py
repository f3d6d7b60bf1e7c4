"""Formulas and tables of coefficients as settings that travel in a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from okno.engines.potential import queries
from okno.engines.potential.commands import setting_up
from okno.engines.potential.models import Coefficients, Formula
from okno.kit.permissions import Actor
from okno.kit.rates import MANAGEMENT
from okno.kit.registry import registry
from okno.kit.travelling import Position, condition_in, condition_out, keyed, row_in, row_out

PLAIN = ("record", "name", "expression", "fact", "bought", "period", "currency", "position")
TABLE = ("record", "name", "field", "rows")
Value = Mapping[str, Any] | None


@dataclass
class FormulaPart:
    """A formula; the tables that it looks up are parts of their own, by their names."""

    record: str
    name: str
    expression: str
    fact: str = ""
    bought: str = ""
    period: Formula.Period = Formula.Period.YEAR
    currency: str = MANAGEMENT
    group: dict[str, str] | None = None
    condition: dict[str, Any] | None = None
    valid_from: dt.date | None = None
    position: Position = 0


@dataclass
class TablePart:
    """A table of coefficients, `{"value": text, "number": text}` a row."""

    record: str
    name: str
    rows: list[dict[str, str]]
    field: str = ""


def read_tables() -> dict[str, Any]:
    """Tables of coefficients by record and name."""
    return {key: {name: getattr(one, name) for name in TABLE} for key, one in _tables().items()}


def write_table(actor: Actor, key: str, value: Value) -> None:
    """Make a table so, or drop it."""
    old = _tables().get(key)
    if value is not None:
        said = {name: value[name] for name in TABLE if name in value}
        setting_up.set_table(actor=actor, table=old, **said)
    elif old is not None:
        setting_up.drop_table(actor=actor, table=old)


def read_formulas() -> dict[str, Any]:
    """Formulas by record and name."""
    return {
        key: {
            **{name: getattr(one, name) for name in PLAIN},
            "group": row_out(queries.group_record(), one.group),
            "condition": condition_out(registry.record(one.record), one.condition),
            "valid_from": one.valid_from.isoformat() if one.valid_from else None,
        }
        for key, one in _formulas().items()
    }


def write_formula(actor: Actor, key: str, value: Value) -> None:
    """Make a formula so, or drop it."""
    old = _formulas().get(key)
    if value is None:
        if old is not None:
            setting_up.drop_formula(actor=actor, formula=old)
        return
    record = queries.the_record(str(value["record"]))
    said = {name: value[name] for name in PLAIN if name in value}
    since = value.get("valid_from")
    setting_up.set_formula(
        actor=actor,
        formula=old,
        group=row_in(queries.group_record(), value.get("group")),
        condition=condition_in(record, value.get("condition")),
        valid_from=dt.date.fromisoformat(since) if since else None,
        **said,
    )


def _tables() -> dict[str, Coefficients]:
    return keyed((one for record in queries.valued() for one in queries.tables(record.name)), _name)


def _formulas() -> dict[str, Formula]:
    return keyed((one for record in queries.valued() for one in queries.formulas(record.name)), _name)


def _name(one: Coefficients | Formula) -> str:
    return f"{one.record}: {one.name}"
