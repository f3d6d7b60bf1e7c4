"""The base of pages: who asks, under which right, and which part of the page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from okno.kit import permissions
from okno.kit.errors import Missing
from okno.kit.permissions import Actor
from okno.kit.rows.cells import Moment
from okno.kit.web import htmx


class Page(View):
    """
    A page at one address. Its parts, which htmx asks for alone, answer at the same address under `?part=`.

    `parts` and `actions` name methods for GET and POST; `permission` is asked before any of them.
    A page for people who have not signed in says `public = "why"`.
    """

    permission: ClassVar[str] = ""
    public: ClassVar[str] = ""
    parts: ClassVar[dict[str, str]] = {}
    actions: ClassVar[dict[str, str]] = {}
    request: HttpRequest

    @property
    def actor(self) -> Actor:
        """Who asks."""
        actor: Actor = self.request.actor  # type: ignore[attr-defined]
        return actor

    @property
    def moment(self) -> Moment:
        """When the page is made, in the zone of whoever asks."""
        return Moment(timezone.now(), self.actor.zone)

    def asked_permission(self) -> str:
        """The right that every part of the page asks for."""
        return self.permission

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the right, then answer the part that is asked for."""
        if permission := self.asked_permission():
            permissions.check_may(self.actor, permission)
        methods = {"GET": ("show", self.parts), "HEAD": ("show", self.parts), "POST": ("act", self.actions)}
        if request.method not in methods:
            return HttpResponseNotAllowed(list(methods))
        default, parts = methods[request.method]
        part = request.GET.get("part", "")
        name = parts.get(part, "") if part else default
        if not name or not hasattr(self, name):
            raise Missing("no_part", _("There is no such page."))
        self.prepare()
        response: HttpResponse = getattr(self, name)(*args, **kwargs)
        return response

    def prepare(self) -> None:
        """What every part of the page needs first. :raises Missing: it is not there."""

    def answer(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """Render a template with this context."""
        return htmx.answer(self.request, template, context, status)


def place_above(request: HttpRequest, path: str) -> str:
    """The nearest page above an address that whoever asks may open; the desktop is above all of them."""
    above = path.rstrip("/").rpartition("/")[0]
    if not above:
        return "/"
    return f"{above}/" if _is_open(request, f"{above}/") else place_above(request, above)


def _is_open(request: HttpRequest, path: str) -> bool:
    try:
        found = resolve(path)
    except Resolver404:
        return False
    kind = getattr(found.func, "view_class", None)
    if kind is None or not issubclass(kind, Page) or not hasattr(kind, "show"):
        return False
    page: Page = kind()
    page.setup(request, *found.args, **found.kwargs)
    permission = page.asked_permission()
    return not permission or page.actor.may(permission)
