"""A row by the name of its record, for areas that know what something is about by this name only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q
from django.utils.translation import gettext as _

from okno.kit import permissions
from okno.kit.errors import Missing
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry


def row(actor: Actor, record: str, row_id: int | None) -> Model | None:
    """The row when the actor may view it; None when it is out of reach, or there is no such row or record."""
    known = registry.records.get(record)
    if known is None or row_id is None or not hasattr(known.model, "reach"):
        return None
    manager: Any = known.model._default_manager
    found: Model | None = manager.visible_to(actor).filter(pk=row_id).first()
    return found


def the_row(actor: Actor, record: str, row_id: int) -> Model:
    """The row that the actor may view. :raises Missing: it is not there or out of reach."""
    found = row(actor, record, row_id)
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def the_record(name: str, known: Iterable[Record]) -> Record:
    """The record of this name among those that take part in something. :raises Missing: it does not."""
    found = next((one for one in known if one.name == name), None)
    if found is None:
        raise Missing("not_found", _("There is no such page."))
    return found


def check(actor: Actor, record: str, row_id: int | None) -> None:
    """:raises Missing: a row is named that is not there or out of reach. Naming none is fine."""
    if record and row_id is not None:
        the_row(actor, record, row_id)


def sees(actor: Actor, row: Model) -> bool:
    """Whether the actor may view this row."""
    return actor.may(permissions.view_permission(type(row))) and permissions.reaches(actor, row)


def titles(actor: Actor, wanted: Iterable[tuple[str, int | None]]) -> dict[tuple[str, int], str]:
    """
    Titles of rows within reach by record and id, one statement for each record.

    One that is empty, or hidden from the actor, is told as "No title".
    """
    asked: dict[str, set[int]] = {}
    for name, row_id in wanted:
        if row_id is not None:
            asked.setdefault(name, set()).add(row_id)
    return {(name, row_id): title for name, ids in asked.items() for row_id, title in _titles(actor, name, ids)}


def _titles(actor: Actor, name: str, ids: Collection[int]) -> Iterable[tuple[int, str]]:
    known = registry.records.get(name)
    if known is None or not hasattr(known.model, "reach") or not actor.may(permissions.view_permission(known.model)):
        return
    manager: Any = known.model._default_manager
    path = known.fields[known.title].path if actor.sees_field(name, known.title) else "pk"
    for row_id, title in manager.visible_to(actor).filter(pk__in=ids).values_list("pk", path):
        yield row_id, str(title) if title and path != "pk" else _("No title")


def within(actor: Actor, record: str, row_id: str) -> Q:
    """
    Rows whose columns `record` and `row_id` name a row that the actor may view: one test for all records of which they
    see every row, and one for each of the others.
    """
    whole: list[str] = []
    allowed = Q()
    for known in registry.records.values():
        if not hasattr(known.model, "reach"):
            continue
        clauses = permissions.clauses_for(actor, known.model, permissions.view_permission(known.model))
        if clauses is None:
            whole.append(known.name)
        elif clauses:
            manager: Any = known.model._default_manager
            seen = manager.visible_to(actor).order_by().filter(pk=OuterRef(row_id))
            allowed |= Q(**{record: known.name}) & Q(Exists(seen))
    return allowed | Q(**{f"{record}__in": whole})
