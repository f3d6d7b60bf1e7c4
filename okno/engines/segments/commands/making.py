"""Segments are made, named, given a condition, joined, kept as they are now, and marked for deletion."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.segments import queries, rules
from okno.engines.segments.commands import keeping, membership, passing
from okno.engines.segments.models import Segment
from okno.kit import formats, live
from okno.kit.commands import command, moment, unjournalled
from okno.kit.conditions import Condition
from okno.kit.errors import Refused
from okno.kit.fields import editing, following
from okno.kit.openness import hidden_keys
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry

KIND = Segment.Kind
TOPIC = "segments.segment"


@command("segments.add", label=gettext_lazy("Make a segment"))
def add(*, actor: Actor, name: str, record: str, condition: dict[str, Any] | None = None, note: str = "") -> Segment:
    """
    Make a segment of rows of a record: a list to be filled by hand, or, with a condition, one that fills itself.

    :raises Refused: the name is taken, the record has no segments, or the condition is broken, asks nothing, looks at a
        field that is closed to the actor, or makes a circle.
    """
    known = rules.check_record(record)
    made = Segment(name=_free_name(known.name, name), record=known.name, note=note.strip(), owner_id=actor.user_id)
    if condition is not None:
        _check(actor, 0, rules.check_condition(known, condition), known.name)
        made.kind, made.condition = KIND.DYNAMIC, condition
    made.save()
    if condition is not None:
        _begin(made)
    live.tell_topic(TOPIC)
    return made


@command("segments.update", label=gettext_lazy("Change a segment"))
def update(*, actor: Actor, segment: Segment, values: dict[str, Any], base_version: int | None = None) -> Segment:
    """
    Change the name or the note of a segment.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: the name is empty or taken.
    """
    if "name" in values:
        values["name"] = _free_name(segment.record, str(values["name"]), segment.pk)
    editing.apply(actor, segment, values, base_version)
    live.tell_topic(TOPIC)
    return segment


@command("segments.set_condition", label=gettext_lazy("Change the condition"))
def set_condition(*, actor: Actor, segment: Segment, condition: dict[str, Any]) -> Segment:
    """
    Say anew which rows are in a dynamic segment; who comes in and goes out by that is worked out at once after.

    :raises Refused: the segment is a list, or the condition is broken, asks nothing, looks at a field that is closed to
        the actor, or makes a circle.
    """
    rules.check_dynamic(segment)
    _check(actor, segment.pk, rules.check_condition(registry.record(segment.record), condition), segment.record)
    segment.condition, segment.problem = condition, ""
    segment.save(update_fields=["condition", "problem"])
    following.watch(keeping.FOLLOWER.name)
    keeping.recount.later(actor=SYSTEM, segment=segment)
    live.tell_topic(TOPIC)
    return segment


@command("segments.combine", label=gettext_lazy("Join two segments"))
def combine(
    *, actor: Actor, name: str, first: Segment, second: Segment, operation: str, is_dynamic: bool = False
) -> Segment:
    """
    Make a segment of two: of rows in either, in both, or in the first alone; a list as they are now, or one that
    follows them.

    :raises Refused: they are of different records, the name is taken, or there is no such operation.
    """
    rules.check_alike(first, second)
    if is_dynamic:
        tree = rules.combined(first.pk, second.pk, operation)
        return add(actor=actor, name=name, record=first.record, condition=tree)
    ids = rules.joined(queries.member_ids(first), queries.member_ids(second), operation)
    made = Segment.objects.create(name=_free_name(first.record, name), record=first.record, owner_id=actor.user_id)
    _fill(made, ids)
    return made


@command("segments.snapshot", label=gettext_lazy("Take a snapshot"))
def snapshot(*, actor: Actor, segment: Segment, name: str = "") -> Segment:
    """
    Keep the rows that a segment has now as a list that changes no more, to be compared with or written to.

    :param name: by default the name of the segment with the day and time.
    :raises Refused: the name is taken.
    """
    at = moment()
    label = formats.moment_exact(at, timezone.get_default_timezone())
    given = name.strip() or f"{segment.name[: rules.LONGEST_NAME - len(label) - 2]}, {label}"
    made = Segment.objects.create(
        name=_free_name(segment.record, given),
        record=segment.record,
        owner_id=actor.user_id,
        taken_of=segment,
        taken_at=at,
    )
    _fill(made, queries.member_ids(segment))
    return made


@command("segments.delete", label=gettext_lazy("Mark for deletion"))
def delete(*, actor: Actor, segment: Segment) -> Segment:
    """
    Mark a segment for deletion; its rows are in it no more.

    :raises Refused: conditions of other segments, of rights or of rules name it: without it they would mean others.
    """
    if users := queries.users_of(segment):
        text = _("The segment is used, change that first: %(names)s.")
        raise Refused("segments.used", text, names="; ".join(users))
    segment.is_deleted = True
    segment.save(update_fields=["is_deleted"])
    ids = queries.member_ids(segment)
    if segment.kind == KIND.DYNAMIC:
        # After an undo the condition fills it again.
        with unjournalled():
            _empty(segment)
        following.watch(keeping.FOLLOWER.name)
    else:
        _empty(segment)
    membership.mark(segment.record, ids)
    live.tell_topic(TOPIC)
    return segment


def _free_name(record: str, name: str, own: int = 0) -> str:
    found = rules.check_name(name)
    taken = Segment.objects.filter(record=record, name__iexact=found, is_deleted=False).exclude(pk=own)
    if taken.exists():
        raise Refused("segments.name_taken", _("There is a segment of this name already."), missing=["name"])
    return found


def _check(actor: Actor, segment_id: int, condition: Condition, record: str) -> None:
    for key in hidden_keys(actor, registry.record(record), condition):
        text = _("There is no field “%(field)s”.")
        raise Refused("conditions.unknown_field", text, field=key, missing=["condition"])
    rules.check_no_circle(segment_id, condition, queries.dynamic_others(segment_id))


def _begin(segment: Segment) -> None:
    """A dynamic segment is filled for the first time by a job, and its tables are watched from now on."""
    following.watch(keeping.FOLLOWER.name)
    keeping.recount.later(actor=SYSTEM, segment=segment)


def _fill(segment: Segment, ids: Collection[int]) -> None:
    """Put rows into a list that has just been made; taking the list back takes them along."""
    passing.enter(segment, ids, moment(), is_told=False)
    live.tell_topic(TOPIC)


def _empty(segment: Segment) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from segments_membership where segment_id = %s", [segment.pk])
