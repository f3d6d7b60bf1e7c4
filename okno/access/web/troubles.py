"""Troubles: work that stopped after repeated failures, with the reason and a way to try once more."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from okno.access import commands, queries
from okno.kit import formats
from okno.kit.models import Delivery
from okno.kit.registry import registry
from okno.kit.web import htmx
from okno.kit.web.pages.base import Page

Context = dict[str, Any]
TROUBLES = "/settings/troubles/"


class Troubles(Page):
    """Failed deliveries and jobs."""

    permission = commands.retry.name
    actions: ClassVar[dict[str, str]] = {"retry": "retry"}

    def show(self, **_address: Any) -> HttpResponse:
        """Both lists."""
        context = {
            "deliveries": [self._delivery(one) for one in queries.failed_deliveries()],
            "jobs": [_job(one) for one in queries.failed_jobs()],
            "page_title": _("Troubles"),
        }
        return self.answer("settings/troubles.html", context)

    def retry(self, **_address: Any) -> HttpResponse:
        """Begin one of them once more."""
        asked = self.request.GET
        number = asked.get("number", "")
        commands.retry(actor=self.actor, kind=asked.get("kind", ""), number=int(number) if number.isdigit() else 0)
        return htmx.redirect(self.request, TROUBLES, toast=_("Begun once more."))

    def _delivery(self, one: Delivery) -> Context:
        moment = self.moment
        return {
            "title": _("%(event)s → %(handler)s") % {"event": one.event.name, "handler": one.handler},
            "note": formats.moment_text(one.event.at, moment.at, moment.zone),
            "reason": _last_line(one.error),
            "details": one.error,
            "retry_url": f"{TROUBLES}?part=retry&kind=delivery&number={one.pk}",
        }


def _job(one: ProcrastinateJob) -> Context:
    name = one.args.get("name", "")
    command = registry.commands.get(name)
    return {
        "title": str(command.label) if command else name or one.task_name,
        "note": _("%(count)s attempts") % {"count": one.attempts},
        "reason": _("The log of the worker has the reason."),
        "details": f"{one.task_name} {one.args}",
        "retry_url": f"{TROUBLES}?part=retry&kind=job&number={one.pk}",
    }


def _last_line(error: str) -> str:
    """The last line of a traceback says what was wrong."""
    lines = error.strip().splitlines()
    return lines[-1] if lines else ""
