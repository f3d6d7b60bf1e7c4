"""Interests of rows, and the topics they are about."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.portraits import queries
from okno.engines.portraits.models import Interest, Topic
from okno.kit import permissions, reached
from okno.kit.commands import command, today
from okno.kit.errors import Missing, Refused
from okno.kit.fields import beside, editing
from okno.kit.permissions import Actor
from okno.kit.registry import registry


@command("portraits.add_topic", label=gettext_lazy("Add a topic of interest"))
def add_topic(*, actor: Actor, name: str) -> Topic:
    """Add a topic to the list; the one of this name when it is there. :raises Refused: it has no name."""
    clean = name.strip()[:200]
    if not clean:
        raise Refused("portraits.no_name", _("Write what it is called."), missing=["name"])
    known = queries.topics(actor).filter(name__iexact=clean).first()
    return known or Topic.objects.create(name=clean)


@command("portraits.update_topic", label=gettext_lazy("Change a topic of interest"))
def update_topic(*, actor: Actor, topic: Topic, values: dict[str, str], base_version: int | None = None) -> Topic:
    """Change a topic. :raises Conflict: it was changed since `base_version`."""
    editing.apply(actor, topic, values, base_version)
    return topic


@command("portraits.take_topics", label=gettext_lazy("Take topics of interest from the catalogue"))
def take_topics(*, actor: Actor) -> int:
    """Make topics of rows that people may be interested in, groups of the catalogue; how many are new."""
    made = 0
    for record in queries.subjects():
        known = set(Topic.objects.filter(about_record=record.name, is_deleted=False).values_list("about_id", flat=True))
        fresh = [(row_id, name) for row_id, name in queries.subject_rows(actor, record) if row_id not in known]
        Topic.objects.bulk_create(Topic(name=name[:200], about_record=record.name, about_id=one) for one, name in fresh)
        made += len(fresh)
    return made


@command("portraits.note_interest", label=gettext_lazy("Note an interest"))
def note_interest(
    *,
    actor: Actor,
    record: str,
    row_id: int,
    topic: Topic,
    need: str = "",
    level: str = Interest.Level.MIDDLE,
    since: dt.date | None = None,
    source: str = "",
    supplier: str = "",
) -> Interest:
    """
    Note what a client or a contact is interested in; said again, it is changed.

    :param since: the day, today by default.
    :raises Missing: the row is not there or out of reach.
    :raises Denied: the row is not the actor's to change.
    :raises Refused: there is no such level.
    """
    _check(actor, record, row_id)
    if level not in Interest.Level.values:
        raise Refused("portraits.no_level", _("There is no such level of interest."), missing=["level"])
    said = {
        "need": need.strip()[:300],
        "level": level,
        "source": source.strip()[:150],
        "supplier": supplier.strip()[:150],
    }
    own = {"record": record, "row_id": row_id, "topic": topic}
    fresh = {**said, "since": since or today(), "author_id": actor.user_id}
    row, is_new = Interest.objects.get_or_create(**own, defaults=fresh)
    if not is_new:
        for name, value in {**said, "since": since or row.since}.items():
            setattr(row, name, value)
        row.save()
    beside.tell(registry.record(record), [row_id])
    return row


@command("portraits.drop_interest", label=gettext_lazy("Delete an interest"))
def drop_interest(*, actor: Actor, record: str, row_id: int, interest_id: int) -> None:
    """
    Delete an interest of a row.

    :raises Missing: it is not there or out of reach.
    :raises Denied: the row is not the actor's to change.
    """
    _check(actor, record, row_id)
    row = Interest.objects.filter(pk=interest_id, record=record, row_id=row_id).first()
    if row is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    row.delete()
    beside.tell(registry.record(record), [row_id])


def _check(actor: Actor, record: str, row_id: int) -> None:
    known = queries.the_record(record)
    row = reached.the_row(actor, known.name, row_id)
    if not permissions.may_change(actor, row):
        raise permissions.lacking(permissions.change_permission(known.model))
