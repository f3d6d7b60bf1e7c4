"""Addresses of robots."""

from django.urls import path

from okno.engines.automation.web import pages

urlpatterns = [
    path("robots/", pages.RobotList.as_view(), name="robots"),
    path("robots/new/", pages.NewRobot.as_view()),
    path("robots/<int:id>/", pages.RobotCard.as_view(), name="robot"),
    path("robots/<int:id>/condition/", pages.SetCondition.as_view()),
    path("robots/<int:id>/try/", pages.TryOut.as_view()),
    path("robots/<int:id>/delete/", pages.Delete.as_view()),
]
