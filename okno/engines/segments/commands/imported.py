"""Rows of an import are put into a segment: a list that is there, or a new one of them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.segments import queries
from okno.engines.segments.commands import making, membership
from okno.engines.segments.models import Segment
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.permissions import Actor


@command("segments.take_import", label=gettext_lazy("Put imported rows into a segment"))
def take_import(*, actor: Actor, import_id: int, segment: Segment | None = None, name: str = "") -> Segment:
    """
    Put the rows that an import has made, changed or found there into a list, a new one of this name by default; the
    list. Rows that were taken back, or are out of reach, are left out.

    :raises Missing: there is no such import within reach.
    :raises Refused: the import has brought nothing, the list is of other rows or is not filled by hand, or the name is
        empty or taken.
    """
    row = queries.the_import(actor, import_id)
    ids = queries.imported(actor, row)
    if not ids:
        raise Refused("segments.nothing_imported", _("The import has brought no rows that you can see."))
    if segment is not None and segment.record != row.record:
        raise Refused("segments.other_record", _("The segment is of other rows."), missing=["segment"])
    made = segment or making.add(actor=actor, name=name, record=row.record)
    membership.put(made, ids)
    made.refresh_from_db()
    return made
