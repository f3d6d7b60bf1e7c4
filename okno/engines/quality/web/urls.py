"""Addresses of quality."""

from django.urls import path

from okno.engines.quality.web import pages, settings

urlpatterns = [
    path("quality/", pages.Quality.as_view(), name="quality"),
    path("settings/quality/", settings.Norms.as_view()),
    path("settings/quality/new/", settings.AddNorm.as_view()),
    path("settings/quality/drop/", settings.DropAll.as_view()),
    path("settings/quality/<int:id>/", settings.ChangeNorm.as_view()),
    path("settings/quality/<int:id>/drop/", settings.DropNorm.as_view()),
]
