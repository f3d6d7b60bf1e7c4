"""The root of all addresses: what every room's `web/urls.py` offers, and the API."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from okno.config import rooms
from okno.config.api import api

handler400 = "okno.kit.web.answers.bad_request"
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    *(path("", include(module)) for module in rooms.load("web.urls")),
    *([path("", include("okno.kit.web.gallery"))] if settings.DEBUG else []),
]

handler404 = "okno.access.web.middleware.no_page"
