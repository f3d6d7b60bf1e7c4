"""Sessions of exchange: signing in, the one session at a time, uploads, imports in slices, the end of a full set."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.catalog import commands as catalog
from okno.areas.catalog.commands import Batch
from okno.fronts.exchange import queries, rules
from okno.fronts.exchange.commands import packages
from okno.fronts.exchange.commands.actors import actor_of
from okno.fronts.exchange.models import Connection, ExchangeSession, ExternalLink, Package, SignInFailure
from okno.fronts.exchange.parts.inbox.wholeness import Kind, kind_of
from okno.kit import live
from okno.kit.commands import command
from okno.kit.errors import Refused, Told
from okno.kit.permissions import Actor

__all__ = ["COOKIE", "ExchangeSession"]

COOKIE = rules.COOKIE
TYPES = frozenset({"catalog", "sale", "reference", "contragents", "documents"})
UNPACK_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a client is told when it has signed in; the secret is told this once."""

    session: ExchangeSession
    secret: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: what 1C shows, and whether it has to ask again."""

    is_done: bool
    text: str


def greet(
    *, login: str, password: str, code: str, kind: str, address: str, at: datetime, seen_with: list[str]
) -> Greeting:
    """
    Sign a client in and begin a session; any wrong word is counted, several of them close the door for a while.

    :raises Refused: name or password is wrong, there were too many failures, or another exchange is under way.
    """
    connection = _signed_in(login, password, code, address, at)
    check_is_free(connection, kind, at)
    secret = secrets.token_urlsafe(32)
    session = open_session(
        actor=actor_of(connection), connection=connection, kind=kind, secret=hashed(secret), address=address,
        seen_with=seen_with, at=at,
    )  # fmt: skip
    return Greeting(session, secret)


def _signed_in(login: str, password: str, code: str, address: str, at: datetime) -> Connection:
    failure = SignInFailure.objects.filter(login=login[:100], address=address[:60]).first()
    if failure is not None:
        rules.check_may_try(failure.count, failure.last_at, at)
    found = Connection.objects.filter(login=login, is_deleted=False, is_active=True).first()
    if found is None:
        # A name that is not there takes as long as a wrong password.
        make_password(password)
    if found is None or not check_password(password, found.password) or (code and found.code != code):
        _count_failure(login, address, at)
        raise Refused("exchange.bad_sign_in", _("The name or the password of the exchange is wrong."))
    SignInFailure.objects.filter(login=login[:100], address=address[:60]).delete()
    return found


def _count_failure(login: str, address: str, at: datetime) -> None:
    made, is_new = SignInFailure.objects.get_or_create(
        login=login[:100], address=address[:60], defaults={"count": 1, "last_at": at}
    )
    if not is_new:
        is_old = at - made.last_at >= rules.PAUSE
        SignInFailure.objects.filter(pk=made.pk).update(count=1 if is_old else F("count") + 1, last_at=at)


def hashed(secret: str) -> str:
    """What is kept of a cookie."""
    return hashlib.sha256(secret.encode()).hexdigest()


@command("exchange.open_session", told_as=gettext_lazy("Open a session of exchange"))
def open_session(
    *, actor: Actor, connection: Connection, kind: str, secret: str, address: str, seen_with: list[str], at: datetime
) -> ExchangeSession:
    """Begin a session of a client that has signed in."""
    return ExchangeSession.objects.create(
        connection=connection, type=kind[:20], secret=secret, sessid=secrets.token_hex(16), address=address[:60],
        seen_with=seen_with, started_at=at, last_call_at=at,
    )  # fmt: skip


def check_is_free(connection: Connection, kind: str, at: datetime, but: int = 0) -> None:
    """:raises Refused: another session of the connection is under way."""
    for other in ExchangeSession.objects.filter(connection=connection, state=ExchangeSession.State.OPEN).exclude(
        pk=but
    ):
        if rules.is_busy(other, has_files=has_files(other), new_type=kind, at=at):
            raise Refused(
                "exchange.busy",
                _("The exchange is already under way since %(since)s: wait until it ends."),
                since=f"{other.started_at.astimezone(actor_of(connection).zone):%H:%M}",
            )


def has_files(session: ExchangeSession) -> bool:
    """Whether files of a session still wait to be imported."""
    doing = {Package.State.WAITING, Package.State.DOING}
    return Package.objects.filter(session=session, state__in=doing).exists() or bool(_unread(session))


def _unread(session: ExchangeSession) -> list[str]:
    """Archives and XML files that have come and have not been imported; pictures are asked for by the goods."""
    inbox = packages.inbox_of(session)
    left = (one for one in inbox.entries.values() if one.parts and not one.is_sealed)
    return [one.name for one in left if kind_of(inbox.path(one)) in {Kind.ZIP, Kind.XML}]


def session_of(secret: str, sessid: str, code: str, at: datetime, seen_with: list[str]) -> ExchangeSession:
    """
    The session of a cookie. `sessid` is checked when it is given and never asked for.

    :raises Refused: the cookie is unknown or belongs to another connection, or the session is over.
    """
    found = ExchangeSession.objects.select_related("connection").filter(secret=hashed(secret)).first()
    if found is None or not found.connection.is_active or (code and found.connection.code != code):
        raise Refused("exchange.no_session", _("There is no exchange session: sign in first (mode=checkauth)."))
    if sessid and not secrets.compare_digest(sessid.encode(), found.sessid.encode()):
        raise Refused("exchange.bad_sessid", _("The request names another session (sessid): begin the exchange anew."))
    rules.check_is_alive(found, at)
    ExchangeSession.objects.filter(pk=found.pk).update(last_call_at=at)
    found.last_call_at = at
    if set(seen_with) - set(found.seen_with):
        found.seen_with = sorted({*found.seen_with, *seen_with})
        ExchangeSession.objects.filter(pk=found.pk).update(seen_with=found.seen_with)
    return found


@command("exchange.begin", told_as=gettext_lazy("Begin an exchange"))
def begin(*, actor: Actor, session: ExchangeSession, version: str = "", at: datetime) -> ExchangeSession:
    """
    Make a session the one that works; what other sessions of the connection left behind is closed.

    :raises Refused: another session is under way.
    """
    Connection.objects.select_for_update().get(pk=session.connection_id)
    check_is_free(session.connection, session.type, at, but=session.pk)
    live_states = {ExchangeSession.State.GREETED, ExchangeSession.State.OPEN, ExchangeSession.State.IDLE}
    others = ExchangeSession.objects.filter(connection=session.connection_id, state__in=live_states, pk__lt=session.pk)
    others.update(state=ExchangeSession.State.CLOSED)
    session.state = ExchangeSession.State.OPEN
    session.client_version = version[:10] or session.client_version
    session.save(update_fields=["state", "client_version"])
    return session


def begin_if_new(session: ExchangeSession, at: datetime) -> ExchangeSession:
    """
    Make a session the one that works when the client has left `init` out.

    :raises Refused: another session is under way.
    """
    if session.state != ExchangeSession.State.GREETED:
        return session
    return begin(actor=actor_of(session.connection), session=session, at=at)


def fail(session: ExchangeSession, refusal: Told) -> None:
    """Note on a session what it was refused; one that only has to wait has not failed."""
    if refusal.code != "exchange.busy":
        set_state(session, ExchangeSession.State.FAILED, refusal.message)


def set_state(session: ExchangeSession, state: str, error: str = "") -> None:
    """Note where a session stands."""
    ExchangeSession.objects.filter(pk=session.pk).update(state=state, error=error)
    session.state, session.error = state, error


def empty_inbox(session: ExchangeSession) -> None:
    """Forget files that a session has sent before, unless they are being imported."""
    doing = {Package.State.WAITING, Package.State.DOING}
    if not Package.objects.filter(session=session, state__in=doing).exists():
        packages.inbox_of(session).empty()


def receive(session: ExchangeSession, name: str, body: BinaryIO) -> int:
    """
    Put a part of a file into the inbox. Returns the size of the file so far, in bytes.

    :raises Refused: the name is bad, or the inbox is full.
    """
    entry = packages.inbox_of(session).receive(name, body)
    if session.state != ExchangeSession.State.OPEN:
        set_state(session, ExchangeSession.State.OPEN)
    return entry.size


def import_received(session: ExchangeSession, name: str, *, at: datetime) -> Progress:
    """
    Import all XML that has come whole under this name: the old way of `type=sale`, without `mode=import`.

    Nothing happens while parts are missing.

    :raises Refused: a file is broken.
    """
    inbox = packages.inbox_of(session)
    if not inbox.is_complete(name):
        return Progress(is_done=False, text="")
    entry = inbox.find(name)
    if entry is not None and kind_of(inbox.path(entry)) is Kind.ZIP:
        inbox.unpack_all()
        inside = [one.name for one in packages.inbox_of(session).entries.values() if one.origin == entry.stored]
    else:
        inside = [name]
    for one in inside:
        if one.casefold().endswith(".xml"):
            while not import_file(session, one, at=at, seconds=60).is_done:
                pass
    return Progress(is_done=True, text="")


def import_file(
    session: ExchangeSession, name: str, *, at: datetime, seconds: float = packages.SLICE_SECONDS
) -> Progress:
    """
    Import a file of a session, or go on with it: about so many seconds of work, then it tells how far it is.

    :raises Refused: the file has not come, is broken, or is of another base.
    """
    with packages.alone(session.connection) as is_alone:
        if not is_alone:
            return Progress(is_done=False, text=_("The exchange is being worked on."))
        if unpacked := _unpack(session):
            return unpacked
        package = packages.open_package(actor=actor_of(session.connection), session=session, name=name, at=at)
        if package.state != Package.State.DONE:
            package = packages.work(package, at=at, seconds=seconds)
    if package.state != Package.State.DONE:
        return Progress(
            is_done=False, text=_("%(name)s: %(count)s objects done") % {"name": name, "count": package.total}
        )
    if not has_files(session):
        set_state(session, ExchangeSession.State.IDLE)
    return Progress(is_done=True, text=_summary(package))


def _unpack(session: ExchangeSession) -> Progress | None:
    """A step of unpacking, None when there is nothing left to unpack."""
    inbox = packages.inbox_of(session)
    for entry in inbox.packed():
        done = inbox.unpack(entry.name, UNPACK_AT_ONCE)
        if not done.is_finished:
            text = _("Unpacking: %(done)s of %(total)s files")
            return Progress(is_done=False, text=text % {"done": done.done, "total": done.total})
    return None


def _summary(package: Package) -> str:
    numbers = packages.totals(package)
    text = _("%(name)s: %(total)s objects, %(created)s new, %(updated)s changed, %(refused)s refused")
    return text % {
        "name": package.name,
        "total": package.total,
        "created": numbers.get("created", 0),
        "updated": numbers.get("updated", 0),
        "refused": numbers.get("refused", 0),
    }


@command("exchange.deactivate", told_as=gettext_lazy("Mark what a full package lacks"))
def deactivate(*, actor: Actor, session: ExchangeSession) -> int:
    """
    Archive what full packages of this session have not named; only sets that came to their end are believed.

    Returns how many objects were archived.

    :raises Refused: too much would be archived: a cut export is more likely.
    """
    connection = Connection.objects.select_for_update().get(pk=session.connection_id)
    done = session.packages.filter(state=Package.State.DONE, direction=Package.Direction.IN)
    kinds = sorted({kind for parts in done.values_list("full_parts", flat=True) for kind in parts})
    if not kinds or session.packages.exclude(state=Package.State.DONE).exists():
        return 0
    linked = ExternalLink.objects.filter(connection=connection, foreign_type__in=kinds, state=ExternalLink.State.LINKED)
    lost = linked.exclude(seen_in=session.pk)
    is_allowed = bool(connection.options.get("allow_archive"))
    rules.check_archive(lost.count(), linked.count(), connection.most_archived, is_allowed=is_allowed)
    ids = {kind: list(lost.filter(foreign_type=kind).values_list("row_id", flat=True)) for kind in ("item", "offer")}
    archived = catalog.archive_lost(actor=actor, items=Batch(ids["item"]), offers=Batch(ids["offer"]))
    lost.update(state=ExternalLink.State.LOST, prints={})
    if is_allowed:
        connection.options = {**connection.options, "allow_archive": False}
        connection.save(update_fields=["options"])
    return int(archived)


def close(session: ExchangeSession) -> None:
    """The client has said that it is done."""
    with transaction.atomic():
        set_state(session, ExchangeSession.State.CLOSED)
        live.tell_topic("exchange.package")


@command("exchange.end_session", label=gettext_lazy("Close the session"))
def end_session(*, actor: Actor, session_id: int) -> None:
    """Close a session by hand, so that another one may begin at once. :raises Missing: there is none."""
    session = queries.session(actor, session_id)
    ExchangeSession.objects.filter(pk=session.pk).update(
        state=ExchangeSession.State.CLOSED, error=_("Closed by %(name)s.") % {"name": actor.name}
    )
    Package.objects.filter(session=session, state__in=["waiting", "doing"]).update(
        state=Package.State.FAILED, error=_("Closed by %(name)s.") % {"name": actor.name}
    )
