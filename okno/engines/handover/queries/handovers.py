"""Plans within reach."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Q

from okno.access.models import User
from okno.engines.handover.models import Handover
from okno.kit.models.base import RecordQuerySet
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor
from okno.kit.timeline import history

State = Handover.State


def handovers(actor: Actor) -> RecordQuerySet[Handover]:
    """Plans, with the people they speak of."""
    found: RecordQuerySet[Handover] = Handover.objects.visible_to(actor).select_related("person", "author", "deputy")
    return found


def handover_for_page(actor: Actor, handover_id: int) -> Handover | None:
    """One plan; None when there is none within reach."""
    return handovers(actor).filter(pk=handover_id).first()


def leaves(people: Collection[int], begins: datetime, ends: datetime) -> Iterator[tuple[int, datetime, datetime]]:
    """When these people are on leave by plans that hold, from the moment each begins until its person is back."""
    known = (State.PLANNED, State.RUNNING, State.GIVEN, State.RETURNING, State.RETURNED)
    # ast-grep-ignore: unscoped-read that somebody is away is known to all, why and to whom rows went is not told
    found = Handover.objects.filter(person_id__in=people, reason=Handover.Reason.LEAVE, state__in=known)
    found = found.filter(starts_at__lt=ends, returns_at__gt=begins, is_deleted=False)
    for one in found:
        if one.starts_at and one.returns_at:
            yield one.person_id, one.starts_at, one.returns_at


def beside(handover: Handover, people: Collection[int]) -> list[Handover]:
    """Other plans under way, of its person or of those who get rows, that are for the same time."""
    states = (Handover.State.PLANNED, Handover.State.RUNNING, Handover.State.GIVEN)
    # ast-grep-ignore: unscoped-read whoever may look at the plan may know what stands in its way
    found = Handover.objects.filter(person_id__in={handover.person_id, *people}, state__in=states, is_deleted=False)
    found = found.exclude(pk=handover.pk).select_related("person").order_by("pk")
    if handover.starts_at:
        found = found.filter(Q(returns_at=None) | Q(returns_at__gt=handover.starts_at))
    if handover.returns_at:
        found = found.filter(Q(starts_at=None) | Q(starts_at__lt=handover.returns_at))
    return list(found)


def job_of(handover: Handover) -> JobRun | None:
    """The latest work of a plan that was found within reach."""
    # ast-grep-ignore: unscoped-read whoever may look at the plan may look at its work
    return JobRun.objects.filter(pk=handover.job or 0).first()


def runs_of(handover: Handover, work: str) -> list[int]:
    """The runs that began this work of a plan: several where it broke off."""
    # ast-grep-ignore: unscoped-read whoever handles the plan handles its work
    keys = JobRun.objects.filter(work=work, args__handover=handover.pk).values_list("args__key", flat=True)
    found = [history.run_of_key("jobs.start", str(key)) for key in keys]
    return [one for one in found if one is not None]


def is_working(handover: Handover) -> bool:
    """Whether its latest work is still under way."""
    return is_under_way(job_of(handover))


def is_under_way(job: JobRun | None) -> bool:
    """Whether a work is still under way."""
    return job is not None and job.state in {JobRun.State.WAITING, JobRun.State.DOING}


def of_person(actor: Actor, person: User) -> list[Handover]:
    """The latest plans of a person."""
    return list(handovers(actor).filter(person=person).order_by("-id")[:5])
