"""One's own account: name, look, password, second step, browsers and tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import segno
from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.access import commands, queries
from okno.access.models import User
from okno.access.web import forms as shapes
from okno.kit import formats
from okno.kit.errors import Refused
from okno.kit.ids import id_of
from okno.kit.secrets import SecretText
from okno.kit.web import form_context, htmx
from okno.kit.web.pages.base import Page

Context = dict[str, Any]
PROFILE = "/profile/"
YEAR = 365 * 24 * 60 * 60
THEME = "okno_theme"


class Profile(Page):
    """The account of whoever asks; each form on it is a part of the page."""

    parts: ClassVar[dict[str, str]] = {}
    actions: ClassVar[dict[str, str]] = {
        "save": "save",
        "look": "set_look",
        "password": "set_password",
        "begin": "begin_two_step",
        "confirm": "confirm_two_step",
        "codes": "renew_codes",
        "stop": "stop_two_step",
        "end-session": "end_session",
        "issue": "issue_token",
        "revoke": "revoke_token",
    }

    @property
    def user(self) -> User:
        """Whoever asks."""
        user: User = self.request.user  # type: ignore[assignment]
        return user

    def show(self, **_address: Any) -> HttpResponse:
        """The whole page."""
        return self.render()

    def save(self, **_address: Any) -> HttpResponse:
        """Name, post, phone, language, time zone."""
        form = shapes.Profile(self.request.POST)
        return self._try("profile", form, lambda cleaned: commands.update_own_profile(actor=self.actor, **cleaned))

    def set_look(self, **_address: Any) -> HttpResponse:
        """Light, dark, or as the system has it: kept in a cookie of this browser."""
        form = shapes.Look(self.request.POST)
        if not form.is_valid():
            return self.render(look=form, status=422)
        response = htmx.redirect(self.request, PROFILE, toast=_("Saved."))
        response.set_cookie(THEME, form.cleaned_data["theme"], max_age=YEAR, samesite="Lax")
        return response

    def set_password(self, **_address: Any) -> HttpResponse:
        """Another password; this browser stays signed in, the others do not."""

        def change(cleaned: Context) -> None:
            secret = {name: SecretText(cleaned[name]) for name in ("present", "password")}
            key = str(self.request.session.session_key)
            user = commands.change_own_password(actor=self.actor, keep=key, **secret)
            # The key of the session has to stay: by it the browser stands among the sessions.
            self.request.session["_auth_user_hash"] = user.get_session_auth_hash()

        return self._try("password", shapes.NewPassword(self.request.POST), change)

    def begin_two_step(self, **_address: Any) -> HttpResponse:
        """A new secret with its QR code."""
        commands.begin_two_step(actor=self.actor)
        return htmx.redirect(self.request, f"{PROFILE}#two-step")

    def confirm_two_step(self, **_address: Any) -> HttpResponse:
        """Turn the second step on and show the recovery codes, this once."""
        form = shapes.FirstCode(self.request.POST)
        if not form.is_valid():
            return self.render(confirm=form, status=422)
        try:
            codes = commands.confirm_two_step(actor=self.actor, code=SecretText(form.cleaned_data["code"]))
        except Refused as refusal:
            form.add_error("code", refusal.message)
            return self.render(confirm=form, status=422)
        return self.render(codes=codes)

    def renew_codes(self, **_address: Any) -> HttpResponse:
        """Other recovery codes, shown this once."""
        return self.render(codes=commands.renew_recovery_codes(actor=self.actor))

    def stop_two_step(self, **_address: Any) -> HttpResponse:
        """Turn the second step off."""

        def stop(cleaned: Context) -> None:
            commands.stop_two_step(actor=self.actor, present=SecretText(cleaned["present"]))

        return self._try("stop", shapes.Present(self.request.POST), stop)

    def end_session(self, **_address: Any) -> HttpResponse:
        """Sign another browser out."""
        commands.end_session(actor=self.actor, session_id=id_of(self.request.GET.get("session")) or 0)
        return htmx.redirect(self.request, PROFILE, toast=_("The browser is signed out."))

    def issue_token(self, **_address: Any) -> HttpResponse:
        """A token of the API, shown this once."""
        form = shapes.Token(self.request.POST)
        if not form.is_valid():
            return self.render(token=form, status=422)
        return self.render(issued=commands.issue_own_token(actor=self.actor, **form.cleaned_data))

    def revoke_token(self, **_address: Any) -> HttpResponse:
        """End a token."""
        commands.revoke_own_token(actor=self.actor, token_id=id_of(self.request.GET.get("token")) or 0)
        return htmx.redirect(self.request, PROFILE, toast=_("The token is revoked."))

    def render(self, *, status: int = 200, codes: Any = (), issued: str = "", **sent: forms.Form) -> HttpResponse:
        """The page with forms as they were sent."""
        user = self.user
        context = {
            "page_title": _("Profile"),
            "user": user,
            "forms": {name: _form(sent.get(name) or made) for name, made in self._forms().items()},
            "sessions": [self._session(one) for one in queries.sessions_of(self.actor)],
            "tokens": [self._token(one) for one in queries.tokens_of(user.pk)],
            "two_step": self._two_step(),
            "codes": codes,
            "issued": issued,
        }
        return self.answer("settings/profile.html", context, status)

    def _forms(self) -> dict[str, forms.Form]:
        user = self.user
        theme = self.request.COOKIES.get(THEME, "auto")
        known = {name: getattr(user, name) for name in ("name", "post", "phone", "language", "zone")}
        return {
            "profile": shapes.Profile(initial=known),
            "look": shapes.Look(initial={"theme": theme}),
            "password": shapes.NewPassword(),
            "confirm": shapes.FirstCode(),
            "stop": shapes.Present(),
            "token": shapes.Token(),
        }

    def _two_step(self) -> Context:
        user = self.user
        found: Context = {"is_on": queries.has_two_step(user), "codes_left": queries.recovery_codes_left(user)}
        begun = queries.two_step_begun(user)
        if begun is not None and not found["is_on"]:
            url = queries.authenticator_url(begun)
            found["qr"] = segno.make(url, micro=False).svg_data_uri(scale=4, border=3, light="#fff")
            found["key"] = _in_fours(url)
        return found

    def _session(self, one: Any) -> Context:
        moment = self.moment
        return {
            "browser": one.browser or _("Unknown browser"),
            "address": one.address or "",
            "when": formats.moment_text(one.started_at, moment.at, moment.zone),
            "title": formats.moment_full(one.started_at, moment.zone),
            "is_this": one.session_key == self.request.session.session_key,
            "end_url": f"{PROFILE}?part=end-session&session={one.pk}",
        }

    def _token(self, one: Any) -> Context:
        moment = self.moment
        used = formats.moment_text(one.last_used_at, moment.at, moment.zone)
        return {
            "name": one.name,
            "scopes": ", ".join(one.scopes) or _("all my rights"),
            "when": formats.moment_text(one.created_at, moment.at, moment.zone),
            "used": used,
            "revoke_url": f"{PROFILE}?part=revoke&token={one.pk}",
        }

    def _try(self, name: str, form: forms.Form, act: Callable[[Context], Any]) -> HttpResponse:
        """Do it with what was typed; a refusal stands beside its field."""
        if form.is_valid():
            try:
                act(form.cleaned_data)
            except Refused as refusal:
                missing = [one for one in refusal.params.get("missing", []) if one in form.fields]
                form.add_error(missing[0] if missing else None, refusal.message)
            else:
                return htmx.redirect(self.request, PROFILE, toast=_("Saved."))
        shown: dict[str, Any] = {name: form}
        return self.render(status=422, **shown)


def _form(form: forms.Form) -> Context:
    return {"fields": form_context.fields_of(form), "errors": form_context.errors_of(form)}


def _in_fours(url: str) -> str:
    """The secret for typing by hand, in groups of four."""
    secret = url.partition("secret=")[2].partition("&")[0]
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
