"""Reading notices: the number on the bell, the centre with its groups, the words of each under its reader's rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import CharField, Count, Q, QuerySet, Value
from django.utils.translation import gettext as _

from okno.kit import formats, permissions, quotes, reached
from okno.kit.compiled import compiled
from okno.kit.models.notices import Notice, NoticeDelivery, NoticeRow, PushSubscription, Reminder, Unfollowed
from okno.kit.notices import escalating
from okno.kit.notices.kinds import KINDS, REASONS, TABS, Act, NoticeKind
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows.cells import Moment, text_of

PAGE = 40
MOST_COUNTED = 99
Values = Mapping[str, Any]
About = tuple[str, int | None]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A notice in words, for whoever reads it now; one that `is_many` tells of `count` rows at once."""

    id: int
    kind: str
    icon: str
    label: str
    title: str
    text: str
    body: str
    url: str
    at: dt.datetime
    when: str
    when_title: str
    reason: str
    count: int
    is_many: bool
    is_unread: bool
    about: About
    acts: Sequence[Act]
    reminder: int | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Notices about one row, the newest first."""

    about: About
    title: str
    icon: str
    label: str
    url: str
    unread: int
    notices: Sequence[Told]


@dataclass(frozen=True, kw_only=True)
class Bell:
    """What the frame of every page shows: how many notices are unread, and whether a reminder rings."""

    unread: int
    ringing: int


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """The actor's notices about nothing, about many rows at once, or about one still within their reach."""
    own = Notice.objects.filter(user_id=actor.user_id or 0, is_in_app=True)
    return own.filter(Q(scope_id=None) | reached.within(actor, "scope_record", "scope_id"))


def rows_of(actor: Actor, record: str, notice_id: int | None) -> QuerySet[NoticeRow]:
    """The rows of a record that a notice of the actor's own tells of at once."""
    own = {"notice__user_id": actor.user_id or 0, "notice__scope_record": record}
    return NoticeRow.objects.filter(notice_id=notice_id or 0, **own)


def reached_of(actor: Actor, notice: Notice) -> list[int]:
    """Ids of those of the many rows of a notice that the actor may view, whoever its reader is."""
    record = registry.records.get(notice.scope_record)
    if record is None or not actor.may(permissions.view_permission(record.model)):
        return []
    manager: Any = record.model._default_manager
    rows = manager.visible_to(actor).filter(pk__in=notice.rows.values("row_id"))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def kind_of(actor: Actor, record: str, notice_id: int | None) -> NoticeKind | None:
    """The kind of a notice of the actor's own that tells of many rows of a record; None when there is no such."""
    own = Notice.objects.filter(pk=notice_id or 0, user_id=actor.user_id or 0, scope_record=record, scope_id=None)
    return KINDS.get(own.values_list("kind", flat=True).first() or "")


def bell(actor: Actor) -> Bell:
    """The number on the bell, a hundred at most, and how many reminders ring: one statement, kept with the actor."""
    asked = compiled(actor, ("bell",), lambda: _bell(actor))
    if asked is None:
        return Bell(unread=0, ringing=0)
    sql, params = asked
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = dict(cursor.fetchall())
    return Bell(unread=found.get("unread", 0), ringing=found.get("ringing", 0))


def _bell(actor: Actor) -> QuerySet[Any]:
    unread = notices_of(actor).filter(read_at=None).order_by()[: MOST_COUNTED + 1]
    ringing = Reminder.objects.filter(user_id=actor.user_id or 0, state=Reminder.State.RINGING).order_by()
    parts = [_number(Notice, unread, "unread"), _number(Reminder, ringing, "ringing")]
    return parts[0].union(parts[1], all=True)


def _number(model: Any, rows: QuerySet[Any], name: str) -> QuerySet[Any]:
    """One row: a name, and how many rows there are."""
    counted = model.objects.filter(pk__in=rows.values("pk")).order_by()
    named = counted.annotate(name=Value(name, output_field=CharField())).values("name")
    found: QuerySet[Any] = named.annotate(number=Count("pk")).values_list("name", "number")
    return found


def counts(actor: Actor) -> dict[str, int]:
    """Unread notices by tab."""
    found = notices_of(actor).filter(read_at=None).order_by().values_list("tab").annotate(count=Count("pk"))
    return dict(found)


def centre(actor: Actor, moment: Moment, *, tab: str = "", before: int | None = None) -> tuple[list[Group], int | None]:
    """
    A page of the centre: groups by row, those with the newest notice first, and the id to go on from.

    :param before: only notices older than this one.
    """
    rows = notices_of(actor)
    if tab in TABS:
        rows = rows.filter(tab=tab)
    if before is not None:
        last = Notice.objects.filter(pk=before, user_id=actor.user_id or 0).values_list("at", "pk").first()
        rows = rows.filter(Q(at__lt=last[0]) | Q(at=last[0], pk__lt=last[1])) if last else rows.none()
    found = list(rows.order_by("-at", "-pk")[: PAGE + 1])
    page = found[:PAGE]
    in_words = told(actor, page, moment)
    return _grouped([in_words[one.pk] for one in page if one.pk in in_words]), _next(found)


def told(actor: Actor, notices: Sequence[Notice], moment: Moment) -> dict[int, Told]:
    """Notices in words by id, without those about rows that the actor does not reach: one statement for each record."""
    asked: dict[str, set[int]] = {}
    for one in notices:
        if one.scope_id is not None:
            asked.setdefault(one.scope_record, set()).add(one.scope_id)
    rows: dict[About, Values] = {
        (name, row_id): values for name, ids in asked.items() for row_id, values in _rows(actor, name, ids, moment)
    }
    found = {}
    for one in notices:
        kind = KINDS.get(one.kind)
        about = (one.scope_record, one.scope_id)
        if kind is not None and (one.scope_id is None or about in rows):
            found[one.pk] = _in_words(actor, one, kind, rows.get(about, {}), moment)
    return found


def reminders(actor: Actor, *, is_done: bool = False) -> list[Reminder]:
    """The actor's reminders that are not done, the nearest first, or the latest done ones."""
    rows = Reminder.objects.filter(user_id=actor.user_id or 0)
    if is_done:
        return list(rows.filter(state=Reminder.State.DONE).order_by("-done_at")[:PAGE])
    return list(rows.exclude(state=Reminder.State.DONE).order_by("next_at")[:200])


def ringing(actor: Actor, at: dt.datetime) -> list[Reminder]:
    """Reminders that ring for the actor now, about rows still within reach."""
    rows = Reminder.objects.filter(user_id=actor.user_id or 0, state=Reminder.State.RINGING, next_at__lte=at)
    return list(rows.filter(Q(record="") | reached.within(actor, "record", "row_id")).order_by("next_at")[:5])


def unfollowed(actor: Actor) -> list[Unfollowed]:
    """What the actor asked to hear nothing of, the latest first."""
    return list(Unfollowed.objects.filter(user_id=actor.user_id or 0).order_by("-id")[:200])


def browsers(actor: Actor) -> list[PushSubscription]:
    """The actor's browsers that show notices, the latest first."""
    return list(PushSubscription.objects.filter(user_id=actor.user_id or 0).order_by("-id"))


def deliveries() -> list[NoticeDelivery]:
    """The latest deliveries to anybody, for the administrator: they tell of kinds and outcomes, not of rows."""
    return list(NoticeDelivery.objects.select_related("notice").order_by("-id")[:100])


def _next(found: Sequence[Notice]) -> int | None:
    return found[PAGE - 1].pk if len(found) > PAGE else None


def _rows(actor: Actor, name: str, ids: Iterable[int], moment: Moment) -> Iterable[tuple[int, Values]]:
    """What notices show of rows within reach: their titles, and the fields that kinds name, where those are open."""
    record = registry.records.get(name)
    if record is None or not actor.may(permissions.view_permission(record.model)):
        return
    keys = {record.title, *(kind.shows for kind in KINDS.values() if kind.record == name and kind.shows)}
    shown = {key: field for key in keys if (field := record.field(key)) and actor.sees_field(name, key)}
    manager: Any = record.model._default_manager
    seen = manager.visible_to(actor).filter(pk__in=ids)
    for row in seen.values("pk", *(field.path for field in shown.values())):
        values = {key: text_of(field, row[field.path], moment) for key, field in shown.items()}
        yield row["pk"], {**values, "title": values.get(record.title) or _("No title")}


def _label(code: object) -> str:
    """What a notice about another one calls that: the words of its kind."""
    kind = KINDS.get(str(code))
    return str(kind.label) if kind is not None else ""


def _in_words(actor: Actor, notice: Notice, kind: NoticeKind, row: Values, moment: Moment) -> Told:
    record: Record | None = registry.records.get(notice.scope_record)
    values = {
        **notice.payload,
        "who": notice.by_name or str(notice.payload.get("by") or _("Okno")),
        "title": row.get("title", ""),
        "shown": row.get(kind.shows) or "…",
        "about": _label(notice.payload.get("about")),
    }
    if notice.is_many:
        title = str(record.plural) if record is not None else ""
        values |= {"title": title, "count": notice.count, "number": formats.quantity_text(notice.count)}
    may_act = notice.read_at is None and not notice.is_many
    acts = [one for one in kind.acts if may_act and actor.may(one.command)]
    return Told(
        id=notice.pk,
        kind=kind.code,
        icon=kind.icon,
        label=str(kind.label),
        title=str(values["title"]),
        text=quotes.nested(_text(kind, notice, values)),
        body=str(notice.payload.get("text", "")),
        url=_url(kind, record, notice),
        at=notice.at,
        when=formats.moment_text(notice.at, moment.at, moment.zone),
        when_title=formats.moment_full(notice.at, moment.zone),
        reason=" ".join(filter(None, (str(REASONS.get(notice.reason, "")), why_sent_on(notice)))),
        count=notice.count,
        is_many=notice.is_many,
        is_unread=notice.read_at is None,
        about=(notice.scope_record, notice.scope_id),
        acts=acts,
        reminder=notice.payload.get("reminder"),
    )


def _text(kind: NoticeKind, notice: Notice, values: Values) -> str:
    if not notice.is_many:
        return str(kind.text) % values
    return str((kind.many or _("%(label)s: %(number)s")) % {**values, "label": kind.label})


def why_sent_on(notice: Notice) -> str:
    """Why a notice was sent on, empty when it was not."""
    return escalating.said(notice.waited) if notice.waited else ""


def _url(kind: NoticeKind, record: Record | None, notice: Notice) -> str:
    if record is not None and notice.is_many:
        asked = {"tab": "all", "mode": "list", "told": notice.pk}
        return f"{record.url.partition('{id}')[0]}?{urlencode(asked)}"
    if kind.url:
        return kind.url.replace("{id}", str(notice.scope_id))
    if record is not None and notice.scope_id is not None:
        return record.url_of(notice.scope_id)
    return str(notice.payload.get("url", ""))


def _grouped(found: Sequence[Told]) -> list[Group]:
    """Notices about one row stand together; one about nothing stands alone."""
    by_row: dict[Any, list[Told]] = {}
    for one in found:
        by_row.setdefault(one.about if one.about[1] is not None else one.id, []).append(one)
    return [_group(notices) for notices in by_row.values()]


def _group(notices: Sequence[Told]) -> Group:
    first = notices[0]
    record = registry.records.get(first.about[0])
    return Group(
        about=first.about,
        title=first.title or first.label,
        icon=record.icon if record is not None else first.icon,
        label=str(record.label) if record is not None and not first.is_many else "",
        url=first.url,
        unread=sum(one.is_unread for one in notices),
        notices=notices,
    )
