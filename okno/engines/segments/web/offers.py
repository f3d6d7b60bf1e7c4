"""What segments offer on lists of other records: putting rows into a list, and making a segment of a filter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.segments import commands, rules
from okno.engines.segments.models import Segment
from okno.engines.segments.web import forms, look
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web import pages
from okno.kit.web.pages import bulk, bulk_part
from okno.kit.web.pages.address import joined
from okno.kit.web.pages.list import ListPage


def for_rows(_actor: Actor, record: Record) -> Iterator[pages.Bulk]:
    """Putting many rows into a list and taking them out."""
    if rules.has_segments(record):
        put, drop = gettext_lazy("Add to a segment"), gettext_lazy("Take out of a segment")
        into, out_of = forms.put_for(record.name), forms.take_for(record.name)
        yield pages.Bulk(
            commands.include, on="row_id", form=into, label=put, icon="users-plus", settle=_settled(record)
        )
        yield pages.Bulk(commands.exclude, on="row_id", form=out_of, label=drop, icon="users-minus")


def _settled(record: Record) -> Callable[[Actor, Mapping[str, Any]], Mapping[str, Any]]:
    """A new list is made before the rows are looked at, as a tag that was typed is."""

    def settle(actor: Actor, cleaned: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"segment": forms.list_of(actor, record.name, cleaned)}

    return settle


def for_members(actor: Actor, segment: Segment) -> list[pages.Action]:
    """What others offer to do with all members of a segment that one sees: writing to them."""
    record = registry.records.get(segment.record)
    offered = bulk.others(actor, record, []) if record is not None and record.url else []
    rows = look.url_of(segment) if offered else ""
    return [
        pages.Action(one.of_set, one.icon, bulk_part.url_of_set(rows, one), one.command.name)
        for one in offered
        if one.of_set
    ]


def of_filter(page: ListPage) -> dict[str, Any] | None:
    """A segment of the rows that the list shows now, where it is narrowed at all."""
    if not rules.has_segments(page.record) or not page.actor.may(commands.add.name):
        return None
    selection = page.selection
    where = dict(selection.tab.where) if selection.tab is not None and selection.tab.where else None
    tree = joined(where, selection.own_filter)
    if not tree["all"]:
        return None
    asked = {"record": page.record.name, "f": json.dumps(tree, separators=(",", ":"), ensure_ascii=False)}
    return {
        "label": _("Segment of this filter…"),
        "icon": "users-group",
        "url": f"/segments/new/condition/?{urlencode(asked)}",
    }


def of_import(actor: Actor, record: str, import_id: int) -> dict[str, Any] | None:
    """Putting the rows of an import into a segment, where rows of the record have any."""
    known = registry.records.get(record)
    if known is None or not rules.has_segments(known) or not actor.may(commands.take_import.name):
        return None
    return {
        "label": _("Put into a segment…"),
        "icon": "users-plus",
        "url": f"/segments/from-import/{import_id}/",
        "dialog": True,
    }
