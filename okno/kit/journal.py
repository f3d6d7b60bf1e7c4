"""The journal: triggers that see every change of a row, and undo, which takes back what one run has changed."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import sql
from psycopg.types.json import Jsonb

from okno.kit import events, live, permissions
from okno.kit.commands import command
from okno.kit.errors import Missing
from okno.kit.journal_runs import families
from okno.kit.models.base import RecordModel
from okno.kit.models.feed import Entry, EntryLink
from okno.kit.models.journal import Change, CommandRun
from okno.kit.permissions import Actor
from okno.kit.registry import registry

IGNORED = ("version", "updated_at", "created_at")


def install_triggers(**_signal: Any) -> None:
    """Make every journalled table tell its changes. Runs after each migrate; harmless when repeated."""
    with connection.cursor() as cursor:
        for model in journalled():
            for statement in _trigger_statements(model):
                cursor.execute(statement)


def journalled() -> list[type[models.Model]]:
    """Tables whose changes are kept: records, and models that say `journalled = True`."""
    return [
        model
        for model in apps.get_models()
        if model._meta.managed and (issubclass(model, RecordModel) or getattr(model, "journalled", False))
    ]


def _trigger_statements(model: type[models.Model]) -> list[sql.Composed]:
    table = sql.Identifier(model._meta.db_table)
    ignored = [*IGNORED, *getattr(model, "not_journalled", ())]
    arguments = sql.SQL(", ").join(sql.Literal(name) for name in ignored)
    made = [
        sql.SQL(
            "create or replace trigger okno_journal_{} after {} on {} referencing {} for each statement "
            "execute function okno_journal({})"
        ).format(sql.SQL(op), sql.SQL(op), table, sql.SQL(tables), arguments)
        for op, tables in (
            ("insert", "new table as fresh"),
            ("update", "new table as fresh old table as stale"),
            ("delete", "old table as stale"),
        )
    ]
    if issubclass(model, RecordModel):
        made.append(
            sql.SQL(
                "create or replace trigger okno_version before update on {} for each row "
                "when (old.* is distinct from new.*) execute function okno_version()"
            ).format(table)
        )
    return made


@dataclass(frozen=True)
class Kept:
    """A row that undo leaves as it is, and why."""

    table: str
    row_id: int
    reason: str


@dataclass(frozen=True)
class Undone:
    """What undo did: how many rows it restored, what it kept, and what was done outside the database and stays done."""

    restored: int
    kept: list[Kept]
    outside: list[str]


@command("journal.undo", label=gettext_lazy("Undo"))
def undo(*, actor: Actor, run_id: int) -> Undone:
    """
    Restore the rows that a run and the commands it called have changed, the last change first, where they still are
    as it left them. Records it created are marked for deletion, other rows it created are deleted.

    What others changed since is kept and listed; so is what went out: letters, calls of other systems, commands that
    were to run later. No event is told, so handlers and robots stay silent; what the run has told and nobody has got
    yet is not delivered, and its entries in feeds stand there as taken back. An undo can be undone.

    Who undoes must have the right to do what is undone, and reach each row by it.

    :raises Missing: there is no such run.
    :raises Denied: the actor has no grant for the command that is undone.
    """
    run = CommandRun.objects.filter(pk=run_id).first()
    if run is None:
        raise Missing("not_found", _("There is no such change."))
    permissions.check_may(actor, run.name)
    told = _told_by(run)
    undelivered = events.hold(told.runs)
    family = families([run_id])
    restored, kept = 0, []
    for change in Change.objects.filter(run_id__in=family).order_by("-id"):
        reason = _try_to_restore(actor, run.name, change, family)
        if reason:
            kept.append(Kept(change.table_name, change.row_id, reason))
        else:
            restored += 1
    if restored:
        (events.drop if told.is_undone else events.deliver_after_all)(undelivered)
        mark_entries(told.runs, is_undone=told.is_undone)
    return Undone(restored, kept, _outside(family))


@dataclass(frozen=True)
class _Told:
    """Runs whose news an undo concerns, and whether they stand as undone after it."""

    runs: list[int]
    is_undone: bool


def _told_by(run: CommandRun) -> _Told:
    """An undo of an undo brings the first run back, and so on: each turns it round."""
    is_undone = True
    while run.name == undo.name:
        run, is_undone = CommandRun.objects.get(pk=run.args["run_id"]), not is_undone
    return _Told(families([run.pk]), is_undone)


def mark_entries(runs: Collection[int], *, is_undone: bool) -> None:
    """Show in the feeds what became of what these runs tell; hold back what of it has not gone out, or let it go."""
    for withdraw in registry.withdrawing:
        withdraw(runs, is_undone)
    entries = Entry.objects.filter(run_id__in=runs)
    if entries.update(is_undone=is_undone):
        for record in EntryLink.objects.filter(entry__in=entries).values_list("record", flat=True).distinct():
            live.tell_topic(record, kind="feed")


def _outside(family: list[int]) -> list[str]:
    """What runs did outside the database, in words."""
    runs = CommandRun.objects.filter(pk__in=family, effects__isnull=False).order_by("pk")
    names = dict.fromkeys(name for effects in runs.values_list("effects", flat=True) for name in effects or [])
    return [in_words(name) for name in names]


def in_words(effect: str) -> str:
    """The name of an effect, or of a command that was to run later, with what the effect says after it."""
    name, colon, detail = effect.partition(": ")
    known = registry.commands.get(name)
    label = registry.effects.get(name) or (known.told_as if known and known.told_as else name)
    return f"{label}{colon}{detail}"


def _try_to_restore(actor: Actor, name: str, change: Change, family: list[int]) -> str:
    """Undo one change of one row and look at all constraints at once; the reason when it must be kept."""
    try:
        with transaction.atomic():
            reason = _restore(actor, name, change, family)
            connection.check_constraints()
    except (ProtectedError, IntegrityError):
        return _("Other rows stand in its way.")
    return reason


def _restore(actor: Actor, name: str, change: Change, family: list[int]) -> str:
    """Undo one change of one row; the reason when it must be kept."""
    model = _model_of(change.table_name)
    if model is None:
        return _("This table is no more.")
    row = model._default_manager.select_for_update().filter(pk=change.row_id).first()
    if change.op == "D":
        return _insert_again(model, change) if row is None else _("It exists again.")
    if row is None:
        return _("It was deleted since.")
    if hasattr(model, "reach") and not permissions.reaches(actor, row, permissions.permission_on(name, model)):
        return _("It is out of your reach.")
    if change.op == "I":
        return _take_back(row, change, family)
    return _put_back(row, change)


def _put_back(row: models.Model, change: Change) -> str:
    now = _image(row, change.after or {})
    moved = [name for name, value in (change.after or {}).items() if now.get(name) != value]
    if moved:
        return _("Changed since: %(fields)s.") % {"fields": ", ".join(labels(type(row), moved))}
    _write(row._meta.db_table, row.pk, change.before or {})
    return ""


def _take_back(row: models.Model, change: Change, family: list[int]) -> str:
    later = Change.objects.filter(table_name=change.table_name, row_id=change.row_id, id__gt=change.pk)
    # A change without a run was made past all commands, by somebody at the database.
    others = later.filter(~Q(run_id__in=family) | Q(run_id=None)).exclude(run__name=undo.name)
    if others.exists():
        return _("It was changed since it was created.")
    if isinstance(row, RecordModel):
        _write(row._meta.db_table, row.pk, {"is_deleted": True})
        return ""
    row.delete()
    return ""


def _image(row: models.Model, names: dict[str, Any]) -> dict[str, Any]:
    """Columns of a row as the trigger writes them."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("select to_jsonb(t) from {} t where id = %s").format(sql.Identifier(row._meta.db_table)), [row.pk]
        )
        image: dict[str, Any] = decoded(cursor.fetchone()[0])
    return {name: image.get(name) for name in names}


def labels(model: type[models.Model], columns: list[str]) -> list[str]:
    """What people call columns of a row, each once; a custom field comes as `extra.<key>`."""
    record = next((one for one in registry.records.values() if one.model is model), None)
    if record is None:
        return columns
    names = {f"extra.{one.key}": str(one.label) for one in registry.custom_fields(record.name).values()}
    for field in record.fields.values():
        column: Any = model._meta.get_field(field.path.split("__", 1)[0])
        names.setdefault(getattr(column, "attname", column.name), str(field.label))
    known = [names[name] for name in columns if name in names]
    return list(dict.fromkeys(known)) or columns


def decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _write(table: str, row_id: int, values: dict[str, Any]) -> None:
    """Set columns from their JSON form, each by its own type."""
    columns = sql.SQL(", ").join(
        sql.SQL("{} = image.{}").format(sql.Identifier(name), sql.Identifier(name)) for name in values
    )
    statement = sql.SQL("update {0} as t set {1} from jsonb_populate_record(null::{0}, %s) as image where t.id = %s")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(sql.Identifier(table), columns), [_json(values), row_id])


def _insert_again(model: type[models.Model], change: Change) -> str:
    values = change.before or {}
    names = sql.SQL(", ").join(sql.Identifier(name) for name in values)
    statement = sql.SQL("insert into {0} ({1}) select {1} from jsonb_populate_record(null::{0}, %s)")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(sql.Identifier(model._meta.db_table), names), [_json(values)])
    return ""


def _model_of(table: str) -> type[models.Model] | None:
    return next((model for model in journalled() if model._meta.db_table == table), None)


def _json(value: Any) -> Any:
    """A parameter of type jsonb; Django's types of parameters do not know it."""
    return Jsonb(value)
