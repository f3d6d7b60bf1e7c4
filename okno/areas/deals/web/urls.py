"""Addresses of deals."""

from django.urls import path

from okno.areas.deals.web import pages

urlpatterns = [
    path("deals/", pages.DealBoard.as_view(), name="deals"),
    path("deals/new/", pages.OpenDeal.as_view()),
    path("deals/<int:id>/", pages.DealCard.as_view(), name="deal"),
    path("deals/<int:id>/lines/", pages.EditLines.as_view()),
    path("deals/<int:id>/move/", pages.MoveDeal.as_view()),
    path("deals/<int:id>/assign/", pages.AssignDeal.as_view()),
    path("deals/<int:id>/delete/", pages.DeleteDeal.as_view()),
]
