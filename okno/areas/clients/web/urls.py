"""Addresses of the client base."""

from django.urls import path

from okno.areas.clients.web import pages

urlpatterns = [
    path("clients/", pages.ClientList.as_view(), name="clients"),
    path("clients/new/", pages.NewClient.as_view()),
    path("clients/similar/", pages.SimilarClients.as_view()),
    path("clients/<int:id>/", pages.ClientCard.as_view(), name="client"),
    path("clients/<int:id>/assign/", pages.AssignClient.as_view()),
    path("clients/<int:id>/share/", pages.ShareClient.as_view()),
    path("clients/<int:id>/unshare/", pages.UnshareClient.as_view()),
    path("clients/<int:id>/delete/", pages.DeleteClient.as_view()),
    path("clients/<int:id>/legal-entity/", pages.NewLegalEntity.as_view()),
    path("legal-entities/<int:id>/edit/", pages.EditLegalEntity.as_view()),
    path("contacts/", pages.ContactList.as_view(), name="contacts"),
    path("contacts/new/", pages.NewContact.as_view()),
    path("contacts/<int:id>/", pages.ContactCard.as_view(), name="contact"),
]
