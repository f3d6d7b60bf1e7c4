"""The HTTP API: the routers of all rooms under one roof."""

from __future__ import annotations

from django.utils.translation import gettext as _
from ninja import NinjaAPI

from okno.config import rooms

ABOUT = _(
    "Everything that people do in Okno, over the same commands, queries and rights. "
    "Ask with a token: `Authorization: Bearer okno_…`; its scopes are permissions like `deals.view` or `deals.*`. "
    "A row out of your reach reads as 404, a field closed to you is absent. "
    "Errors are `{code, message, details}`: `code` is for programs, `message` for people. "
    "A POST, PUT or PATCH under an `Idempotency-Key` is carried out once. "
    "Exact numbers are texts, moments are in UTC."
)
TAGS = {
    "addresses": _("Addresses and their classifiers"),
    "access": _("People and their departments"),
    "automation": _("Robots"),
    "billing": _("Invoices and payments"),
    "calendar": _("Tasks"),
    "catalog": _("Goods, prices and rests"),
    "classification": _("Classes of clients: ABC, XYZ, RFM"),
    "clients": _("Clients, contacts and legal entities"),
    "common": _("Who asks, search, fields, feeds, notes and files"),
    "communications": _("Letters"),
    "deals": _("Deals and their scenarios"),
    "documents": _("Our organisations and templates"),
    "exchange": _("Exchange with 1C"),
    "handover": _("Handovers of work"),
    "imports": _("Imports of files"),
    "leads": _("Enquiries"),
    "notices": _("Notices and mentions"),
    "portal": _("Forms for sites"),
    "portraits": _("Portraits and interests"),
    "potential": _("Potential of clients"),
    "quality": _("Quality of cards"),
    "segments": _("Segments"),
    "webhooks": _("Webhooks"),
}

api = NinjaAPI(
    title="Okno",
    version="1.0.0",
    description=ABOUT,
    urls_namespace="api",
    # The page of the framework runs scripts inside the page, which ours forbid; the description itself is there.
    docs_url=None,
    openapi_extra={"tags": [{"name": name, "description": text} for name, text in TAGS.items()]},
)

# Routers carry their own full paths ("/leads", "/contacts"); `prepare` is where access adds tokens, the kit errors.
for module in rooms.load("api"):
    if prepare := getattr(module, "prepare", None):
        prepare(api)
    if router := getattr(module, "router", None):
        api.add_router("", router)
