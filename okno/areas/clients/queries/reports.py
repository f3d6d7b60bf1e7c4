"""Reports on the base: who is in which status at whom, who came, came back and was lost month by month."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth

from okno.areas.clients.models import Client, StatusStay
from okno.areas.clients.queries.cards import clients
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor

Turn = StatusStay.Turn
# Who is in the base: neither one to come nor one who is gone. The trigger of the table of clients knows the same.
OURS = (Client.Status.ONE_OFF, Client.Status.REGULAR, Client.Status.SLEEPING, Client.Status.TROUBLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """Clients in one status at one person: how many there are, and how many came into it and left it in a period."""

    status: str
    owner_id: int | None = None
    owner: str = ""
    count: int = 0
    entered: int = 0
    left: int = 0

    @property
    def net(self) -> int:
        """By how many there are more."""
        return self.entered - self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status with those who have clients in it, the most first."""

    all: Base
    people: Sequence[Base] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """How the base moved in a month, which begins on this day."""

    begins: dt.date
    was: int
    new: int
    returned: int
    lost: int

    @property
    def now(self) -> int:
        """How many clients there are at the end."""
        return self.was + self.new + self.returned - self.lost

    @property
    def churn(self) -> float | None:
        """The share of those there were that was lost; None when there was nobody."""
        return self.lost / self.was if self.was else None

    @property
    def ends(self) -> dt.date:
        """The last day."""
        return following(self.begins) - dt.timedelta(days=1)


def following(month: dt.date) -> dt.date:
    """The first day of the next month."""
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def state_of_base(actor: Actor, since: dt.date, until: dt.date, owner: int | None = None) -> list[Status]:
    """
    Clients within reach by status and responsible person, and how many came into each and left it.

    :param since: the first day of the period, where the actor is.
    :param until: the last one.
    """
    begins, ends = _moments(actor, since, until)
    told: dict[tuple[str, int | None, str], dict[str, int]] = defaultdict(dict)
    rows = _clients(actor, owner).order_by()
    for status, who, name, count in rows.values_list("status", "owner_id", "owner__name").annotate(n=Count("pk")):
        told[status, who, name or ""]["count"] = count
    for what, moment in (("entered", "since"), ("left", "until")):
        moved = _stays(actor, owner).filter(**{f"{moment}__gte": begins, f"{moment}__lt": ends})
        grouped = moved.values_list("status", "client__owner_id", "client__owner__name")
        for status, who, name, count in grouped.annotate(n=Count("client", distinct=True)):
            told[status, who, name or ""][what] = count
    lines = [Base(status=key[0], owner_id=key[1], owner=key[2], **one) for key, one in told.items()]
    return [_status(code, [one for one in lines if one.status == code]) for code in Client.Status.values]


def dynamics(actor: Actor, first: dt.date, months: int, owner: int | None = None) -> list[Month]:
    """
    How many clients within reach there were at the beginning of each month, came, came back and were lost.

    :param first: the first day of the first month.
    """
    turns = _stays(actor, owner).exclude(turn="").annotate(month=TruncMonth("since", tzinfo=actor.zone))
    told: dict[tuple[dt.date, str], int] = {}
    was = 0
    for month, turn, count in turns.values_list("month", "turn").annotate(n=Count("pk")):
        if month.date() < first:
            was += -count if turn == Turn.LOST else count
        told[month.date(), turn] = count
    found, begins = [], first
    for _number in range(months):
        moved = {turn: told.get((begins, turn), 0) for turn in (Turn.NEW, Turn.RETURNED, Turn.LOST)}
        one = Month(begins=begins, was=was, new=moved[Turn.NEW], returned=moved[Turn.RETURNED], lost=moved[Turn.LOST])
        found.append(one)
        was, begins = one.now, following(begins)
    return found


def _status(code: str, people: Sequence[Base]) -> Status:
    whole = Base(
        status=code,
        count=sum(one.count for one in people),
        entered=sum(one.entered for one in people),
        left=sum(one.left for one in people),
    )
    return Status(all=whole, people=sorted(people, key=lambda one: (-one.count, one.owner)))


def _clients(actor: Actor, owner: int | None) -> RecordQuerySet[Client]:
    rows = clients(actor, narrow=True)
    return rows if owner is None else rows.filter(owner_id=owner)


def _stays(actor: Actor, owner: int | None) -> Any:
    # ast-grep-ignore: unscoped-read of clients within reach in the same line
    return StatusStay.objects.filter(client__in=_clients(actor, owner).order_by().values("pk")).order_by()


def _moments(actor: Actor, since: dt.date, until: dt.date) -> tuple[dt.datetime, dt.datetime]:
    days = (since, until + dt.timedelta(days=1))
    begins, ends = (dt.datetime.combine(day, dt.time.min, actor.zone) for day in days)
    return begins, ends
