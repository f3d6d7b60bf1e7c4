"""Addresses of home."""

from django.urls import path

from okno.fronts.home.web import pages

urlpatterns = [path("", pages.Desktop.as_view(), name="home")]
