"""Addresses of the pages of addresses."""

from django.urls import path

from okno.areas.addresses.web import pages

urlpatterns = [
    path("addresses/suggest/", pages.Suggest.as_view()),
    path("settings/addresses/", pages.Classifiers.as_view(), name="address-classifiers"),
    path("settings/addresses/upload/", pages.UploadFile.as_view()),
    path("settings/addresses/drop/", pages.DropFile.as_view()),
    path("settings/addresses/load/", pages.LoadAddresses.as_view()),
]
