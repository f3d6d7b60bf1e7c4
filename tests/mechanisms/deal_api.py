"""An API of deals declared for the tests of record endpoints."""

from __future__ import annotations

from django.urls import path
from ninja import NinjaAPI

from okno.access import api as access_api
from okno.areas.deals import commands, queries
from okno.areas.deals.record import DEAL
from okno.kit import api as kit_api

api = NinjaAPI(title="Test", urls_namespace="test-api")
kit_api.prepare(api)
access_api.prepare(api)
api.add_router(
    "",
    kit_api.record_router(
        DEAL,
        queries.deals,
        create=commands.open_deal,
        update=commands.update,
        commands=[commands.move, commands.delete],
    ),
)
urlpatterns = [path("api/", api.urls)]
