"""Addresses for the test of the tests: one closed, one open, one that tells too much."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path


@login_required
def closed(request: HttpRequest, **_parameters: object) -> HttpResponse:
    return HttpResponse("yours: Ромашка")


def forbidden(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=403)


def numbered(request: HttpRequest, deal_id: int) -> int:
    return deal_id


def wide_open(request: HttpRequest, **_parameters: object) -> HttpResponse:
    return HttpResponse("anybody's")


def broken(request: HttpRequest) -> HttpResponse:
    raise LookupError


urlpatterns = [
    path("closed/<int:row_id>/", closed),
    path("forbidden/", forbidden),
    path("rooms/", include([path("open/<slug:code>/", wide_open)])),
    re_path(r"^old/(?P<code>\w+)/$", wide_open),
    path("broken/", broken),
]
