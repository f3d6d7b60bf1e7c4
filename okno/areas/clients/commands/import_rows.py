"""Rows of an import as columns keep them: new ones with who is responsible, changed ones with what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Model

from okno.access.models import User
from okno.areas.clients import rules
from okno.areas.clients.models import Client
from okno.areas.clients.queries import importing as reading
from okno.kit import contacts
from okno.kit.batch_rows import update_rows
from okno.kit.importing import Values
from okno.kit.permissions import Actor
from okno.kit.registry import CUSTOM_PREFIX

# Values that stand in rows beside the client.
BESIDE = frozenset({"phones", "emails", *reading.ADDRESSES, *reading.CONSENTS})
DAYS = frozenset({"birthday", "revisit_date"})


def owned_rows(actor: Actor, model: type[Model], told: Sequence[Values]) -> list[Values]:
    """New rows by column: whoever imports is responsible unless the file names another person."""
    owners = {values.get("owner") or actor.user_id for values in told} - {None}
    departments = dict(User.objects.filter(pk__in=owners).values_list("pk", "department_id"))
    rows = []
    for values in told:
        owner: Any = values.get("owner") or actor.user_id
        rows.append({**columns_of(model, values), "owner_id": owner, "department_id": departments.get(owner)})
    return rows


def change_rows(model: type[Model], changed: Mapping[int | None, Values]) -> None:
    """Set what differs on rows that were locked or belong to locked ones."""
    if not changed:
        return
    wanted = {row_id: columns_of(model, values) for row_id, values in changed.items()}
    rows: list[Any] = list(model._default_manager.filter(pk__any_of=list(wanted)).order_by("pk"))
    columns: set[str] = set()
    for row in rows:
        values = wanted[row.pk]
        extra = values.pop("extra", {})
        for name, value in values.items():
            # What is told of a list is added to what it has.
            setattr(row, name, [*getattr(row, name), *value] if isinstance(value, list) else value)
        if extra:
            row.extra = {**row.extra, **extra}
            columns.add("extra")
        if "owner_id" in values:
            columns.add("department_id")
        columns |= set(values)
    _follow_owners(rows, wanted)
    update_rows(model, sorted(columns), rows)


def _follow_owners(rows: Iterable[Any], wanted: Mapping[Any, Values]) -> None:
    """The department of a client follows whoever is responsible for it."""
    given = {row.pk: row.owner_id for row in rows if "owner_id" in wanted[row.pk]}
    if given:
        departments = dict(User.objects.filter(pk__in=given.values()).values_list("pk", "department_id"))
        for row in rows:
            if row.pk in given:
                row.department_id = departments.get(row.owner_id)


def columns_of(model: type[Model], values: Values) -> Values:
    """Values by the names of columns: custom ones together, empty ones as the column keeps them."""
    found: Values = {}
    extra = {key: one for key, one in values.items() if key.startswith(CUSTOM_PREFIX)}
    for key, value in values.items():
        if key == "owner":
            found["owner_id"] = value or None
        elif key in DAYS:
            found[key] = date.fromisoformat(value) if value else None
        elif key not in extra and key not in BESIDE:
            found[key] = value
    if model is Client and "name" in found:
        found["name_key"] = contacts.name_key(found["name"])
    if any(found.get(key) for key in rules.FOREIGN):
        # Only those have a country or a number abroad who are no residents.
        found["is_nonresident"] = True
    return found | ({"extra": {key: None if one == "" else one for key, one in extra.items()}} if extra else {})
