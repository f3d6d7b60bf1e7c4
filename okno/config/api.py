"""The HTTP API: the routers of all rooms under one roof."""

from __future__ import annotations

from ninja import NinjaAPI

from okno.config import rooms

api = NinjaAPI(title="Okno", version="1.0.0", urls_namespace="api")

# Routers carry their own full paths ("/leads", "/contacts"); `prepare` is where the kit adds errors and tokens.
for module in rooms.load("api"):
    if prepare := getattr(module, "prepare", None):
        prepare(api)
    if router := getattr(module, "router", None):
        api.add_router("", router)
