"""Signing in and out: password, lock-out after failures, the second step, and the browser noted as a session."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django import forms
from django.contrib import auth
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from okno.access import commands, queries
from okno.access.models import User
from okno.access.web.middleware import check_network
from okno.kit import formats
from okno.kit.errors import Denied
from okno.kit.notices import commands as notices
from okno.kit.permissions import Actor, Grant, ReachKind
from okno.kit.secrets import SecretText
from okno.kit.web import form_context
from okno.kit.web.browsers import browser_of
from okno.kit.web.origin import address_of
from okno.kit.web.pages.base import Page

HALF = "okno_half_signed_in"
SECONDS_FOR_CODE = 5 * 60
BACKEND = "django.contrib.auth.backends.ModelBackend"
LOCKED = 429
# The top-level domain ".test" belongs to nobody (RFC 6761): real people have no such address.
DEMO = "@demo.okno.test"


class Password(forms.Form):
    """Who signs in."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        widget=forms.EmailInput({"autocomplete": "username", "autofocus": True, "class": "form-control"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=500,
        widget=forms.PasswordInput({"autocomplete": "current-password", "class": "form-control"}),
    )


class Code(forms.Form):
    """The second step."""

    code = forms.CharField(
        label=gettext_lazy("Code from the authenticator, or a recovery code"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "autofocus": True, "class": "form-control"}),
    )


@method_decorator(never_cache, name="dispatch")
class SignIn(Page):
    """The first step: mail address and password."""

    public = "how else would one sign in"

    def show(self, **_address: Any) -> HttpResponse:
        """The form; whoever has signed in already goes on."""
        if self.request.user.is_authenticated and self.request.user.is_active:
            return HttpResponseRedirect(safe_next(self.request))
        return page(self.request, Password())

    def act(self, **_address: Any) -> HttpResponse:
        """Check the password and the network; then in, or to the second step."""
        form = Password(self.request.POST)
        if not form.is_valid():
            return page(self.request, form, status=422)
        email, password = form.cleaned_data["email"].strip().lower(), form.cleaned_data["password"]
        if queries.is_trying_many(address_of(self.request), email, timezone.now()):
            return self._slowed(email)
        user = auth.authenticate(self.request, username=email, password=password)
        if not isinstance(user, User):
            return self._refused(form, email)
        try:
            check_network(self.request, user)
        except Denied as denied:
            note_failure(self.request, email, "network")
            form.add_error(None, denied.message)
            return page(self.request, form, status=403)
        if queries.has_two_step(user):
            self.request.session[HALF] = {"user": user.pk, "at": timezone.now().timestamp()}
            return HttpResponseRedirect(with_next("/sign-in/code/", safe_next(self.request)))
        return let_in(self.request, user, is_two_step=False)

    def _slowed(self, email: str) -> HttpResponse:
        """The password is not even looked at: one that is right would not be told from a wrong one."""
        text = _("Sign-in of too many people has failed from this address. Try again in a quarter of an hour.")
        return page(self.request, Password(initial={"email": email}), status=LOCKED, error=text)

    def _refused(self, form: Password, email: str) -> HttpResponse:
        if getattr(self.request, "axes_locked_out", False):
            # The middleware of axes answers with `locked_out` in place of this.
            return HttpResponse(status=LOCKED)
        note_failure(self.request, email, "password")
        form.add_error(None, _("The address or the password is wrong."))
        return page(self.request, form, status=422)


@method_decorator(never_cache, name="dispatch")
class SignInCode(Page):
    """The second step: a code from the authenticator."""

    public = "asked between the password and the pages"

    def show(self, **_address: Any) -> HttpResponse:
        """The form, for whoever has just given the right password."""
        return self._page(Code()) if self._user() else HttpResponseRedirect("/sign-in/")

    def act(self, **_address: Any) -> HttpResponse:
        """Check the code; wrong ones count as failures to sign in."""
        user = self._user()
        if user is None:
            return HttpResponseRedirect("/sign-in/")
        credentials = {"username": user.email}
        if not AxesProxyHandler.is_allowed(self.request, credentials):
            return locked_out(self.request, None, credentials)
        form = Code(self.request.POST)
        if form.is_valid() and commands.check_code(
            actor=self_acting(user, "access.check_code"), user=user, code=SecretText(form.cleaned_data["code"])
        ):
            del self.request.session[HALF]
            check_network(self.request, user)
            return let_in(self.request, user, is_two_step=True)
        user_login_failed.send(__name__, credentials=credentials, request=self.request)
        note_failure(self.request, user.email, "code")
        form.add_error(None, _("The code is wrong or too old."))
        return self._page(form, status=422)

    def _user(self) -> User | None:
        half = self.request.session.get(HALF) or {}
        if timezone.now().timestamp() - half.get("at", 0) > SECONDS_FOR_CODE:
            return None
        # ast-grep-ignore: unscoped-read nobody is signed in yet: the row is of who signs in
        return User.objects.filter(pk=half["user"], is_active=True).first()

    def _page(self, form: Code, status: int = 200) -> HttpResponse:
        return page(self.request, form, status=status, url="/sign-in/code/")


class SignOut(Page):
    """Leaves this browser."""

    public = "somebody whose session has ended signs out too"

    def act(self, **_address: Any) -> HttpResponse:
        """End the session."""
        user = self.request.user
        if isinstance(user, User) and self.request.session.session_key:
            actor = self_acting(user, "access.sign_out")
            commands.sign_out(actor=actor, session_key=self.request.session.session_key)
            if endpoint := self.request.POST.get("endpoint", ""):
                notices.leave(actor=self_acting(user, notices.leave.name), endpoint=SecretText(endpoint))
        auth.logout(self.request)
        return HttpResponseRedirect("/sign-in/")


def let_in(request: HttpRequest, user: User, *, is_two_step: bool) -> HttpResponse:
    """Open a session and note it."""
    auth.login(request, user, backend=BACKEND)
    commands.sign_in(
        actor=self_acting(user, "access.sign_in"),
        user=user,
        session_key=str(request.session.session_key),
        address=address_of(request),
        browser=browser_of(request.headers.get("User-Agent", "")),
        is_two_step=is_two_step,
    )
    return HttpResponseRedirect(safe_next(request))


def self_acting(user: User, permission: str) -> Actor:
    """Somebody at the door: they may do this one thing, about themselves."""
    grant = Grant(permission, ReachKind.ALL, source="sign-in")
    return Actor(kind="person", name=user.name, user_id=user.pk, grants=(grant,))


def note_failure(request: HttpRequest, email: str, why: str) -> None:
    """Keep a failure in the journal."""
    guest = Actor(kind="guest", name=email[:200], grants=(Grant("access.note_failure", ReachKind.ALL),))
    commands.note_failure(actor=guest, email=email[:200], address=address_of(request), why=why)


def locked_out(request: HttpRequest, _response: object, credentials: dict[str, str] | None = None) -> HttpResponse:
    """What axes answers after too many failures: how long to wait."""
    email = (credentials or {}).get("username") or ""
    if getattr(request, "axes_failures_since_start", None) is not None:
        # This very failure was one too many; those that follow are not worth an entry each.
        note_failure(request, email, "locked")
    form = Password(initial={"email": email})
    text = _("Too many failed attempts. Try again in %(left)s, or ask the administrator to give you a new password.")
    return page(request, form, status=LOCKED, error=text % {"left": time_left(request, email)})


def time_left(request: HttpRequest, email: str) -> str:
    """How long a lock-out still lasts, in whole minutes."""
    # ast-grep-ignore: unscoped-read nobody is signed in yet: the row is of who signs in
    attempts = AccessAttempt.objects.filter(username=email, ip_address=address_of(request) or None)
    last = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first() or timezone.now()
    seconds = (last + (get_cool_off() or timedelta()) - timezone.now()).total_seconds()
    return formats.duration_text(timedelta(minutes=max(1, math.ceil(seconds / 60))))


def page(
    request: HttpRequest, form: forms.Form, *, status: int = 200, url: str = "/sign-in/", error: str = ""
) -> HttpResponse:
    """The page of either step."""
    errors = [{"text": error}] if error else [{"text": str(text)} for text in form.non_field_errors()]
    context = {
        "post_url": url,
        "next": safe_next(request),
        "errors": errors,
        "fields": form_context.fields_of(form),
        "submit": _("Sign in"),
        "demo": demo_people(),
    }
    return render(request, "kit/sign_in.html", {"sign_in": context, "page_title": _("Sign in")}, status=status)


def demo_people() -> list[dict[str, str]]:
    """Who may sign in to the demo company: their passwords are told where it was started."""
    # ast-grep-ignore: unscoped-read nobody is signed in yet, and these people are made up
    people = User.objects.filter(email__endswith=DEMO, is_active=True).order_by("pk")[:5]
    return [{"label": one.post or one.name, "email": one.email} for one in people]


def safe_next(request: HttpRequest) -> str:
    """Where to go afterwards: a page of ours, else the desktop."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    # No host is ours here: the one in the request is whatever its sender has written.
    return wanted if url_has_allowed_host_and_scheme(wanted, None) else "/"


def with_next(url: str, wanted: str) -> str:
    """An address that remembers where to go afterwards."""
    return url if wanted == "/" else f"{url}?{urlencode({'next': wanted})}"
