"""Shapes of requests and answers, made from the description of a record and the signatures of commands."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

import pydantic
from django.db.models import Model
from pydantic import ConfigDict, create_model

from okno.kit.commands import Command
from okno.kit.kinds import Kind
from okno.kit.registry import CUSTOM_PREFIX, Field, Record
from okno.kit.secrets import SecretText


class Link(pydantic.BaseModel):
    """A linked row."""

    id: int
    title: Any = None


class Input(pydantic.BaseModel):
    """What scripts send; a name that nobody knows is refused rather than passed over."""

    model_config = ConfigDict(extra="forbid")


LARGEST_ID = 2**63 - 1
Id = Annotated[int, pydantic.Field(ge=1, le=LARGEST_ID)]
Whole = Annotated[int, pydantic.Field(ge=-(2**31), le=2**31 - 1)]
# Exact numbers are texts; days and moments are ISO 8601.
Number = Annotated[str, pydantic.Field(examples=["1234.50"], json_schema_extra={"pattern": r"^-?[0-9]+(\.[0-9]+)?$"})]
Day = Annotated[str, pydantic.Field(examples=["2026-11-21"], json_schema_extra={"format": "date"})]
Secret = Annotated[
    str, pydantic.Field(min_length=1, max_length=500, json_schema_extra={"format": "password", "writeOnly": True})
]
Moment = Annotated[str, pydantic.Field(examples=["2026-11-21T12:30:00Z"], json_schema_extra={"format": "date-time"})]
TYPES: dict[Kind, Any] = {
    Kind.INTEGER: Whole,
    Kind.BOOLEAN: bool,
    Kind.JSON: Any,
    Kind.DECIMAL: Number,
    Kind.MONEY: Number,
    Kind.DATE: Day,
    Kind.MOMENT: Moment,
}


def item_of(record: Record) -> type[pydantic.BaseModel]:
    """A row of the record: every field may be absent, as it may be hidden from whoever asks."""
    fields: dict[str, Any] = {"id": (int, ...), "version": (int, ...)}
    for key, field in record.fields.items():
        fields[key] = (_type_of(field) | None, _described(field))
    return create_model(_name(record.name), __base__=_Open, **fields)


def page_of(item: type[pydantic.BaseModel], record: Record) -> type[pydantic.BaseModel]:
    """A page of rows with the cursor of the next one."""
    fields: dict[str, Any] = {"items": (list[item], ...), "next": (str | None, None)}  # type: ignore[valid-type]
    return create_model(f"{_name(record.name)}Page", __base__=pydantic.BaseModel, **fields)


def values_of(record: Record) -> type[pydantic.BaseModel]:
    """Fields that may be changed, by key, with the version that was seen; custom fields are allowed beside them."""
    fields: dict[str, Any] = {"version": (int | None, None)}
    for key, field in record.fields.items():
        if field.editable and key != "version":
            fields[key] = (_input_of(field), _described(field))
    return create_model(f"{_name(record.name)}Changes", __base__=_Open, **fields)


def arguments_of(
    command: Command[Any, Any],
    without: Iterable[str] = (),
    *,
    with_custom: bool = False,
    name: str = "",
    typed: Mapping[str, Any] | None = None,
) -> type[pydantic.BaseModel]:
    """
    The arguments of a command: rows by id, the rest as they are typed.

    :param with_custom: custom fields are allowed beside them.
    :param name: another one than that of the command, where it has more than one shape.
    :param typed: closer shapes of arguments by their names.
    """
    hints = typing.get_type_hints(command.function)
    fields: dict[str, Any] = {}
    for one in inspect.signature(command.function).parameters.values():
        if one.name == "actor" or one.name in without:
            continue
        default = ... if one.default is inspect.Parameter.empty else one.default
        fields[one.name] = ((typed or {}).get(one.name) or _ids_for(hints[one.name]), default)
    return create_model(_name(name or command.name), __base__=WithCustom if with_custom else Input, **fields)


class _Open(pydantic.BaseModel):
    """Custom fields stand beside built-in ones."""

    model_config = ConfigDict(extra="allow")


class WithCustom(_Open):
    """Custom fields stand beside arguments; any other name that nobody knows is refused."""

    @pydantic.model_validator(mode="after")
    def check_names(self) -> Self:
        """:raises ValueError: a name is neither an argument nor like that of a custom field."""
        if unknown := sorted(name for name in self.model_extra or {} if not name.startswith(CUSTOM_PREFIX)):
            raise ValueError(", ".join(unknown))
        return self


def _described(field: Field) -> Any:
    """How people call the field, and what its codes mean."""
    choices = ", ".join(f"`{code}` {label}" for code, label in field.choices)
    return pydantic.Field(None, description=f"{field.label}: {choices}" if choices else str(field.label))


def _type_of(field: Field) -> Any:
    if field.many:
        return list[Any]
    return Link if field.link and not field.is_custom else TYPES.get(field.kind, str)


def _input_of(field: Field) -> Any:
    if field.link:
        return Id | None
    if field.is_listed:
        return list[Any] | None
    return (TYPES.get(field.kind, str) | None) if field.kind is not Kind.JSON else Any


def _ids_for(hint: Any) -> Any:
    """The type of an argument with ids in the place of rows."""
    if inspect.isclass(hint) and issubclass(hint, Model):
        return Id
    if hint is int:
        return Whole
    if hint is SecretText:
        return Secret
    parts = typing.get_args(hint)
    if not parts:
        return hint
    inner = tuple(_ids_for(part) for part in parts)
    if typing.get_origin(hint) is list:
        return list[inner[0]]  # type: ignore[valid-type]
    if type(None) in parts:
        rest = [part for part in inner if part is not type(None)]
        return rest[0] | None if len(rest) == 1 else hint
    return hint


def _name(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace(".", "_").split("_"))
