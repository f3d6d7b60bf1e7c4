"""The way back: addresses that undo a run, for its own author."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from okno.kit import journal
from okno.kit.errors import Missing
from okno.kit.permissions import Actor
from okno.kit.timeline import history
from okno.kit.web import htmx
from okno.kit.web.pages.base import Page


def url_of_key(actor: Actor, command: str, key: str) -> str:
    """Where the run of this idempotency key is taken back; empty when it changed nothing or one may not undo."""
    if not key or not actor.may(journal.undo.name):
        return ""
    run_id = history.run_with_changes(command, key)
    return f"/undo/{run_id}/" if run_id else ""


def in_words(done: journal.Undone) -> str:
    """What an undo did, kept, and could not reach."""
    told = [_("Taken back.") if done.restored else _("Nothing was taken back.")]
    if done.kept:
        told.append(
            _("Kept as it is: %(reasons)s") % {"reasons": " ".join(dict.fromkeys(one.reason for one in done.kept))}
        )
    if done.outside:
        told.append(_("Stays done: %(what)s.") % {"what": ", ".join(done.outside)})
    return " ".join(told)


class Undo(Page):
    """Takes back what the actor did in one run."""

    permission: ClassVar[str] = journal.undo.name

    def act(self, *, id: int, **_kwargs: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """Restore what the run changed; what was changed since is listed and kept."""
        if not history.is_own_run(self.actor, id):
            raise Missing("not_found", _("There is no such change."))
        done = journal.undo(actor=self.actor, run_id=id)
        told = {
            "restored": done.restored,
            "kept": [one.reason for one in done.kept],
            "outside": done.outside,
            "told": in_words(done),
        }
        response = JsonResponse(told, status=200 if done.restored else 422)
        if htmx.is_htmx(self.request):
            htmx.triggered(response, **{"live:resync": True})
        return response
