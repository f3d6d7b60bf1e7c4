"""Addresses of sign-in, the profile and the settings of access."""

from django.urls import path

from okno.access.web import profile, sign_in

urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/code/", sign_in.SignInCode.as_view()),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign-out"),
    path("profile/", profile.Profile.as_view(), name="profile"),
]
