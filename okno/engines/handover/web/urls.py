"""Addresses of handovers."""

from django.urls import path

from okno.engines.handover.web import pages

urlpatterns = [
    path("handovers/", pages.HandoverList.as_view(), name="handovers"),
    path("handovers/new/", pages.NewHandover.as_view()),
    path("handovers/<int:id>/", pages.HandoverPage.as_view(), name="handover"),
]
