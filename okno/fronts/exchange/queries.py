"""Reads of the exchange: each starts from what the actor may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from okno.areas.catalog import queries as catalog
from okno.fronts.exchange.models import Connection, ExchangeSession, ExternalLink, Outcome, Outgoing, Package, Waiting
from okno.kit.errors import Missing
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import SYSTEM, Actor

# What a person may match by hand with which rows of ours, and how many of them a page shows.
MATCHED = {"price_type": catalog.price_types, "warehouse": catalog.warehouses}
MOST_UNMATCHED = 50


def connections(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Connection]:
    """Connections that are not marked for deletion."""
    rows: RecordQuerySet[Connection] = RecordQuerySet(Connection)
    return rows.visible_to(actor, narrow=narrow).alive()


def connection_for_card(actor: Actor, connection_id: int) -> Connection | None:
    """A connection with what its card names."""
    return connections(actor).select_related("organisation", "responsible").filter(pk=connection_id).first()


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


def link_for_page(actor: Actor, link_id: int) -> ExternalLink | None:
    """A link, or None when there is none."""
    return links(actor).filter(pk=link_id).first()


def waiting(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Waiting]:
    """Parts of objects that came too early."""
    rows: RecordQuerySet[Waiting] = RecordQuerySet(Waiting)
    return rows.visible_to(actor, narrow=narrow)


def outgoing(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Outgoing]:
    """Invoices on their way to 1C."""
    rows: RecordQuerySet[Outgoing] = RecordQuerySet(Outgoing)
    return rows.visible_to(actor, narrow=narrow)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Something that 1C names and never described; `example` is one of those that wait for it, as it came."""

    kind: str
    foreign_id: str
    count: int
    example: dict[str, Any]


def unmatched(actor: Actor, connection: Connection) -> list[Unmatched]:
    """Price types and warehouses that prices and rests wait for, most wanted first."""
    rows = waiting(actor).filter(connection=connection, for_type__in=MATCHED)
    counted = rows.order_by().values("for_type", "for_id").annotate(count=Count("id"), first=Min("id"))
    found = list(counted.order_by("-count", "for_id")[:MOST_UNMATCHED])
    examples = dict(rows.filter(pk__in=[one["first"] for one in found]).values_list("pk", "payload"))
    return [Unmatched(one["for_type"], one["for_id"], one["count"], examples[one["first"]]) for one in found]


def offer_name(actor: Actor, connection: Connection, foreign_id: str) -> str:
    """What an offer of 1C is called here, its id where it is not known."""
    link = links(actor).filter(connection=connection, foreign_type="offer", foreign_id=foreign_id).first()
    offer = catalog.offers(actor).filter(pk=link.row_id or 0).first() if link else None
    return offer.name if offer else foreign_id


def matched_by_hand(actor: Actor, connection: Connection) -> list[ExternalLink]:
    """Links of price types and warehouses that a person has made."""
    return list(links(actor).filter(connection=connection, foreign_type__in=MATCHED, how_matched="hand").order_by("id"))


def statuses_seen(actor: Actor, connection: Connection) -> list[str]:
    """Statuses that orders of this base have had, by name."""
    of_orders = links(actor).filter(connection=connection, foreign_type="order", details__has_key="status")
    return sorted(set(of_orders.order_by().values_list("details__status", flat=True).distinct()))


@dataclass(frozen=True, slots=True)
class Standing:
    """How an exchange stands: when it last succeeded each way, and what waits or is stuck."""

    last_in: datetime | None
    last_out: datetime | None
    last_call: datetime | None
    due: int
    excluded: dict[str, int]
    waiting: int
    conflicts: int
    refused: int
    is_late: bool


def standing(actor: Actor, connection: Connection, at: datetime) -> Standing:
    """The state of a connection. It is late when nothing has come for longer than its alarm allows."""
    done = packages(actor).filter(connection=connection, state=Package.State.DONE)
    last_in = done.filter(direction=Package.Direction.IN).aggregate(at=Max("finished_at"))["at"]
    last_out = done.filter(direction=Package.Direction.OUT).aggregate(at=Max("finished_at"))["at"]
    last_call = sessions(actor).filter(connection=connection).aggregate(at=Max("last_call_at"))["at"]
    due = outgoing(actor).filter(connection=connection, is_due=True)
    excluded = due.exclude(excluded_by="").order_by().values_list("excluded_by").annotate(number=Count("id"))
    alarm = timedelta(hours=connection.alarm_hours)
    return Standing(
        last_in=last_in,
        last_out=last_out,
        last_call=last_call,
        due=due.filter(excluded_by="").count(),
        excluded=dict(excluded),
        waiting=waiting(actor).filter(connection=connection).count(),
        conflicts=links(actor).filter(connection=connection, state=ExternalLink.State.CONFLICT).count(),
        refused=packages(actor).filter(connection=connection, state=Package.State.FAILED).count(),
        is_late=connection.is_active and last_call is not None and at - last_call > alarm,
    )


def outcomes_of(package: Package) -> list[tuple[str, str, int]]:
    """How many objects of each kind had each result."""
    return [
        (kind, result, number)
        for kind, of_kind in sorted(package.counts.items())
        for result, number in sorted(of_kind.items())
    ]


def refused_of(actor: Actor, package: Package) -> list[Outcome]:
    """The first refused objects of a package: what is wrong with one is often wrong with all."""
    return list(outcomes(actor).filter(package=package, result=Outcome.Result.REFUSED).order_by("id")[:5])


def links_of(actor: Actor, record: str, row_id: int) -> RecordQuerySet[ExternalLink]:
    """What a row of ours is called in other bases."""
    rows = links(actor).filter(record=record, row_id=row_id).select_related("connection")
    return rows.order_by("connection_id", "foreign_type", "id")


def external_ids(record: str, ids: Iterable[int]) -> dict[int | None, list[dict[str, str]]]:
    """Foreign ids of rows by id of the row: pairs of connection and id."""
    found: dict[int | None, list[dict[str, str]]] = {}
    links: RecordQuerySet[ExternalLink] = RecordQuerySet(ExternalLink)
    rows = links.filter(record=record, row_id__in=list(ids)).order_by("id")
    for row_id, code, foreign_id in rows.values_list("row_id", "connection__code", "foreign_id"):
        found.setdefault(row_id, []).append({"connection": code, "id": foreign_id})
    return found


def masters(record: str, ids: Collection[int], column: str) -> dict[int, str]:
    """Names of working connections whose base keeps rows of ours; a column that a connection leaves to us is ours."""
    links: RecordQuerySet[ExternalLink] = RecordQuerySet(ExternalLink)
    kept = links.filter(record=record, row_id__in=list(ids), state=ExternalLink.State.LINKED)
    rows = kept.filter(connection__is_active=True, connection__is_deleted=False).order_by("-id")
    told = rows.values_list("row_id", "connection__name", "connection__options")
    return {row_id or 0: name for row_id, name, options in told if column not in options.get("crm_fields", ())}


def troubles(at: datetime) -> list[str]:
    """What is wrong with the exchange, for `okno doctor`: a sentence for each connection in trouble."""
    told = []
    for connection in connections(SYSTEM).filter(is_active=True).order_by("id"):
        seen = standing(SYSTEM, connection, at)
        if seen.is_late and seen.last_call is not None:
            hours = int((at - seen.last_call).total_seconds() // 3600)
            text = _("“%(name)s” has not exchanged for %(hours)s hours")
            told.append(text % {"name": connection.name, "hours": hours})
        if seen.conflicts:
            text = _("“%(name)s” has %(count)s conflicts to decide")
            told.append(text % {"name": connection.name, "count": seen.conflicts})
    return told
