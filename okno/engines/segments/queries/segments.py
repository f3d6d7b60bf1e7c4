"""Segments within reach, and where they are used."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count

from okno.engines.segments.models import Membership, Segment
from okno.engines.segments.queries.judging import parsed
from okno.kit.conditions import Condition, keeping
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor
from okno.kit.registry import registry


def segments(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Segment]:
    """Segments that are not marked for deletion."""
    return Segment.objects.visible_to(actor, narrow=narrow).filter(is_deleted=False)


def segment_for_card(actor: Actor, segment_id: int) -> Segment | None:
    """A segment with what its card shows; one that is marked for deletion too."""
    rows = Segment.objects.visible_to(actor).select_related("owner", "taken_of")
    return rows.filter(pk=segment_id).first()


def segments_for(actor: Actor, record: str, *, static: bool = False) -> list[tuple[int, str]]:
    """(id, name) of segments of a record by name; with `static`, those that rows are put into by hand."""
    rows = segments(actor).filter(record=record)
    if static:
        rows = rows.filter(kind=Segment.Kind.STATIC, taken_of=None)
    return list(rows.order_by("name", "pk").values_list("pk", "name"))


def changing_for(actor: Actor, record: str) -> list[tuple[int, str]]:
    """(id, name) of segments of a record whose rows come and go, by name: of all but snapshots."""
    rows = segments(actor).filter(record=record, taken_at=None).order_by("name", "pk")
    return list(rows.values_list("pk", "name"))


def usual_record(actor: Actor) -> str:
    """The record that most segments are of; empty when there are none."""
    counted = segments(actor).values_list("record").annotate(count=Count("pk")).order_by("-count", "record")
    found = counted.first()
    return str(found[0]) if found else ""


def segments_of_row(actor: Actor, record: str, row_id: int) -> list[Membership]:
    """In which segments a row is, by name."""
    seen = segments(actor).filter(record=record)
    # ast-grep-ignore: unscoped-read whoever asks has the row and sees these segments
    rows = Membership.objects.filter(record=record, row_id=row_id, segment__in=seen)
    return list(rows.select_related("segment").order_by("segment__name", "pk"))


def dynamic_others(segment_id: int) -> Mapping[int, Condition]:
    """Conditions of all other dynamic segments by id."""
    # ast-grep-ignore: unscoped-read a circle is one whoever sees its segments
    rows = Segment.objects.filter(kind=Segment.Kind.DYNAMIC, is_deleted=False).exclude(pk=segment_id)
    return {one.pk: parsed(one) for one in rows}


def users_of(segment: Segment) -> list[str]:
    """What looks at a segment by its condition, in words: other segments, rights, rules, criteria."""
    found = keeping.users_of(registry.record_of(Segment), segment.pk)
    told = {
        ": ".join(filter(None, (str(keeper.label), str(getattr(row, "name", "") or getattr(row, "label", "")))))
        for keeper, row in found
        if row != segment
    }
    return sorted(told)
