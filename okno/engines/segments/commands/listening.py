"""People ask to be told which rows come into a segment and go out of it, and are told."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.segments import queries, rules
from okno.engines.segments.events import SegmentEntered, SegmentLeft
from okno.engines.segments.models import Listener, Segment
from okno.kit import live
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.jobs import actor_for
from okno.kit.notices import audiences, kinds
from okno.kit.notices.commands import telling
from okno.kit.permissions import Actor

KIND = "segments.passed"
TOPIC = "segments.segment"


@command("segments.listen", label=gettext_lazy("Tell me who comes and goes"))
def listen(*, actor: Actor, segment: Segment) -> Segment:
    """
    Tell the actor from now on which rows come into a segment and go out of it.

    :raises Refused: the segment is a snapshot, or it is a program that asks.
    """
    rules.check_changes(segment)
    if actor.user_id is None:
        raise Refused("segments.nobody", _("Only people are told who comes and goes."))
    Listener.objects.get_or_create(segment=segment, user_id=actor.user_id)
    live.tell_topic(TOPIC)
    return segment


@command("segments.unlisten", label=gettext_lazy("Tell me no more who comes and goes"))
def unlisten(*, actor: Actor, segment: Segment) -> Segment:
    """Tell the actor no more who comes into a segment and goes out of it."""
    Listener.objects.filter(segment=segment, user_id=actor.user_id or 0).delete()
    live.tell_topic(TOPIC)
    return segment


def is_heard(event: SegmentEntered | SegmentLeft) -> bool:
    """Whether anybody but the one whose doing it was is told of it."""
    return bool(queries.others_listening(event.segment_id, event.by_id))


def tell(event: SegmentEntered | SegmentLeft) -> None:
    """
    Tell those who listen how many rows came or went, of those that each of them sees: one notice for all that is told
    within some minutes.
    """
    segment = Segment.objects.filter(pk=event.segment_id, is_deleted=False).first()
    if segment is None:
        return
    passed = "came" if isinstance(event, SegmentEntered) else "went"
    for user_id in sorted(audiences.working(queries.others_listening(segment.pk, event.by_id))):
        count = queries.seen_of(actor_for(user_id), segment.record, event.row_ids)
        if count:
            said = {"came": 0, "went": 0, passed: count}
            telling.tell(kinds.KINDS[KIND], {user_id: audiences.OWN}, row=segment, payload=said)
