"""Signed-in browsers: noted, shown to their owner, ended at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User, UserSession
from okno.kit.commands import command
from okno.kit.errors import Missing
from okno.kit.permissions import Actor


@command("access.sign_in", label=gettext_lazy("Signed in"))
def sign_in(*, actor: Actor, user: User, session_key: str, address: str, browser: str, is_two_step: bool) -> None:
    """Note a browser in which a user has signed in; the actor is that user."""
    UserSession.objects.update_or_create(
        session_key=session_key, defaults={"user": user, "address": address or None, "browser": browser[:200]}
    )


@command("access.sign_out", label=gettext_lazy("Signed out"))
def sign_out(*, actor: Actor, session_key: str) -> None:
    """Forget a browser that signs itself out."""
    end_all([session_key])


@command("access.note_failure", label=gettext_lazy("Sign-in failed"))
def note_failure(*, actor: Actor, email: str, address: str, why: str) -> None:
    """Keep in the journal that somebody could not sign in: `password`, `code`, `network` or `locked`."""


@command("access.end_session", label=gettext_lazy("Sign out a browser"))
def end_session(*, actor: Actor, session_id: int) -> None:
    """Sign out one of the actor's own browsers. :raises Missing: it is not theirs."""
    found = UserSession.objects.filter(pk=session_id, user_id=actor.user_id or 0).first()
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    end_all([found.session_key])


def sessions_of_user(user: User, *, but: str = "") -> list[str]:
    """Keys of the sessions of a user, all or all but one."""
    return list(UserSession.objects.filter(user=user).exclude(session_key=but).values_list("session_key", flat=True))


def end_all(keys: Iterable[str]) -> None:
    """End sessions: the next request of these browsers is that of a stranger."""
    keys = list(keys)
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
