"""Lines of the reports on the base: figures as text, each with the address of the clients behind it, and charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okno.areas.clients.models import Client, StatusStay
from okno.areas.clients.queries import OURS, Base, Month, Status
from okno.areas.clients.web.panels import STATUS_COLOURS
from okno.kit import formats
from okno.kit.web import charts
from okno.kit.web.charts import Series
from okno.kit.web.pages.address import compact

Context = dict[str, Any]
Leaf = dict[str, Any]
Turn = StatusStay.Turn
ONE_DAY = dt.timedelta(days=1)


def leaf(field: str, op: str, value: Any = None) -> Leaf:
    """A comparison of the condition language."""
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


def _stay(*leaves: Leaf) -> Leaf:
    return {"some": "stays", "where": {"all": list(leaves)}}


@dataclass(frozen=True, slots=True)
class Rows:
    """Where figures lead: the list of clients with a filter, of one person or of all."""

    since: dt.date
    until: dt.date
    owner: int | None = None

    def url(self, *leaves: Leaf, owner: int | None = None) -> str:
        """Clients that hold all of these."""
        whose = owner if owner is not None else self.owner
        own = [leaf("owner", "in", [whose])] if whose is not None else []
        return f"/clients/?{urlencode({'tab': 'all', 'f': compact({'all': [*leaves, *own]})})}"

    def of_nobody(self, *leaves: Leaf) -> str:
        """Those for whom nobody is responsible."""
        return self.url(*leaves, leaf("owner", "empty"))


def _figure(number: int, url: str) -> Context:
    return {"text": formats.quantity_text(number), "url": url if number else ""}


def _moved(moment: str, code: str, rows: Rows) -> Leaf:
    """That a client came into a status, or left it, in the days of the report."""
    return _stay(leaf("status", "in", [code]), _between(moment, rows.since, rows.until))


def _between(moment: str, since: dt.date, until: dt.date) -> Leaf:
    return leaf(moment, "between", [since.isoformat(), until.isoformat()])


def status(one: Status, found: Sequence[Status], rows: Rows, *, sees_people: bool) -> Context:
    """A status with its figures, and those of each person."""
    everybody = sum(each.all.count for each in found)
    code = one.all.status
    people = one.people if sees_people and rows.owner is None else ()
    return {
        "label": str(Client.Status(code).label),
        "stage": STATUS_COLOURS[code],
        "figures": _figures(one.all, rows, rows.url),
        "net": _signed(one.all.net),
        "share": _share(one.all.count, everybody),
        "people": [_person(who, one.all, rows) for who in people],
    }


def _person(who: Base, whole: Base, rows: Rows) -> Context:
    def url(*leaves: Leaf) -> str:
        return rows.url(*leaves, owner=who.owner_id) if who.owner_id is not None else rows.of_nobody(*leaves)

    return {
        "label": who.owner or _("Nobody is responsible"),
        "figures": _figures(who, rows, url),
        "net": _signed(who.net),
        "share": _share(who.count, whole.count),
    }


def _figures(one: Base, rows: Rows, url: Any) -> list[Context]:
    return [
        _figure(one.count, url(leaf("status", "in", [one.status]))),
        _figure(one.entered, url(_moved("since", one.status, rows))),
        _figure(one.left, url(_moved("until", one.status, rows))),
    ]


def _share(part: int, whole: int) -> str:
    """Per cent with a tenth; nothing to tell of nothing."""
    return formats.percent_text(Decimal(100 * part) / whole if whole else None)


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "0"


def total(found: Sequence[Status], rows: Rows) -> Context:
    """All clients, whatever their status."""
    return _figure(sum(one.all.count for one in found), rows.url())


def state_chart(found: Sequence[Status], rows: Rows) -> Context:
    """How many clients there are in each status."""
    return charts.chart(
        "chart-state",
        "bar",
        _("Clients by status"),
        [str(Client.Status(one.all.status).label) for one in found],
        [Series(_("Clients"), [one.all.count for one in found], 4)],
        urls=[rows.url(leaf("status", "in", [one.all.status])) for one in found],
    )


def _named(day: dt.date, how: str) -> str:
    """A month by its name, which begins with a capital: Django has it so in Russian of all but May."""
    text = date_format(day, how)
    return text[:1].upper() + text[1:]


def month(one: Month, rows: Rows) -> Context:
    """A month with its figures."""
    turned = [(Turn.NEW, one.new), (Turn.RETURNED, one.returned), (Turn.LOST, one.lost)]
    return {
        "label": _named(one.begins, "F Y"),
        "figures": [
            _figure(one.was, rows.url(_there(one.begins))),
            *(_figure(number, _turned(turn, one, rows)) for turn, number in turned),
            _figure(one.now, rows.url(_there(one.ends + ONE_DAY))),
        ],
        "churn": _share(one.lost, one.was),
    }


def _there(day: dt.date) -> Leaf:
    """That a client was ours when a day began."""
    at = day.isoformat()
    gone = {"any": [leaf("until", "empty"), leaf("until", "ge", at)]}
    return _stay(leaf("status", "in", [one.value for one in OURS]), leaf("since", "lt", at), gone)


def _turned(turn: str, one: Month, rows: Rows) -> str:
    return rows.url(_stay(leaf("turn", "in", [str(turn)]), _between("since", one.begins, one.ends)))


def months_chart(months: Sequence[Month], rows: Rows) -> Context:
    """Who came, came back and was lost, month by month."""
    return charts.chart(
        "chart-months",
        "bar",
        _("Movement of the base"),
        [_named(one.begins, "M Y") for one in months],
        [
            Series(pgettext("clients", "New"), [one.new for one in months], 6),
            Series(pgettext("clients", "Returned"), [one.returned for one in months], 4),
            Series(pgettext("clients", "Lost"), [one.lost for one in months], 9),
        ],
        urls=[rows.url(_stay(leaf("turn", "not_empty"), _between("since", one.begins, one.ends))) for one in months],
    )
