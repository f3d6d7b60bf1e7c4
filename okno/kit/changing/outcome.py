"""What a change of many rows does, or would do: counted by field and by reason, the first rows field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from okno.kit.models.journal import Change
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows import veils
from okno.kit.timeline import history

MOST_ROWS, MOST_OF_REASON, MOST_REASONS = 50, 20, 40


@dataclass
class Outcome:
    """
    Counts and samples as the report of a job keeps them. `fields` counts rows by changed field, `also` rows of
    other records, `outside` what goes out of the database; `reasons` are refusals with the first ids of each.
    """

    total: int = 0
    done: int = 0
    same: int = 0
    refused: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    also: Counter[str] = field(default_factory=Counter)
    outside: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, row_id: int, reason: str) -> None:
        """A row that is left as it is."""
        self.refused += 1
        if reason not in self.reasons and len(self.reasons) >= MOST_REASONS:
            return
        told = self.reasons.setdefault(reason, {"count": 0, "ids": []})
        told["count"] += 1
        if row_id and len(told["ids"]) < MOST_OF_REASON:
            told["ids"].append(row_id)

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "total": self.total,
            "done": self.done,
            "same": self.same,
            "refused_count": self.refused,
            "fields": dict(self.fields),
            "also": dict(self.also),
            "outside": dict(self.outside),
            "reasons": self.reasons,
            "changes": self.rows,
        }

    def add(self, told: Mapping[str, Any]) -> None:
        """Add what another batch came to, as it was kept."""
        self.total += told["total"]
        self.done += told["done"]
        self.same += told["same"]
        for name in ("fields", "also", "outside"):
            getattr(self, name).update(told[name])
        before = self.refused
        for reason, one in told["reasons"].items():
            for row_id in one["ids"]:
                self.refuse(row_id, reason)
            if reason in self.reasons:
                self.reasons[reason]["count"] += one["count"] - len(one["ids"])
        self.refused = before + told["refused_count"]
        self.rows = (self.rows + told["changes"])[:MOST_ROWS]


def changes_of(runs: Collection[int]) -> list[Change]:
    """What these runs have changed, in order, by the journal: it sees what every table got."""
    return list(Change.objects.filter(run_id__any_of=runs).order_by("id"))


def take_changes(
    outcome: Outcome, actor: Actor, record: Record, changes: Sequence[Change], row_of: Mapping[int, int]
) -> None:
    """Count what was changed for the sake of each row; `row_of` tells by run for which."""
    nets, others = _read(actor, record, changes)
    changed = {row_of[one.run_id or 0] for one in changes}
    beside = {row_of[one.run_id or 0] for one in changes if one.table_name != record.model._meta.db_table}
    _count(outcome, nets, others, beside)
    outcome.done += len(changed)
    outcome.same += len(set(row_of.values()) - changed)


def count_changes(
    outcome: Outcome,
    actor: Actor,
    record: Record,
    runs: Collection[int],
    for_the_sake_of: Mapping[tuple[str, int], int],
) -> None:
    """
    Count the rows of the record that these runs have changed, or for whose sake they have changed something else.

    :param for_the_sake_of: ids of rows of the record by the tables and ids of what was changed for them.
    """
    changes = changes_of(runs)
    nets, others = _read(actor, record, changes)
    changed = {*nets, *(for_the_sake_of[one] for one in others if one in for_the_sake_of)}
    _count(outcome, nets, others, changed)
    outcome.done += len(changed)


def _read(
    actor: Actor, record: Record, changes: Iterable[Change]
) -> tuple[dict[int, dict[str, list[Any]]], set[tuple[str, int]]]:
    """Net changes of rows of the record, and the rows of other tables."""
    nets: dict[int, dict[str, list[Any]]] = {}
    others: set[tuple[str, int]] = set()
    table, told = record.model._meta.db_table, list(changes)
    facing = veils.facing_rows(actor, record, {one.row_id for one in told if one.table_name == table})
    for change in told:
        if change.table_name == table:
            _net(nets.setdefault(change.row_id, {}), facing(change.row_id), record, change)
        else:
            others.add((change.table_name, change.row_id))
    return nets, others


def _net(net: dict[str, list[Any]], actor: Actor, record: Record, change: Change) -> None:
    """What several changes of a row come to, by field: from the first value to the last."""
    for one in history.open_changes(actor, record, change.before or {}, change.after or {}):
        net[one.key] = [net[one.key][0] if one.key in net else one.was, one.now]


def _count(
    outcome: Outcome,
    nets: Mapping[int, dict[str, list[Any]]],
    others: Iterable[tuple[str, int]],
    beside: Iterable[int],
) -> None:
    """Count fields and other rows; of rows that were changed only `beside` themselves nothing but the name is told."""
    tables = {one.model._meta.db_table: one.name for one in registry.records.values()}
    for table, _row_id in others:
        if table in tables:
            outcome.also[tables[table]] += 1
    for row_id in sorted({*nets, *beside}):
        moved = {key: pair for key, pair in nets.get(row_id, {}).items() if pair[0] != pair[1]}
        outcome.fields.update(moved.keys())
        if (moved or row_id not in nets) and len(outcome.rows) < MOST_ROWS:
            outcome.rows.append({"id": row_id, "fields": moved})


__all__ = ["Outcome", "changes_of", "count_changes", "take_changes"]
