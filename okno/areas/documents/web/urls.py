"""Addresses of the settings of documents."""

from django.urls import path

from okno.areas.documents.web import organisations, rates, texts

urlpatterns = [
    path("settings/organisations/", organisations.Organisations.as_view()),
    path("settings/organisations/new/", organisations.AddOrganisation.as_view()),
    path("settings/organisations/<int:id>/", organisations.ChangeOrganisation.as_view()),
    path("organisations/<int:id>/", organisations.OrganisationCard.as_view()),
    path("settings/templates/", texts.Texts.as_view()),
    path("settings/templates/new/", texts.AddText.as_view()),
    path("settings/templates/<int:id>/", texts.ChangeText.as_view()),
    path("settings/templates/<int:id>/drop/", texts.DropText.as_view()),
    path("settings/rates/", rates.Rates.as_view()),
]
