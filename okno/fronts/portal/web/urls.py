"""Addresses of the portal."""

from django.urls import path

from okno.fronts.portal.web import leaving, pages, public

urlpatterns = [
    path("u/<str:token>", leaving.LeavePage.as_view(), name="mailings-out"),
    path("f/<slug:code>", public.FormPage.as_view(), name="public-form"),
    path("f/<slug:code>/", public.FormPage.as_view()),
    path("settings/forms/", pages.FormList.as_view(), name="site-forms"),
    path("settings/forms/new/", pages.NewForm.as_view()),
    path("settings/forms/<int:id>/", pages.FormCard.as_view(), name="site-form"),
    path("settings/forms/<int:id>/edit/", pages.EditForm.as_view()),
]
