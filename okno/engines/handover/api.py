"""Handovers over HTTP: plans within reach, what each would do or has done, and their commands."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Status

from okno.engines.handover import commands, queries
from okno.engines.handover.models import Handover
from okno.engines.handover.record import HANDOVER
from okno.kit.api import record_router
from okno.kit.api.asking import Key, given, run, viewer
from okno.kit.api.problems import RESPONSES
from okno.kit.api.reading import Source
from okno.kit.api.shapes import Id as RowId
from okno.kit.api.shapes import Input, Moment, item_of

router = Router()


class Rule(Input):
    """Whose rows go to whom: rows of `record`, by a view of it if there is one, to `people` in one of the ways."""

    record: str = pydantic.Field(max_length=60, examples=["clients.client"])
    people: Annotated[list[RowId], pydantic.Field(max_length=100)]
    way: Literal["one", "evenly", "least", "keep"] = "one"
    view: int | None = None
    is_all: bool = pydantic.Field(False, description=str(_("Closed rows too, not those in work alone.")))


class Plan(Input):
    """A handover: of whose work, why, from when, until when, and what becomes of the person meanwhile."""

    person: RowId
    rules: Annotated[list[Rule], pydantic.Field(min_length=1, max_length=50)]
    reason: Handover.Reason = Handover.Reason.OTHER
    starts_at: Moment | None = None
    returns_at: Moment | None = None
    shuts_out: bool = False
    stops_new_work: bool = False
    deputy: RowId | None = None


@router.post(
    "/handovers",
    response={201: item_of(HANDOVER), **RESPONSES},
    operation_id="handovers_create",
    summary=str(commands.plan.label),
    description=(commands.plan.__doc__ or "").strip(),
    tags=["handover"],
    exclude_unset=True,
)
def plan(request: HttpRequest, body: Plan, key: Key = "") -> Any:
    """Prepare a handover; nothing goes before it is started."""
    arguments = given(body)
    arguments["rules_told"] = [one.model_dump(mode="json") for one in body.rules]
    del arguments["rules"]
    made = run(request, commands.plan, arguments, key)
    return Status(201, Source(HANDOVER, queries.handovers).one(viewer(request, HANDOVER), made.pk))


record_router(
    HANDOVER,
    queries.handovers,
    path="/handovers",
    commands=[commands.start, commands.cancel, commands.bring_back],
    router=router,
)
