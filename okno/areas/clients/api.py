"""The client base over HTTP: clients, their contacts and legal entities."""

from __future__ import annotations

from typing import Any

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from okno.areas.clients import commands, queries
from okno.areas.clients.record import CLIENT, CONTACT, LEGAL_ENTITY, PROSPECT
from okno.kit import permissions
from okno.kit.api import record_router
from okno.kit.api.asking import Key, given, run, viewer
from okno.kit.api.giving import Giving
from okno.kit.api.problems import RESPONSES
from okno.kit.merging import mergeable

router = Router()
CLIENTS, PEOPLE, ENTITIES = (mergeable(one.name) for one in (CLIENT, CONTACT, LEGAL_ENTITY))


class Described(Schema):
    """Somebody who may be a client already."""

    name: str = pydantic.Field("", max_length=255)
    kind: str = pydantic.Field("company", max_length=10)
    phone: str = pydantic.Field("", max_length=100)
    email: str = pydantic.Field("", max_length=254)
    inn: str = pydantic.Field("", max_length=12)
    kpp: str = pydantic.Field("", max_length=9)
    country: str = pydantic.Field("", max_length=2, description=str(_("Where the tax number abroad is of.")))
    tax_number: str = pydantic.Field("", max_length=40)
    site: str = pydantic.Field("", max_length=200)
    messenger: str = pydantic.Field("", max_length=254)
    address: str = pydantic.Field("", max_length=500)
    person: str = pydantic.Field("", max_length=200, description=str(_("Whose the phone is.")))


class Alike(Schema):
    """A client like the one described; out of reach it has neither id nor name, but a handle to ask for access by."""

    id: int | None
    name: str
    owner: str
    score: int
    level: str = pydantic.Field(description=str(_("`exact` from 90, `probable` from 60, else empty.")))
    reasons: list[str]
    handle: str


class Marked(Schema):
    """A card marked for deletion that has a number or the name of the described; out of reach it has no id."""

    record: str = pydantic.Field(description=str(_("`clients.client`, `clients.contact` or `clients.legal_entity`.")))
    id: int | None
    name: str
    owner: str
    reasons: list[str]
    may_come_back: bool = pydantic.Field(description=str(_("You may take the mark for deletion off.")))


class Expected(Schema):
    """A prospect that has a number of the described and is no client yet; out of reach it has no id."""

    id: int | None
    name: str
    owner: str
    reasons: list[str]


class Matches(Schema):
    """Clients like the one described, the likeliest first; what is no client, or not any more, stands apart."""

    items: list[Alike]
    prospects: list[Expected]
    marked: list[Marked]


class Asking(Schema):
    """A request for access to a client that a search has named."""

    handle: str = pydantic.Field(max_length=200)
    text: str = pydantic.Field("", max_length=500)


class AccessAsked(Schema):
    """Who was asked."""

    owner: str


@router.post(
    "/clients/match",
    response={200: Matches, **RESPONSES},
    operation_id="clients_match",
    summary=str(_("Search for duplicates")),
    tags=["clients"],
)
def match(request: HttpRequest, body: Described) -> Any:
    """Clients like the one described, with the score and what it is made of; nothing is written."""
    actor = viewer(request, CLIENT)
    permissions.check_may(actor, commands.find_duplicates.name)
    said = given(body)
    looks = queries.described_by(said)
    return {
        "items": [_alike(one) for one in queries.similar(actor, **said)],
        "prospects": [_expected(one) for one in queries.prospects_like(actor, looks)],
        "marked": [_marked(one) for one in queries.marked(actor, looks)],
    }


def _expected(one: queries.Expected) -> dict[str, Any]:
    return {"id": one.prospect_id, "name": one.name, "owner": one.owner, "reasons": list(one.reasons)}


def _marked(one: queries.Marked) -> dict[str, Any]:
    told = {"record": one.record, "id": one.row_id, "name": one.title, "owner": one.owner}
    return {**told, "reasons": list(one.reasons), "may_come_back": one.may_come_back}


def _alike(one: queries.Similar) -> dict[str, Any]:
    told = {"id": one.client_id, "name": one.name, "owner": one.owner, "score": one.score, "level": one.level}
    return {**told, "reasons": list(one.reasons), "handle": one.handle}


@router.post(
    "/clients/ask-access",
    response={200: AccessAsked, **RESPONSES},
    operation_id="clients_ask_access",
    summary=str(commands.ask_access.label),
    tags=["clients"],
)
def ask_access(request: HttpRequest, body: Asking, key: Key = "") -> Any:
    """Ask the responsible person to be let in to a client out of reach."""
    return {"owner": run(request, commands.ask_access, given(body), key)}


# Before the addresses of single clients: those take any word for an id.
giving = Giving(router, "clients")
giving.post("/clients/duplicates/search", commands.find_duplicates)
giving.post("/clients/duplicates/different", commands.call_different)
giving.post("/clients/duplicates/merge-exact", commands.merge_exact)
giving.post("/clients/coordinates", commands.locate_all)
record_router(
    CLIENT,
    queries.clients,
    create=commands.add,
    update=commands.update,
    commands=[
        commands.assign,
        commands.share,
        commands.unshare,
        commands.delete,
        commands.relate,
        commands.update_relation,
        commands.unrelate,
        commands.add_address,
        commands.update_address,
        commands.drop_address,
        commands.set_coordinates,
        commands.add_point,
        commands.drop_point,
        commands.set_main_point,
        commands.note_consent,
        commands.set_logo,
        commands.answer_access,
        commands.locate,
        CLIENTS.merge,
        CLIENTS.unmerge,
    ],
    router=router,
)
record_router(
    CONTACT,
    queries.contacts,
    create=commands.add_contact,
    update=commands.update_contact,
    commands=[
        commands.place_contact,
        commands.unplace_contact,
        commands.set_main_place,
        commands.note_consent,
        PEOPLE.merge,
        PEOPLE.unmerge,
    ],
    router=router,
)
record_router(
    LEGAL_ENTITY,
    queries.legal_entities,
    path="/legal-entities",
    create=commands.add_legal_entity,
    update=commands.update_legal_entity,
    commands=[
        commands.add_account,
        commands.set_main_account,
        commands.drop_account,
        ENTITIES.merge,
        ENTITIES.unmerge,
    ],
    router=router,
)
record_router(
    PROSPECT,
    queries.prospects,
    create=commands.add_prospect,
    update=commands.update_prospect,
    commands=[
        commands.move_prospect,
        commands.assign_prospect,
        commands.convert_prospect,
        commands.delete_prospect,
    ],
    router=router,
)
