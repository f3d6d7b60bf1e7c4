"""The history of rows: who changed which field, when and because of what, read from the journal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import sql

from okno.kit.journal_runs import families
from okno.kit.models.journal import Change, CommandRun
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry
from okno.kit.timeline.kinds import told_name

PAGE = 50
BATCH, TAKEN_BACK = "changing.batch", "changing.taken_back"
# What only begins long work says nothing of why.
STARTED = "jobs.start"
# Runs that are no commands of their own, as people know them.
NAMES: dict[str, object] = {
    BATCH: gettext_lazy("Change of many rows"),
    TAKEN_BACK: gettext_lazy("Taking a change of many rows back"),
}
NEVER_SHOWN = frozenset({"id", "uid", "version", "created_at", "updated_at", "password"})


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, as the journal keeps them."""

    key: str
    field: Field | None
    column: str
    was: Any
    now: Any


@dataclass(frozen=True)
class HistoryLine:
    """One change of a row; `cause` is the command that led to it when it was not the run itself."""

    id: int
    op: str
    at: datetime | None
    who: str
    command: str
    cause: str
    run_id: int | None
    fields: list[FieldChange]


def history_of(
    actor: Actor, record: Record, row: Model, *, before: int | None = None, only: str = ""
) -> list[HistoryLine]:
    """
    A page of changes of a row within the actor's reach, newest first, without fields hidden from the actor.

    :param before: the id of the last change already shown.
    :param only: the key of a field: changes of it alone.
    """
    changes = Change.objects.filter(table_name=row._meta.db_table, row_id=row.pk).select_related("run__cause")
    if before:
        changes = changes.filter(pk__lt=before)
    by_column = _by_column(record)
    if only:
        changes = changes.filter(_touches(record, only))
    lines = [_line(actor, record, by_column, change) for change in changes.order_by("-id")[:PAGE]]
    if only:
        narrowed = [replace(one, fields=[part for part in one.fields if part.key == only]) for one in lines]
        return [one for one in narrowed if one.fields]
    return [line for line in lines if line.fields or line.op != "U"]


def _touches(record: Record, key: str) -> Q:
    """Changes whose images name the column of a field; a custom one is judged by its value afterwards."""
    field = record.field(key)
    if field is None:
        return Q(pk__in=[])
    column = "extra" if field.is_custom else _column(record, field)
    return Q(after__has_key=column) | Q(before__has_key=column)


def given(value: Any) -> Any:
    """A value of the journal as commands take it: a number of JSON would lose digits on its way through a float."""
    return str(value) if isinstance(value, float) else value


def open_changes(
    actor: Actor, record: Record, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[FieldChange]:
    """What two images of a row differ in, without fields hidden from the actor and columns that no field names."""
    found = _fields(record, _by_column(record), before, after)
    return [one for one in found if _is_open(actor, record, one)]


def image_of(row: Model) -> dict[str, Any]:
    """Columns of a row in the form in which the journal keeps them."""
    with connection.cursor() as cursor:
        table = sql.Identifier(row._meta.db_table)
        cursor.execute(sql.SQL("select to_jsonb(t) from {} t where id = %s").format(table), [row.pk])
        found = cursor.fetchone()
    image: dict[str, Any] = json.loads(found[0]) if found and isinstance(found[0], str) else found[0] if found else {}
    return image


def value_in(record: Record, key: str, image: Mapping[str, Any]) -> Any:
    """The value of a field among the columns of a row as the journal keeps them."""
    field = record.field(key)
    if field is None:
        return None
    if field.is_custom:
        return (image.get("extra") or {}).get(field.key)
    return image.get(_column(record, field))


def run_with_changes(command: str, key: str) -> int | None:
    """The run of a command by its idempotency key, when it, or a command that it called, changed anything."""
    runs = CommandRun.objects.filter(name=command, key=key)
    changes = Exists(Change.objects.filter(run_id=OuterRef("pk")))
    found = runs.annotate(has_changed=changes).values_list("pk", "has_changed").first()
    if found is None:
        return None
    run_id, has_changed = found
    # Most runs write themselves: those that only call others are looked into when there is need.
    return run_id if has_changed or Change.objects.filter(run_id__in=families([run_id])).exists() else None


def run_of_key(command: str, key: str) -> int | None:
    """The run of a command by its idempotency key."""
    return CommandRun.objects.filter(name=command, key=key).values_list("pk", flat=True).first()


def is_own_run(actor: Actor, run_id: int) -> bool:
    """Whether the actor made this run."""
    return actor.user_id is not None and CommandRun.objects.filter(pk=run_id, user_id=actor.user_id).exists()


def _line(actor: Actor, record: Record, by_column: Mapping[str, str], change: Change) -> HistoryLine:
    run = change.run
    before, after = change.before or {}, change.after or {}
    seen = [one for one in _fields(record, by_column, before, after) if _is_open(actor, record, one)]
    return HistoryLine(
        id=change.pk,
        op=change.op,
        at=run.at if run else None,
        who=told_name(run.actor_name) if run else "",
        command=label_of(run.name) if run else "",
        cause=label_of(run.cause.name) if run and run.cause and run.cause.name != STARTED else "",
        run_id=run.pk if run else None,
        fields=seen if change.op == "U" else [one for one in seen if one.now not in (None, "", False)],
    )


def _fields(
    record: Record, by_column: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[FieldChange]:
    found = []
    for column in {**before, **after}:
        if column == "extra":
            found += _custom(record, before.get("extra") or {}, after.get("extra") or {})
        elif column not in NEVER_SHOWN:
            key = by_column.get(column, "")
            found.append(FieldChange(key, record.fields.get(key), column, before.get(column), after.get(column)))
    return found


def _custom(record: Record, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    by_key = {one.key: (key, one) for key, one in registry.custom_fields(record.name).items() if one.tracked}
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key) and key in by_key]
    return [FieldChange(*by_key[key], key, before.get(key), after.get(key)) for key in changed]


def _is_open(actor: Actor, record: Record, change: FieldChange) -> bool:
    """Columns that no field names are the record's own business."""
    return change.field is not None and actor.sees_field(record.name, change.key)


def _column(record: Record, field: Field) -> str:
    column: Any = record.model._meta.get_field(field.path.split("__", 1)[0])
    return str(getattr(column, "attname", column.name))


def _by_column(record: Record) -> dict[str, str]:
    """Keys of fields by the column that holds them."""
    found: dict[str, str] = {}
    for key, field in record.fields.items():
        found.setdefault(_column(record, field), key)
    return found


def label_of(run: str) -> str:
    """What people call a run by its name."""
    known = registry.commands.get(run)
    if known:
        return str(known.told_as or run)
    # What is neither is a handler, by its lasting name.
    return str(NAMES[run]) if run in NAMES else _("Reaction to what happened")
