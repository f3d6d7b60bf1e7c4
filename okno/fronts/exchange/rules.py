"""What may happen in an exchange, and how its words are read. Pure: no writes, no clock, no request."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from okno.fronts.exchange.models import Connection, ExchangeSession
from okno.kit import money
from okno.kit.errors import Refused

COOKIE = "okno_exchange"
# A session with files that has not called for so long has died; one without files is given up sooner.
STALE = timedelta(minutes=30)
QUIET = timedelta(minutes=3)
LIFETIME = timedelta(hours=24)
# Sign-in: so many failures from one address, then it waits.
MOST_FAILURES = 5
PAUSE = timedelta(minutes=5)
LATEST_VERSION = (3, 1)
CONTAINER_SINCE = (2, 10)
_VERSION = re.compile(r"([23])\.(\d{1,2})")
LARGEST = Decimal(10) ** 14
# What a status of an order of 1C may be set to mean: this, or `stage:scenario/stage`.
CANCELS, STAGE = "cancelled", "stage:"


@dataclass(frozen=True, slots=True)
class Form:
    """How a client wants its orders: CommerceML version, encoding, container."""

    version: str
    encoding: str
    container: bool


def check_may_try(count: int, last_at: datetime, at: datetime) -> None:
    """:raises Refused: there were too many failed sign-ins a short time ago."""
    if count >= MOST_FAILURES and at - last_at < PAUSE:
        minutes = int((PAUSE - (at - last_at)).total_seconds() // 60) + 1
        raise Refused(
            "exchange.too_many_failures",
            _("Too many failed sign-ins: try again in %(minutes)s minutes."),
            minutes=minutes,
        )


def is_busy(session: ExchangeSession, *, has_files: bool, new_type: str, at: datetime) -> bool:
    """Whether another session has to wait for this one."""
    if session.state != ExchangeSession.State.OPEN or at - session.last_call_at > STALE:
        return False
    if has_files:
        return True
    if at - session.last_call_at > QUIET:
        # Nothing is being sent and nobody calls: whoever tries again after a failure need not wait half an hour.
        return False
    if session.queried_at and not session.is_confirmed:
        return True
    # One button of 1C goes through goods and orders: the second begins where the first had nothing to send.
    return session.type == new_type


def check_is_alive(session: ExchangeSession, at: datetime) -> None:
    """:raises Refused: the session has ended or is too old."""
    if session.state == ExchangeSession.State.CLOSED or at - session.started_at > LIFETIME:
        raise Refused("exchange.session_over", _("This exchange session is over: begin a new one."))


def check_identity(connection: Connection, kind: str, foreign_id: str) -> None:
    """:raises Refused: another base than the one that exchanged first."""
    known = connection.identity.get(kind, [])
    if foreign_id and known and foreign_id not in known:
        raise Refused(
            "exchange.other_base",
            _(
                "This is another base: the catalogue is “%(id)s”, and “%(name)s” exchanges with “%(known)s”. "
                "If it is meant to be, accept the new catalogue in the settings of the connection."
            ),
            id=foreign_id,
            name=connection.name,
            known=", ".join(known),
        )


def form_for(connection: Connection, client_version: str) -> Form:
    """How to write for this client: the settings of the connection win, else what the client says."""
    asked = connection.version_out or client_version
    found = _VERSION.fullmatch(asked)
    number = min((int(found[1]), int(found[2])), LATEST_VERSION) if found else (2, 9)
    version = f"{number[0]}.{number[1]:02d}" if number[0] == 2 else f"{number[0]}.{number[1]}"
    is_new = bool(client_version) and number >= CONTAINER_SINCE
    container = connection.container == Connection.Container.ALWAYS or (
        connection.container == Connection.Container.AUTO and is_new
    )
    return Form(version, connection.encoding, container)


def check_archive(to_archive: int, alive: int, most_percent: int, *, is_allowed: bool) -> None:
    """:raises Refused: a full package lacks so much of the catalogue that it is more likely to be cut."""
    if not is_allowed and to_archive * 100 > alive * most_percent:
        raise Refused(
            "exchange.too_many_archived",
            _(
                "The full package lacks %(count)s of %(alive)s objects, more than %(most)s %%: nothing was archived. "
                "Check the export; if it is right, allow it in the settings of the connection."
            ),
            count=to_archive,
            alive=alive,
            most=most_percent,
        )


def currency_code(text: str, default: str = "RUB") -> str:
    """The three letters of a currency that is told as free text; the default when it cannot be known."""
    try:
        return money.currency_code(text)
    except Refused:
        return default


def fits(value: Decimal | None) -> bool:
    """Whether a number has room in our columns."""
    return value is None or abs(value) < LARGEST


def print_of(thing: object, version: str = "", *, deleted: bool = False) -> str:
    """What tells that an object has not changed: its version in 1C, else all its values."""
    if version:
        return f"v:{version}:{int(deleted)}"[:100]
    return hashlib.blake2b(repr(thing).encode("utf-8", "replace"), digest_size=12).hexdigest()


def stage_meant(meant: str) -> tuple[str, str]:
    """Codes of the scenario and the stage that a status means, two empty texts when it means no stage."""
    scenario, slash, stage = meant.removeprefix(STAGE).partition("/")
    return (scenario, stage) if meant.startswith(STAGE) and slash else ("", "")
