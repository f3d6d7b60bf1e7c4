"""Taking back many changes at once: row by row the rules of `journal.undo`, but a few statements for each table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _
from psycopg import sql
from psycopg.types.json import Jsonb

from okno.kit import permissions
from okno.kit.journal import Kept, decoded, journalled, labels
from okno.kit.journal_runs import Ours
from okno.kit.models.base import RecordModel
from okno.kit.models.journal import Change
from okno.kit.permissions import Actor

ROWS_AT_ONCE = 1_000


@dataclass
class Restored:
    """How many rows were restored, and those that were kept with the reason."""

    restored: int = 0
    kept: list[Kept] = field(default_factory=list)


@dataclass
class _Net:
    """What several changes of one row come to: it was made, or its columns were changed from and to."""

    row_id: int
    is_made: bool
    last: int
    before: dict[str, Any]
    after: dict[str, Any]


def restore(
    actor: Actor,
    runs: Collection[int],
    *,
    is_ours: Ours,
    only: Collection[tuple[str, int]] | None = None,
    by_piece: bool = False,
) -> Restored:
    """
    Restore rows that these runs have made or changed, inside a command: records that were made are marked for deletion,
    other rows are deleted, columns get back what they held where they still hold what was written.

    :param is_ours: of runs that changed a row later, those that do not stand in the way.
    :param only: (table, id) of the rows to restore; all of them when not given.
    :param by_piece: a column or a custom field that was changed since is kept alone, not its whole row.
    """
    done = Restored()
    for model, nets in _tables(runs, only):
        for begin in range(0, len(nets), ROWS_AT_ONCE):
            _restore_some(actor, model, nets[begin : begin + ROWS_AT_ONCE], is_ours, done, by_piece=by_piece)
    return done


def _tables(
    runs: Collection[int], only: Collection[tuple[str, int]] | None
) -> list[tuple[type[models.Model], list[_Net]]]:
    """Changes by table, what was written last comes first: what belongs to a row goes before it."""
    found: dict[str, dict[int, _Net]] = defaultdict(dict)
    changes = Change.objects.filter(run_id__in=runs).order_by("id")
    if only is not None:
        changes = changes.filter(row_id__in={row_id for _table, row_id in only})
    for one in changes.iterator(chunk_size=5000):
        if only is None or (one.table_name, one.row_id) in only:
            _take(found[one.table_name], one)
    known = {model._meta.db_table: model for model in journalled()}
    order = sorted(found, key=lambda table: -max(one.last for one in found[table].values()))
    return [(known[table], list(found[table].values())) for table in order if table in known]


def _take(nets: dict[int, _Net], change: Change) -> None:
    net = nets.get(change.row_id)
    if net is None:
        made = change.op == "I"
        before = {} if made else change.before or {}
        nets[change.row_id] = _Net(change.row_id, made, change.pk, dict(before), dict(change.after or {}))
        return
    net.last = change.pk
    net.before = {**(change.before or {}), **net.before} if not net.is_made else {}
    net.after |= change.after or {}


def _restore_some(
    actor: Actor, model: type[models.Model], nets: list[_Net], is_ours: Ours, done: Restored, *, by_piece: bool
) -> None:
    images = _images(model, [one.row_id for one in nets])
    if by_piece:
        nets = _narrowed(model, nets, images, done)
    seen = _within_reach(actor, model, [one.row_id for one in nets])
    later = _changed_later(model, [one for one in nets if one.is_made], is_ours)
    made, changed = [], []
    for net in nets:
        reason = _reason(model, net, images.get(net.row_id), seen, later)
        if reason:
            done.kept.append(Kept(model._meta.db_table, net.row_id, reason))
        elif net.is_made and not images.get(net.row_id, {}).get("is_deleted"):
            made.append(net)
        elif not net.is_made and any(images[net.row_id].get(key) != one for key, one in net.before.items()):
            changed.append(net)
    _take_away(model, made, done)
    _put_back(model, changed, done)


def _narrowed(
    model: type[models.Model], nets: list[_Net], images: Mapping[int, dict[str, Any]], done: Restored
) -> list[_Net]:
    """Leave in nets what still holds what was written; the rest is kept, and told with who changed it."""
    kept: dict[int, list[str]] = {}
    for net in nets:
        image = images.get(net.row_id)
        if image is None or net.is_made:
            continue
        if moved := _narrow(net, image):
            kept[net.row_id] = moved
    whose = _changed_by(model, {net.row_id: net.last for net in nets if net.row_id in kept})
    for row_id, moved in kept.items():
        told = {"fields": ", ".join(labels(model, moved)), "who": whose.get(row_id) or _("Outside of the program")}
        done.kept.append(Kept(model._meta.db_table, row_id, _("Changed since by %(who)s: %(fields)s.") % told))
    return [net for net in nets if net.is_made or net.before]


def _narrow(net: _Net, image: Mapping[str, Any]) -> list[str]:
    """Leave in a net the columns that hold what was written; the names of those that were changed since."""
    before: dict[str, Any] = {}
    moved = []
    for name in {**net.before, **net.after}:
        was, now, present = net.before.get(name), net.after.get(name), image.get(name)
        if present == now:
            before[name] = was
        elif name == "extra":
            mixed, others = _narrow_extra(was or {}, now or {}, present or {})
            moved += others
            if mixed != present:
                before[name] = mixed
        elif present != was:
            moved.append(name)
    net.before, net.after = before, {name: image.get(name) for name in before}
    return moved


def _narrow_extra(
    was: Mapping[str, Any], now: Mapping[str, Any], present: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Custom fields with those put back that hold what was written, and the keys of those that were changed since."""
    mixed, moved = dict(present), []
    for key in {**was, **now}:
        if was.get(key) == now.get(key):
            continue
        if present.get(key) == now.get(key):
            mixed[key] = was.get(key)
        elif present.get(key) != was.get(key):
            moved.append(f"extra.{key}")
    return {key: one for key, one in mixed.items() if one is not None or key in present}, moved


def _changed_by(model: type[models.Model], last: Mapping[int, int]) -> dict[int, str]:
    """Who changed each of these rows last, after the change given."""
    if not last:
        return {}
    changes = Change.objects.filter(table_name=model._meta.db_table, row_id__in=list(last), pk__gt=min(last.values()))
    found = changes.order_by("pk").values_list("row_id", "pk", "run__actor_name")
    return {row_id: who or "" for row_id, pk, who in found if pk > last[row_id]}


def _reason(
    model: type[models.Model],
    net: _Net,
    image: Mapping[str, Any] | None,
    seen: Collection[int] | None,
    later: Collection[int],
) -> str:
    """Why a row is kept as it is; empty when it may be restored, or was already."""
    if image is None:
        return "" if net.is_made else _("It was deleted since.")
    if seen is not None and net.row_id not in seen:
        return _("It is out of your reach.")
    if net.is_made:
        return _("It was changed since it was created.") if net.row_id in later else ""
    moved = [key for key, value in net.after.items() if image.get(key) not in (value, net.before.get(key))]
    return _("Changed since: %(fields)s.") % {"fields": ", ".join(labels(model, moved))} if moved else ""


def _images(model: type[models.Model], ids: list[int]) -> dict[int, dict[str, Any]]:
    """Rows as the trigger writes them, locked."""
    statement = sql.SQL("select id, to_jsonb(t) from {} t where id = any(%s) order by id for update")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(sql.Identifier(model._meta.db_table)), [ids])
        return {int(row_id): decoded(image) for row_id, image in cursor.fetchall()}


def _within_reach(actor: Actor, model: type[models.Model], ids: list[int]) -> set[int] | None:
    """Ids within the actor's reach; None when the table has no reach of its own."""
    if not hasattr(model, "reach"):
        return None
    manager: Any = model._default_manager
    rows = manager.visible_to(actor, permissions.view_permission(model)).filter(pk__in=ids)
    return set(rows.values_list("pk", flat=True))


def _changed_later(model: type[models.Model], made: list[_Net], is_ours: Ours) -> set[int]:
    """Rows that somebody else has changed since they were made; a change past all commands is somebody's too."""
    last = {one.row_id: one.last for one in made}
    changes = Change.objects.filter(table_name=model._meta.db_table, row_id__in=list(last))
    found: list[tuple[int, int, int | None]] = list(changes.values_list("row_id", "pk", "run_id"))
    since = [(row_id, run_id) for row_id, change_id, run_id in found if change_id > last[row_id]]
    ours = set(is_ours([run_id for _row_id, run_id in since if run_id is not None])) if since else set()
    return {row_id for row_id, run_id in since if run_id is None or run_id not in ours}


def _take_away(model: type[models.Model], nets: list[_Net], done: Restored) -> None:
    """Mark records that were made for deletion; delete other rows."""
    ids = [one.row_id for one in nets]
    if not ids:
        return
    rows = model._default_manager.filter(pk__in=ids)
    if issubclass(model, RecordModel):
        done.restored += rows.update(is_deleted=True)
        return
    try:
        with transaction.atomic():
            rows.delete()
            connection.check_constraints()
    except (models.ProtectedError, IntegrityError):
        done.kept += [Kept(model._meta.db_table, row_id, _("Other rows stand in its way.")) for row_id in ids]
        return
    done.restored += len(ids)


def _put_back(model: type[models.Model], nets: list[_Net], done: Restored) -> None:
    """Set columns to what they held, those rows together that have the same ones."""
    by_columns: dict[tuple[str, ...], list[_Net]] = defaultdict(list)
    for net in nets:
        by_columns[tuple(sorted({*net.before, *net.after}))].append(net)
    for columns, some in by_columns.items():
        try:
            with transaction.atomic():
                _write(model._meta.db_table, columns, some)
        except IntegrityError:
            reason = _("Other rows stand in its way.")
            done.kept += [Kept(model._meta.db_table, one.row_id, reason) for one in some]
            continue
        done.restored += len(some)


def _write(table: str, columns: tuple[str, ...], nets: list[_Net]) -> None:
    setting = sql.SQL(", ").join(sql.SQL("{0} = image.{0}").format(sql.Identifier(name)) for name in columns)
    statement = sql.SQL(
        "update {0} as t set {1} from jsonb_populate_recordset(null::{0}, %s) as image where t.id = image.id"
    ).format(sql.Identifier(table), setting)
    images = [{**{name: one.before.get(name) for name in columns}, "id": one.row_id} for one in nets]
    with connection.cursor() as cursor:
        cursor.execute(statement, [_json(images)])


def _json(value: Any) -> Any:
    """A parameter of type jsonb; Django's types of parameters do not know it."""
    return Jsonb(value)
