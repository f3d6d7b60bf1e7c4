"""Addresses over HTTP: suggestions, and free text taken to parts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from okno.areas.addresses import queries
from okno.kit import permissions
from okno.kit.api.asking import actor_of
from okno.kit.api.problems import RESPONSES

router = Router()
VIEW = "addresses.view"
LONGEST = 500


class Suggested(Schema):
    """An address that goes on from what was typed; `level` goes by ГАР: 8 a street, 9 a house."""

    text: str
    code: str
    level: int
    post_index: str


class Suggestions(Schema):
    """Addresses that go on from what was typed, larger places first."""

    items: list[Suggested]


class Parsed(Schema):
    """Parts of an address, the code of what was found in the classifier, and how exact that is."""

    parts: dict[str, str]
    code: str
    precision: str


@router.get(
    "/addresses/suggest",
    response={200: Suggestions, **RESPONSES},
    operation_id="addresses_suggest",
    summary=_("Suggest addresses"),
    tags=["addresses"],
)
def suggest(request: HttpRequest, text: str = "") -> Any:
    """Addresses of the classifier that go on from what was typed."""
    permissions.check_may(actor_of(request), VIEW)
    found = queries.suggestions(text[:LONGEST])
    return {"items": [{key: getattr(one, key) for key in ("text", "code", "level", "post_index")} for one in found]}


@router.get(
    "/addresses/parse",
    response={200: Parsed, **RESPONSES},
    operation_id="addresses_parse",
    summary=_("Take an address to parts"),
    tags=["addresses"],
)
def parse(request: HttpRequest, text: str = "") -> Any:
    """What an address that was written is: its parts, and what of it is in the classifier."""
    permissions.check_may(actor_of(request), VIEW)
    found = queries.recognised(text[:LONGEST])
    return {"parts": found.parts, "code": found.code, "precision": found.precision}
