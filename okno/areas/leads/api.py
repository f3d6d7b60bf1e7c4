"""Enquiries over HTTP: other systems send them here, whatever else they know goes along as received."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import BaseModel, ConfigDict, Field

from okno.areas.leads import commands, queries
from okno.areas.leads.record import LEAD
from okno.kit.api import record_router
from okno.kit.api.problems import RESPONSES
from okno.kit.errors import Refused
from okno.kit.permissions import Actor
from okno.kit.web.pages.address import check_storable
from okno.kit.web.pages.command import own_key

router = Router()
FIELDS = ("source", "subject", "text", "name", "phone", "email", "company", "inn", "city")


class NewLead(BaseModel):
    """
    An enquiry as another system sends it; fields that are not named here are kept in `raw` as they came.

    Not a Schema of ninja: those read through a getter that drops what they do not name.
    """

    model_config = ConfigDict(extra="allow")

    source: str = Field("api", max_length=50, description="Code of the source of enquiries")
    subject: str = Field("", max_length=1000)
    text: str = Field("", max_length=50_000)
    name: str = Field("", max_length=1000)
    phone: str = Field("", max_length=1000)
    email: str = Field("", max_length=1000)
    company: str = Field("", max_length=1000)
    inn: str = Field("", max_length=100)
    city: str = Field("", max_length=1000)


class Registered(Schema):
    """The enquiry that was made, or the open one of the same person that this one joined."""

    id: int
    number: str
    state: str
    owner: int | None


@router.post(
    "/leads",
    response={201: Registered, **RESPONSES},
    operation_id="leads_create",
    summary="Register an enquiry",
    tags=["leads"],
)
def receive(request: HttpRequest, body: NewLead) -> Any:
    """
    Register an enquiry.

    A repeated `Idempotency-Key` gets the first answer. UTM and other marks of the visit are read by their usual names.
    """
    raw = _storable(body)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    lead = commands.receive.run(
        actor,
        idempotency_key=own_key(actor, request.headers.get("Idempotency-Key", "")),
        **{name: getattr(body, name) for name in FIELDS},
        marks={name: str(value) for name, value in raw.items() if isinstance(value, str | int)},
        raw=raw,
    )
    return Status(201, {"id": lead.pk, "number": lead.number, "state": lead.state, "owner": lead.owner_id})


def _storable(body: NewLead) -> dict[str, Any]:
    """All that was sent. :raises Refused: a text holds signs that cannot be kept."""
    try:
        check_storable(body.model_dump_json())
    except ValueError as error:
        raise Refused("bad_input", _("A text holds signs that cannot be kept.")) from error
    return body.model_dump(mode="json")


record_router(
    LEAD,
    queries.leads,
    update=commands.update,
    commands=[
        commands.take,
        commands.give,
        commands.return_to_queue,
        commands.postpone,
        commands.reject,
        commands.mark_spam,
        commands.reopen,
        commands.convert,
    ],
    router=router,
)
