"""Deals over HTTP: the endpoints of the record, and the lines of a deal."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from okno.areas.catalog import queries as catalog
from okno.areas.deals import commands, queries
from okno.areas.deals.models import RefusalReason, Scenario
from okno.areas.deals.record import DEAL, REFUSAL
from okno.kit import permissions
from okno.kit.api import record_router
from okno.kit.api.asking import Id, viewer
from okno.kit.api.giving import Giving
from okno.kit.api.lines import LinesOf
from okno.kit.api.problems import RESPONSES
from okno.kit.api.reading import plain
from okno.kit.api.shapes import Input, Moment
from okno.kit.errors import Missing
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor

router = Router()
record_router(
    DEAL,
    queries.deals,
    create=commands.open_deal,
    update=commands.update,
    commands=[
        commands.move,
        commands.assign,
        commands.set_currency,
        commands.reprice,
        commands.add_member,
        commands.drop_member,
        commands.delete,
    ],
    router=router,
)


LinesOf(
    record=DEAL,
    row=queries.deal_for_card,
    lines=queries.lines_of,
    command=commands.set_lines,
    on="deal",
    offers=catalog.offers,
).add_to(router, "/deals", _("Goods and services of a deal"))


class Stay(Schema):
    """A stay on a stage; `left_at` is null where the deal stands now."""

    stage: str
    stage_code: str
    entered_at: Moment
    left_at: Moment | None
    how: str


@router.get(
    "/deals/{id}/stays",
    response={200: list[Stay], **RESPONSES},
    operation_id="deals_stays",
    summary=_("The way of a deal over its stages"),
    tags=["deals"],
)
def stays(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """Stays on stages, oldest first."""
    actor = viewer(request, DEAL)
    if not actor.sees_field(DEAL.name, "stage"):
        raise permissions.closed(DEAL, "stage")
    deal = queries.deal_for_card(actor, id)
    if deal is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return [
        {
            "stage": one.stage.name,
            "stage_code": one.stage.code,
            "entered_at": plain(one.entered_at),
            "left_at": plain(one.left_at),
            "how": one.how,
        }
        for one in queries.stays(deal)
    ]


class StageShape(Schema):
    """A stage as `move` names it; `required` are keys of fields to be filled before."""

    code: str
    name: str
    kind: str
    probability: int
    required: list[str]


class ScenarioShape(Schema):
    """A scenario with its stages in the order of the board."""

    id: int
    code: str
    name: str
    is_default: bool
    stages: list[StageShape]


@router.get(
    "/scenarios",
    response={200: list[ScenarioShape], **RESPONSES},
    operation_id="scenarios_list",
    summary=_("Scenarios and their stages"),
    tags=["deals"],
)
def scenarios(request: HttpRequest) -> Any:
    """Scenarios in use, the default one first."""
    viewer(request, DEAL)
    return [
        {**_shape(one, ("id", "code", "name", "is_default")), "stages": _stages(one)} for one in queries.scenarios()
    ]


def _stages(scenario: Scenario) -> list[dict[str, Any]]:
    return [_shape(one, ("code", "name", "kind", "probability", "required")) for one in queries.stages(scenario)]


def _shape(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _refusals(actor: Actor) -> RecordQuerySet[RefusalReason]:
    rows: RecordQuerySet[RefusalReason] = RecordQuerySet(RefusalReason)
    return rows.visible_to(actor).alive()


record_router(REFUSAL, _refusals, path="/refusal-reasons", router=router)


class NewTask(Input):
    """A task that entering a stage makes, due after so many working hours."""

    title: str = pydantic.Field(min_length=1, max_length=200)
    kind: Literal["call", "meeting", "letter", "other"] = "call"
    hours: int = pydantic.Field(8, ge=0, le=10_000)
    is_mandatory: bool = False


class NewStage(Input):
    """A stage: `required` are keys of fields to be filled before, `moves_on` the fact that brings a deal here."""

    code: str = pydantic.Field(pattern=r"^[-a-zA-Z0-9_]{1,50}$")
    name: str = pydantic.Field(min_length=1, max_length=100)
    kind: Literal["open", "won", "lost", "postponed"] = "open"
    colour: int = pydantic.Field(1, ge=1, le=12)
    probability: int = pydantic.Field(0, ge=0, le=100)
    norm_hours: int = pydantic.Field(0, ge=0, le=100_000)
    required: list[str] = pydantic.Field([], max_length=50)
    tasks: list[NewTask] = pydantic.Field([], max_length=20)
    moves_on: Literal["", "invoice_sent", "paid_partly", "paid", "shipped"] = ""


giving = Giving(router, "deals")
giving.put(
    "/scenarios/{code}",
    commands.set_scenario,
    typed={
        "stages": Annotated[list[NewStage], pydantic.Field(min_length=1, max_length=50)],
        "idle_days": Annotated[int, pydantic.Field(ge=0, le=1000)],
    },
)
giving.put("/refusal-reasons", commands.set_refusal_reasons)
