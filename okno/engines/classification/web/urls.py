"""Addresses of classification."""

from django.urls import path

from okno.engines.classification.web import groups, pages

urlpatterns = [
    path("classification/", pages.Matrix.as_view(), name="classification"),
    path("classification/rows/", pages.Rows.as_view()),
    path("classification/moves/", pages.Moves.as_view()),
    path("classification/groups/", groups.Groups.as_view(), name="product-groups"),
    path("classification/groups/rows/", groups.GroupRows.as_view()),
    path("settings/classification/", pages.Schemes.as_view(), name="classification-schemes"),
    path("settings/classification/new/", pages.NewScheme.as_view()),
    path("settings/classification/new/settings/", pages.NewSettings.as_view()),
    path("settings/classification/<int:id>/", pages.ChangeScheme.as_view()),
    path("settings/classification/<int:id>/delete/", pages.DeleteScheme.as_view()),
    path("settings/classification/<int:id>/start/", pages.Start.as_view()),
]
