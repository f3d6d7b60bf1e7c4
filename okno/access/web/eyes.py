"""Looking with the eyes of a person: kept in the session, read-only at every door, closed to accounts and security."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import commands, queries, rules
from okno.access.models import User
from okno.kit.errors import Denied, Missing, allowed
from okno.kit.permissions import Actor
from okno.kit.web import htmx
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page

KEY = "okno_eyes"
SECONDS = 30 * 60
# Accounts, rights and security; and long work with its files, which belongs to whoever has started it.
CLOSED = ("okno.access.web.", "okno.kit.web.job_pages")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def actor_of(request: HttpRequest, user: User) -> Actor | None:
    """The actor with whose eyes the user looks now, without any right to act; None when they see with their own."""
    kept = request.session.get(KEY)
    if not kept or timezone.now().timestamp() > kept["until"]:
        return None
    # ast-grep-ignore: unscoped-read whose eyes these are; the rule below judges whether they may be used
    person = User.objects.filter(pk=kept["user"], is_active=True).first()
    if person is None or not allowed(rules.check_can_look_as, queries.actor_of(user), queries.actor_of(person)):
        return None
    return queries.eyes_of(person, looker=user.name)


def check_door(request: HttpRequest, view: Callable[..., Any]) -> None:
    """:raises Denied: whoever looks with the eyes of another wants to act, or to see accounts and security."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if KEY not in request.session or not actor.looker or getattr(view, "view_class", None) is StopLooking:
        return
    if request.method not in SAFE:
        raise Denied("looking", _("You are looking with the eyes of another person: nothing can be changed."))
    if view.__module__.startswith(CLOSED):
        raise Denied("looking", _("Accounts, rights and security stay closed while you look with the eyes of another."))


class LookAs(CommandPage):
    """Begin to look with the eyes of a person."""

    command, on, query = commands.look_as, "user", queries.user_for_card
    title, submit = gettext_lazy("Look with the eyes of this person"), gettext_lazy("Look with their eyes")
    text = gettext_lazy(
        "For half an hour you will see what this person sees. Nothing can be changed, and it is kept in the journal."
    )

    def succeed(self, result: Any, row: Any, key: str) -> HttpResponse:
        """To the desktop, as that person has it."""
        self.request.session[KEY] = {"user": row.pk, "until": timezone.now().timestamp() + SECONDS}
        return htmx.redirect(self.request, "/")


class StopLooking(Page):
    """See with one's own eyes again."""

    def act(self, **_address: Any) -> HttpResponse:
        """End it. :raises Missing: nobody was looking."""
        kept = self.request.session.pop(KEY, None)
        user = self.request.user
        if kept is None or not isinstance(user, User):
            raise Missing("not_found", _("You see with your own eyes."))
        commands.stop_looking(actor=queries.actor_of(user), user_id=kept["user"])
        return htmx.redirect(self.request, f"/settings/users/{kept['user']}/")
