"""What led to a change and what came of it: the chain of causes upwards, the tree of consequences downwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from okno.kit import permissions, reached
from okno.kit.errors import Missing
from okno.kit.models.journal import Change, CommandRun, Delivery
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows import veils
from okno.kit.timeline import history
from okno.kit.timeline.history import FieldChange
from okno.kit.timeline.kinds import told_name

MOST_CAUSES, MOST_NODES, MOST_ROWS = 30, 150, 8
Facing = Mapping[str, Callable[[int], Actor]]


@dataclass(frozen=True)
class RowChange:
    """A row that a run changed, within the reader's reach."""

    record: Record
    row_id: int
    title: str
    op: str
    fields: Sequence[FieldChange]


@dataclass
class Node:
    """
    A run as its reader may know it. A run that changed only rows out of reach says neither what it was nor whose.

    `unseen` counts changed rows out of reach, `more` changed rows that are not listed. `job` is the long work of the
    reader that it began: there stands the report.
    """

    id: int
    at: datetime
    label: str
    who: str
    cause_id: int | None
    is_hidden: bool = False
    changes: list[RowChange] = field(default_factory=list)
    unseen: int = 0
    more: int = 0
    outside: list[str] = field(default_factory=list)
    waiting: int = 0
    failed: int = 0
    job: int | None = None
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Story:
    """The change that is asked about, what led to it from the first cause on, and its run with all that followed."""

    change: Change
    record: Record
    title: str
    causes: Sequence[Node]
    run: Node | None
    is_cut: bool


def changed_row(actor: Actor, change_id: int) -> tuple[Change, Record, Any]:
    """A change of a row within reach, with the row. :raises Missing: there is none."""
    change = Change.objects.filter(pk=change_id).select_related("run").first()
    record = _record_of(change.table_name) if change is not None else None
    if change is None or record is None:
        raise Missing("not_found", _("There is no such change."))
    permissions.check_may(actor, permissions.view_permission(record.model))
    manager: Any = record.model._default_manager
    row = manager.visible_to(actor).filter(pk=change.row_id).first()
    if row is None:
        raise Missing("not_found", _("There is no such change."))
    return change, record, row


def story_of(actor: Actor, change_id: int) -> Story:
    """
    What led to a change and what came of it, each step within the reader's reach.

    :raises Missing: there is no such change, or its row is out of reach.
    """
    change, record, _row = changed_row(actor, change_id)
    place = (change.table_name, change.row_id)
    if change.run_id is None:
        return Story(change, record, _titles(actor, [change]).get(place, ""), [], None, is_cut=False)
    above, below = _above(change.run_id), _below(change.run_id)
    nodes, titles = _nodes(actor, [*above, *below])
    for run_id in below:
        cause = nodes[run_id].cause_id
        if run_id != change.run_id and cause in nodes:
            nodes[cause].children.append(nodes[run_id])
    for run_id in reversed(below):
        # Those below it come later: what is left of them is known already.
        nodes[run_id].children = [one for one in nodes[run_id].children if _says_something(one)]
    return Story(
        change,
        record,
        titles.get(place, ""),
        [nodes[run_id] for run_id in above],
        nodes.get(change.run_id),
        is_cut=len(below) >= MOST_NODES,
    )


def _says_something(node: Node) -> bool:
    """Whether a step has changed, asked for or begun anything: a reaction that found nothing to do has not."""
    return bool(
        node.changes or node.unseen or node.more or node.outside or node.waiting or node.failed or node.children
    )


def _record_of(table: str) -> Record | None:
    found = [one for one in registry.records.values() if one.model._meta.db_table == table]
    return next((one for one in found if hasattr(one.model, "reach")), None)


def _above(run_id: int) -> list[int]:
    """Runs that led to this one, the first cause first."""
    return _ids(
        """
        with recursive up as (
            select cause_id as id, 1 as step from kit_commandrun where id = %s
            union all
            select run.cause_id, up.step + 1 from up join kit_commandrun run on run.id = up.id where up.step < %s
        )
        select up.id from up join kit_commandrun run on run.id = up.id order by step desc
        """,
        [run_id, MOST_CAUSES],
    )


def _below(run_id: int) -> list[int]:
    """The run and those that came of it, in the order of their beginning."""
    return _ids(
        """
        with recursive down as (
            select id from kit_commandrun where id = %s
            union all
            select run.id from kit_commandrun run join down on run.cause_id = down.id
        )
        select id from (select id from down limit %s) as first_ones order by id
        """,
        [run_id, MOST_NODES],
    )


def _ids(statement: str, values: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [int(row[0]) for row in cursor.fetchall()]


def _nodes(actor: Actor, runs: Collection[int]) -> tuple[dict[int, Node], dict[tuple[str, int], str]]:
    """Runs by their ids, and the titles of the rows that they have changed."""
    known = list(CommandRun.objects.filter(pk__in=runs))
    found = {one.pk: _node(one) for one in known}
    changes: dict[int, list[Change]] = defaultdict(list)
    for change in Change.objects.filter(run_id__in=runs).order_by("id"):
        changes[change.run_id or 0].append(change)
    _tell_own_work(actor, known, found)
    every = [one for some in changes.values() for one in some]
    titles, facing = _titles(actor, every), _facing(actor, every)
    for run_id, some in changes.items():
        _tell_changes(facing, found[run_id], some, titles)
    waiting = Delivery.objects.filter(event__run_id__in=runs).values_list("event__run_id", "state")
    for run_id, state in waiting:
        found[run_id].waiting += state == Delivery.State.WAITING
        found[run_id].failed += state == Delivery.State.FAILED
    return found, titles


def _node(run: CommandRun) -> Node:
    label = history.label_of(run.name)
    return Node(run.pk, run.at, label, told_name(run.actor_name), run.cause_id, outside=list(run.effects or []))


def _tell_own_work(actor: Actor, runs: Iterable[CommandRun], nodes: Mapping[int, Node]) -> None:
    """Long work that the reader has begun is told by its own name."""
    own = [one for one in runs if one.name == history.STARTED and one.user_id == actor.user_id]
    works = {one.pk: one.result["id"] for one in own if one.result}
    labels = dict(JobRun.objects.filter(pk__in=works.values(), user_id=actor.user_id).values_list("pk", "label"))
    for run, job in works.items():
        if job in labels:
            nodes[run].job, nodes[run].label = job, labels[job]


def _titles(actor: Actor, changes: Sequence[Change]) -> dict[tuple[str, int], str]:
    """Names of the changed rows within reach, by table and id."""
    known = {one.table_name: record for one in changes if (record := _record_of(one.table_name)) is not None}
    wanted = [(known[one.table_name].name, one.row_id) for one in changes if one.table_name in known]
    told = reached.titles(actor, wanted)
    tables = {record.name: table for table, record in known.items()}
    return {(tables[name], row_id): title for (name, row_id), title in told.items()}


def _facing(actor: Actor, changes: Sequence[Change]) -> Facing:
    """The reader before each of the changed rows, by the table: fields may be closed in some of them."""
    ids: dict[str, set[int]] = defaultdict(set)
    for one in changes:
        ids[one.table_name].add(one.row_id)
    known = {table: record for table in ids if (record := _record_of(table)) is not None}
    return {table: veils.facing_rows(actor, record, ids[table]) for table, record in known.items()}


def _tell_changes(facing: Facing, node: Node, changes: Sequence[Change], titles: Mapping[tuple[str, int], str]) -> None:
    """What of a run its reader may know; tables that are no record are its own business."""
    known = [(one, record) for one in changes if (record := _record_of(one.table_name)) is not None]
    seen = [(one, record) for one, record in known if (one.table_name, one.row_id) in titles]
    node.unseen = len({(one.table_name, one.row_id) for one, _record in known}) - len(
        {(one.table_name, one.row_id) for one, _record in seen}
    )
    for change, record in seen:
        reader = facing[change.table_name](change.row_id)
        fields = history.open_changes(reader, record, change.before or {}, change.after or {})
        if change.op == "U" and not fields:
            continue
        if len(node.changes) >= MOST_ROWS:
            node.more += 1
            continue
        shown = fields if change.op == "U" else []
        title = titles[change.table_name, change.row_id]
        node.changes.append(RowChange(record, change.row_id, title, change.op, shown))
    if known and not seen:
        node.is_hidden, node.label, node.who, node.outside = True, _("Something out of your reach"), "", []


__all__ = ["Node", "RowChange", "Story", "changed_row", "story_of"]
