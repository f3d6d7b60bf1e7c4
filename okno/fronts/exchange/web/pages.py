"""Pages of the exchange: the journal, what waits and what is stuck, connections and their settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms as django_forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okno.fronts.exchange import commands, queries
from okno.fronts.exchange.models import Connection
from okno.fronts.exchange.record import CONNECTION, LINK, OUTCOME, OUTGOING, PACKAGE, SESSION, WAITING
from okno.fronts.exchange.web import forms, look
from okno.kit.web import pages

ALL = pages.Tab("all", gettext_lazy("All"))

SETTINGS = (
    (gettext_lazy("Connection with 1C"), ("code", "name", "login", "zone", "organisation_id", "is_active")),
    (gettext_lazy("Orders"), ("creates_orders", "sends_drafts", "responsible_id")),
    (gettext_lazy("Form of files"), ("encoding", "container", "version_out")),
    (gettext_lazy("Safety"), ("most_archived", "alarm_hours")),
)


def _is(field: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": "eq", "value": value}


class PackageList(pages.ListPage):
    """The journal of exchange: every file that came or went."""

    record, query = PACKAGE, queries.packages
    columns = ("at", "name", "connection", "direction", "state", "total", "refused", "error")
    tabs = (
        ALL,
        pages.Tab(
            "doing", gettext_lazy("In work"), where={"field": "state", "op": "in", "value": ["waiting", "doing"]}
        ),
        pages.Tab("refused", pgettext_lazy("of a list", "Refused"), where=_is("state", "failed")),
        pages.Tab("out", gettext_lazy("To 1C"), where=_is("direction", "out")),
    )
    sort = "-at"
    due = pages.Due(("state", "refused"), look.by_state)

    @property
    def empty(self) -> Mapping[str, Any]:  # type: ignore[override]
        """What the journal says before the first exchange."""
        return {
            "title": _("Nothing has been exchanged yet"),
            "text": _("Type the address of a connection into «Обмен с сайтом» of 1C: the first exchange appears here."),
            "icon": PACKAGE.icon,
            "doors": [{"label": _("Connections with 1C"), "url": "/exchange/connections/", "icon": "plug"}],
        }


class PackageCard(pages.CardPage):
    """A package with what became of its objects; what changes while it is taken stands in that panel, which is live."""

    record, query = PACKAGE, queries.package_for_card
    sections = (
        pages.Section(gettext_lazy("Package"), ("name", "connection", "direction", "type", "at", "format_version")),
    )
    has_feed = has_files = False

    def head(self) -> dict[str, Any]:
        """The state beside the title."""
        return {"badge": look.badge(self.row, self.moment)}  # type: ignore[arg-type]


class OutcomeList(pages.ListPage):
    """What became of each object."""

    record, query = OUTCOME, queries.outcomes
    columns = ("kind", look.ROW, "result", "message", "foreign_id", look.LINE, "package")
    tabs = (
        pages.Tab("refused", pgettext_lazy("of a list", "Refused"), where=_is("result", "refused")),
        pages.Tab("waiting", pgettext_lazy("of a list", "Waiting"), where=_is("result", "waiting")),
        pages.Tab("changed", pgettext_lazy("of a list", "Changed"), where={
            "field": "result", "op": "in", "value": ["created", "updated", "archived"]}),
        ALL,
    )  # fmt: skip
    due = pages.Due(("result",), look.by_result)


class SessionList(pages.ListPage):
    """Sessions of exchange, the latest first."""

    record, query = SESSION, queries.sessions
    columns = ("started_at", "connection", "type", "state", "client_version", "address", "last_call_at", "error")
    tabs = (ALL, pages.Tab("failed", pgettext_lazy("of a list", "Broken off"), where=_is("state", "failed")))
    sort = "-started_at"
    due = pages.Due(("state",), look.by_session)
    row_actions = (
        pages.Action(
            gettext_lazy("Close the session"),
            icon="x",
            url="/exchange/sessions/{id}/end/",
            permission="exchange.end_session",
        ),
    )


class WaitingList(pages.ListPage):
    """Parts of objects that came before what they belong to."""

    record, query = WAITING, queries.waiting
    columns = ("kind", "subject_id", "for_type", "for_id", "at", "connection", "package")
    tabs = (ALL,)


class LinkList(pages.ListPage):
    """Links between objects of 1C and rows of ours, conflicts first."""

    record, query = LINK, queries.links
    columns = ("foreign_type", "foreign_id", look.LINKED, "state", "how_matched", "last_seen", "connection")
    tabs = (
        pages.Tab("conflicts", gettext_lazy("Conflicts"), where=_is("state", "conflict")),
        pages.Tab(
            "lost",
            pgettext_lazy("of a list", "Lost"),
            where={"field": "state", "op": "in", "value": ["lost", "archived"]},
        ),
        ALL,
    )
    row_actions = (
        pages.Action(
            gettext_lazy("Link by hand"), icon="link", url="/exchange/links/{id}/settle/", permission="exchange.settle"
        ),
    )


class OutgoingList(pages.ListPage):
    """Orders on their way to 1C, and those that the filter leaves out."""

    record, query = OUTGOING, queries.outgoing
    columns = ("invoice", "total", "connection", "is_due", "excluded_by", "changed_at", "confirmed_at")
    tabs = (
        pages.Tab("due", pgettext_lazy("of a list", "Waits for export"), where={
            "all": [_is("is_due", True), {"field": "excluded_by", "op": "empty"}]}),
        pages.Tab("excluded", gettext_lazy("Left out"), where={
            "all": [_is("is_due", True), {"field": "excluded_by", "op": "not_empty"}]}),
        ALL,
    )  # fmt: skip


class ConnectionList(pages.ListPage):
    """Connections with accounting bases."""

    record, query = CONNECTION, queries.connections
    columns = ("name", "login", "organisation", "zone", "is_active")
    tabs = (ALL,)
    create_url, create_label = "/exchange/connections/new/", gettext_lazy("Connection with 1C")
    create_permission = "exchange.set_connection"


class ConnectionCard(pages.CardPage):
    """A connection: what is typed into 1C, how the exchange stands, and its settings."""

    record, query = CONNECTION, queries.connection_for_card
    sections = (
        pages.Section(
            gettext_lazy("Connection with 1C"), ("name", "code", "login", "organisation", "zone", "is_active")
        ),
        pages.Section(
            gettext_lazy("Orders"),
            ("creates_orders", "responsible", "sends_drafts", "encoding", "container", "version_out"),
        ),
        pages.Section(gettext_lazy("Safety"), ("most_archived", "alarm_hours")),
    )
    has_feed = has_files = False
    header_actions = (
        pages.Action(
            gettext_lazy("Settings"),
            icon="settings",
            url="/exchange/connections/{id}/settings/",
            permission="exchange.set_connection",
        ),
        pages.Action(
            gettext_lazy("Match with 1C"),
            icon="arrows-exchange",
            url="/exchange/connections/{id}/match/",
            permission="exchange.match",
            is_dialog=False,
        ),
        pages.Action(
            gettext_lazy("New password"),
            icon="key",
            url="/exchange/connections/{id}/password/",
            permission="exchange.new_password",
        ),
    )
    more_actions = (
        pages.Action(
            gettext_lazy("Send everything again"),
            icon="refresh",
            url="/exchange/connections/{id}/again/",
            permission="exchange.send_again",
        ),
        pages.Action(
            gettext_lazy("Accept another base"),
            icon="database",
            url="/exchange/connections/{id}/accept/",
            permission="exchange.accept_base",
        ),
        pages.Action(
            gettext_lazy("Allow to archive much once"),
            icon="archive",
            url="/exchange/connections/{id}/archive/",
            permission="exchange.allow_archive",
        ),
    )


class _WithPassword(pages.CommandPage):
    """A command whose result holds a password that is shown this once."""

    def succeed(self, result: Any, row: Model | None, key: str) -> HttpResponse:
        """Show the password; a repeated submit gets nothing to show, since it is kept nowhere."""
        if not isinstance(result, commands.Made) or not result.password:
            return super().succeed(result, row, key)
        context = {
            "made": result,
            "state": look.state(self.actor, result.connection),
            "url": CONNECTION.url_of(result.connection.pk),
            "page_title": _("Password of the exchange"),
        }
        response = self.answer("exchange/password.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def success_url(self, result: Any, row: Model | None) -> str:
        """The card of the connection."""
        made = result.connection if isinstance(result, commands.Made) else row
        return CONNECTION.url_of(made.pk) if made is not None else "/exchange/connections/"


class NewConnection(_WithPassword):
    """A new connection."""

    command, form = commands.set_connection, forms.New
    title, layout = gettext_lazy("New connection with 1C"), SETTINGS

    def initial(self, row: Model | None) -> dict[str, Any]:
        """What most of our customers have."""
        defaults = Connection()
        return {name: getattr(defaults, name) for name in forms.Settings.base_fields} | {"name": "1С"}

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The code, and the rest as values."""
        values = dict(cleaned)
        return {"code": values.pop("code"), "values": values}


class SetUpConnection(_WithPassword):
    """Settings of a connection."""

    command, form = commands.set_connection, forms.Settings
    on, query = "connection", queries.connection_for_card
    title, submit, layout = gettext_lazy("Settings of the connection"), gettext_lazy("Save"), SETTINGS

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The settings as they are."""
        return {name: getattr(row, name) for name in (*forms.Settings.base_fields, "responsible_id")}

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The command names the connection by its code."""
        return {"code": getattr(self.row(**self.kwargs), "code", ""), "values": dict(cleaned)}


class NewPassword(_WithPassword):
    """A new password of a connection."""

    command, on, query = commands.new_password, "connection", queries.connection_for_card
    text = gettext_lazy("The present password stops working at once: type the new one into 1C.")
    is_danger = True


class _OnConnection(pages.CommandPage):
    """A decision about a connection."""

    on, query = "connection", queries.connection_for_card
    stays = True
    is_single = True


class SendAgain(_OnConnection):
    """Put every invoice into the queue again."""

    command = commands.send_again
    text = gettext_lazy(
        "All invoices go to 1C at the next exchange, as for a new base. Orders posted there may be unposted."
    )


class AcceptBase(_OnConnection):
    """Take another base for one's own."""

    command = commands.accept_base
    text = gettext_lazy("The next base that exchanges by this connection is taken for the right one.")


class AllowArchive(_OnConnection):
    """Let the next full package archive much."""

    command = commands.allow_archive
    text = gettext_lazy("The next full package may archive as much of the catalogue as it lacks.")


class EndSession(pages.CommandPage):
    """Close a session that stands in the way of others."""

    command = commands.end_session
    stays = True
    text = gettext_lazy("Another exchange may begin at once. What has been taken in stays.")

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The command names the session by its id."""
        return {"session_id": self.kwargs["id"]}


class Settle(pages.CommandPage):
    """Decide which client a counterparty of 1C is."""

    command, form, on, query = commands.settle, forms.Settle, "link", queries.link_for_page
    stays = True

    def show(self, **address: Any) -> HttpResponse:
        """The form, with the counterparty and its candidates in words."""
        link: Any = self.row(**address)
        self.text = _("In 1C: %(name)s, INN %(inn)s.") % {  # type: ignore[misc]
            "name": link.details.get("name") or link.foreign_id,
            "inn": link.details.get("inn") or "—",
        }
        return super().show(**address)


class Match(pages.CommandPage):
    """What things and statuses of 1C are here, where it never described them or has its own names."""

    command, form, on, query = commands.match, forms.Match, "connection", queries.connection_for_card
    submit, done = gettext_lazy("Save"), gettext_lazy("Saved. What waited is being applied.")

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The form gives them as the command takes them."""
        return dict(cleaned)

    def render(self, form: django_forms.BaseForm, row: Model | None, status: int = 200) -> HttpResponse:
        """What there is to match differs from base to base, so the form itself says what stands where."""
        self.layout = form.layout  # type: ignore[misc,attr-defined]
        return super().render(form, row, status)
