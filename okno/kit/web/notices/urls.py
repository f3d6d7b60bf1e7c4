"""Addresses of notices, reminders and mentions."""

from django.urls import path

from okno.kit.web.notices import centre, choices, mentioning, reminding

urlpatterns = [
    path("notices/", centre.Centre.as_view(), name="notices"),
    path("notices/settings/", choices.NoticeSettings.as_view()),
    path("settings/notices/", choices.NoticeRules.as_view()),
    path("reminders/", reminding.Reminders.as_view(), name="reminders"),
    path("reminders/new/", reminding.AddReminder.as_view()),
    path("mentions/<str:record>/<int:id>/", mentioning.Offered.as_view()),
    path("mentions/<str:record>/<int:id>/invite/", mentioning.Invite.as_view()),
]
