"""Who asks: the actor of a request, the network they may come from, and the sign-in that every page needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from okno.access import queries
from okno.access.models import User
from okno.access.web import eyes
from okno.kit.errors import Missing, Told
from okno.kit.permissions import Actor
from okno.kit.web import answers, htmx
from okno.kit.web.origin import address_of

GUEST = Actor(kind="guest", name="")
API = "ninja"


class Doors:
    """Middleware: nobody passes a door unless they have signed in, or the view says `public = "why"`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        # Threads serve one request after another: the language and the clock of the last one must not stay.
        translation.activate(settings.LANGUAGE_CODE)
        timezone.deactivate()
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Stop whoever has not signed in, comes from a network or at an hour not theirs, or only looks as another."""
        if is_public(view) or is_api(request):
            return None
        if not request.user.is_authenticated or not request.user.is_active:
            return sign_in(request)
        if (turned_away := welcome(request, request.user)) is not None:
            return turned_away
        try:
            eyes.check_door(request, view)
        except Told as refusal:
            return answers.refusal(request, refusal)
        return None


def welcome(request: HttpRequest, user: User) -> HttpResponse | None:
    """Speak the language of the person by their clock; an answer when they may not work from here, or now."""
    translation.activate(user.language)
    timezone.activate(actor_of(request).zone)
    try:
        check_network(request, user)
    except Told as refusal:
        return answers.refusal(request, refusal, is_outside=True)
    return None


def no_page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer of an address that nobody has: those who work here keep the menu around it."""
    user = request.user
    if isinstance(user, User) and user.is_active and (turned_away := welcome(request, user)) is not None:
        return turned_away
    text = _("The record was deleted, the address has a typo, or you have no access to it.")
    return answers.refusal(request, Missing("not_found", text))


def actor_of(request: HttpRequest) -> Actor:
    """The actor for the signed-in user, or a guest who may do nothing."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return GUEST
    return eyes.actor_of(request, user) or queries.actor_of(user)


def is_public(view: Callable[..., Any]) -> bool:
    """Whether a view says, with a reason, that anybody may open it."""
    declared = getattr(view, "view_class", view)
    return bool(getattr(declared, "public", ""))


def is_api(request: HttpRequest) -> bool:
    """The API asks for its own proof of who asks, on every endpoint."""
    match = request.resolver_match
    return match is not None and API in match.app_names


def check_network(request: HttpRequest, user: User) -> None:
    """:raises Denied: the user may not come from this network, or at this hour."""
    queries.check_bounds(user, address=address_of(request), at=timezone.now())


def sign_in(request: HttpRequest) -> HttpResponse:
    """Send whoever has not signed in to do so, and back here afterwards."""
    page = resolve_url(settings.LOGIN_URL)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"code": "sign_in", "message": _("Sign in first.")}, status=401)
    if htmx.is_htmx(request):
        return HttpResponse(status=401, headers={"HX-Redirect": f"{page}?{urlencode({'next': shown_page(request)})}"})
    wanted = request.get_full_path() if request.method == "GET" else shown_page(request)
    return HttpResponseRedirect(f"{page}?{urlencode({'next': wanted})}")


def shown_page(request: HttpRequest) -> str:
    """The page of ours that stands before whoever asks: what is typed there waits to be sent. Else the desktop."""
    shown = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(shown, {request.get_host()}):
        return "/"
    path = urlsplit(shown)
    return f"{path.path or '/'}{path.query and '?'}{path.query}"
