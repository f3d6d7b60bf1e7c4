"""Events: told inside a command, stored with it, delivered to each handler exactly once in effect."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any, ClassVar

import structlog
from django.db import close_old_connections, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from okno.kit import commands
from okno.kit.errors import Refused
from okno.kit.models.journal import Delivery
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

log = structlog.get_logger()

MAX_TRIES = 6
BATCH = 50
CHANNEL = "okno_delivery"
PATIENCE = "200ms"
# Every command that changes something tells of it: the event, its deliveries and the hint to look at them go at once.
STORE = """
    with told as (
        insert into kit_eventrow (name, payload, run_id, order_key) values (%s, %s::jsonb, %s, %s)
        returning id, order_key
    ), due as (
        insert into kit_delivery (event_id, handler, order_key, state, tries, error)
        select told.id, one.handler, told.order_key, 'waiting', 0, ''
        from told, unnest(%s::text[]) with ordinality as one (handler, place)
        order by one.place
        returning 1
    )
    select pg_notify(%s, '') from due limit 1
"""


@dataclass(frozen=True, kw_only=True)
class Event:
    """
    The base of events. The first field names the record whose events keep their order, e.g. `deal_id`.

    Fields are ids and plain values: int, str, bool, None and lists of them.
    """

    known: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Event.known[cls.name()] = cls

    @classmethod
    def name(cls) -> str:
        """`area.EventName`, stable across moves of the file."""
        return f"{cls.__module__.split('.')[-2]}.{cls.__name__}"

    def order_key(self) -> str:
        """Events with equal keys reach a handler one after another."""
        first = fields(self)[0].name
        return f"{first}:{getattr(self, first)}"


def emit(event: Event) -> None:
    """Store the event and its deliveries in the transaction of the running command."""
    run = commands.current()
    if run is None:
        raise Refused("no_command", _("Events are told by commands only."))
    if run.is_silent:
        return
    name, payload = event.name(), asdict(event)
    if run.is_preview:
        run.events.append({"event": name, **payload})
        return
    hearings = [one for one in registry.handlers.get(name, []) if one.when is None or one.when(event)]
    with connection.cursor() as cursor:
        names = [name_of(one.handler) for one in hearings]
        cursor.execute(STORE, (name, json.dumps(payload), run.id, event.order_key(), names, CHANNEL))


def name_of(handler: Any) -> str:
    """The lasting name of a handler: `area.handlers.function`."""
    area = handler.__module__.split(".")
    return f"{area[-2]}.{area[-1]}.{handler.__name__}"


def wake() -> None:
    """Let the delivery loop look at the queue when this transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, '')", [CHANNEL])


def hold(runs: Collection[int]) -> list[int]:
    """
    Lock what these runs have told and nobody has got, for `drop` or `deliver_after_all`; gives the ids.

    It is asked before any other row is locked: a delivery that is under way locks rows of its own and comes first.
    """
    undelivered = Delivery.objects.filter(event__run_id__in=runs).exclude(
        state__in=(Delivery.State.DONE, Delivery.State.GIVEN_UP)
    )
    return [one.pk for one in undelivered.select_for_update(of=("self",)).order_by("pk")]


def drop(deliveries: Collection[int]) -> None:
    """Deliver these no more: what they tell was taken back."""
    Delivery.objects.filter(pk__in=deliveries).update(state=Delivery.State.DROPPED)


def deliver_after_all(deliveries: Collection[int]) -> None:
    """Deliver what was dropped: what it tells holds again."""
    dropped = Delivery.objects.filter(pk__in=deliveries, state=Delivery.State.DROPPED)
    if dropped.update(state=Delivery.State.WAITING, tries=0, next_try_at=Now()):
        wake()


def deliver_forever(*, poll_seconds: float = 5.0, stop: Any = None) -> None:
    """Deliver as events come, and every few seconds whatever is due; until `stop.is_set()`."""
    connection.ensure_connection()
    while stop is None or not stop.is_set():
        close_old_connections()
        with connection.cursor() as cursor:
            cursor.execute(f"listen {CHANNEL}")
        while deliver_due():
            pass
        raw = connection.connection
        for _notify in raw.notifies(timeout=poll_seconds, stop_after=1):
            pass


def deliver_due(limit: int = BATCH) -> int:
    """Deliver what is due, oldest first. Returns how many deliveries were taken."""
    taken = _take(limit)
    if not taken:
        return 0
    fresh = [one for one, tries in taken if tries == 1]
    if fresh:
        _deliver(fresh)
    for one, tries in taken:
        if tries > MAX_TRIES:
            _give_up(one)
        elif tries > 1:
            _deliver([one])
    return len(taken)


def _take(limit: int) -> list[tuple[int, int]]:
    """Count a try of what is due before acting, so that a delivery that kills the worker is counted too."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update kit_delivery set tries = tries + 1, next_try_at = clock_timestamp() + interval '30 seconds'
            where id in (
                select queue.id from kit_delivery queue
                where queue.state = 'waiting' and queue.next_try_at <= clock_timestamp()
                and not exists (
                    select 1 from kit_delivery earlier
                    where earlier.state = 'waiting' and earlier.handler = queue.handler
                    and earlier.order_key = queue.order_key and earlier.id < queue.id
                )
                order by queue.id limit %s for update skip locked
            )
            returning id, tries
            """,
            [limit],
        )
        return sorted((int(row[0]), int(row[1])) for row in cursor.fetchall())


def _deliver(ids: list[int]) -> None:
    """Run handlers in one transaction, each in its own savepoint: effects and "done" are kept together."""
    broken: list[tuple[int, str]] = []
    is_shared = len(ids) > 1
    with transaction.atomic():
        if is_shared:
            _wait_briefly()
        rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("event")
        waiting = rows.filter(pk__in=ids, state=Delivery.State.WAITING).order_by("id")
        for delivery in waiting:
            error, this = _handle(delivery), Delivery.objects.filter(pk=delivery.pk)
            if error is None:
                this.update(state=Delivery.State.DONE, error="")
            elif is_shared and isinstance(error.__cause__, LockNotAvailable):
                # Its second try is one of its own.
                this.update(next_try_at=Now())
            else:
                log.error("delivery failed", handler=delivery.handler, event_id=delivery.event_id, exc_info=error)
                broken.append((delivery.pk, "".join(traceback.format_exception(error))))
    for delivery_id, text in broken:
        _postpone(delivery_id, text)


def _wait_briefly() -> None:
    """
    Handlers of one transaction hold what each has locked until its end, in any order: they do not wait for others long
    enough to be waited for in a circle, which PostgreSQL ends after a second by breaking somebody off.
    """
    with connection.cursor() as cursor:
        cursor.execute("select set_config('lock_timeout', %s, true)", [PATIENCE])


def _handle(delivery: Delivery) -> Exception | None:
    """Run one handler; what went wrong, if anything did."""
    try:
        with transaction.atomic(), commands.caused_by(delivery.event.run_id):
            handler = _handler(delivery)
            event_class = Event.known[delivery.event.name]
            with commands.opened(delivery.handler, SYSTEM, {"event": delivery.event_id}, ""):
                handler(event_class(**delivery.event.payload))
    except Exception as error:  # noqa: BLE001 - the loop of the worker: its caller tells of it
        return error
    return None


def _handler(delivery: Delivery) -> Any:
    for one in registry.handlers.get(delivery.event.name, []):
        if name_of(one.handler) == delivery.handler:
            return one.handler
    raise LookupError(delivery.handler)


def _postpone(delivery_id: int, error: str) -> None:
    """Try again later, each time twice as late; after the last try wait for the administrator."""
    delivery = Delivery.objects.get(pk=delivery_id)
    delivery.error = error[-4000:]
    if delivery.tries >= MAX_TRIES:
        delivery.state = Delivery.State.FAILED
    delivery.next_try_at = timezone.now() + timedelta(seconds=2**delivery.tries)
    delivery.save(update_fields=["error", "state", "next_try_at"])
    if delivery.state == Delivery.State.FAILED:
        _tell_failed(delivery_id)


def _give_up(delivery_id: int) -> None:
    """Stop what was begun as often as may be and never came to an end: each time the worker was gone."""
    error = _("It was begun %(times)s times, and each time its worker ended in the middle of it.") % {
        "times": MAX_TRIES
    }
    log.error("delivery stopped: it ended its worker again and again", delivery=delivery_id)
    stopped = {"state": Delivery.State.FAILED, "error": error, "tries": MAX_TRIES}
    if Delivery.objects.filter(pk=delivery_id, state=Delivery.State.WAITING).update(**stopped):
        _tell_failed(delivery_id)


def _tell_failed(delivery_id: int) -> None:
    """Have the administrators told, by the command of notices that is known by its name."""
    registry.defer("failures.tell_delivery", SYSTEM, {"delivery": delivery_id})


def drain(seconds: float = 10.0) -> int:
    """Deliver until the queue is empty or the time is over: for tests and one-shot tools."""
    ends, total = time.monotonic() + seconds, 0
    while time.monotonic() < ends and (taken := deliver_due()):
        total += taken
    return total
