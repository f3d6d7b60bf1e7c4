"""Arguments of commands: read from raw values by the signature, and kept as plain JSON."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from okno.kit.errors import Refused

# What no column of ours holds begins here.
BIGINT = 1 << 63


@dataclass(frozen=True)
class Parameter:
    """One argument of a command: a row of a record, rows, or a plain value."""

    name: str
    model: type[models.Model] | None
    many: bool
    adapter: TypeAdapter[Any]
    required: bool


def parameters_of(function: Callable[..., Any]) -> dict[str, Parameter]:
    """Arguments of a command but the actor, by name."""
    hints = typing.get_type_hints(function)
    found = inspect.signature(function).parameters.values()
    return {one.name: _parameter(one, hints[one.name]) for one in found if one.name != "actor"}


def row_argument(parameters: Mapping[str, Parameter], model: type[models.Model]) -> str:
    """The argument that is a row of the model."""
    return next(one.name for one in parameters.values() if one.model is model and not one.many)


def read(parameter: Parameter, raw: Any) -> Any:
    """A typed value from a raw one; rows stay as they are. :raises Refused: it cannot be read."""
    if isinstance(raw, models.Model):
        return raw
    try:
        value = parameter.adapter.validate_python(raw)
    except ValidationError as error:
        raise Refused(
            "bad_value",
            _("Cannot read “%(name)s”: %(reason)s."),
            name=parameter.name,
            reason=error.errors()[0]["msg"],
        ) from error
    if isinstance(value, int) and not -BIGINT <= value < BIGINT:
        reason = _("the number is too large")
        raise Refused("bad_value", _("Cannot read “%(name)s”: %(reason)s."), name=parameter.name, reason=reason)
    return value


def _parameter(one: inspect.Parameter, hint: Any) -> Parameter:
    inner = _without_none(hint)
    item = typing.get_args(inner)[0] if typing.get_origin(inner) is list else inner
    is_model = inspect.isclass(item) and issubclass(item, models.Model)
    return Parameter(
        name=one.name,
        model=item if is_model else None,
        many=is_model and inner is not item,
        adapter=TypeAdapter(_ids_instead(hint, inner, item) if is_model else hint),
        required=one.default is inspect.Parameter.empty,
    )


def _without_none(hint: Any) -> Any:
    rest = [part for part in typing.get_args(hint) if part is not type(None)]
    return rest[0] if len(rest) == 1 and len(typing.get_args(hint)) > 1 else hint


def _ids_instead(hint: Any, inner: Any, item: Any) -> Any:
    ids: Any = int if inner is item else list[int]
    return ids if hint is inner else ids | None


def id_of(value: Any) -> int:
    """The id of a row, or an id as it was given."""
    return int(value.pk if isinstance(value, models.Model) else value)


def plain(value: Any) -> Any:
    """A value as JSON keeps it: rows by id; what hides itself stays hidden."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, Decimal | date | datetime):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return repr(value)


def plain_result(result: Any) -> Any:
    """What a command returned, as an idempotency key keeps it."""
    if isinstance(result, models.Model):
        return {"model": result._meta.label, "id": result.pk}
    return plain(result)
