"""Taking one of several merges into a row apart: what the rows that stay merged have too stays, and is theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from okno.kit.merging.commands import repointing, values
from okno.kit.merging.mergeable import Mergeable
from okno.kit.models.base import RecordModel
from okno.kit.models.merges import Merge

# A column, and the key in it when it holds custom fields.
Place = tuple[str, str]
Kept = dict[str, list[Any]]


@dataclass(frozen=True)
class Staying:
    """Another merge into the same row that is not taken apart, and the row that was merged by it."""

    merge: Merge
    loser: RecordModel


def staying(known: Mergeable, merge: Merge) -> list[Staying]:
    """The other merges into the same row, the oldest first."""
    same = {"record": merge.record, "survivor_id": merge.survivor_id, "undone_at": None}
    rows = list(Merge.objects.select_for_update().filter(**same).exclude(pk=merge.pk).order_by("pk"))
    manager: Any = known.record.model._default_manager
    losers = manager.in_bulk([one.loser_id for one in rows])
    return [Staying(one, losers[one.loser_id]) for one in rows if one.loser_id in losers]


def hand_on(known: Mergeable, merge: Merge, others: Sequence[Staying]) -> Kept:
    """
    What is to be put back when a merge is taken apart and others are not; these are told what is theirs now.

    Of fields of several a value that another merged row has stays, to go with that row; a field that was empty before
    has the value of the next row that has one. What the next merge found is what stood before this one.
    """
    kept: Kept = {name: list(pair) for name, pair in merge.values.items() if ":" not in name}
    listed = {_place(known, key) for key in known.joined()}
    later = [one for one in others if one.merge.pk > merge.pk]
    for place in list(_places(kept)):
        was, now = _pair(kept, place)
        if place in listed:
            held = _give(place, _added(was, now), others)
            _put(kept, place, was, [one for one in now or [] if one not in held])
            _forget(place, [one for one in _added(was, now) if one not in held], later)
        elif not _bridge(place, was, now, later) and was in values.EMPTY:
            _put(kept, place, _inherit(place, was, others), now)
    Merge.objects.bulk_update([one.merge for one in others], ["values"])
    return kept


def move_on(known: Mergeable, survivor_id: int, others: Sequence[Staying]) -> None:
    """
    Point to the survivor what had stayed with merged rows because an equal row stood there, where it stands no more:
    a phone of two merged cards is the survivor's until both are parted.
    """
    for one in others:
        for name, ids in repointing.move(known, one.loser.pk, survivor_id).rows.items():
            one.merge.moved[name] = sorted({*one.merge.moved.get(name, []), *ids})
    Merge.objects.bulk_update([one.merge for one in others], ["moved"])


def _place(known: Mergeable, key: str) -> Place:
    field = known.choosable()[key]
    return ("extra", field.key) if field.is_custom else (values.column_of(known.record.model, field), "")


def _places(kept: Mapping[str, Sequence[Any]]) -> Iterator[Place]:
    """Columns and custom fields that were changed."""
    for name, (was, now) in kept.items():
        if name == "extra":
            yield from ((name, key) for key in sorted(was.keys() | now.keys()) if was.get(key) != now.get(key))
        else:
            yield name, ""


def _pair(kept: Mapping[str, Sequence[Any]], place: Place) -> tuple[Any, Any]:
    """What stood at a place before and after."""
    name, key = place
    nothing: Any = {} if key else None
    was, now = kept.get(name) or (nothing, nothing)
    return (was.get(key), now.get(key)) if key else (was, now)


def _put(kept: Kept, place: Place, was: Any, now: Any) -> None:
    name, key = place
    if not key:
        kept[name] = [was, now]
        return
    nothing: dict[str, Any] = {}
    before, after = ({**side} for side in kept.get(name) or (nothing, nothing))
    for side, value in ((before, was), (after, now)):
        side.pop(key, None)
        if value is not None:
            side[key] = value
    kept[name] = [before, after]


def _added(was: Any, now: Any) -> list[Any]:
    return [one for one in now or [] if one not in (was or [])]


def _own(one: Staying, place: Place) -> Any:
    """What the merged row itself has there."""
    name, key = place
    found = values.plain(one.loser, name)
    return found.get(key) if key else found


def _give(place: Place, added: Sequence[Any], others: Sequence[Staying]) -> list[Any]:
    """Let each value be what the first of the rows that have it has brought; those that nobody has are left out."""
    held = []
    for value in added:
        owner = next((one for one in others if value in (_own(one, place) or [])), None)
        if owner is None:
            continue
        held.append(value)
        was, now = _pair(owner.merge.values, place)
        before = [one for one in was or [] if one != value]
        _put(owner.merge.values, place, before, [*(one for one in now or [] if one != value), value])
    return held


def _forget(place: Place, leaving: Sequence[Any], later: Sequence[Staying]) -> None:
    """Later merges found these values and would bring them back."""
    for one in later:
        was, now = _pair(one.merge.values, place)
        if was != now:
            pair = ([value for value in side or [] if value not in leaving] for side in (was, now))
            _put(one.merge.values, place, *pair)


def _bridge(place: Place, was: Any, now: Any, later: Sequence[Staying]) -> bool:
    """What the next merge found there is what stood before this one; whether a later merge wrote there."""
    for one in later:
        found, left = _pair(one.merge.values, place)
        if found != left:
            if found == now:
                _put(one.merge.values, place, was, left)
            return True
    return False


def _inherit(place: Place, was: Any, others: Sequence[Staying]) -> Any:
    """The value of the first of the rows that has one, which from now on has brought it; else what was."""
    for one in others:
        if (own := _own(one, place)) not in values.EMPTY:
            _put(one.merge.values, place, was, own)
            return own
    return was
