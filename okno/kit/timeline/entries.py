"""Writing and reading entries of the feed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.types.json import Jsonb

from okno.kit import live, reached
from okno.kit.commands import command, current
from okno.kit.compiled import compiled, filled
from okno.kit.errors import Refused
from okno.kit.events import emit
from okno.kit.models.feed import Entry, EntryLink
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.timeline import mentions
from okno.kit.timeline.events import NoteWritten
from okno.kit.timeline.kinds import open_to

PAGE = 30
# How much of a note goes into the notice of it.
SAID = 300
# Stand for any record and any row in the statement of the first page.
ANY_RECORD, ANY_ROW = "⁂", -4815162342


def tell(
    kind: str,
    on: Sequence[Model],
    *,
    at: datetime | None = None,
    source: Model | None = None,
    about: tuple[str, int] | None = None,
    **payload: Any,
) -> Entry:
    """
    Write an entry into the feeds of these rows, inside a command. The first row is the scope: who may view it
    may read the entry. `payload` holds ids and plain values that the entry shows.

    :param about: record name and id of one more row, for areas that know it by name only.
    """
    run, scope = current(), on[0]
    entry = Entry(
        at=at or timezone.now(),
        kind=kind,
        user_id=run.actor.user_id if run else None,
        actor_name=run.actor.name if run else "",
        run_id=run.id if run else None,
        scope_record=registry.record_of(type(scope)).name,
        scope_id=scope.pk,
        source_record=registry.record_of(type(source)).name if source else "",
        source_id=source.pk if source else None,
        payload=payload,
        is_undone=False,
    )
    shown = _named(on, about)
    _write(entry, shown)
    _show(shown)
    return entry


def link(entry: Entry, rows: Sequence[Model], about: tuple[str, int] | None = None) -> None:
    """Show an entry in the feeds of these rows too."""
    shown = _named(rows, about)
    EntryLink.objects.bulk_create(
        [EntryLink(entry=entry, record=record, row_id=row_id, at=entry.at) for record, row_id in shown],
        ignore_conflicts=True,
    )
    _show(shown)


def _named(rows: Sequence[Model], about: tuple[str, int] | None) -> list[tuple[str, int]]:
    seen = {(registry.record_of(type(row)).name, row.pk) for row in rows} | ({about} if about else set())
    return sorted(seen)


def _write(entry: Entry, shown: Sequence[tuple[str, int]]) -> None:
    """Insert an entry with its links: nearly every command tells one, so it takes one trip."""
    columns = [one.attname for one in Entry._meta.concrete_fields if not one.primary_key]
    values: list[Any] = [Jsonb(entry.payload) if name == "payload" else getattr(entry, name) for name in columns]
    marks = ", ".join(["%s"] * len(columns))
    records, ids = [record for record, _row_id in shown], [row_id for _record, row_id in shown]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with told as (insert into kit_entry ({", ".join(columns)}) values ({marks}) returning id, at),
            linked as (
                insert into kit_entrylink (entry_id, record, row_id, at)
                select told.id, one.record, one.row_id, told.at
                from told, unnest(%s::text[], %s::bigint[]) as one (record, row_id)
            )
            select id from told
            """,  # noqa: S608 - names of columns
            [*values, records, ids],
        )
        entry.pk = cursor.fetchone()[0]
    entry._state.adding = False


def _show(shown: Iterable[tuple[str, int]]) -> None:
    """Let open feeds ask again."""
    for record in dict.fromkeys(record for record, _row_id in shown):
        live.tell_topic(record, kind="feed")


def entry_of(source: Model) -> Entry | None:
    """The latest entry that was written from a row of a typed table: a letter's, a task's."""
    name = registry.record_of(type(source)).name
    return Entry.objects.filter(source_record=name, source_id=source.pk).order_by("-id").first()


def carry_over(source: Model, target: Model) -> None:
    """Show the whole feed of a row in the feed of another one too: a lead's in its deal's."""
    name, other = registry.record_of(type(source)).name, registry.record_of(type(target)).name
    links = EntryLink.objects.filter(record=name, row_id=source.pk)
    EntryLink.objects.bulk_create(
        [EntryLink(entry_id=one.entry_id, record=other, row_id=target.pk, at=one.at) for one in links],
        ignore_conflicts=True,
    )


def feed(
    actor: Actor, record: str, row_id: int, *, kinds: Sequence[str] = (), before: tuple[datetime, int] | None = None
) -> list[Entry]:
    """
    A page of the feed of a row, newest first, leaving out entries whose scope the actor may not view, and of the
    others the values of fields that are hidden from the actor.

    :param before: (moment, id) of the last entry already shown.
    """
    if not kinds and not before and (asked := compiled(actor, ("feed",), lambda: _first_page(actor))):
        sql, params = asked
        return _opened(actor, Entry.objects.raw(sql, filled(params, {ANY_RECORD: record, ANY_ROW: row_id})))
    links = EntryLink.objects.filter(record=record, row_id=row_id)
    if before:
        links = links.filter(Q(at__lt=before[0]) | Q(at=before[0], entry_id__lt=before[1]))
    if kinds:
        links = links.filter(entry__kind__in=kinds)
    links = links.filter(_readable(actor)).select_related("entry").order_by("-at", "-entry_id")
    return _opened(actor, (one.entry for one in links[:PAGE]))


def latest(actor: Actor, record: str, ids: Iterable[int], *, but: Sequence[str] = ()) -> dict[int, Entry]:
    """The newest entry of each of these rows that the actor may read, by the id of the row: one statement for all."""
    links = EntryLink.objects.filter(_readable(actor), record=record, row_id__in=ids).exclude(entry__kind__in=but)
    newest = links.order_by("row_id", "-at", "-entry_id").distinct("row_id").select_related("entry")
    found = {one.row_id: one.entry for one in newest}
    _opened(actor, found.values())
    return found


def _opened(actor: Actor, found: Iterable[Entry]) -> list[Entry]:
    """Entries without what the actor may not read in them."""
    opened = list(found)
    for entry in opened if actor.hidden else ():
        entry.payload = open_to(actor, entry.kind, entry.payload)
    return opened


def _first_page(actor: Actor) -> QuerySet[Entry]:
    """The first page of the feed of any row: the one that every card opens with."""
    rows = Entry.objects.filter(links__record=ANY_RECORD, links__row_id=ANY_ROW)
    return rows.filter(_readable(actor, "")).order_by("-links__at", "-links__entry")[:PAGE]


def readable(actor: Actor) -> QuerySet[Entry]:
    """Entries whose scope the actor may view."""
    return Entry.objects.filter(Exists(EntryLink.objects.filter(_readable(actor), entry=OuterRef("pk"))))


def readable_alone(actor: Actor) -> QuerySet[Entry]:
    """The same without looking at links: for entries that are found by themselves."""
    return Entry.objects.filter(_readable(actor, ""))


def _readable(actor: Actor, path: str = "entry__") -> Q:
    """Entries whose scope is within reach."""
    return reached.within(actor, f"{path}scope_record", f"{path}scope_id")


@command("timeline.note", label=gettext_lazy("Write notes"))
def note(*, actor: Actor, record: str, row_id: int, text: str) -> Entry:
    """
    Write a note into the feed of a row that the actor may view; colleagues named `@Name` are told, if they may view it.

    :raises Missing: there is no such row within reach.
    :raises Refused: the note is empty.
    """
    if not text.strip():
        raise Refused("timeline.empty", _("The note is empty."))
    row = reached.the_row(actor, record, row_id)
    entry = tell("note", [row], text=text.strip())
    mentioned = [user_id for user_id, _name in mentions.seeing(row, mentions.named(text))]
    said = text.strip()[:SAID]
    emit(NoteWritten(row_id=row_id, record=record, entry_id=entry.pk, text=said, mentioned=mentioned))
    return entry
