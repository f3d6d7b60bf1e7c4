"""Addresses of home."""

from django.urls import path

from okno.fronts.home.web import pages, webhooks, work

urlpatterns = [
    path("", pages.Desktop.as_view(), name="home"),
    path("clients/work/", work.ClientsAtWork.as_view(), name="clients-at-work"),
    path("settings/webhooks/", webhooks.WebhookList.as_view()),
    path("settings/webhooks/new/", webhooks.AddWebhook.as_view()),
    path("settings/webhooks/<int:id>/", webhooks.WebhookCard.as_view()),
    path("settings/webhooks/<int:id>/edit/", webhooks.EditWebhook.as_view()),
    path("settings/webhooks/<int:id>/delete/", webhooks.DeleteWebhook.as_view()),
]
