"""Addresses of the exchange."""

from django.urls import path

from okno.fronts.exchange.web import protocol

urlpatterns = [
    path("exchange/1c", protocol.exchange, name="exchange-1c"),
    path("exchange/1c/", protocol.exchange),
    path("exchange/1c/<slug:code>", protocol.exchange, name="exchange-1c-connection"),
    path("exchange/1c/<slug:code>/", protocol.exchange),
]
