"""Reports on enquiries: what came and what became of it, why it was rejected, who did what, what is being lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek

from okno.areas.communications import queries as communications
from okno.areas.communications.models import Mail
from okno.areas.leads.models import Lead
from okno.areas.leads.queries import workload
from okno.areas.leads.queries.enquiries import leads
from okno.areas.leads.record import LEAD
from okno.kit import conditions, permissions
from okno.kit.conditions import Condition
from okno.kit.models import Entry
from okno.kit.models.base import RecordQuerySet
from okno.kit.openness import closed_keys
from okno.kit.permissions import Actor
from okno.kit.timeline import entries

State = Lead.State
# By what enquiries are put together, and the field of the record that stands behind it.
BY = {"source": "source", "channel": "channel", "campaign": "campaign", "owner": "owner", "kind": "kind"}
PERIODS = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth}
_PATHS = {
    "source": ("source__name", "source__name"),
    "channel": ("source__kind", "source__kind"),
    "campaign": ("campaign__name", "campaign__name"),
    "owner": ("owner_id", "owner__name"),
    "kind": ("kind", "kind"),
}
MOST_LOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """
    What a report is of: days where the actor is, both included, a condition on enquiries, and one person or all.

    What people did besides enquiries, calls and letters, knows only the days and the person.
    """

    since: date
    until: date
    where: Condition = conditions.EVERYTHING
    owner: int | None = None

    def moments(self, actor: Actor) -> tuple[datetime, datetime]:
        """From the first moment to the one after the last."""
        begins, ends = (datetime.combine(day, time.min, actor.zone) for day in (self.since, self.until + ONE_DAY))
        return begins, ends


ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of the enquiries of one group; `react` and `handle` are working seconds on the average."""

    key: Any
    label: Any
    received: int
    taken: int
    converted: int
    rejected: int
    spam: int
    late: int
    react: float | None
    handle: float | None

    @property
    def conversion(self) -> float | None:
        """The share that became deals, of those that are no spam."""
        of = self.received - self.spam
        return self.converted / of if of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """Enquiries rejected for one reason, or by one person for it, and what they might have brought."""

    key: int | None
    name: str
    count: int
    amount: Decimal
    share: float = 1.0
    people: tuple[Refusals, ...] = ()


def enquiries_of(actor: Actor, scope: Scope, *, narrow: bool = True) -> RecordQuerySet[Lead]:
    """Enquiries within reach that a report is of, whenever they came."""
    rows = leads(actor, narrow=narrow)
    if scope.owner is not None:
        rows = rows.filter(owner_id=scope.owner)
    if any(closed_keys(actor, LEAD, scope.where)):
        return rows.none()
    if scope.where == conditions.EVERYTHING:
        return rows
    return rows.filter(conditions.to_q(scope.where, LEAD, permissions.condition_context(actor)))


def received_between(actor: Actor, scope: Scope) -> RecordQuerySet[Lead]:
    """Enquiries of a report received in its days; joined ones are left out."""
    begins, ends = scope.moments(actor)
    rows = enquiries_of(actor, scope).filter(received_at__gte=begins, received_at__lt=ends)
    return rows.exclude(state=State.MERGED).order_by()


def analysis(actor: Actor, scope: Scope, by: str, at: datetime) -> list[Line]:
    """Enquiries of a period put together by a field or by its parts, and under the key None all of them, last."""
    rows = received_between(actor, scope)
    if by in PERIODS:
        rows = rows.annotate(part=PERIODS[by]("received_at", tzinfo=actor.zone))
        key, label = "part", "part"
    else:
        key, label = _PATHS[by]
    found = rows.values(key, label).annotate(**_measures(at)).order_by(label, key)
    lines = [_line(row[key], row[label], row) for row in found]
    if by not in PERIODS:
        lines.sort(key=lambda one: -one.received)
    return [*lines, _line(None, None, rows.aggregate(**_measures(at)))]


def reasons(actor: Actor, scope: Scope) -> list[Refusals]:
    """Why enquiries of a period were rejected, the most frequent first, and by whom; shares of one are of all."""
    rows = received_between(actor, scope).filter(state=State.REJECTED)
    found = rows.values("reject_reason_id", "reject_reason__name", "owner_id", "owner__name")
    grouped: dict[tuple[int | None, str], list[Refusals]] = defaultdict(list)
    for row in found.annotate(count=Count("id"), amount=Sum("amount")).order_by("-count", "owner__name"):
        person = Refusals(
            key=row["owner_id"], name=row["owner__name"] or "", count=row["count"], amount=row["amount"] or Decimal(0)
        )
        grouped[row["reject_reason_id"], row["reject_reason__name"] or ""].append(person)
    total = sum(one.count for people in grouped.values() for one in people)
    told = [_together(key, name, people, total) for (key, name), people in grouped.items()]
    return sorted(told, key=lambda one: -one.count)


def productivity(actor: Actor, scope: Scope) -> list[dict[str, Any]]:
    """
    What each person did each day: enquiries taken and turned into deals, calls, meetings and letters of theirs; `busy`
    are the minutes of their tasks.
    """
    begins, ends = scope.moments(actor)
    done: dict[workload.Person, dict[str, int]] = defaultdict(lambda: dict.fromkeys((*DONE, "busy"), 0))
    for what, rows, moment in _deeds(actor, scope):
        within = rows.filter(**{f"{moment}__gte": begins, f"{moment}__lt": ends, "owner__isnull": False}).order_by()
        days = within.annotate(day=TruncDay(moment, tzinfo=actor.zone)).values("day", "owner_id", "owner__name")
        for row in days.annotate(count=Count("id")):
            done[row["day"].date(), row["owner__name"], row["owner_id"]][what] += row["count"]
    for key, talks in workload.talks(actor, begins, ends, scope.owner).items():
        done[key].update(talks)
    for key, minutes in workload.busy(actor, begins, ends, scope.owner).items():
        done[key]["busy"] = minutes
    keys = sorted(done, key=lambda one: (-one[0].toordinal(), one[1], one[2]))
    return [{"day": day, "name": name, "id": person, **done[day, name, person]} for day, name, person in keys]


DONE = ("taken", "converted", "calls_in", "calls_out", "meetings", "letters")


def lost(actor: Actor, scope: Scope, at: datetime) -> QuerySet[Lead]:
    """Open enquiries that wait longer than their norm, whenever they came, the oldest first."""
    late = Q(reacted_at=None, react_by__lt=at) | Q(handle_by__lt=at)
    rows = enquiries_of(actor, scope, narrow=False).filter(late, closed_at=None).exclude(state=State.POSTPONED)
    return rows.select_related("owner", "source").order_by("received_at", "id")


def last_deeds(actor: Actor, found: Iterable[Lead]) -> dict[int, Entry]:
    """What was done about each of these enquiries last; that nobody has reacted is no deed."""
    return entries.latest(actor, LEAD.name, [one.pk for one in found], but=["leads.late"])


def _together(key: int | None, name: str, people: Sequence[Refusals], total: int) -> Refusals:
    count, amount = sum(one.count for one in people), sum((one.amount for one in people), Decimal(0))
    return Refusals(key=key, name=name, count=count, amount=amount, share=count / total, people=tuple(people))


def _deeds(actor: Actor, scope: Scope) -> Sequence[tuple[str, Any, str]]:
    """What counts as done, and the moment it was done at; what the actor may not look at is left out."""
    own = enquiries_of(actor, scope)
    found: list[tuple[str, Any, str]] = [
        ("taken", own, "taken_at"),
        ("converted", own.filter(state=State.CONVERTED), "closed_at"),
    ]
    theirs = {} if scope.owner is None else {"owner_id": scope.owner}
    if actor.may("communications.view"):
        sent = communications.mails(actor, narrow=True).filter(direction=Mail.Direction.OUT, **theirs)
        found.append(("letters", sent.filter(state=Mail.State.SENT), "at"))
    return found


def _measures(at: datetime) -> dict[str, Any]:
    late = Q(reacted_at__gt=F("react_by")) | Q(reacted_at=None, closed_at=None, react_by__lt=at)
    return {
        "received": Count("id"),
        "taken": Count("id", filter=Q(reacted_at__isnull=False)),
        "converted": Count("id", filter=Q(state=State.CONVERTED)),
        "rejected": Count("id", filter=Q(state=State.REJECTED)),
        "spam": Count("id", filter=Q(state=State.SPAM)),
        "late": Count("id", filter=late & ~Q(state=State.SPAM)),
        "react": Avg("react_seconds", filter=~Q(state=State.SPAM)),
        "handle": Avg("handle_seconds", filter=~Q(state=State.SPAM)),
    }


def _line(key: Any, label: Any, row: dict[str, Any]) -> Line:
    react, handle = (float(row[name]) if row[name] is not None else None for name in ("react", "handle"))
    counted = {name: row[name] for name in ("received", "taken", "converted", "rejected", "spam", "late")}
    return Line(key=key, label=label, react=react, handle=handle, **counted)
