"""Commands that merge rows of a record and take them apart, made for every record that says it can be merged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import live, permissions
from okno.kit.commands import Command, command, current, moment
from okno.kit.errors import Missing, Refused
from okno.kit.events import emit
from okno.kit.merging import reading
from okno.kit.merging.commands import naming, repointing, splitting, values
from okno.kit.merging.events import RowsMerged, RowsParted
from okno.kit.merging.mergeable import KNOWN, Mergeable, mergeable
from okno.kit.models.base import RecordModel
from okno.kit.models.merges import Merge
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.timeline import entries

MOST_ROWS = 20


def add(record: Record, *, suffix: str = "", **said: Any) -> Mergeable:
    """
    Say that rows of a record can be merged: makes the commands `<area>.merge` and `<area>.unmerge`.

    :param suffix: what tells the commands of a second record of the area from those of the first: `_contacts`.
    :param said: see `Mergeable`.
    """
    merge = _command(record, f"merge{suffix}", _merging(record), gettext_lazy("Merge duplicates"))
    unmerge = _command(record, f"unmerge{suffix}", _parting(record), gettext_lazy("Take a merge apart"))
    KNOWN[record.name] = Mergeable(record, merge, unmerge, **said)
    return KNOWN[record.name]


def _merging(record: Record) -> Callable[..., RecordModel]:
    """The function behind the command that merges rows of a record."""

    def merge(
        *, actor: Actor, survivor: RecordModel, losers: list[RecordModel], choices: dict[str, int] | None = None
    ) -> RecordModel:
        """
        Merge rows into one: everything that points to the others points to it from now on, their addresses lead to
        it, and it keeps the chosen values. It can be taken apart for 30 days.

        :param choices: by key of a field the id of the row whose value stays; else the first filled one, and of fields
            that hold several values, as tags do, all that the rows have.
        :raises Refused: a row is merged with itself or marked for deletion, the area says that these are not one, or
            the actor would see fields of the survivor that are closed to them in one of these rows.
        """
        return _merge(actor, mergeable(record.name), survivor, losers, choices or {})

    merge.__annotations__ = {
        "actor": Actor,
        "survivor": record.model,
        "losers": list[record.model],  # type: ignore[name-defined]
        "choices": dict[str, int] | None,
        "return": record.model,
    }
    return merge


def _parting(record: Record) -> Callable[..., RecordModel]:
    """The function behind the command that takes a merge of a record apart."""

    def unmerge(*, actor: Actor, survivor: RecordModel, loser_id: int, back: list[str] | None = None) -> RecordModel:
        """
        Take a merge of the last 30 days apart: the merged row is there again, and what belonged to it goes back.

        :param back: what goes to it, as `Model.column:id`; by default all that the merge has pointed elsewhere.
        :raises Missing: this row was not merged into the survivor.
        :raises Refused: the merge is too long ago.
        """
        return _part(mergeable(record.name), survivor, loser_id, back)

    unmerge.__annotations__ = {
        "actor": Actor,
        "survivor": record.model,
        "loser_id": int,
        "back": list[str] | None,
        "return": record.model,
    }
    return unmerge


def _command(record: Record, verb: str, function: Callable[..., Any], label: object) -> Command[Any, Any]:
    # The command belongs to the house of its record.
    function.__module__ = record.model.__module__
    return command(f"{record.area}.{verb}", label=label)(function)


def _merge(
    actor: Actor, known: Mergeable, survivor: RecordModel, losers: Sequence[RecordModel], choices: Mapping[str, int]
) -> RecordModel:
    _check(survivor, losers)
    known.check(survivor, losers)
    closed = {name for row in (survivor, *losers) for name in permissions.facing(actor, row).hidden}
    chosen = values.chosen(known, survivor, losers, choices, actor)
    # What each row gave goes back with that row.
    shares = [
        values.combined(values.take(known, survivor, loser, chosen), values.join(known, survivor, loser, choices))
        for loser in losers
    ]
    if closed - permissions.facing(actor, survivor).hidden:
        text = _("After this merge you would see fields that are closed to you: whoever sees them has to merge these.")
        raise Refused("merging.unveils", text)
    for loser, share in zip(losers, shares, strict=True):
        moved = repointing.move(known, loser.pk, survivor.pk)
        named = naming.repoint(known.record, loser.pk, survivor.pk)
        loser.is_deleted = True
        loser.save(update_fields=["is_deleted"])
        _keep(known, survivor, loser, moved, {**share, **named})
        known.merged(survivor, loser)
        emit(RowsMerged(survivor_id=survivor.pk, loser_id=loser.pk, record=known.record.name))
    live.tell_topic(known.record.name)
    return survivor


def _check(survivor: RecordModel, losers: Sequence[RecordModel]) -> None:
    ids = [row.pk for row in losers]
    if not ids or survivor.pk in ids or len(set(ids)) < len(ids):
        raise Refused("merging.itself", _("Choose two or more different cards."))
    if len(ids) >= MOST_ROWS:
        raise Refused("merging.too_many", _("No more than %(most)s cards are merged at once."), most=MOST_ROWS)
    if any(row.is_deleted for row in (survivor, *losers)):
        raise Refused("merging.deleted", _("A card that is marked for deletion is not merged."))


def _keep(
    known: Mergeable, survivor: RecordModel, loser: RecordModel, moved: repointing.Moved, kept: Mapping[str, Any]
) -> None:
    """Remember the merge and tell it in the feed."""
    run = current()
    row = Merge.objects.create(
        record=known.record.name,
        survivor_id=survivor.pk,
        loser_id=loser.pk,
        loser_title=repointing.title_of(loser),
        user_id=run.actor.user_id if run else None,
        actor_name=run.actor.name if run else "",
        at=moment(),
        moved=dict(moved.rows),
        marks=moved.marks,
        values=dict(kept),
    )
    entries.tell("merging.merged", [survivor], title=row.loser_title, merge=row.pk, rows=moved.count())


def _part(known: Mergeable, survivor: RecordModel, loser_id: int, back: list[str] | None) -> RecordModel:
    name = known.record.name
    found = Merge.objects.select_for_update().filter(
        record=name, survivor_id=survivor.pk, loser_id=loser_id, undone_at=None
    )
    merge = found.first()
    manager: Any = known.record.model._default_manager
    loser: RecordModel | None = manager.select_for_update().filter(pk=loser_id).first()
    if merge is None or loser is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    reading.check_term(merge, moment())
    others = splitting.staying(known, merge)
    loser.is_deleted = False
    loser.save(update_fields=["is_deleted"])
    moved = repointing.move(known, survivor.pk, loser_id, reading.chosen(merge, back))
    splitting.move_on(known, survivor.pk, others)
    values.put_back(survivor, splitting.hand_on(known, merge, others))
    named = {name: one for name, one in merge.values.items() if ":" in name}
    naming.put_back(named, known.record, survivor.pk, loser_id)
    Merge.objects.filter(pk=merge.pk).update(undone_at=moment())
    known.parted(survivor, loser)
    entries.tell("merging.parted", [survivor, loser], title=merge.loser_title, rows=moved.count())
    emit(RowsParted(survivor_id=survivor.pk, loser_id=loser_id, record=name))
    live.tell_topic(name)
    return loser
