"""Addresses of portraits."""

from django.urls import path

from okno.engines.portraits.web import pages, settings

urlpatterns = [
    path("portraits/", pages.Analysis.as_view(), name="portraits"),
    path("portraits/<str:record>/<int:id>/", pages.FillIn.as_view()),
    path("portraits/<str:record>/<int:id>/interests/new/", pages.NoteInterest.as_view()),
    path("portraits/<str:record>/<int:id>/interests/drop/", pages.DropInterest.as_view()),
    path("settings/portraits/", settings.Questionnaires.as_view()),
    path("settings/portraits/new/", settings.AddQuestionnaire.as_view()),
    path("settings/portraits/<int:id>/", settings.ChangeQuestionnaire.as_view()),
    path("settings/portraits/<int:id>/drop/", settings.DropQuestionnaire.as_view()),
    path("settings/portraits/<int:id>/questions/new/", settings.AddQuestion.as_view()),
    path("settings/portraits/questions/<int:id>/", settings.ChangeQuestion.as_view()),
    path("settings/portraits/questions/<int:id>/drop/", settings.DropQuestion.as_view()),
]
