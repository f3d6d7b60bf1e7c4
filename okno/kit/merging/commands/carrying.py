"""Letting what is about one row be about a row of another record: of a prospect that became a client."""

from __future__ import annotations

from typing import Any

from django.db.models import F, ForeignKey, Model, Value
from django.db.models.functions import Coalesce

from okno.kit.merging import references
from okno.kit.models.base import RecordModel
from okno.kit.registry import registry
from okno.kit.timeline import entries

# Besides what names the row in `about_record` and `about_id`.
CARRIED = ("kit.Attachment.row_id", "kit.Entry.scope_id", "kit.Reminder.row_id")


def carry(source: RecordModel, target: RecordModel) -> int:
    """
    Let tasks, letters, files, reminders and the feed of a row be those of another one, whoever sees that one sees them;
    returns how many rows. The first row keeps its feed in sight.
    """
    own, other = registry.record_of(type(source)), registry.record_of(type(target))
    entries.carry_over(source, target)
    moved = 0
    for one in references.pairs():
        if one.column == "about_id" or one.name in CARRIED:
            ids = list(one.rows(own, source.pk).values_list("pk", flat=True))
            place: dict[str, Any] = {one.record_column: other.name, one.column: target.pk}
            rows = one.model._base_manager.filter(pk__in=ids)
            moved += rows.update(**place, **_key(one.model, target))
    return moved


def _key(model: type[Model], target: Model) -> dict[str, Any]:
    """A table that has one key to the other record beside the pair names it there too, where it is empty."""
    keys = [
        one.attname
        for one in model._meta.concrete_fields
        if isinstance(one, ForeignKey) and one.related_model is type(target)
    ]
    return {keys[0]: Coalesce(F(keys[0]), Value(target.pk))} if len(keys) == 1 else {}
