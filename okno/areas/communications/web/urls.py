"""Addresses of mail and of the settings of mailboxes."""

from django.urls import path

from okno.areas.communications.web import accounts, compose, letters

urlpatterns = [
    path("mail/", letters.Letters.as_view(), name="mail"),
    path("mail/new/", compose.Compose.as_view()),
    path("mail/addresses/", letters.AddressBook.as_view()),
    path("mail/<int:id>/", letters.LetterPage.as_view()),
    path("mail/<int:id>/html/", letters.LetterFrame.as_view()),
    path("mail/<int:id>/handle/", letters.Handle.as_view()),
    path("mail/<int:id>/send-again/", letters.SendAgain.as_view()),
    path("mail/<int:id>/assign/", letters.Assign.as_view()),
    path("mail/<int:id>/link/", letters.Link.as_view()),
    path("settings/mailboxes/", accounts.Mailboxes.as_view()),
    path("settings/mailboxes/new/", accounts.AddMailbox.as_view()),
    path("settings/mailboxes/<int:id>/", accounts.ChangeMailbox.as_view()),
    path("settings/mailboxes/<int:id>/drop/", accounts.DropMailbox.as_view()),
]
