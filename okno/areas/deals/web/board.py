"""The board of deals: its columns, cards and the stage bar of a card, in the colours of deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from okno.areas.deals import queries
from okno.areas.deals.models import Deal, Scenario, Stage
from okno.kit import formats
from okno.kit.due import due_colour
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.rows.cells import Cell, Moment
from okno.kit.web.pages import BoardColumn, Column

ICONS = {"call": "phone", "meeting": "users", "letter": "mail", "other": "checkbox"}
ZONE_ICONS = {Stage.Kind.WON: "trophy", Stage.Kind.LOST: "circle-x", Stage.Kind.POSTPONED: "clock-pause"}
PATHS = (
    "title",
    "client__name",
    "amount",
    "currency",
    "stage_since",
    "stage_due_at",
    "next_task_at",
    "next_task_kind",
    "owner__name",
    "version",
)


def scenario_of(params: Mapping[str, str]) -> Scenario | None:
    """The scenario that the address names, else the default one."""
    found = queries.scenarios()
    code = params.get("scenario")
    return (found.filter(code=code).first() if code else None) or found.first()


def columns(_actor: Actor, params: Mapping[str, str]) -> list[BoardColumn]:
    """Stages of the scenario; the ends are drop zones."""
    scenario = scenario_of(params)
    return [_column(stage) for stage in queries.stages(scenario)] if scenario else []


def _column(stage: Stage) -> BoardColumn:
    return BoardColumn(
        key=stage.code,
        label=stage.name,
        value=stage.pk,
        colour=stage.colour,
        is_zone=stage.kind != Stage.Kind.OPEN,
        icon=ZONE_ICONS.get(Stage.Kind(stage.kind), ""),
        due={Stage.Kind.WON: "green", Stage.Kind.LOST: "red"}.get(Stage.Kind(stage.kind), "grey"),
    )


def card(values: Sequence[Any], moment: Moment) -> dict[str, Any]:
    """What a card shows, from the values of `PATHS`."""
    title, client, amount, currency, since, due_at, next_at, next_kind, owner, version = values
    at, zone = moment.at, moment.zone
    return {
        "title": title,
        "client": client,
        "version": version,
        "amount_text": formats.money_text(amount, currency) if amount else "",
        "stripe": stage_colour(since, due_at, at),
        "age_text": formats.duration_text(at - since),
        "next_text": formats.moment_text(next_at, at, zone) if next_at else "",
        "next_title": formats.moment_full(next_at, zone) if next_at else "",
        "next_due": step_colour(next_at, at),
        "next_icon": ICONS.get(next_kind, "checkbox"),
        "owner_name": owner or "",
        "owner_initials": formats.initials(owner) if owner else "",
    }


def stage_colour(since: datetime, due_at: datetime | None, at: datetime) -> str:
    """The colour of the stage norm."""
    return due_colour(at, since, due_at, None).value


def step_colour(next_at: datetime | None, at: datetime) -> str:
    """The colour of the next step: red when it is late, yellow within a day."""
    if next_at is None:
        return "grey"
    if next_at <= at:
        return "red"
    return "yellow" if (next_at - at).days < 1 else "green"


def step_cell(values: Sequence[Any], moment: Moment) -> Cell:
    """When the next step is due, in the colour of its card."""
    (next_at,) = values
    if next_at is None:
        return {"text": ""}
    return {
        "text": formats.moment_text(next_at, moment.at, moment.zone),
        "title": formats.moment_full(next_at, moment.zone),
        "class": f"due-text due-{step_colour(next_at, moment.at)}",
    }


NEXT_STEP = Column(
    "next_task_at", gettext_lazy("Next step"), ("next_task_at",), step_cell, Kind.MOMENT, is_sortable=True
)


def row_colour(values: Sequence[Any], moment: Moment) -> str:
    """The colour of a row of the list, from (on the stage since, norm ends)."""
    since, due_at = values
    return stage_colour(since, due_at, moment.at)


def badge(deal: Deal) -> dict[str, str]:
    """How a closed deal ended, in its word and colour."""
    return {"label": deal.stage.name, "due": "green" if deal.stage.kind == Stage.Kind.WON else "red"}


def stages(_actor: Actor, deal: Deal) -> list[dict[str, Any]]:
    """The stage bar of a card: what was passed, where the deal stands, what is ahead."""
    return [_step(deal, stage, spent) for stage, spent in queries.stages_with_time(deal, timezone.now())]


def _step(deal: Deal, stage: Stage, spent: timedelta | None) -> dict[str, Any]:
    is_past = spent is not None and stage.position < deal.stage.position
    state = "now" if stage.pk == deal.stage_id else "done" if is_past else "ahead"
    hint = f"{stage.name} · {formats.duration_text(spent)}" if spent is not None else stage.name
    return {"key": stage.code, "label": stage.name, "stage": stage.colour, "state": state, "hint": hint}
