"""People are told who comes into a segment and goes out: once a judging, of what they see, never of their own doing."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from procrastinate.contrib.django.models import ProcrastinateJob

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.clients.tests.factories import a_client
from okno.engines.segments import commands, queries
from okno.engines.segments.models import Segment
from okno.fronts.home.tests.test_api import Script
from okno.kit import events, jobs
from okno.kit.errors import Refused
from okno.kit.fields import following
from okno.kit.models.journal import Delivery
from okno.kit.models.notices import Notice
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

pytestmark = pytest.mark.django_db

CLIENTS, A_MINUTE = "clients.client", 60.0
TULA = {"all": [{"field": "city", "op": "eq", "value": "Тула"}]}


@pytest.fixture
def tula() -> Segment:
    made = commands.add(actor=SYSTEM, name="Тула", record=CLIENTS, condition=TULA)
    return commands.recount(actor=SYSTEM, segment=made)


@pytest.fixture
def fair() -> Segment:
    return commands.add(actor=SYSTEM, name="Выставка", record=CLIENTS)


def move(city: str, *rows: Client, by: Any = SYSTEM) -> None:
    for one in rows:
        clients.update(actor=by, client=Client.objects.get(pk=one.pk), values={"city": city})


def judged() -> None:
    """What the loops of the worker do: judge the changes, then deliver what segments tell of them."""
    following.catch_up("segments")
    events.drain()


def told(who: Any) -> list[tuple[int, int]]:
    found = Notice.objects.filter(user_id=who.pk, kind="segments.passed").order_by("pk")
    return [(one.payload["came"], one.payload["went"]) for one in found]


def test_one_notice_tells_of_all_who_came_and_went_at_once(cast: Cast, tula: Segment) -> None:
    was = [a_client(cast.anna, city="Тула") for _number in range(2)]
    new = [a_client(cast.anna) for _number in range(3)]
    judged()
    commands.listen(actor=cast.actor("director"), segment=tula)

    move("Тула", *new)
    move("Орёл", *was)
    judged()

    assert told(cast.director) == [(3, 2)]
    notice = Notice.objects.get(user_id=cast.director.pk)
    assert (notice.scope_id, notice.count, notice.reason) == (tula.pk, 1, "own")


def test_what_was_read_is_not_told_again(cast: Cast, tula: Segment) -> None:
    one, other = a_client(cast.anna), a_client(cast.anna)
    commands.listen(actor=cast.actor("director"), segment=tula)
    move("Тула", one)
    judged()
    Notice.objects.update(read_at=Notice.objects.get().at)

    move("Тула", other)
    judged()

    assert told(cast.director) == [(1, 0), (1, 0)]


def test_own_doing_tells_nobody_but_the_others(cast: Cast, tula: Segment, fair: Segment) -> None:
    row, other = a_client(cast.anna), a_client(cast.anna)
    for segment in (tula, fair):
        for who in ("anna", "director"):
            commands.listen(actor=cast.actor(who), segment=segment)
    # Both changes are judged together, and each person hears of the other one's alone.
    move("Тула", row, by=cast.actor("anna"))
    move("Тула", other, by=cast.actor("director"))
    judged()
    assert (told(cast.anna), told(cast.director)) == ([(1, 0)], [(1, 0)])

    Notice.objects.all().delete()
    commands.include(actor=cast.actor("anna"), segment=fair, row_id=row.pk)
    judged()
    assert (told(cast.anna), told(cast.director)) == ([], [(1, 0)])


def test_a_new_condition_is_no_news_to_whoever_gave_it(cast: Cast, tula: Segment) -> None:
    a_client(cast.anna, city="Орёл")
    for who in ("anna", "director"):
        commands.listen(actor=cast.actor(who), segment=tula)
    orel = {"all": [{"field": "city", "op": "eq", "value": "Орёл"}]}
    director = cast.actor("director")
    commands.set_condition(actor=director, segment=tula, condition=orel)
    jobs.run_command(**ProcrastinateJob.objects.filter(task_name="kit.run_command").latest("id").args)
    events.drain()
    assert (told(cast.director), told(cast.anna)) == ([], [(1, 0)])


def test_nobody_hears_of_rows_or_segments_that_they_do_not_see(cast: Cast, tula: Segment) -> None:
    mine, theirs = a_client(cast.anna), a_client(cast.boris)
    for who in ("anna", "boris"):
        commands.listen(actor=cast.actor(who), segment=tula)
    cast.boris.roles.clear()
    own = [{"permission": "clients.*", "reach": "own"}]
    access.set_role(actor=SYSTEM, code="narrow", name="Без сегментов", grants=own, hidden=[])
    access.give_role(actor=SYSTEM, user=cast.boris, role="narrow")

    move("Тула", mine, theirs)
    judged()

    assert (told(cast.anna), told(cast.boris)) == ([(1, 0)], [])


def test_rows_that_nobody_listens_for_leave_nothing_to_deliver(cast: Cast, tula: Segment) -> None:
    row = a_client(cast.anna)
    commands.listen(actor=cast.actor("director"), segment=tula)
    commands.unlisten(actor=cast.actor("director"), segment=tula)
    move("Тула", row)
    following.catch_up("segments")
    assert not Delivery.objects.filter(event__name="segments.SegmentEntered").exists()


def test_a_snapshot_and_a_program_are_not_listened_to(cast: Cast, tula: Segment) -> None:
    taken = commands.snapshot(actor=SYSTEM, segment=tula)
    for actor, segment in ((cast.actor("anna"), taken), (SYSTEM, tula)):
        with pytest.raises(Refused):
            commands.listen(actor=actor, segment=segment)


def test_the_card_offers_to_listen_and_says_who_does(cast: Cast, client: Browser, tula: Segment) -> None:
    client.force_login(cast.anna)
    panel = f"/segments/{tula.pk}/?part=panel&panel=passages"
    assert f"/segments/{tula.pk}/listen/" in client.get(panel).content.decode()

    assert client.post(f"/segments/{tula.pk}/listen/", headers={"HX-Request": "true"}).status_code == 204
    shown = client.get(panel).content.decode()
    assert cast.anna.name in shown
    assert f"/segments/{tula.pk}/unlisten/" in shown
    heard = client.get(f"/api/v1/segments/{tula.pk}/listeners").json()
    assert heard == [{"id": cast.anna.pk, "name": cast.anna.name}]

    assert Script(cast.anna).send("post", f"/segments/{tula.pk}/unlisten", {}).status_code == 200
    assert queries.listeners(tula) == []


@pytest.mark.django_db(transaction=True)
def test_the_worker_tells_within_a_minute_by_itself(cast: Cast) -> None:
    made = commands.add(actor=SYSTEM, name="Тула", record=CLIENTS, condition=TULA)
    commands.recount(actor=SYSTEM, segment=made)
    row, stop = a_client(cast.anna), threading.Event()
    commands.listen(actor=cast.actor("director"), segment=made)

    def judge() -> None:
        registry.loops["segments"](stop)
        connection.close()

    def deliver() -> None:
        events.deliver_forever(stop=stop)
        connection.close()

    workers = [threading.Thread(target=one, daemon=True) for one in (judge, deliver)]
    for one in workers:
        one.start()
    try:
        move("Тула", row, by=cast.actor("anna"))
        until = time.monotonic() + A_MINUTE
        while told(cast.director) != [(1, 0)]:
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        stop.set()
        # Whatever wakes the loops lets them see that they are to stop.
        with connection.cursor() as cursor:
            cursor.execute(f'notify "{following.CHANNEL}segments"')
        events.wake()
        for one in workers:
            one.join()
