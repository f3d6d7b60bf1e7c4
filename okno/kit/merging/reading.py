"""Reads of merges: where a merged row leads to, what went along, and what came to the survivor since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from okno.kit import permissions, reached
from okno.kit.errors import Missing, Refused
from okno.kit.merging import references
from okno.kit.merging.mergeable import KNOWN, NAMED, TERM, mergeable
from okno.kit.models.feed import Entry, EntryLink
from okno.kit.models.files import Attachment
from okno.kit.models.merges import Merge
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry

LONGEST_CHAIN = 20
# A list to be ticked through; what is more goes along with its kind.
MOST = 200
# Rows of the feed follow what they tell of.
LINKS, SCOPES, SOURCES = "kit.EntryLink.row_id", "kit.Entry.scope_id", "kit.Entry.source_id"
OF_FEED = (LINKS, SCOPES, SOURCES)


def survivor_of(record: str, row_id: int) -> int | None:
    """The row that a merged one leads to in the end; None when it was not merged."""
    found, now = None, row_id
    for _step in range(LONGEST_CHAIN):
        following = Merge.objects.filter(record=record, loser_id=now, undone_at=None).values_list("survivor_id")
        row = following.first()
        if row is None:
            break
        found = now = row[0]
    return found


def last_into(record: str, survivor_id: int) -> int:
    """The number of the newest merge into a row. :raises Merge.DoesNotExist: nothing was merged into it."""
    return Merge.objects.filter(record=record, survivor_id=survivor_id, undone_at=None).latest("pk").pk


def visible_survivor(actor: Actor, record: Record, row_id: int) -> int | None:
    """The same within the actor's reach."""
    found = survivor_of(record.name, row_id) if record.name in KNOWN else None
    if found is None:
        return None
    manager: Any = record.model._default_manager
    return found if manager.visible_to(actor).filter(pk=found, is_deleted=False).exists() else None


def merge_for(actor: Actor, merge_id: int) -> Merge:
    """A merge whose survivor the actor may see. :raises Missing: there is none."""
    found = Merge.objects.filter(pk=merge_id, undone_at=None).first()
    if found is None or found.record not in KNOWN:
        raise Missing("not_found", _("Not found, or out of your reach."))
    model = mergeable(found.record).record.model
    permissions.check_may(actor, permissions.view_permission(model))
    manager: Any = model._default_manager
    if not manager.visible_to(actor).filter(pk=found.survivor_id).exists():
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def merges_of(actor: Actor, record: Record, *, since: datetime) -> QuerySet[Merge]:
    """Merges since a moment that may be taken apart, whose survivors the actor may see; newest first."""
    manager: Any = record.model._default_manager
    seen = manager.visible_to(actor).values("pk")
    found = Merge.objects.filter(record=record.name, undone_at=None, at__gte=since, survivor_id__in=seen)
    return found.order_by("-id")


def check_term(merge: Merge, at: datetime) -> None:
    """:raises Refused: the merge is too long ago to be taken apart."""
    if at - merge.at > TERM:
        raise Refused("merging.too_late", _("This was merged more than 30 days ago and cannot be taken apart."))


@dataclass(frozen=True, slots=True)
class Item:
    """A row that points to the survivor: `token` names it in a choice, `url` is its card if it has one."""

    token: str
    kind: str
    title: str
    url: str
    is_later: bool


def items(actor: Actor, merge: Merge) -> list[Item]:
    """
    What the merge has pointed to the survivor, and what came later; rows of the feed follow by themselves.

    Rows out of the actor's reach have their number only, and so have parts whose fields are hidden.
    """
    record = mergeable(merge.record).record
    found: list[Item] = []
    for one in references.references(record):
        if one.name in OF_FEED or one.name in mergeable(merge.record).stays:
            continue
        rows = one.rows(record, merge.survivor_id)
        moved = rows.filter(pk__in=merge.moved.get(one.name, []))
        later = rows.filter(pk__gt=merge.marks.get(one.model._meta.label, 0)).exclude(pk__in=moved.values("pk"))
        found += _items(actor, one, moved, is_later=False)
        found += _items(actor, one, later, is_later=True) if one.model._meta.label in merge.marks else []
    return [*found, *_notes(record, merge)]


def chosen(merge: Merge, tokens: list[str] | None) -> dict[str, list[int]]:
    """Ids by reference of what goes back: what was moved by default, else what is named, with its rows of the feed."""
    if tokens is None:
        return {name: list(ids) for name, ids in merge.moved.items()}
    named: dict[str, list[int]] = {}
    for token in tokens:
        name, _colon, row_id = token.rpartition(":")
        if row_id.isdigit():
            named.setdefault(name, []).append(int(row_id))
    going = _entries_going(merge, named)
    moved_scopes = set(merge.moved.get(SCOPES, []))
    mark = merge.marks.get("kit.Entry", 0)
    links = EntryLink.objects.filter(record=merge.record, row_id=merge.survivor_id, entry_id__in=going)
    named[LINKS] = sorted(links.values_list("pk", flat=True))
    named[SCOPES] = sorted(one for one in going if one in moved_scopes or one > mark)
    named[SOURCES] = list(merge.moved.get(SOURCES, []))
    return named


def _entries_going(merge: Merge, named: Mapping[str, list[int]]) -> set[int]:
    """Entries of the feed that go back: those that were moved, but for what tells of rows that stay, and the named."""
    moved_links = EntryLink.objects.filter(pk__in=merge.moved.get(LINKS, []))
    moved = {*moved_links.values_list("entry_id", flat=True), *merge.moved.get(SCOPES, [])}
    staying = {name: sorted(set(ids) - set(named.get(name, []))) for name, ids in merge.moved.items()}
    return (moved - _entries_about(staying)) | _entries_about(named) | set(named.get(SCOPES, []))


def _entries_about(rows: Mapping[str, list[int]]) -> set[int]:
    """Entries that were written from these rows, which are named by the reference that leads to them."""
    names = {known.model._meta.label: name for name, known in registry.records.items()}
    found: set[int] = set()
    for reference, ids in rows.items():
        source = names.get(reference.rpartition(".")[0])
        if source and ids:
            told = Entry.objects.filter(source_record=source, source_id__in=ids)
            found |= set(told.values_list("pk", flat=True))
    return found


def _items(actor: Actor, one: references.Reference, rows: QuerySet[Any], *, is_later: bool) -> Iterator[Item]:
    shown = list(rows.order_by("pk")[:MOST])
    known = registry.record_of(one.model) if one.model in _models() else None
    label, named = label_of(one.model), _named(actor, one.model, known, shown)
    for row in shown:
        url = known.url_of(row.pk) if known and row.pk in named else ""
        yield Item(f"{one.name}:{row.pk}", label, named.get(row.pk, f"№ {row.pk}")[:200], url, is_later)


def _named(actor: Actor, model: type[Model], known: Record | None, rows: Sequence[Any]) -> Mapping[int, str]:
    """Names of rows within reach as the actor may know them; of parts of a card as its area tells them."""
    if known is not None:
        titles = reached.titles(actor, [(known.name, row.pk) for row in rows])
        return {row_id: title for (_record, row_id), title in titles.items()}
    tell = NAMED.get(model._meta.label)
    return tell(actor, rows) if tell else {}


def title_for(actor: Actor, merge: Merge) -> str:
    """What the merged row was called, unless its title is hidden from the actor."""
    record = mergeable(merge.record).record
    return merge.loser_title if actor.sees_field(record.name, record.title) else _("No title")


def _notes(record: Record, merge: Merge) -> Iterator[Item]:
    """Notes that were written since."""
    mark = merge.marks.get("kit.Entry", 0)
    links = EntryLink.objects.filter(record=record.name, row_id=merge.survivor_id, entry_id__gt=mark)
    for entry in Entry.objects.filter(pk__in=links.values("entry_id"), kind="note").order_by("pk")[:MOST]:
        yield Item(f"kit.Entry.scope_id:{entry.pk}", _("Note"), str(entry.payload.get("text", ""))[:200], "", True)


def label_of(model: type[Model], *, is_many: bool = False) -> str:
    """What rows of a table are called."""
    if model in _models():
        known = registry.record_of(model)
        return str(known.plural if is_many else known.label)
    if model is Attachment:
        return _("Files") if is_many else _("File")
    name = "verbose_name_plural" if is_many else "verbose_name"
    # Tables that nobody has named for people have their name in English from Django.
    is_named = name in model._meta.original_attrs
    return str(getattr(model._meta, name)).capitalize() if is_named else _("Other rows")


def _models() -> set[type[Model]]:
    return {one.model for one in registry.records.values()}
