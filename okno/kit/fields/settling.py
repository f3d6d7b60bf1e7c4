"""What follows from a command's changes at once: formulas that look at them, and the table of custom links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model

from okno.kit.fields import computing
from okno.kit.formulas import Formula, Seen, Source, formulas, sources
from okno.kit.kinds import Kind
from okno.kit.models.journal import Change
from okno.kit.models.registry import FieldLink
from okno.kit.registry import Record, registry

LINKS = frozenset({Kind.LINK, Kind.PERSON})
MOST_AT_ONCE = 500


@dataclass
class Changed:
    """Rows of a table that a command has changed by column, those it has made, and ids that keys to rows had."""

    made: set[int] = field(default_factory=set)
    columns: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    had: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def take(self, op: str, row_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Note one change; the keys of `extra` stand beside the columns."""
        if op != "U":
            # The journal leaves empty columns of such rows out.
            self.made.add(row_id)
        for name in {**before, **after}:
            if name == "extra":
                self._take_extra(row_id, before.get(name) or {}, after.get(name) or {})
            self.columns[name].add(row_id)
            if name.endswith("_id") and isinstance(before.get(name), int):
                self.had[name].add(before[name])

    def _take_extra(self, row_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        for key in {**before, **after}:
            if before.get(key) != after.get(key):
                self.columns[key].add(row_id)
                if isinstance(before.get(key), int):
                    self.had[key].add(before[key])


def settle(run_id: int) -> None:
    """Bring formulas and links up to what the run, and whatever it called, has written."""
    known = formulas()
    linked = [one for one in registry.records.values() if _link_keys(one)]
    if not known and not linked:
        return
    watched = {seen[0] for one in known for seen in _seen(one)} | {one.model for one in linked}
    changed = changes_of(run_id, watched)
    if not changed:
        return
    for record in linked:
        rows = changed.get(record.model)
        if rows is not None and (ids := _touched(rows, _link_keys(record))):
            keep_links(record, ids)
    # Formulas look at rows that link here by the table of links.
    recompute(known, changed)


def recompute(
    known: Iterable[Formula],
    changed: dict[type[Model], Changed],
    compute: Callable[[Formula, Sequence[int]], set[int]] = computing.compute,
) -> None:
    """
    Compute what looks at these changes; a formula that gets another value is a change for those after it.

    :param compute: how some hundred rows are computed, and which of them have moved.
    """
    for formula in known:
        ids = {row_id for source in sources(formula) for row_id in concerned(source, changed)}
        if formula.record.model in changed:
            ids |= changed[formula.record.model].made
        moved: set[int] = set()
        for part in computing.batches(sorted(ids)):
            moved |= compute(formula, part)
        if moved:
            changed.setdefault(formula.record.model, Changed()).columns[formula.field.key] |= moved


def follow(formula: Formula, moved: set[int]) -> None:
    """Compute what looks at a formula whose values were computed for these rows."""
    if moved:
        changed = {formula.record.model: Changed()}
        changed[formula.record.model].columns[formula.field.key] |= moved
        recompute([one for one in formulas() if one.gives != formula.gives], changed, computing.compute_apart)


def keep_links(record: Record, ids: Iterable[int]) -> None:
    """Write the links of these rows anew from their `extra`."""
    wanted = sorted(ids)
    keys = _link_keys(record)
    made = [
        FieldLink(record=record.name, row_id=row_id, key=key, to_record=target, to_id=extra[key])
        for row_id, extra in record.model._base_manager.filter(pk__in=wanted).values_list("pk", "extra")
        for key, target in keys.items()
        if isinstance(extra.get(key), int)
    ]
    with transaction.atomic():
        # ast-grep-ignore: write-outside-commands it follows a command's own changes, inside that command
        FieldLink.objects.filter(record=record.name, row_id__in=wanted, key__in=keys).delete()
        # ast-grep-ignore: write-outside-commands as above, a table worked out from others
        FieldLink.objects.bulk_create(made, ignore_conflicts=True, batch_size=1_000)


def _link_keys(record: Record) -> dict[str, str]:
    """The record that each custom link of a record points to, by its key in `extra`."""
    found = registry.custom_fields(record.name).values()
    return {one.key: one.link for one in found if one.kind in LINKS and one.link and not one.formula}


def _seen(formula: Formula) -> list[Seen]:
    return [one.seen for one in sources(formula)]


def changes_of(run_id: int, watched: set[type[Model]]) -> dict[type[Model], Changed]:
    """Changes since the run began; what others have committed meanwhile may be among them, and is settled again."""
    by_table = {model._meta.db_table: model for model in watched}
    rows = Change.objects.filter(run_id__gte=run_id, table_name__in=by_table).order_by("id")
    told = rows.values_list("table_name", "op", "row_id", "before", "after")
    # Most commands change little: reading that at once spares a cursor of the server.
    few = list(told[: MOST_AT_ONCE + 1])
    found: dict[type[Model], Changed] = {}
    for table, op, row_id, before, after in few if len(few) <= MOST_AT_ONCE else told.iterator():
        found.setdefault(by_table[table], Changed()).take(op, row_id, before or {}, after or {})
    return found


def concerned(source: Source, changed: Mapping[type[Model], Changed]) -> set[int]:
    model, column = source.seen
    rows = changed.get(model)
    if rows is None:
        return set()
    found: set[int] = set()
    if ids := rows.columns.get(column, set()) | rows.made:
        found |= ids if source.is_own else set(source.rows(ids).values_list("pk", flat=True))
    if source.back:
        found |= rows.had.get(source.back, set())
    return found


def _touched(rows: Changed, keys: Iterable[str]) -> set[int]:
    return {row_id for key in keys for row_id in rows.columns.get(key, ())} | rows.made
