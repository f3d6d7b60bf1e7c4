"""Reads of the access log, and which rows it watches."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.access.models import Reading, SensitiveRows, User
from okno.access.queries.actors import SEES_GUARDED, actor_of, bounds_of
from okno.kit import conditions, permissions, reached
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import Record, registry

# Other processes learn of a new watch after this time.
SECONDS_KNOWN = 10.0
MOST_VIEWS = 300
LOG_PAGE = 100
READS_LOG = "access.view_readings"

_watched: dict[str, list[tuple[str, Any]]] = {}
_read_at: list[float] = [-SECONDS_KNOWN]


def watched_rows(record: Record, ids: Sequence[int]) -> list[tuple[Model, str]]:
    """Those of some rows whose reading is kept, each with the name of the first watch that it falls under."""
    found: dict[int, tuple[Model, str]] = {}
    for name, raw in _watches().get(record.name, ()):
        rows = record.model._default_manager.filter(pk__in=set(ids) - found.keys())
        if raw is not None:
            context = permissions.watching_context(SYSTEM)
            rows = rows.filter(conditions.to_q(conditions.parse(raw), record, context))
        found |= {row.pk: (row, name) for row in rows}
    return list(found.values())


def _watches() -> dict[str, list[tuple[str, Any]]]:
    if time.monotonic() - _read_at[0] > SECONDS_KNOWN:
        _watched.clear()
        for one in SensitiveRows.objects.filter(is_kept=True).order_by("pk"):
            _watched.setdefault(one.record, []).append((one.name, one.condition))
        _read_at[0] = time.monotonic()
    return _watched


def forget_sensitive() -> None:
    """Read the watches anew at the next reading."""
    _read_at[0] = -SECONDS_KNOWN


def watches() -> QuerySet[SensitiveRows]:
    """Which rows are watched."""
    return SensitiveRows.objects.order_by("record", "name")


def count_guarded(guard: SensitiveRows) -> int:
    """How many rows a guard holds now; none of a record that is no more."""
    record = registry.records.get(guard.record)
    if record is None:
        return 0
    rows = record.model._default_manager.order_by()
    if any(one.name == "is_deleted" for one in record.model._meta.fields):
        rows = rows.filter(is_deleted=False)
    if guard.condition is not None:
        context = permissions.watching_context(SYSTEM)
        rows = rows.filter(conditions.to_q(conditions.parse(guard.condition), record, context))
    return rows.count()


def count_bound() -> int:
    """How many people do not see guarded rows whole."""
    people = User.objects.visible_to(SYSTEM).filter(is_active=True)
    return sum(not actor_of(one).may(SEES_GUARDED) for one in people)


def most_views_of(user: User) -> int:
    """How many cards an hour are not too many for a person."""
    return bounds_of(user).most_views or MOST_VIEWS


def is_warned(user_id: int, hour: datetime) -> bool:
    """Whether the administrators know already that somebody opens many cards in this hour."""
    # ast-grep-ignore: unscoped-read asked before a warning, shown to nobody
    return Reading.objects.filter(kind=Reading.Kind.MASS, user_id=user_id, at__gte=hour).exists()


def readers_of_log() -> list[int]:
    """People who may read the access log."""
    people = User.objects.visible_to(SYSTEM).filter(is_active=True)
    return [one.pk for one in people if actor_of(one).may(READS_LOG)]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What of the access log is looked for; days are those of the organisation."""

    user_id: int | None = None
    record: str = ""
    row_id: int | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


def readings(asked: Asked) -> QuerySet[Reading]:
    """Lines of the access log, newest first, at most a page."""
    # ast-grep-ignore: unscoped-read the access log asks a right of its own
    rows = Reading.objects.order_by("-id")
    exact = {"user_id": asked.user_id, "record": asked.record, "row_id": asked.row_id, "kind": asked.kind}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    zone = timezone.get_default_timezone()
    if asked.since:
        rows = rows.filter(at__gte=datetime.combine(asked.since, datetime.min.time(), zone))
    if asked.until:
        rows = rows.filter(at__lt=datetime.combine(asked.until + timedelta(days=1), datetime.min.time(), zone))
    return (rows.filter(pk__lt=asked.before) if asked.before else rows)[:LOG_PAGE]


def titles_read(actor: Actor, lines: Sequence[Reading]) -> dict[int, str]:
    """
    What was read, by the id of the line: the title that the row had, for those who see every row of its record. For
    others that of today where the row is within their reach, and its number where it is not: the log says who read
    what, and opens no card itself.
    """
    whole = {one.pk for one in lines if one.row_id is None or _sees_all(actor, registry.records.get(one.record))}
    seen = reached.titles(actor, [(one.record, one.row_id) for one in lines if one.pk not in whole])
    closed = _("No. %(number)s, closed to you")
    return {
        one.pk: one.title
        if one.pk in whole
        else seen.get((one.record, one.row_id or 0)) or closed % {"number": one.row_id}
        for one in lines
    }


def _sees_all(actor: Actor, record: Record | None) -> bool:
    if record is None or not actor.sees_field(record.name, record.title):
        return False
    if not hasattr(record.model, "reach"):
        return True
    right = permissions.view_permission(record.model)
    return actor.may(right) and permissions.clauses_for(actor, record.model, right) is None
