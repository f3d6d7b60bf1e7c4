"""Addresses of sign-in, the profile and the settings of access."""

from django.urls import path

from okno.access.web import departments, eyes, fields, hub, people, profile, roles, security, sign_in, troubles

urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/code/", sign_in.SignInCode.as_view()),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign-out"),
    path("profile/", profile.Profile.as_view(), name="profile"),
    path("settings/", hub.Hub.as_view(), name="settings"),
    path("settings/users/", people.UserList.as_view()),
    path("settings/users/new/", people.AddUser.as_view()),
    path("settings/users/<int:id>/", people.UserCard.as_view()),
    path("settings/users/<int:id>/change/", people.ChangeUser.as_view()),
    path("settings/users/<int:id>/roles/", people.UserRoles.as_view()),
    path("settings/users/<int:id>/password/", people.UserPassword.as_view()),
    path("settings/users/<int:id>/presence/", people.UserPresence.as_view()),
    path("settings/users/<int:id>/two-step/", people.UserTwoStep.as_view()),
    path("settings/users/<int:id>/sign-out/", people.UserSignOut.as_view()),
    path("settings/users/<int:id>/access/", people.UserAccess.as_view()),
    path("settings/users/<int:id>/look/", eyes.LookAs.as_view()),
    path("look/stop/", eyes.StopLooking.as_view()),
    path("settings/departments/", departments.Departments.as_view()),
    path("settings/departments/new/", departments.AddDepartment.as_view()),
    path("settings/departments/<int:id>/", departments.ChangeDepartment.as_view()),
    path("settings/departments/<int:id>/drop/", departments.DropDepartment.as_view()),
    path("settings/networks/", departments.Networks.as_view()),
    path("settings/roles/", roles.Roles.as_view()),
    path("settings/roles/new/", roles.AddRole.as_view()),
    path("settings/roles/<int:id>/", roles.RoleEditor.as_view()),
    path("settings/roles/<int:id>/drop/", roles.DropRole.as_view()),
    path("settings/security/", security.Security.as_view()),
    path("settings/fields/", fields.Fields.as_view()),
    path("settings/fields/new/", fields.AddField.as_view()),
    path("settings/fields/<int:id>/", fields.ChangeField.as_view()),
    path("settings/fields/<int:id>/retire/", fields.RetireField.as_view()),
    path("settings/troubles/", troubles.Troubles.as_view()),
]
