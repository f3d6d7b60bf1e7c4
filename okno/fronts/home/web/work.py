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
        return {"text": _("nothing is planned"), "class": "soft"}
    if at is None:
        return {"text": _("no deadline"), "url": f"/tasks/{task_id}/"}
    text, title = formats.moment_text(at, moment.at, moment.zone), formats.moment_full(at, moment.zone)
    return {"text": text, "title": title, "url": f"/tasks/{task_id}/"}


def _late(values: Sequence[Any], _moment: Moment) -> Cell:
    count, client_id = values
    url = links.late_tasks(links.leaf("client", "eq", client_id))
    return {"text": formats.quantity_text(count), "url": url, "class": "due-text due-red"} if count else {"text": ""}


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


class ClientsAtWork(pages.ListPage):
    """Clients with the last contact, the next task, open deals and debt; tabs are what asks for attention."""

    record, query = CLIENT, queries.worked_clients
    title = gettext_lazy("State of work with clients")
    columns = (
        "name",
        "owner",
        pages.Column("w_touched", gettext_lazy("Last contact"), ("w_touched",), _touched, Kind.MOMENT),
        pages.Column("w_days", gettext_lazy("Without contact"), ("w_touched",), _days),
        pages.Column("w_next", gettext_lazy("Next task"), ("w_next_at", "w_task"), _next),
        pages.Column("w_late", gettext_lazy("Late tasks"), ("w_late", "pk"), _late, Kind.INTEGER),
        pages.Column("w_deals", gettext_lazy("Open deals"), ("w_deals", "pk"), _deals, Kind.INTEGER),
        pages.Column("w_amount", gettext_lazy("Their sum"), ("w_amount", "pk"), _amount, Kind.MONEY),
        pages.Column("w_owed", gettext_lazy("Owes"), ("w_owed", "pk"), _owed, Kind.MONEY),
        "quality",
    )
    tabs = (
        pages.Tab("w-all", gettext_lazy("All")),
        pages.Tab("w-mine", gettext_lazy("Mine"), where=MINE),
        pages.Tab("w-quiet", gettext_lazy("A month without contact"), where={"not": _since(QUIET)}),
        pages.Tab("w-silent", gettext_lazy("Three months without contact"), where={"not": _since(SILENT)}),
        pages.Tab(
            "w-idle",
            gettext_lazy("Deals without a task"),
            where={"all": [{"some": "deals", "where": links.of_kind("open")}, {"none": "tasks", "where": OPEN_TASK}]},
        ),
        pages.Tab("w-late", gettext_lazy("With late tasks"), where={"some": "tasks", "where": LATE_TASK}),
        pages.Tab("w-owe", pgettext_lazy("clients", "In debt"), where={"some": "invoices", "where": UNPAID}),
    )
    sort = "name"
    create_url, create_label, create_permission = "/clients/new/", gettext_lazy("Client"), "clients.add"
    empty: ClassVar[Mapping[str, Any]] = {
        "title": gettext_lazy("No clients here"),
        "text": gettext_lazy("Nobody asks for this kind of attention: look at another tab."),
        "icon": CLIENT.icon,
    }
