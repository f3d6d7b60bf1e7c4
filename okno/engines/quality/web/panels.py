"""What a card shows of its quality: the per cent, and every point that is missing with the field to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from okno.engines.quality import queries
from okno.engines.quality.models import Norm, Past
from okno.engines.quality.queries import Line
from okno.engines.quality.rules import colour_of
from okno.kit import formats, permissions
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web.charts import Series, chart

Context = dict[str, Any]


def of_row(actor: Actor, row: Model) -> Context:
    """The panel of a card."""
    record = registry.record_of(type(row))
    why = queries.why(actor, record, row.pk)
    again: Context = {"url": f"{record.url_of(row.pk)}?part=panel&panel=quality", "topic": record.name}
    if why.standing is None or not actor.sees_field(record.name, "quality"):
        return {**again, "value": None, "reason": why.reason}
    may_change = permissions.may_change(actor, row)
    lines = [_line(actor, record, row, one, may_change=may_change) for one in why.lines]
    return {
        **again,
        "value": why.standing.value,
        "due": why.standing.colour,
        "groups": [_group(group, value) for group, value in why.standing.groups.items()],
        "missing": [one for one in lines if not one["is_held"]],
        "held": [one for one in lines if one["is_held"]],
        "past": _past(queries.past_of(record, row.pk)),
    }


def _past(kept: Sequence[Past]) -> Context | None:
    """The line of days on which it moved: nothing before the second one."""
    if len(kept) < 2:
        return None
    line = Series(_("Quality of the card"), [one.value or 0 for one in kept])
    labels = [formats.date_text(one.day) for one in kept]
    return chart(f"chart-quality-{kept[0].row_id}", "line", line.name, labels, [line], comes_by_htmx=True)


def _group(group: str, value: int) -> Context:
    return {"label": Norm.Group(group).label, "value": value, "due": colour_of(value)}


def _line(actor: Actor, record: Record, row: Model, line: Line, *, may_change: bool) -> Context:
    """A criterion: its points, and where it is filled in by whoever may do so."""
    norm = line.norm
    found: Context = {"label": norm.label, "weight": norm.weight, "is_held": line.is_held, "is_closed": line.is_closed}
    if line.is_held or line.is_closed:
        return found
    field = record.field(norm.field) if norm.field else None
    if field is not None and may_change and actor.sees_field(record.name, norm.field):
        card = record.url_of(row.pk)
        edit = f"{card}?part=field&name={norm.field}&edit=1" if field.editable else ""
        return {**found, "url": f"{card}#field-{norm.field}", "edit_url": edit, "target": f"#field-{norm.field}"}
    url = norm.url.replace("{id}", str(row.pk))
    return {**found, "url": url, "dialog": True} if url and may_open(actor, url) else found


def page_name(url: str) -> str:
    """What a page is called: by its title, else by its command; its address when it has neither."""
    view = _view(url.replace("{id}", "1"))
    command = getattr(view, "command", None)
    return str(getattr(view, "title", "") or (command.label if command is not None else "") or url)


def may_open(actor: Actor, url: str) -> bool:
    """Whether there is such a page and its command is the actor's to give."""
    view = _view(url)
    if view is None:
        return False
    command = getattr(view, "command", None)
    permission = getattr(view, "permission", "") or (command.name if command is not None else "")
    return not permission or actor.may(permission)


def _view(url: str) -> Any:
    """The page at an address; None when there is none."""
    try:
        found: Any = resolve(url.partition("?")[0])
    except Resolver404:
        return None
    return getattr(found.func, "view_class", found.func)
