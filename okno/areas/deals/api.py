"""Deals over HTTP: the endpoints of the record, and the lines of a deal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from okno.areas.catalog import queries as catalog
from okno.areas.deals import commands, queries
from okno.areas.deals.models import Deal, RefusalReason, Scenario
from okno.areas.deals.record import DEAL, REFUSAL
from okno.kit.api import record_router
from okno.kit.api.asking import Id, Key, actor_of, given, run, viewer
from okno.kit.api.lines import Lines, NewLines, raw, shown
from okno.kit.api.problems import RESPONSES
from okno.kit.api.reading import check_reached, plain
from okno.kit.api.shapes import Moment
from okno.kit.errors import Denied, Missing
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor

router = Router()
record_router(
    DEAL,
    queries.deals,
    create=commands.open_deal,
    update=commands.update,
    commands=[commands.move, commands.assign, commands.delete],
    router=router,
)


def _deal(actor: Actor, deal_id: int) -> Deal:
    found = queries.deal_for_card(actor, deal_id)
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


@router.get(
    "/deals/{id}/lines",
    response={200: Lines, **RESPONSES},
    operation_id="deals_lines",
    summary=str(_("Goods and services of a deal")),
    tags=["deals"],
)
def lines(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the name in addresses
    """What the client wants, in order."""
    return shown(queries.lines_of(_deal(viewer(request, DEAL), id)))


@router.put(
    "/deals/{id}/lines",
    response={200: Lines, **RESPONSES},
    operation_id="deals_set_lines",
    summary=_("Change goods and services"),
    tags=["deals"],
)
def set_lines(request: HttpRequest, id: Id, body: NewLines, key: Key = "") -> Any:  # noqa: A002 - as above
    """Replace the lines; the amount of the deal becomes their sum."""
    given(body)
    actor = actor_of(request)
    check_reached(catalog.offers(actor), [one.offer for one in body.lines])
    return shown(queries.lines_of(run(request, commands.set_lines, {"deal": id, "lines": raw(body.lines)}, key)))


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
        raise Denied("denied", _("This field is closed to you."))
    return [
        {
            "stage": one.stage.name,
            "stage_code": one.stage.code,
            "entered_at": plain(one.entered_at),
            "left_at": plain(one.left_at),
            "how": one.how,
        }
        for one in queries.stays(_deal(actor, id))
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
