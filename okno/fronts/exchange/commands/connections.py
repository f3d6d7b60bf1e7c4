"""Connections: made, changed, given a password that is shown once, and told which bases are theirs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients.models import Client, LegalEntity
from okno.areas.documents import queries as documents
from okno.fronts.exchange.commands.links import decide
from okno.fronts.exchange.commands.orders_out import queue_open
from okno.fronts.exchange.models import Connection, ExternalLink
from okno.kit import zones
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.permissions import Actor

DEFAULT = "1c"
EDITABLE = frozenset(
    {
        "name", "login", "zone", "encoding", "version_out", "container", "organisation_id",
        "responsible_id", "creates_orders", "sends_drafts", "most_archived", "alarm_hours", "options", "is_active",
    }
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class Made:
    """A connection and its password, empty when it has kept the one it had; shown this once."""

    connection: Connection
    password: str

    def __repr__(self) -> str:
        return f"connection {self.connection.pk}"


@command("exchange.set_connection", label=gettext_lazy("Set up a connection"))
def set_connection(*, actor: Actor, code: str, values: dict[str, Any]) -> Made:
    """
    Make a connection with an accounting base, or change it by its code; a new one gets a sign-in name and a password.

    :param values: fields of `Connection` by name.
    :raises Refused: a field is unknown, the zone does not exist, or the sign-in name is taken.
    """
    if unknown := set(values) - EDITABLE:
        raise Refused("bad_value", _("Cannot be set here: %(names)s."), names=", ".join(sorted(unknown)))
    _check(code, values)
    found = Connection.objects.select_for_update().filter(code=code).first()
    if found is None:
        return _made(code, values)
    for name, value in values.items():
        setattr(found, name, value)
    found.save(update_fields=[name.removesuffix("_id") for name in values])
    return Made(found, "")


def _check(code: str, values: dict[str, Any]) -> None:
    if "zone" in values:
        zones.check(values["zone"])
    login = values.get("login")
    if login and (":" in login or Connection.objects.filter(~Q(code=code), login=login).exists()):
        raise Refused("exchange.login_taken", _("This sign-in name is taken or has a colon."), missing=["login"])


def _made(code: str, values: dict[str, Any]) -> Made:
    password = secrets.token_urlsafe(12)
    ours = documents.default_organisation()
    filled = {"name": "1С", "login": code, "organisation_id": ours.pk if ours else None, **values}
    connection = Connection(code=code, password=make_password(password), **filled)
    connection.save()
    queue_open(connection)
    return Made(connection, password)


@command("exchange.new_password", label=gettext_lazy("New password"))
def new_password(*, actor: Actor, connection: Connection) -> Made:
    """Give a connection a new password, which is told this once; the old one stops working."""
    password = secrets.token_urlsafe(12)
    connection.password = make_password(password)
    connection.save(update_fields=["password"])
    return Made(connection, password)


@command("exchange.accept_base", label=gettext_lazy("Accept another base"))
def accept_base(*, actor: Actor, connection: Connection) -> Connection:
    """Take the next base or catalogue that comes for one of this connection's own: after a move or a new catalogue."""
    connection.identity = {}
    connection.save(update_fields=["identity"])
    return connection


@command("exchange.allow_archive", label=gettext_lazy("Allow to archive much once"))
def allow_archive(*, actor: Actor, connection: Connection) -> Connection:
    """Let the next full package archive more of the catalogue than usual; it holds for one time."""
    connection.options = {**connection.options, "allow_archive": True}
    connection.save(update_fields=["options"])
    return connection


@command("exchange.settle", label=gettext_lazy("Link by hand"))
def settle(
    *, actor: Actor, link: ExternalLink, client: Client, legal_entity: LegalEntity | None = None
) -> ExternalLink:
    """
    Decide which client a counterparty of 1C is; from now on it is found by this link.

    :raises Refused: it is no counterparty, or the legal entity is of another client.
    """
    if link.foreign_type != "counterparty":
        raise Refused("exchange.not_a_counterparty", _("Only counterparties are linked by hand."))
    if legal_entity is not None and legal_entity.client_id != client.pk:
        raise Refused("exchange.other_client", _("This legal entity is of another client."), missing=["legal_entity"])
    record, row = ("clients.legal_entity", legal_entity) if legal_entity else ("clients.client", client)
    decide(link.connection, (link.foreign_type, link.foreign_id), record, row.pk)
    link.refresh_from_db()
    return link


def default_connection(actor: Actor) -> Made:
    """The connection that a new installation begins with; its password is told only when it is made here."""
    found = Connection.objects.filter(code=DEFAULT).first()
    if found is not None:
        return Made(found, "")
    return set_connection(actor=actor, code=DEFAULT, values={"name": _("1C: accounting"), "login": "1c"})
