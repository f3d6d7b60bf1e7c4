"""Values of the journal as people read them: names instead of ids, labels instead of codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import ForeignKey

from okno.kit.ids import id_of, ids_of
from okno.kit.naming import titles
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry
from okno.kit.rows import cells
from okno.kit.rows.cells import Moment

Pair = tuple[Field, Any]


class Readable:
    """Texts of values of one record's fields; names of the rows that they point to come in one query a record."""

    def __init__(self, actor: Actor, record: Record, moment: Moment, pairs: Iterable[Pair]) -> None:
        self.record, self.moment = record, moment
        wanted: dict[str, set[int]] = defaultdict(set)
        fields: dict[str, Field] = {}
        for field, value in pairs:
            place = self._place(field)
            if place:
                fields[place] = field
                wanted[place] |= set(ids_of(_several(value)))
        self._names = {place: self._read(actor, fields[place], ids) for place, ids in wanted.items() if ids}

    def text(self, field: Field, value: Any) -> str:
        """A value in words; empty when there is none. A row out of reach is told by its number."""
        if value in (None, "", []):
            return ""
        names = self._names.get(self._place(field))
        if names is not None:
            ids = [(id_of(one) or 0, one) for one in _several(value)]
            return ", ".join(names.get(row_id, f"№ {one}") for row_id, one in ids)
        if field.choices:
            labels = {str(code): str(label) for code, label in field.choices}
            return ", ".join(labels.get(str(one), str(one)) for one in _several(value))
        return str(cells.text_of(field, value, self.moment))

    def _place(self, field: Field) -> str:
        """What tells the values of fields apart: the record they link to, or the path past a foreign key."""
        if field.link in registry.records:
            return field.link
        return field.path if not field.is_custom and self._key(field) is not None else ""

    def _key(self, field: Field) -> ForeignKey[Any, Any] | None:
        first, _deep, rest = field.path.partition("__")
        column = self.record.model._meta.get_field(first) if rest else None
        return column if isinstance(column, ForeignKey) else None

    def _read(self, actor: Actor, field: Field, ids: set[int]) -> dict[int, str]:
        if field.link in registry.records:
            return titles(actor, registry.records[field.link], ids)
        key = self._key(field)
        assert key is not None  # noqa: S101 - `_place` says so
        model: Any = key.related_model
        rows = model._default_manager.filter(pk__in=ids)
        return {row_id: str(name) for row_id, name in rows.values_list("pk", field.path.partition("__")[2])}


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
