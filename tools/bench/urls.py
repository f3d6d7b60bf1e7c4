"""Addresses of a measured installation: everything the product has, and the floor beside it."""

from django.urls import include, path

from tools.bench import floor

urlpatterns = [
    path("bench/deals/", floor.deals),
    path("bench/filtered/", floor.filtered),
    path("bench/by-text/", floor.by_text),
    path("bench/deals/<int:pk>/", floor.card),
    path("bench/board/", floor.board),
    path("bench/desktop/", floor.desktop),
    path("bench/search/", floor.search),
    path("bench/deals/<int:pk>/move/", floor.move),
    path("bench/receive/", floor.receive),
    path("", include("okno.config.urls")),
]
