"""Enquiries over HTTP: other systems send them here, whatever else they know goes along as received."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from okno.areas.leads import commands, queries
from okno.areas.leads.commands.intake import Action
from okno.areas.leads.models import Lead
from okno.areas.leads.record import LEAD
from okno.kit import money
from okno.kit.api import record_router
from okno.kit.api.asking import Key, given, run
from okno.kit.api.giving import Giving
from okno.kit.api.problems import RESPONSES
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.merging import mergeable
from okno.kit.registry import registry

router = Router()
MERGING = mergeable(LEAD.name)
KINDS = ", ".join(Lead.Kind.values)
TEXTS = ("source", "subject", "text", "name", "phone", "email", "company", "inn", "city")


class NewLead(BaseModel):
    """
    An enquiry as another system sends it; fields that are not named here are kept in `raw` as they came.

    Not a Schema of ninja: those read through a getter that drops what they do not name.
    """

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True)

    source: str = Field("api", max_length=50, description="Code of the source of enquiries")
    subject: str = Field("", max_length=1000)
    text: str = Field("", max_length=50_000)
    name: str = Field("", max_length=1000)
    phone: str = Field("", max_length=1000)
    email: str = Field("", max_length=1000)
    company: str = Field("", max_length=1000)
    inn: str = Field("", max_length=100)
    city: str = Field("", max_length=1000)
    amount: str = Field("", max_length=100, description="What it may bring: 450000, or as people write it")
    kind: str = Field(
        "", max_length=100, description="What it is about: sale, support, claim, purchase, vacancy, other"
    )


class Registered(Schema):
    """The enquiry that was made, or the open one of the same person that this one joined."""

    id: int
    number: str
    state: str
    owner: int | None
    note: str = ""


@router.post(
    "/leads",
    response={201: Registered, **RESPONSES},
    operation_id="leads_create",
    summary=_("Register an enquiry"),
    tags=["leads"],
    exclude_unset=True,
)
def receive(request: HttpRequest, body: NewLead, key: Key = "") -> Any:
    """
    Register an enquiry. UTM and other marks of the visit are read by their usual names, fields that people have added
    by their keys; an enquiry is kept although these cannot be taken: `note` says why, and `raw` has them.
    """
    raw = given(body)
    arguments = {
        **{name: getattr(body, name) for name in TEXTS},
        "amount": money.told_amount(body.amount),
        # Other systems have kinds of their own: those stay in what was received.
        **({"kind": body.kind} if body.kind in Lead.Kind.values else {}),
        "marks": {name: str(value) for name, value in raw.items() if isinstance(value, str | int)},
        "raw": raw,
    }
    values = {name: value for name, value in raw.items() if name in registry.custom_fields(LEAD.name)}
    note = ""
    try:
        lead = run(request, commands.receive, {**arguments, **({"values": values} if values else {})}, key)
    except (Refused, Missing, Denied) as refusal:
        if not values:
            raise
        note = refusal.message
        lead = run(request, commands.receive, arguments, key)
    return Status(201, {**_registered(lead), **({"note": note} if note else {})})


def _registered(lead: Lead) -> dict[str, Any]:
    return {"id": lead.pk, "number": lead.number, "state": lead.state, "owner": lead.owner_id}


class Inquiry(Schema):
    """An inquiry said to a person, and what is done with it at once."""

    source: str
    action: Action
    text: str = Field("", max_length=50_000)
    name: str = Field("", max_length=200)
    phone: str = Field("", max_length=100)
    email: str = Field("", max_length=254)
    inn: str = Field("", max_length=12)
    kind: Lead.Kind = Lead.Kind.SALE
    client: int | None = None
    contact: int | None = None
    deal: int | None = None
    owner: int | None = None
    due_at: AwareDatetime | None = None
    reason: int | None = None
    values: dict[str, Any] | None = None


@router.post(
    "/leads/intake",
    response={201: Registered, **RESPONSES},
    operation_id="leads_intake",
    summary=str(commands.intake.label),
    tags=["leads"],
)
def take_in(request: HttpRequest, body: Inquiry, key: Key = "") -> Any:
    """Write an inquiry down and act on it: a deal, a task, a redirection, or no more than the enquiry itself."""
    lead = run(request, commands.intake, given(body), key)
    return Status(201, _registered(lead))


giving = Giving(router, "leads")
giving.post("/lead-queues", commands.set_queue)
giving.post("/lead-queues/people", commands.set_member)
giving.post("/lead-rules", commands.set_rule)
giving.post("/lead-rules/order", commands.order_rules)
giving.post("/lead-rules/drop", commands.drop_rule)
giving.post("/lead-sources", commands.set_source)
giving.post("/lead-campaigns/match", commands.match_campaign)
giving.post("/lead-reject-reasons", commands.set_reject_reasons)
record_router(
    LEAD,
    queries.leads,
    update=commands.update,
    commands=[
        commands.take,
        commands.give,
        commands.return_to_queue,
        commands.redistribute,
        commands.postpone,
        commands.reject,
        commands.mark_spam,
        commands.reopen,
        commands.convert,
        commands.link_client,
        commands.make_client,
        commands.note_answer,
        commands.try_rules,
        MERGING.merge,
        MERGING.unmerge,
    ],
    router=router,
)
# The endpoint of new enquiries is above, for it takes whatever else is sent; forms and imports make them by the same.
registry.editors[LEAD.name] = (commands.receive, commands.update)
