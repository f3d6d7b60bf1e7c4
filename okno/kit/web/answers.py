"""What people and scripts are answered when a command or a query says no."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import defaults

from okno.kit.errors import Conflict, Denied, Missing, Moved, Refused, Told, TooMuch
from okno.kit.web import htmx

UNREAD = (RequestDataTooBig, TooManyFieldsSent)


def status_of(error: Told) -> int:
    """The HTTP status of a refusal."""
    match error:
        case Missing():
            return 404
        case Denied():
            return 403
        case Conflict():
            return 409
        case TooMuch():
            return 413
        case Refused():
            return 422
    return 400


def title_of(status: int) -> str:
    """The heading of the page that tells a refusal."""
    titles = {
        404: _("Not found"),
        403: _("No right to do this"),
        409: _("Changed meanwhile"),
        413: _("Too much at once"),
        422: _("Not possible now"),
    }
    return titles.get(status, _("Not possible"))


class Answers:
    """Middleware: the errors meant for people become pages, toasts or problems, whatever asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # What a page shows is as old as this: news since then concern it, though it does not listen yet.
        request.began_at = timezone.now()  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else crashes and is reported."""
        told = too_much() if isinstance(error, UNREAD) else error
        return refusal(request, told) if isinstance(told, Told) else None


def too_much() -> TooMuch:
    """More was sent than is read: the body, or the number of its fields."""
    return TooMuch(
        "too_much", _("Too much was sent at once. Go back and make it shorter: what you typed is still there.")
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that failed before any page could answer, as the check of forms reads them first."""
    if isinstance(exception, UNREAD):
        return refusal(request, too_much())
    return defaults.bad_request(request, exception)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """
    The answer to a form without the token of this browser: its page is older than the last sign-in, or it was sent
    from elsewhere.
    """
    text = _("This page was opened before you signed in anew, so nothing was saved. Go back and send it once more.")
    return refusal(request, Denied("stale", text))


def refusal(request: HttpRequest, error: Told, *, is_outside: bool = False) -> HttpResponse:
    """
    The answer to a refusal: JSON for scripts, a toast for htmx, a page for a browser.

    :param is_outside: whoever asks may not be here at all: the frame with its counters is not for them.
    """
    if isinstance(error, Moved) and request.method == "GET":
        return htmx.redirect(request, error.params["url"])
    status = status_of(error)
    if htmx.is_htmx(request) or request.headers.get("Accept", "").startswith("application/json"):
        response = JsonResponse({"code": error.code, "message": error.message}, status=status)
        response.headers["HX-Reswap"] = "none"
        return htmx.told(response, error.message, kind=htmx.ERROR)
    said = {"code": status, "title": title_of(status), "text": error.message, "back_url": _back(request)}
    # Whoever works here keeps the menu; a guest has none.
    is_inside = not is_outside and getattr(request, "user", AnonymousUser()).is_authenticated
    said["frame"] = "kit/shell.html" if is_inside else "kit/bare.html"
    return render(request, "kit/error.html", {"error": said, "page_title": said["title"]}, status=status)


def _back(request: HttpRequest) -> str:
    """Where the person came from, when it was a page of ours."""
    referer = request.headers.get("Referer", "")
    return referer if url_has_allowed_host_and_scheme(referer, {request.get_host()}) else ""
