"""Packages: taken from the inbox, looked through, applied batch by batch from their checkpoint, and finished."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.db import connection as database
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.fronts.exchange import rules
from okno.fronts.exchange.commands import catalogue, goods, late, parties, pictures
from okno.fronts.exchange.commands.actors import actor_of
from okno.fronts.exchange.commands.catalogue import Taking
from okno.fronts.exchange.commands.journal import Journal, Result
from okno.fronts.exchange.commands.links import Links
from okno.fronts.exchange.commands.orders_in import take_documents
from okno.fronts.exchange.models import Connection, ExchangeSession, Package
from okno.fronts.exchange.parts.commerceml.classifier import CategorySeen
from okno.fronts.exchange.parts.commerceml.documents import ContainerSeen, DocumentSeen
from okno.fronts.exchange.parts.commerceml.found import (
    CatalogueStart,
    ClassifierStart,
    Ended,
    Found,
    Header,
    Ignored,
    OfferPackageStart,
    Owner,
    Trouble,
)
from okno.fronts.exchange.parts.commerceml.reader import read
from okno.fronts.exchange.parts.commerceml.values import package_id
from okno.fronts.exchange.parts.inbox.box import Inbox
from okno.kit import files, live
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.permissions import Actor

BATCH = 500
# An order is written with its client, lines and payments: a transaction holds fewer of them.
DOCUMENT_WEIGHT = 10
SLICE_SECONDS = 12.0
LARGEST = 4 << 30
_NOWHERE = 1 << 62


def inbox_of(session: ExchangeSession) -> Inbox:
    """The files that a session has sent."""
    return Inbox(inbox_folder(session))


def inbox_folder(session: ExchangeSession) -> Path:
    """Where the files of a session lie."""
    return Path(settings.OKNO_DATA_DIR) / "exchange" / str(session.connection_id) / str(session.pk)


@contextmanager
def alone(connection: Connection) -> Iterator[bool]:
    """Whether this process is the only one that applies packages of the connection; a killed one lets go at once."""
    key = f"okno.exchange.{connection.pk}"
    with database.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        is_ours = bool(cursor.fetchone()[0])
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [key])


@command("exchange.open_package", told_as=gettext_lazy("Take a package in"))
def open_package(*, actor: Actor, session: ExchangeSession, name: str, at: datetime) -> Package:
    """
    Begin the import of a file of a session: its bytes are kept, and it is read through once before anything is
    applied, so that a broken file changes nothing.

    :raises Refused: there is no such file, it is incomplete, or it is broken at a line that the text names.
    """
    begun = Package.objects.filter(session=session, name=name[:255], direction="in").order_by("-id").first()
    if begun is not None and begun.state in {Package.State.WAITING, Package.State.DOING}:
        return begun
    inbox = inbox_of(session)
    with inbox.open_xml(name) as stream:
        kept = files.store(stream, f"{Path(name).stem}.xml", LARGEST)
    if begun is not None and begun.state == Package.State.DONE and begun.sha256 == kept.sha256:
        return begun
    package = Package.objects.create(
        connection=session.connection, session=session, name=name[:255], type=session.type,
        sha256=kept.sha256, size=kept.size, at=at, state=Package.State.DOING,
    )  # fmt: skip
    inbox.seal(name)
    return package


@command("exchange.survey", told_as=gettext_lazy("Look a package through"))
def survey(*, actor: Actor, package: Package) -> Package:
    """
    Read a package through without applying it: is it whole, of the base that we know, and is it a full one?

    :raises Refused: it is broken or of another base.
    """
    connection = Connection.objects.select_for_update().get(pk=package.connection_id)
    full: set[str] = set()
    with _opened(package) as stream:
        for found in read(stream, _NOWHERE):
            match found.object:
                case Ended():
                    package.expected = found.index
                case Header(version=version):
                    package.format_version = version[:20]
                case ClassifierStart(id=foreign_id):
                    _pin(connection, "classifiers", foreign_id)
                case CatalogueStart(id=foreign_id, changes_only=is_partial):
                    _pin(connection, "catalogues", foreign_id)
                    full |= set() if is_partial else {"item"}
                case OfferPackageStart(catalogue_id=foreign_id, changes_only=is_partial, is_changes=is_changes):
                    _pin(connection, "catalogues", package_id(foreign_id))
                    full |= set() if is_partial or is_changes else {"offer"}
    package.full_parts = sorted(full)
    package.save(update_fields=["format_version", "full_parts", "expected"])
    connection.save(update_fields=["identity"])
    return package


def _pin(connection: Connection, kind: str, foreign_id: str) -> None:
    rules.check_identity(connection, kind, foreign_id)
    known = connection.identity.setdefault(kind, [])
    if foreign_id and foreign_id not in known:
        known.append(foreign_id)


def _opened(package: Package) -> BinaryIO:
    return files.open_stored(package.sha256)


def work(package: Package, *, at: datetime, seconds: float = SLICE_SECONDS) -> Package:
    """
    Go on with a package for about so many seconds, from its checkpoint; each batch is a transaction of its own.

    :raises Refused: it is broken or of another base; it is marked so, and what was applied before stays.
    """
    actor, ends = actor_of(package.connection), time.monotonic() + seconds
    try:
        if not package.checkpoint and not package.counts:
            package = survey(actor=actor, package=package)
        with _opened(package) as stream:
            for batch in _batches(read(stream, package.checkpoint)):
                package = take_batch(actor=actor, package=package, batch=Objects(batch), at=at)
                # What stands behind the last object has no checkpoint of its own: it ends the work.
                if time.monotonic() > ends and _counts(batch[-1]):
                    return package
    except Refused as refusal:
        fail_package(actor=actor, package=package, error=refusal.message, at=at)
        raise
    return finish_package(actor=actor, package=package, at=at)


class Objects:
    """Objects of a batch; in the journal they are only counted."""

    def __init__(self, found: Sequence[Found]) -> None:
        self.found = found

    def __repr__(self) -> str:
        return f"{len(self.found)} objects"


def _batches(found: Iterator[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    weight = 0
    for one in found:
        batch.append(one)
        weight += _weight(one)
        if weight >= BATCH:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def _weight(found: Found) -> int:
    """A batch without objects would leave the checkpoint where it is."""
    if not _counts(found):
        return 0
    return DOCUMENT_WEIGHT if isinstance(found.object, DocumentSeen | ContainerSeen) else 1


@command("exchange.take_batch", told_as=gettext_lazy("Take in from the accounting system"))
def take_batch(*, actor: Actor, package: Package, batch: object, at: datetime) -> Package:
    """Apply the objects of a batch and move the checkpoint behind them."""
    found = cast("Objects", batch).found
    connection = package.connection
    journal = Journal(package)
    taking = Taking(actor, connection, Links(connection), journal, at)
    catalogue.take(taking, found)
    goods.take_goods(taking, found)
    goods.take_offers(taking, found)
    if package.session is not None:
        pictures.take(taking, inbox_of(package.session), found)
    late.keep(taking)
    late.release(taking)
    parties.take_list(taking, found)
    take_documents(taking, found)
    _note_the_rest(journal, found)
    taking.links.write(package.session_id, at)
    journal.write(max([package.checkpoint, *(one.index + 1 for one in found if _counts(one))]))
    live.tell_topic("exchange.package")
    return package


def _counts(found: Found) -> bool:
    """Whether the thing is an object of its own, behind which the next checkpoint stands."""
    return not isinstance(found.object, Header | ClassifierStart | CatalogueStart | OfferPackageStart | Ignored)


def _note_the_rest(journal: Journal, found: Sequence[Found]) -> None:
    for one in found:
        match one.object:
            case Trouble(element=element, object_id=object_id, message=message):
                told = journal.about(element[:20], object_id, one.line)
                told.say(Result.REFUSED, _("Line %(line)s, %(element)s: %(why)s")
                         % {"line": one.line, "element": element, "why": message})  # fmt: skip
            case Ignored(element=element):
                told = journal.about("element", "", one.line, element)
                told.say(Result.IGNORED, _("Elements like this are not read."))
            case CategorySeen(id=foreign_id, name=name):
                told = journal.about("category", foreign_id, one.line, name)
                told.say(Result.IGNORED, _("Categories only choose properties; the properties themselves are taken."))
            case Owner(counterparty=seen):
                told = journal.about("owner", seen.id, one.line, seen.name)
                told.say(Result.IGNORED, _("Our own organisation is set up in the settings."))


@command("exchange.finish_package", told_as=gettext_lazy("End taking a package in"))
def finish_package(*, actor: Actor, package: Package, at: datetime) -> Package:
    """Say that a package has been applied to its end; pictures that waited for its files are kept."""
    if package.session is not None:
        journal = Journal(package)
        taking = Taking(actor, package.connection, Links(package.connection), journal, at)
        pictures.take_late(taking, inbox_of(package.session))
    package.state, package.finished_at = Package.State.DONE, at
    package.save(update_fields=["state", "finished_at"])
    live.tell_topic("exchange.package")
    return package


@command("exchange.fail_package", told_as=gettext_lazy("Refuse a package"))
def fail_package(*, actor: Actor, package: Package, error: str, at: datetime) -> Package:
    """Say that a package is refused and why."""
    package.state, package.error, package.finished_at = Package.State.FAILED, error, at
    package.save(update_fields=["state", "error", "finished_at"])
    live.tell_topic("exchange.package")
    return package


def totals(package: Package) -> dict[str, int]:
    """How many objects of a package had each result."""
    pairs = itertools.chain.from_iterable(of_kind.items() for of_kind in package.counts.values())
    found: dict[str, int] = {}
    for result, number in pairs:
        found[result] = found.get(result, 0) + number
    return found
