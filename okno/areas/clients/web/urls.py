"""Addresses of the client base."""

from django.urls import path

from okno.areas.clients.web import duplicates, pages, prospects, ties

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
    path("clients/<int:id>/duplicates/", duplicates.AlikeClients.as_view()),
    path("clients/<int:id>/relate/", ties.RelateClient.as_view()),
    path("clients/<int:id>/unrelate/", ties.UnrelateClient.as_view()),
    path("clients/<int:id>/relations/", ties.RelationGraph.as_view()),
    path("clients/<int:id>/address/", ties.AddAddress.as_view()),
    path("clients/<int:id>/drop-address/", ties.DropAddress.as_view()),
    path("clients/<int:id>/way/", ties.AddClientWay.as_view()),
    path("clients/<int:id>/drop-way/", ties.DropClientWay.as_view()),
    path("clients/<int:id>/main-way/", ties.MainClientWay.as_view()),
    path("clients/<int:id>/answer-access/", ties.AnswerAccess.as_view()),
    path("clients/ask-access/", ties.AskAccess.as_view()),
    path("access-requests/", ties.AccessRequests.as_view(), name="access-requests"),
    path("duplicates/", duplicates.Duplicates.as_view(), name="duplicates"),
    path("legal-entities/<int:id>/edit/", pages.EditLegalEntity.as_view()),
    path("contacts/", pages.ContactList.as_view(), name="contacts"),
    path("contacts/new/", pages.NewContact.as_view()),
    path("contacts/<int:id>/way/", ties.AddContactWay.as_view()),
    path("contacts/<int:id>/drop-way/", ties.DropContactWay.as_view()),
    path("contacts/<int:id>/main-way/", ties.MainContactWay.as_view()),
    path("contacts/<int:id>/", pages.ContactCard.as_view(), name="contact"),
    path("prospects/", prospects.ProspectList.as_view(), name="prospects"),
    path("prospects/new/", prospects.NewProspect.as_view()),
    path("prospects/<int:id>/", prospects.ProspectCard.as_view(), name="prospect"),
    path("prospects/<int:id>/convert/", prospects.ConvertProspect.as_view()),
    path("prospects/<int:id>/move/", prospects.MoveProspect.as_view()),
    path("prospects/<int:id>/assign/", prospects.AssignProspect.as_view()),
    path("prospects/<int:id>/delete/", prospects.DeleteProspect.as_view()),
]
