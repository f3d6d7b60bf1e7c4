"""Reports on the base as a workbook."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okno.areas.clients.models import Client
from okno.areas.clients.queries import Base, Month, Status
from okno.kit.web.workbook import Sheet


def state(found: Iterable[Status], *, sees_people: bool) -> Sheet:
    """Statuses by people; one line for each status where people are hidden."""
    heads = [
        _("Status"),
        _("Responsible"),
        _("Clients"),
        pgettext("a status", "Came in"),
        pgettext("a status", "Went out"),
        pgettext("change", "Net"),
    ]
    lines = [(one.all.status, who) for one in found for who in (one.people if sees_people else (one.all,))]
    rows = [[_status(status), _person(who) if sees_people else "", *_numbers(who)] for status, who in lines]
    return Sheet(_("State of the base"), heads, rows)


def dynamics(months: Iterable[Month]) -> Sheet:
    """Months, the last one first; churn in hundredths."""
    heads = [
        pgettext("a part of a period", "Month"),
        pgettext("clients", "Was"),
        pgettext("clients", "New"),
        pgettext("clients", "Returned"),
        pgettext("clients", "Lost"),
        pgettext("clients", "Is"),
        _("Churn, %"),
    ]
    rows = [
        [one.begins, one.was, one.new, one.returned, one.lost, one.now, _percent(one.churn)]
        for one in sorted(months, key=lambda one: one.begins, reverse=True)
    ]
    return Sheet(_("Movement of the base"), heads, rows)


def _status(code: str) -> str:
    return str(Client.Status(code).label)


def _person(who: Base) -> str:
    return who.owner or _("Nobody is responsible")


def _numbers(who: Base) -> list[int]:
    return [who.count, who.entered, who.left, who.net]


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)
