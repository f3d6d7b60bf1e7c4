"""What pages of segments show: counts, members, who came and went, two segments side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.segments import queries, rules
from okno.engines.segments.models import Membership, Segment
from okno.kit import conditions, formats, naming, quotes
from okno.kit.openness import hidden_keys
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.rows.cells import Cell, Moment
from okno.kit.web import pages
from okno.kit.web.charts import Series, chart
from okno.kit.web.pages.address import list_url

Context = dict[str, Any]
MOST_SHOWN, MOST_COMPARED, DAYS = 10, 50, 90


def size_column(actor: Actor) -> pages.Column:
    """How many members of each segment the actor may look at."""
    return pages.Column("size", gettext_lazy("Members"), (queries.size_for(actor),), _number)


def url_of(segment: Segment, condition: Any = None) -> str:
    """The list of the record with the members of a segment, or with rows of another condition."""
    record = registry.record(segment.record)
    tree = condition or {"all": [{"field": rules.FIELD, "op": "in", "value": [segment.pk]}]}
    return list_url(record, tree)


def sentence(actor: Actor, segment: Segment) -> str:
    """The condition of a segment in words; of fields that are closed to the actor nothing is told."""
    record = registry.record(segment.record)
    condition = queries.parsed(segment)
    if any(hidden_keys(actor, record, condition)):
        return _("It asks of fields that are closed to you.")
    return naming.sentence(actor, record, condition)


def condition(actor: Actor, segment: Segment) -> Context:
    """The panel with the condition."""
    if segment.kind == Segment.Kind.STATIC:
        return {"sentence": "", "is_snapshot": segment.taken_at is not None}
    at = formats.moment_text(segment.counted_at, timezone.now(), actor.zone) if segment.counted_at else ""
    return {
        "sentence": sentence(actor, segment),
        "problem": segment.problem or _broken(segment),
        "counted": at,
        "edit_url": f"/segments/{segment.pk}/condition/" if actor.may("segments.set_condition") else "",
        "live": _panel(segment, "condition"),
    }


def _broken(segment: Segment) -> str:
    """What is wrong with a condition before its rows are worked out the next time."""
    is_broken = conditions.problems(queries.parsed(segment), registry.record(segment.record))
    return _("The condition asks for something that is no more.") if is_broken else ""


def members(actor: Actor, segment: Segment) -> Context:
    """The panel with the first members."""
    rows = queries.members(actor, segment)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_SHOWN])
    count = queries.counts(actor, [segment]).get(segment.pk, 0)
    return {
        "items": _items(actor, segment.record, ids),
        "count": formats.quantity_text(count),
        "rest": count > len(ids),
        "all_url": url_of(segment),
        "live": _panel(segment, "members"),
    }


def passages(actor: Actor, segment: Segment) -> Context:
    """The panel with who came and went lately."""
    at = timezone.now()
    return {
        "items": [
            {
                "title": one.title,
                "url": one.url,
                "is_entry": one.is_entry,
                "when": formats.moment_text(one.at, at, actor.zone),
                "full": formats.moment_full(one.at, actor.zone),
            }
            for one in queries.passages(actor, segment, most=MOST_SHOWN * 2)
        ],
        "chart": _chart(actor, segment),
        "live": _panel(segment, "passages"),
        **_hearing(actor, segment),
    }


def of_row(actor: Actor, row: Any) -> Context:
    """The panel on the card of any row: in which segments it is, and since when."""
    record = registry.record_of(type(row)).name
    may_put = actor.may("segments.include")
    found = queries.segments_of_row(actor, record, row.pk)
    return {
        "chips": [
            {
                "name": one.segment.name,
                "url": f"/segments/{one.segment_id}/",
                "is_dynamic": one.segment.kind == Segment.Kind.DYNAMIC,
                "since": formats.moment_full(one.since, actor.zone),
                "drop_url": _drop_url(actor, one, row.pk),
            }
            for one in found
        ],
        "live": _panel(row, "segments"),
        "put_url": f"/segments/put/?{urlencode({'record': record, 'row_id': row.pk})}" if may_put else "",
    }


def compared(actor: Actor, first: Segment, second: Segment) -> list[Context]:
    """Three lists: only in the first, only in the second, in both."""
    found = queries.compared(actor, first, second)
    one, other = rules_of(first), rules_of(second)
    parts = (
        (quotes.told(_("Only in “%(name)s”"), name=first.name), found.left, {"all": [one, {"not": other}]}),
        (quotes.told(_("Only in “%(name)s”"), name=second.name), found.entered, {"all": [other, {"not": one}]}),
        (_("In both"), found.both, {"all": [one, other]}),
    )
    return [_part(actor, first, *part) for part in parts]


def rules_of(segment: Segment) -> Context:
    """The condition of being in a segment."""
    return {"field": rules.FIELD, "op": "in", "value": [segment.pk]}


def _part(actor: Actor, segment: Segment, title: str, rows: Any, condition: Any) -> Context:
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_COMPARED])
    count = rows.order_by().count() if len(ids) == MOST_COMPARED else len(ids)
    return {
        "title": title,
        "count": formats.quantity_text(count),
        "items": _items(actor, segment.record, ids),
        "url": url_of(segment, condition),
        "rest": count > len(ids),
    }


def _hearing(actor: Actor, segment: Segment) -> Context:
    """Who is told of those who come and go, and the way to be told oneself, or no more."""
    if segment.taken_at is not None:
        return {}
    people = queries.listeners(segment)
    is_told = actor.user_id in {user_id for user_id, _name in people}
    word = "unlisten" if is_told else "listen"
    return {
        "told": ", ".join(name for _id, name in people),
        "is_told": is_told,
        "hear_url": f"/segments/{segment.pk}/{word}/" if actor.may(f"segments.{word}") else "",
    }


def _items(actor: Actor, name: str, ids: Sequence[int]) -> list[Context]:
    record = registry.record(name)
    names = naming.titles(actor, record, set(ids)) if ids else {}
    return [{"label": names.get(one, str(one)), "url": record.url_of(one)} for one in ids]


def _panel(row: Model, key: str) -> str:
    """Where a panel is asked anew when there is news."""
    return f"{registry.record_of(type(row)).url_of(row.pk)}?part=panel&panel={key}"


def _drop_url(actor: Actor, one: Membership, row_id: int) -> str:
    is_by_hand = one.segment.kind == Segment.Kind.STATIC and one.segment.taken_at is None
    return f"/segments/{one.segment_id}/drop/?row_id={row_id}" if is_by_hand and actor.may("segments.exclude") else ""


def _number(values: Sequence[Any], _moment: Moment) -> Cell:
    return {"text": formats.quantity_text(values[0]), "class": "num"}


def _chart(actor: Actor, segment: Segment) -> Context | None:
    """Who came and went by day, when there is anything to see."""
    days = queries.movement(actor, segment, timezone.now() - timedelta(days=DAYS))
    if len(days) < 2:
        return None
    labels = [formats.date_text(day) for day, _came, _went in days]
    came, went = ([one[number] for one in days] for number in (1, 2))
    series = (Series(_("Came in"), came, 5), Series(_("Went out"), [-one for one in went], 9, told=went))
    name = f"segment-{segment.pk}-chart"
    return chart(name, "stacked", _("Who came in and went out"), labels, series, comes_by_htmx=True)
