"""Addresses of deals."""

from django.urls import path

from okno.areas.deals.web import members, pages, settings

urlpatterns = [
    path("deals/", pages.DealBoard.as_view(), name="deals"),
    path("deals/new/", pages.OpenDeal.as_view()),
    path("deals/<int:id>/", pages.DealCard.as_view(), name="deal"),
    path("deals/<int:id>/lines/", pages.EditLines.as_view()),
    path("deals/<int:id>/move/", pages.MoveDeal.as_view()),
    path("deals/<int:id>/assign/", pages.AssignDeal.as_view()),
    path("deals/<int:id>/member/", members.AddMember.as_view()),
    path("deals/<int:id>/drop-member/", members.DropMember.as_view()),
    path("deals/<int:id>/reprice/", pages.Reprice.as_view()),
    path("deals/<int:id>/currency/", pages.SetCurrency.as_view()),
    path("settings/scenarios/", settings.Scenarios.as_view()),
    path("settings/scenarios/new/", settings.AddScenario.as_view()),
    path("settings/scenarios/<int:id>/", settings.ChangeScenario.as_view()),
    path("settings/scenarios/<int:id>/stages/<slug:stage>/", settings.StageRules.as_view()),
    path("settings/refusals/", settings.RefusalReasons.as_view()),
]
