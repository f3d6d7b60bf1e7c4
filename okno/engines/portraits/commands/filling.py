"""How much of a portrait is there: kept up with changes by the worker, worked out for all at night."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.portraits import queries
from okno.engines.portraits.models import Fill, Question, Questionnaire
from okno.kit import jobs, live
from okno.kit.commands import command
from okno.kit.fields import beside, following
from okno.kit.fields.computing import batches, for_all
from okno.kit.fields.following import Follower, Moved
from okno.kit.permissions import Actor
from okno.kit.registry import Record

WORK = "portraits.recount"
KEPT = ("value", "answered", "asked")


def carry(changed: Moved) -> None:
    """Work out the portraits of rows that changes concern; what is asked itself may have come or gone."""
    if changed.keys() & {Questionnaire, Question}:
        following.watch(FOLLOWER.name)
    for one in queries.watches():
        if sum(keep(one.record, part) for part in batches(sorted(one.touched(changed)))):
            live.tell_topic(one.record.name)


def keep(record: Record, ids: Collection[int]) -> int:
    """Work out the portraits of these rows and keep what has changed; how many are others now."""
    following.wait_for_others(FOLLOWER.name)
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
    other = [*gone, *(one.row_id for one in fresh)]
    beside.tell(record, other, FOLLOWER.name)
    return len(other)


@command("portraits.recount", label=gettext_lazy("Work out all portraits anew"))
def recount(*, actor: Actor, record: str) -> int:
    """
    Start working out all portraits of a record anew in the worker; the id of the job. One that waits already serves
    this too.

    :raises Missing: cards of the record have no portraits.
    """
    following.watch(FOLLOWER.name)
    label = _("Portraits: %(record)s") % {"record": queries.the_record(record).plural}
    return jobs.start_once(actor=actor, work=WORK, label=label, args={"record": record})


@command("portraits.recount_all", label=gettext_lazy("Work out all portraits anew"))
def recount_all(*, actor: Actor) -> None:
    """Start the night's work, record by record."""
    for record in queries.portrayed():
        if queries.questionnaires(record.name):
            recount(actor=actor, record=record.name)


@jobs.work(WORK)
def recount_work(progress: jobs.Progress, actor: Actor, *, record: str) -> dict[str, Any]:
    """Work out all portraits of a record, batch by batch."""
    count = fill_all(queries.the_record(record), progress.tell)
    live.tell_topic(record)
    return {"text": _("Portraits worked out: %(count)s.") % {"count": count}, "rows": count}


def fill_all(record: Record, tell: Any) -> int:
    """Work out all portraits of a record, each batch in a transaction of its own; how many rows there are."""
    return for_all(record, lambda ids: keep(record, ids), tell)


def _tables() -> set[str]:
    """Tables that questionnaires look at, and their own: an undo brings questions back without a word."""
    own = {one._meta.db_table for one in (Questionnaire, Question)}
    return {model._meta.db_table for one in queries.watches() for model in one.models} | own


FOLLOWER = Follower("portraits", carry, _tables, 10)
