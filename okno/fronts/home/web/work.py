"""How clients are worked with, as a list: every figure opens its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from okno.areas.clients.record import CLIENT
from okno.fronts.home import queries
from okno.fronts.home.web import links
from okno.kit import formats
from okno.kit.kinds import Kind
from okno.kit.rows.cells import Cell, Moment
from okno.kit.web import pages

Tree = dict[str, Any]
# From how many days on it is worth a look, and worth a worry.
QUIET, SILENT = 30, 90


def _since(days: int) -> Tree:
    """That somebody talked to the client in the last days."""
    since = {"rel": f"-{days}d"}
    done = {"all": [links.leaf("kind", "in", list(queries.TOUCHES)), links.leaf("done_at", "ge", since)]}
    written = {"all": [links.leaf("state", "in", list(queries.REACHED)), links.leaf("at", "ge", since)]}
    return {"any": [{"some": "tasks", "where": done}, {"some": "letters", "where": written}]}


OPEN_TASK = links.leaf("state", "eq", "open")
LATE_TASK = {"all": [OPEN_TASK, links.leaf("due_at", "lt", links.NOW)]}
UNPAID = {"all": [links.leaf("paid", "lt", {"field": "total"}), links.leaf("state", "ne", "cancelled")]}
MINE = links.leaf("owner", "eq", links.ME)
# As many as stand side by side on a usual screen: where late tasks are counted, debts are not shown.
SHOWN = "name,owner,w_touched,w_days,w_next,w_deals,w_amount,w_owed,quality"
WITH_LATE = "name,owner,w_touched,w_days,w_next,w_late,w_deals,w_amount,quality"


def _touched(values: Sequence[Any], moment: Moment) -> Cell:
    (at,) = values
    if at is None:
        return {"text": pgettext("a contact", "never"), "class": "due-text due-red"}
    return {"text": formats.moment_text(at, moment.at, moment.zone), "title": formats.moment_full(at, moment.zone)}


def _days(values: Sequence[Any], moment: Moment) -> Cell:
    (at,) = values
    if at is None:
        return {"text": ""}
    days = (moment.at.astimezone(moment.zone).date() - at.astimezone(moment.zone).date()).days
    colour = "red" if days > SILENT else "yellow" if days > QUIET else "green"
    text = formats.duration_text(dt.timedelta(days=days)) if days else _("today")
    return {"text": text, "class": f"due-text due-{colour}"}


def _next(values: Sequence[Any], moment: Moment) -> Cell:
    at, task_id = values
    if task_id is None:
        return {"text": pgettext("a task", "none"), "title": _("nothing is planned"), "class": "soft"}
    if at is None:
        return {"text": _("no deadline"), "url": f"/tasks/{task_id}/"}
    text, title = formats.moment_text(at, moment.at, moment.zone), formats.moment_full(at, moment.zone)
    late = {"class": "due-text due-red"} if at < moment.at else {}
    return {"text": text, "title": title, "url": f"/tasks/{task_id}/", **late}


def _late(values: Sequence[Any], _moment: Moment) -> Cell:
    count, client_id = values
    url = links.late_tasks(links.leaf("client", "eq", client_id))
    return (
        {"text": formats.quantity_text(count), "url": url, "class": "numeric due-text due-red"}
        if count
        else {"text": ""}
    )


def _deals(values: Sequence[Any], _moment: Moment) -> Cell:
    count, client_id = values
    return {"text": formats.quantity_text(count), "url": _open_deals(client_id)} if count else {"text": ""}


def _amount(values: Sequence[Any], _moment: Moment) -> Cell:
    amount, client_id = values
    return {"text": formats.money_text(amount), "url": _open_deals(client_id)} if amount else {"text": ""}


def _owed(values: Sequence[Any], _moment: Moment) -> Cell:
    owed, client_id = values
    if not owed:
        return {"text": ""}
    return {"text": formats.money_text(owed), "url": links.unpaid(links.leaf("client", "eq", client_id))}


def _open_deals(client_id: int) -> str:
    return links.deals(links.of_kind("open"), links.leaf("client", "eq", client_id))


def _column(key: str, label: object, paths: tuple[str, ...], cell: Any, kind: Kind = Kind.TEXT, by: str = "") -> Any:
    """A column of this list, sorted by what it reads first."""
    return pages.Column(key, label, paths, cell, kind, sort_path=by or paths[0])


class ClientsAtWork(pages.ListPage):
    """Clients with the last contact, the next task, open deals and debt; tabs are what asks for attention."""

    record, query = CLIENT, queries.worked_clients
    title = gettext_lazy("State of work with clients")
    columns = (
        "name",
        "owner",
        _column("w_touched", pgettext_lazy("work with a client", "Contact"), ("w_touched",), _touched, Kind.MOMENT),
        # The longer nobody has talked to a client, the earlier that was.
        _column("w_days", gettext_lazy("Without contact"), ("w_touched",), _days, by="-w_touched"),
        _column("w_next", pgettext_lazy("work with a client", "Task"), ("w_next_at", "w_task"), _next),
        _column("w_late", pgettext_lazy("work with a client", "Late"), ("w_late", "pk"), _late, Kind.INTEGER),
        _column("w_deals", pgettext_lazy("work with a client", "Deals"), ("w_deals", "pk"), _deals, Kind.INTEGER),
        _column("w_amount", gettext_lazy("Their sum"), ("w_amount", "pk"), _amount, Kind.MONEY),
        _column("w_owed", gettext_lazy("Owes"), ("w_owed", "pk"), _owed, Kind.MONEY),
        "quality",
    )
    tabs = (
        pages.Tab("w-all", gettext_lazy("All"), cols=SHOWN),
        pages.Tab("w-mine", gettext_lazy("Mine"), where=MINE, cols=SHOWN),
        pages.Tab("w-quiet", gettext_lazy("A month without contact"), where={"not": _since(QUIET)}, cols=SHOWN),
        pages.Tab("w-silent", gettext_lazy("Three months without contact"), where={"not": _since(SILENT)}, cols=SHOWN),
        pages.Tab(
            "w-idle",
            gettext_lazy("Deals without a task"),
            where={"all": [{"some": "deals", "where": links.of_kind("open")}, {"none": "tasks", "where": OPEN_TASK}]},
            cols=SHOWN,
        ),
        pages.Tab(
            "w-late", gettext_lazy("With late tasks"), where={"some": "tasks", "where": LATE_TASK}, cols=WITH_LATE
        ),
        pages.Tab(
            "w-owe", pgettext_lazy("clients", "In debt"), where={"some": "invoices", "where": UNPAID}, cols=SHOWN
        ),
    )
    sort = "name"
    create_url, create_label, create_permission = "/clients/new/", gettext_lazy("Client"), "clients.add"
    empty: ClassVar[Mapping[str, Any]] = {
        "title": gettext_lazy("No clients here"),
        "text": gettext_lazy("Nobody asks for this kind of attention: look at another tab."),
        "icon": CLIENT.icon,
    }
