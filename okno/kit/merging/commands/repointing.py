"""Pointing rows elsewhere: what pointed to one row points to another, and is remembered."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from okno.kit.merging import references
from okno.kit.merging.mergeable import Mergeable
from okno.kit.models.base import RecordModel
from okno.kit.registry import Record, registry

CUSTOM = "extra"
# Parameters of a view that hold conditions as JSON: its filter, and the rules by which its rows are coloured.
CONDITIONS = ("f", "paint")


@dataclass
class Moved:
    """Ids of rows by the reference that was pointed elsewhere, and the largest id of each table before."""

    rows: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    marks: dict[str, int] = field(default_factory=dict)

    def count(self) -> int:
        """How many rows."""
        return sum(len(ids) for ids in self.rows.values())


def move(known: Mergeable, from_id: int, to_id: int, only: Mapping[str, Collection[int]] | None = None) -> Moved:
    """
    Point everything from one row to another, or what is named only.

    :param only: ids of rows by the name of the reference.
    """
    moved, record = Moved(), known.record
    for one in references.references(record):
        if only is None:
            moved.marks.setdefault(one.model._meta.label, one.mark())
        if one.name in known.stays or (only is not None and not only.get(one.name)):
            continue
        rows = one.movable(record, from_id, to_id)
        if only is not None:
            rows = rows.filter(pk__in=only[one.name])
        # Entries are found by their links, which are pointed elsewhere on the way.
        if ids := sorted(rows.values_list("pk", flat=True)):
            moved.rows[one.name] = ids
    _write(record, to_id, moved)
    _move_custom(record, from_id, to_id, only, moved)
    _move_views(record, from_id, to_id, only, moved)
    return moved


def _write(record: Record, to_id: int, moved: Moved) -> None:
    for one in references.references(record):
        if ids := moved.rows.get(one.name):
            one.model._base_manager.filter(pk__in=ids).update(**{one.column: to_id})


def _move_custom(
    record: Record, from_id: int, to_id: int, only: Mapping[str, Collection[int]] | None, moved: Moved
) -> None:
    for other, key in references.custom_links(record):
        name = f"{other.model._meta.label}.{CUSTOM}.{key}"
        if only is not None and name not in only:
            continue
        rows: Any = other.model._base_manager.filter(**{f"extra__{key}": from_id})
        for row in rows.filter(pk__in=only[name]) if only is not None else rows:
            row.extra = {**row.extra, key: to_id}
            other.model._base_manager.filter(pk=row.pk).update(extra=row.extra)
            moved.rows[name].append(row.pk)


def _move_views(
    record: Record, from_id: int, to_id: int, only: Mapping[str, Collection[int]] | None, moved: Moved
) -> None:
    """Filters and colours of views, and of what people changed over them, that name the row name the other one."""
    for model in references.VIEWS:
        name = f"{model._meta.label}.config"
        rows: Any = model._base_manager.filter(config__has_any_keys=CONDITIONS)
        for view in rows.filter(pk__in=only.get(name, ())) if only is not None else rows:
            config = _config_with(view, record, from_id, to_id)
            if config != view.config:
                rows.filter(pk=view.pk).update(config=config)
                moved.rows[name].append(view.pk)


def _config_with(view: Any, record: Record, from_id: int, to_id: int) -> dict[str, Any]:
    owner = registry.records.get(view.record)
    said = {key: view.config[key] for key in CONDITIONS if view.config.get(key)} if owner else {}
    return {**view.config, **{key: _text_with(text, owner, record, from_id, to_id) for key, text in said.items()}}


def _text_with(text: Any, owner: Any, record: Record, from_id: int, to_id: int) -> Any:
    try:
        tree = json.loads(text)
    except (ValueError, TypeError):
        # An address that somebody has spoilt is nobody's filter.
        return text
    changed = with_other(tree, owner, record, from_id, to_id)
    return text if changed == tree else json.dumps(changed, ensure_ascii=False, separators=(",", ":"))


def with_other(tree: Any, owner: Record, record: Record, from_id: int, to_id: int) -> Any:
    """A condition on rows of `owner` in which links to one row of `record` lead to another one."""
    if isinstance(tree, list):
        return [with_other(one, owner, record, from_id, to_id) for one in tree]
    if not isinstance(tree, dict):
        return tree
    if "field" in tree:
        named = owner.field(str(tree["field"]))
        if named is None or named.link != record.name:
            return tree
        return {**tree, "value": _replaced(tree.get("value"), from_id, to_id)}
    return {key: with_other(value, owner, record, from_id, to_id) for key, value in tree.items()}


def _replaced(value: Any, from_id: int, to_id: int) -> Any:
    if isinstance(value, list):
        return list(dict.fromkeys(_replaced(one, from_id, to_id) for one in value))
    if value == from_id and not isinstance(value, bool):
        return to_id
    return str(to_id) if value == str(from_id) else value


def title_of(row: RecordModel) -> str:
    """What a row is called."""
    return str(row)[:300]
