"""Imports and kept settings within reach."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from okno.engines.imports.models import Import, ImportRow, ImportSettings
from okno.kit.errors import Missing
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor

PAGE = 50


def imports(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Import]:
    """Imports within reach: one's own, or everybody's for whom that is granted."""
    return RecordQuerySet(Import).visible_to(actor, narrow=narrow)


def import_for_page(actor: Actor, import_id: int) -> Import | None:
    """One import with who began it, or None when it is out of reach."""
    return imports(actor).select_related("owner").filter(pk=import_id).first()


def rows_of(row: Import, *, is_dry: bool, result: str = "", twins: str = "", after: int = 0) -> list[ImportRow]:
    """
    A page of what became of the rows of an import that was read for the actor, in the order of the file.

    :param twins: only rows that stand among rows of this record already.
    """
    # ast-grep-ignore: unscoped-read rows of an import that was read for the actor
    found: QuerySet[ImportRow] = ImportRow.objects.filter(of=row, is_dry=is_dry, number__gt=after)
    if result:
        found = found.filter(result=result)
    if twins:
        found = found.filter(twin__0=twins)
    return list(found.order_by("number")[: PAGE + 1])


def ids_of(row: Import) -> list[int]:
    """Rows that an import has made, changed or found as they are to be, but for those that were taken back."""
    results = (ImportRow.Result.CREATED, ImportRow.Result.UPDATED, ImportRow.Result.UNCHANGED)
    # ast-grep-ignore: unscoped-read rows of an import that was read for the actor
    found = ImportRow.objects.filter(of=row, is_dry=False, result__in=results, is_taken_back=False)
    ids = found.exclude(row_id=None).order_by("number").values_list("row_id", flat=True)
    return [one for one in ids if one is not None]


def saved_settings(actor: Actor, record: str = "") -> list[ImportSettings]:
    """Settings kept by the actor or shared with all, of one record when it is named."""
    # ast-grep-ignore: unscoped-read one's own settings and those shared with all
    found = ImportSettings.objects.filter(Q(owner_id=actor.user_id) | Q(is_shared=True), is_deleted=False)
    if record:
        found = found.filter(record=record)
    return list(found.order_by("name", "id"))


def settings_within_reach(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[ImportSettings]:
    """Kept settings within reach that are not deleted."""
    return RecordQuerySet(ImportSettings).visible_to(actor, narrow=narrow).alive()


def settings_for_drop(actor: Actor, settings_id: int) -> ImportSettings | None:
    """Kept settings within reach, or None."""
    return settings_within_reach(actor).filter(pk=settings_id).first()


def settings_named(actor: Actor, record: str, name: str) -> ImportSettings:
    """Settings by their name, one's own before those shared. :raises Missing: there are none."""
    found = [one for one in saved_settings(actor, record) if one.name == name]
    if not found:
        raise Missing("imports.no_settings", _("There are no import settings “%(name)s”."), name=name)
    return min(found, key=lambda one: one.owner_id != actor.user_id)
