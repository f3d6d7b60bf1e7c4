"""Addresses of the import."""

from __future__ import annotations

from django.urls import path

from okno.engines.imports.web import outcomes, pages, steps

urlpatterns = [
    path("imports/", pages.ImportList.as_view(), name="imports"),
    path("imports/new/", pages.NewImport.as_view()),
    path("imports/settings/", pages.SettingsList.as_view()),
    path("imports/settings/<int:id>/drop/", pages.DropSettings.as_view()),
    path("imports/<int:id>/", pages.ImportPage.as_view(), name="import"),
    path("imports/<int:id>/file/", steps.FileStep.as_view()),
    path("imports/<int:id>/columns/", steps.ColumnsStep.as_view()),
    path("imports/<int:id>/values/", steps.ValuesStep.as_view()),
    path("imports/<int:id>/rules/", steps.RulesStep.as_view()),
    path("imports/<int:id>/check/", outcomes.CheckStep.as_view()),
    path("imports/<int:id>/result/", outcomes.ResultStep.as_view()),
]
