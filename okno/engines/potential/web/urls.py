"""Addresses of potential."""

from django.urls import path

from okno.engines.potential.web import pages, settings

urlpatterns = [
    path("potential/", pages.Potential.as_view(), name="potential"),
    path("potential/rows/", pages.Reserves.as_view()),
    path("settings/potential/", settings.Formulas.as_view()),
    path("settings/potential/new/", settings.AddFormula.as_view()),
    path("settings/potential/<int:id>/", settings.ChangeFormula.as_view()),
    path("settings/potential/<int:id>/drop/", settings.DropFormula.as_view()),
    path("settings/potential/tables/new/", settings.AddTable.as_view()),
    path("settings/potential/tables/<int:id>/", settings.ChangeTable.as_view()),
    path("settings/potential/tables/<int:id>/drop/", settings.DropTable.as_view()),
]
