"""Who is in segments, who came and who went, as far as the reader may see the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate

from okno.engines.segments import rules
from okno.engines.segments.models import Membership, Passage, Segment
from okno.kit import naming, permissions
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry


@dataclass(frozen=True)
class Passing:
    """A row that came in or went out."""

    row_id: int
    title: str
    url: str
    is_entry: bool
    at: datetime


@dataclass(frozen=True)
class Compared:
    """Two segments of one record: rows of the first only, of the second only, and of both, with the first of each."""

    left: QuerySet[Any]
    entered: QuerySet[Any]
    both: QuerySet[Any]


def members(actor: Actor, segment: Segment) -> QuerySet[Any]:
    """Rows of a segment that the actor may look at."""
    found: QuerySet[Any] = _seen(actor, segment.record).filter(pk__in=_ids(segment))
    return found


def member_ids(segment: Segment) -> list[int]:
    """All rows of a segment, whoever may see them: for what is worked out of segments."""
    return list(_ids(segment).order_by("row_id"))


def counts(actor: Actor, segments: Iterable[Segment]) -> dict[int, int]:
    """How many rows of each segment the actor may look at: one statement a record."""
    wanted = list(segments)
    by_record: dict[str, list[int]] = {}
    for one in wanted:
        by_record.setdefault(one.record, []).append(one.pk)
    found: dict[int, int] = {one.pk: one.size for one in wanted if sees_all(actor, one.record)}
    for record, ids in by_record.items():
        if not sees_all(actor, record) and record in registry.records:
            # ast-grep-ignore: unscoped-read narrowed to the rows within reach
            rows = Membership.objects.filter(segment__in=ids, row_id__in=_seen(actor, record).values("pk"))
            found |= dict(rows.order_by().values_list("segment_id").annotate(Count("pk")))
    return found


def size_for(actor: Actor) -> Case:
    """The expression of how many rows of a segment the actor may look at, for lists."""
    cases = [When(record=one.name, then=_size(actor, one)) for one in rules.segmented()]
    return Case(*cases, default=Value(0), output_field=IntegerField())


def passages(actor: Actor, segment: Segment, *, most: int = 20) -> list[Passing]:
    """Who came in and went out, the latest first, among rows that the actor may look at."""
    # ast-grep-ignore: unscoped-read narrowed to the rows within reach below
    rows = Passage.objects.filter(segment=segment).order_by("-at", "-pk")
    if not sees_all(actor, segment.record):
        rows = rows.filter(row_id__in=_seen(actor, segment.record).order_by().values("pk"))
    found = list(rows[:most])
    record = registry.record(segment.record)
    names = naming.titles(actor, record, {one.row_id for one in found}) if found else {}
    return [
        Passing(one.row_id, names[one.row_id], record.url_of(one.row_id), one.is_entry, one.at)
        for one in found
        if one.row_id in names
    ]


def gone_since(segment: Segment, since: datetime) -> set[int]:
    """Ids of rows that went out of a segment since a moment, whoever may see them."""
    # ast-grep-ignore: unscoped-read whoever asks narrows them to the rows within reach
    gone = Passage.objects.filter(segment=segment, is_entry=False, at__gte=since)
    return set(gone.values_list("row_id", flat=True))


def movement(actor: Actor, segment: Segment, since: datetime) -> list[tuple[Any, int, int]]:
    """(day, how many came in, how many went out) of each day since a moment on which somebody did."""
    # ast-grep-ignore: unscoped-read narrowed to the rows within reach below
    rows = Passage.objects.filter(segment=segment, at__gte=since)
    if not sees_all(actor, segment.record):
        rows = rows.filter(row_id__in=_seen(actor, segment.record).order_by().values("pk"))
    told = rows.annotate(day=TruncDate("at", tzinfo=actor.zone)).values_list("day", "is_entry")
    found: dict[Any, list[int]] = {}
    for day, is_entry, count in told.annotate(count=Count("pk")).order_by("day"):
        found.setdefault(day, [0, 0])[0 if is_entry else 1] += count
    return [(day, came, went) for day, (came, went) in found.items()]


def compared(actor: Actor, first: Segment, second: Segment) -> Compared:
    """What differs between two segments of one record, among rows that the actor may look at."""
    rows = _seen(actor, first.record)
    one, other = _ids(first), _ids(second)
    return Compared(
        rows.filter(pk__in=one).exclude(pk__in=other),
        rows.filter(pk__in=other).exclude(pk__in=one),
        rows.filter(pk__in=one).filter(pk__in=other),
    )


def sees_all(actor: Actor, record: str) -> bool:
    """Whether all rows of a record are within the actor's reach."""
    known = registry.records.get(record)
    if known is None:
        return False
    return permissions.clauses_for(actor, known.model, permissions.view_permission(known.model)) is None


def _seen(actor: Actor, record: str) -> Any:
    """Living rows of a record within reach."""
    manager: Any = registry.record(record).model._default_manager
    return manager.visible_to(actor).filter(is_deleted=False)


def _size(actor: Actor, record: Record) -> Any:
    if sees_all(actor, record.name):
        return F("size")
    # ast-grep-ignore: unscoped-read narrowed to the rows within reach
    rows = Membership.objects.filter(
        segment=OuterRef("pk"), row_id__in=_seen(actor, record.name).order_by().values("pk")
    )
    return Coalesce(Subquery(rows.order_by().values("segment").annotate(count=Count("pk")).values("count")), 0)


def _ids(segment: Segment) -> QuerySet[Any, Any]:
    # ast-grep-ignore: unscoped-read ids alone, for sets and for rows within reach
    return Membership.objects.filter(segment=segment).order_by().values_list("row_id", flat=True)
