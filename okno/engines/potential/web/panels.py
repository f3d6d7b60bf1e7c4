"""What a card shows of its potential: the sum, our share of it, what is left, and how it moved."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from okno.engines.potential import queries
from okno.engines.potential.models import Estimate, Past
from okno.kit import formats
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web.charts import Series, chart

Context = dict[str, Any]


def of_row(actor: Actor, row: Model) -> Context:
    """The panel of a card; nothing of it when its fields are closed to the actor."""
    record = registry.record_of(type(row))
    found, parts = queries.estimates_of(record, row.pk)
    if found is None or not all(actor.sees_field(record.name, key) for key in queries.SHOWN):
        return {"estimate": None}
    past = _past(record, queries.past_of(record, row.pk))
    return {"estimate": _shown(found), "parts": _parts(actor, parts), "past": past}


def share_text(share: Any) -> str:
    """A share of wallet in whole per cent."""
    return "—" if share is None else f"{formats.quantity_text(round(share))} %"


def _parts(actor: Actor, found: list[Estimate]) -> list[Context]:
    names = {**queries.names_of(actor, [one.group for one in found]), 0: ""}
    return [_part(one, names[one.group]) for one in found]


def _part(found: Estimate, group: str) -> Context:
    """One product group: by which formula, and what it gives."""
    formula = found.formula
    told = {"name": formula.name, "period": formula.get_period_display()} if formula else {}
    return {**told, "product": group, **_shown(found)}


def _shown(found: Estimate) -> Context:
    told: Context = {"problem": found.problem, "value": ""}
    if found.value is not None:
        told |= {
            "value": formats.money_text(found.value),
            "fact": formats.money_text(found.fact),
            "reserve": formats.money_text(found.reserve),
            "share": share_text(found.share),
        }
    return told


def _past(record: Record, kept: list[Past]) -> Context | None:
    """The line of days on which it moved: nothing before the second one."""
    if len(kept) < 2:
        return None
    labels = [formats.date_text(one.day) for one in kept]
    lines = (
        Series(_("Sales potential"), [float(one.value or 0) for one in kept]),
        Series(_("What was bought"), [float(one.fact or 0) for one in kept]),
    )
    name = f"chart-potential-{kept[0].row_id}"
    return chart(name, "line", lines[0].name, labels, lines, comes_by_htmx=True)
