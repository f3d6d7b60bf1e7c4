"""How much of a portrait is there: kept up with every command, worked out for all at night."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from okno.engines.portraits import queries
from okno.engines.portraits.models import Fill
from okno.kit.commands import command
from okno.kit.fields import beside, watching
from okno.kit.fields.computing import batches
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry

KEPT = ("value", "answered", "asked")


def follow(run_id: int) -> None:
    """Work out the portraits of rows that a run concerns."""
    watches = queries.watches()
    if watches:
        for name, ids in watching.touched_by(run_id, watches).items():
            for part in batches(sorted(ids)):
                keep(registry.record(name), part)


def keep(record: Record, ids: Collection[int]) -> None:
    """Work out the portraits of these rows and keep what has changed."""
    told = queries.fills(record, ids)
    known = {one.row_id: one for one in Fill.objects.filter(record=record.name, row_id__in=list(ids))}
    gone = [row_id for row_id in known if row_id not in told]
    if gone:
        Fill.objects.filter(record=record.name, row_id__in=gone).delete()
    fresh = [
        Fill(record=record.name, row_id=row_id, value=one.value, answered=one.answered, asked=one.asked)
        for row_id, one in sorted(told.items())
        if row_id not in known or any(getattr(known[row_id], name) != getattr(one, name) for name in KEPT)
    ]
    Fill.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["record", "row_id"], update_fields=KEPT, batch_size=500
    )
    beside.tell(record, [*gone, *(one.row_id for one in fresh)])


@command("portraits.recount")
def recount(*, actor: Actor, record: str) -> int:
    """Work out all portraits of a record anew, batch by batch; how many rows there are."""
    known = queries.the_record(record)
    count = 0
    ids = known.model._base_manager.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5_000)
    for part in batches(ids):
        with transaction.atomic():
            keep(known, part)
        count += len(part)
    return count


@command("portraits.recount_all")
def recount_all(*, actor: Actor) -> None:
    """Work out all portraits anew in the worker, record by record."""
    for record in queries.portrayed():
        if queries.questionnaires(record.name):
            recount.later(actor=actor, record=record.name)
