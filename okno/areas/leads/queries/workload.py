"""How busy people are: minutes of their tasks by day, and minutes that they work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, F, Q, Sum, When
from django.db.models.functions import TruncDay

from okno.access import queries as access
from okno.areas.calendar import queries as calendar
from okno.areas.calendar.models import Task
from okno.areas.calendar.record import TASK
from okno.areas.leads.models import QueueMember
from okno.kit import worktime
from okno.kit.absences import absences
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor
from okno.kit.rows import veils
from okno.kit.worktime import Hours, Schedule, work_between

ONE_DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
Person = tuple[date, str, int]


def talks(actor: Actor, begins: datetime, ends: datetime, owner: int | None = None) -> dict[Person, dict[str, int]]:
    """Calls that came and were made, and meetings, by day, name and person; what the actor may not view is left out."""
    if not actor.may("calendar.view"):
        return {}
    call, meeting = Task.Kind.CALL, Task.Kind.MEETING
    rows = _tasks(actor, owner).filter(kind__in=[call, meeting], state=Task.State.DONE)
    rows = rows.filter(done_at__gte=begins, done_at__lt=ends)
    told = rows.annotate(day=TruncDay("done_at", tzinfo=actor.zone)).values_list("day", "owner__name", "owner_id")
    found = told.annotate(
        calls_in=Count("id", filter=Q(kind=call, direction=Task.Direction.IN)),
        calls_out=Count("id", filter=Q(kind=call, direction=Task.Direction.OUT)),
        meetings=Count("id", filter=Q(kind=meeting)),
    )
    return {
        (day.date(), name, person): {"calls_in": calls_in, "calls_out": calls_out, "meetings": meetings}
        for day, name, person, calls_in, calls_out, meetings in found
    }


def busy(actor: Actor, begins: datetime, ends: datetime, owner: int | None = None) -> dict[Person, int]:
    """
    Minutes of tasks by day, name and person: those done on the day, and those planned for it that are still open.
    Tasks whose length is closed to the actor are left out.
    """
    if not actor.may("calendar.view") or not actor.sees_some(TASK.name, "duration"):
        return {}
    rows = _tasks(actor, owner).filter(duration__isnull=False, state__in=["done", "open"])
    if (cover := veils.cover(actor, TASK, "duration")) is not None:
        rows = rows.filter(cover.is_open)
    done = Q(state=Task.State.DONE, done_at__gte=begins, done_at__lt=ends)
    planned = Q(state=Task.State.OPEN, due_at__gte=begins, due_at__lt=ends)
    spent_at: Any = Case(When(state=Task.State.DONE, then=F("done_at")), default=F("due_at"))
    told = rows.filter(done | planned).annotate(day=TruncDay(spent_at, tzinfo=actor.zone))
    found = told.values_list("day", "owner__name", "owner_id").annotate(minutes=Sum("duration"))
    return {(day.date(), name, person): minutes for day, name, person, minutes in found}


def working(actor: Actor, people: Collection[int], since: date, until: date) -> dict[tuple[date, int], int]:
    """
    Minutes that people work on each day of the actor's calendar, by day and person: their own shifts in queues, else
    the schedule of the organisation, without days off and absences.
    """
    if not people:
        return {}
    begins, ends = (datetime.combine(day, time.min, actor.zone) for day in (since, until + ONE_DAY))
    usual, own, away = calendar.default_schedule(), _own_schedules(people), absences(people, begins, ends)
    return {
        (day, person): _worked(starts, over, own.get(person, usual), away.get(person, ()))
        for day, starts, over in _days(actor, since, until)
        for person in people
    }


def shift_of(member: QueueMember) -> Schedule:
    """The person's own shifts by their own clock, else the hours of the office."""
    if not any(member.shift):
        return calendar.default_schedule()
    week = tuple(worktime.read_hours(text) for text in member.shift)
    return Schedule(week=week, zone=access.zone_of(member.user))


def _tasks(actor: Actor, owner: int | None) -> RecordQuerySet[Task]:
    rows = calendar.tasks(actor, narrow=True).order_by()
    return rows if owner is None else rows.filter(owner_id=owner)


def _own_schedules(people: Collection[int]) -> dict[int, Schedule]:
    """Shifts of those who have some; whoever works in several queues works in the hours of each."""
    # ast-grep-ignore: unscoped-read shifts say when people work, which whoever sees what they did may know
    members = QueueMember.objects.filter(user_id__in=people).select_related("user").order_by("pk")
    found: dict[int, list[QueueMember]] = defaultdict(list)
    for member in members:
        if any(member.shift):
            found[member.user_id].append(member)
    return {person: _together(shifts) for person, shifts in found.items()}


def _together(members: Sequence[QueueMember]) -> Schedule:
    schedules = [shift_of(one) for one in members]
    week = tuple(_joined([hours for one in schedules for hours in one.week[day]]) for day in range(7))
    return Schedule(week=week, zone=schedules[0].zone)


def _joined(spans: Sequence[tuple[int, int]]) -> Hours:
    """Hours without those that lie in others."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def _days(actor: Actor, since: date, until: date) -> Iterator[tuple[date, datetime, datetime]]:
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        starts, over = (datetime.combine(one, time.min, actor.zone) for one in (day, day + ONE_DAY))
        yield day, starts, over


def _worked(starts: datetime, over: datetime, schedule: Schedule, away: Sequence[tuple[datetime, datetime]]) -> int:
    """Working minutes between two moments without those of absences, which do not overlap."""
    total = work_between(starts, over, schedule)
    for gone, back in away:
        since, until = max(starts, gone), min(over, back)
        if since < until:
            total -= work_between(since, until, schedule)
    return total // MINUTE
