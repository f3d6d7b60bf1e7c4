"""Reads of the exchange: each starts from what the actor may see."""

from __future__ import annotations

from django.utils.translation import gettext as _

from okno.fronts.exchange.models import Connection, ExchangeSession, ExternalLink, Outcome, Outgoing, Package, Waiting
from okno.kit.errors import Missing
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor


def connections(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Connection]:
    """Connections that are not marked for deletion."""
    rows: RecordQuerySet[Connection] = RecordQuerySet(Connection)
    return rows.visible_to(actor, narrow=narrow).alive()


def connection_for_card(actor: Actor, connection_id: int) -> Connection | None:
    """A connection with what its card names."""
    return connections(actor).select_related("organisation", "price_type").filter(pk=connection_id).first()


def sessions(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[ExchangeSession]:
    """Sessions of exchange."""
    rows: RecordQuerySet[ExchangeSession] = RecordQuerySet(ExchangeSession)
    return rows.visible_to(actor, narrow=narrow)


def session(actor: Actor, session_id: int) -> ExchangeSession:
    """A session. :raises Missing: there is none."""
    found = sessions(actor).filter(pk=session_id).first()
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def packages(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Package]:
    """Packages of all connections."""
    rows: RecordQuerySet[Package] = RecordQuerySet(Package)
    return rows.visible_to(actor, narrow=narrow)


def package_for_card(actor: Actor, package_id: int) -> Package | None:
    """A package with its connection and session."""
    return packages(actor).select_related("connection", "session").filter(pk=package_id).first()


def outcomes(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Outcome]:
    """What became of each object."""
    rows: RecordQuerySet[Outcome] = RecordQuerySet(Outcome)
    return rows.visible_to(actor, narrow=narrow)


def links(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[ExternalLink]:
    """Links between objects of 1C and rows of ours."""
    rows: RecordQuerySet[ExternalLink] = RecordQuerySet(ExternalLink)
    return rows.visible_to(actor, narrow=narrow)


def waiting(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Waiting]:
    """Parts of objects that came too early."""
    rows: RecordQuerySet[Waiting] = RecordQuerySet(Waiting)
    return rows.visible_to(actor, narrow=narrow)


def outgoing(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Outgoing]:
    """Invoices on their way to 1C."""
    rows: RecordQuerySet[Outgoing] = RecordQuerySet(Outgoing)
    return rows.visible_to(actor, narrow=narrow)
