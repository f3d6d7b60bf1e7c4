"""Addresses of the exchange."""

from django.urls import path

from okno.fronts.exchange.web import pages, protocol

urlpatterns = [
    path("exchange/1c", protocol.exchange, name="exchange-1c"),
    path("exchange/1c/", protocol.exchange),
    path("exchange/1c/<slug:code>", protocol.exchange, name="exchange-1c-connection"),
    path("exchange/1c/<slug:code>/", protocol.exchange),
    path("exchange/", pages.PackageList.as_view(), name="exchange"),
    path("exchange/packages/<int:id>/", pages.PackageCard.as_view()),
    path("exchange/outcomes/", pages.OutcomeList.as_view()),
    path("exchange/sessions/", pages.SessionList.as_view()),
    path("exchange/sessions/<int:id>/end/", pages.EndSession.as_view()),
    path("exchange/waiting/", pages.WaitingList.as_view()),
    path("exchange/links/", pages.LinkList.as_view()),
    path("exchange/links/<int:id>/settle/", pages.Settle.as_view()),
    path("exchange/orders/", pages.OutgoingList.as_view()),
    path("exchange/connections/", pages.ConnectionList.as_view()),
    path("exchange/connections/new/", pages.NewConnection.as_view()),
    path("exchange/connections/<int:id>/", pages.ConnectionCard.as_view()),
    path("exchange/connections/<int:id>/settings/", pages.SetUpConnection.as_view()),
    path("exchange/connections/<int:id>/match/", pages.Match.as_view()),
    path("exchange/connections/<int:id>/password/", pages.NewPassword.as_view()),
    path("exchange/connections/<int:id>/again/", pages.SendAgain.as_view()),
    path("exchange/connections/<int:id>/accept/", pages.AcceptBase.as_view()),
    path("exchange/connections/<int:id>/archive/", pages.AllowArchive.as_view()),
]
