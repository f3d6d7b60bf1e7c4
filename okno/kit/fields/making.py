"""Rows that a command makes on its way, as a deal out of an enquiry: filled in and judged as all others are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from okno.kit.arguments import row_argument
from okno.kit.errors import Refused
from okno.kit.fields import judging, logic
from okno.kit.models.base import RecordModel
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry

R = TypeVar("R", bound=RecordModel)


def finish(actor: Actor, row: R, values: Mapping[str, Any], *, under: str = "") -> R:
    """
    Give a row that was just made what people have filled in for it, and look over what its form demands.

    :param values: fields of all that is made by their keys; those of this row are `client.city` with `under="client"`.
    :raises Refused: a value cannot be read, is not open, or a field that is demanded is empty; `params["missing"]`
        names the fields as they stand in `values`, `params["beside"]` has the words for beside such a field.
    """
    own, record = of(values, under), registry.record_of(type(row))
    _create, update = registry.edited_by()[record.name]
    with naming(record, under):
        if own and update is not None:
            row = update(actor=actor, **{row_argument(update.parameters, record.model): row, "values": own})
        judging.check_filled(actor, record, row)
    return row


@contextmanager
def naming(record: Record, under: str) -> Iterator[None]:
    """
    Name the fields of a row made on the way as they stand among the values of all: `task.x_region`.

    :raises Refused: what was refused of the row, in words that name its record.
    """
    try:
        yield
    except Refused as refusal:
        if not under:
            raise
        missing = [f"{under}.{key}" for key in refusal.params.get("missing", [])]
        told = {"label": record.label, "text": refusal.message, "missing": missing, "beside": refusal.message}
        raise Refused(refusal.code, _("%(label)s: %(text)s"), **told) from refusal


def fitting(actor: Actor, row: RecordModel, values: Mapping[str, Any], *, under: str) -> dict[str, Any]:
    """Those of values filled in for several rows alike that the form of this one shows."""
    record = registry.record_of(type(row))
    keys = [key for key in of(values, under) if logic.standing(actor, record, key, row).is_shown]
    return {f"{under}.{key}": values[f"{under}.{key}"] for key in keys}


def of(values: Mapping[str, Any], under: str = "") -> dict[str, Any]:
    """Values of one of the rows by the keys of its fields."""
    if not under:
        return {key: one for key, one in values.items() if "." not in key}
    return {key.removeprefix(f"{under}."): one for key, one in values.items() if key.startswith(f"{under}.")}
