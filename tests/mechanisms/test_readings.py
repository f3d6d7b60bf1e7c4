"""The access log: what is kept, what is told, and that nobody changes it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser

from okno.access import commands, queries
from okno.access.models import Reading
from okno.areas.clients.models import Client
from okno.areas.clients.record import CLIENT
from okno.kit import events
from okno.kit.models import CommandRun
from okno.kit.models.notices import Notice
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db
VIP = {"field": "is_vip", "op": "eq", "value": True}


@pytest.fixture(autouse=True)
def nothing_remembered():
    yield
    queries.forget_sensitive()


@pytest.fixture
def rows(cast):
    commands.watch_rows(actor=SYSTEM, name="VIP", record="clients.client", condition=VIP)
    return {
        "vip": Client.objects.create(name="Важный", owner=cast.anna, is_vip=True),
        "plain": Client.objects.create(name="Обычный", owner=cast.anna),
    }


def kept() -> list[tuple[str, str, str]]:
    return list(Reading.objects.order_by("pk").values_list("kind", "title", "why"))


def test_note_reading_keeps_cards_of_watched_rows_only(cast, rows, client: Browser):
    client.force_login(cast.anna)
    for row in rows.values():
        client.get(f"/clients/{row.pk}/")
        client.get(f"/clients/{row.pk}/?part=fields")

    assert kept() == [("card", "Важный", "VIP")]


@pytest.mark.parametrize("part", ["fields", "preview", "feed", "why"])
def test_note_reading_sees_a_card_read_piece_by_piece(cast, rows, client: Browser, part):
    client.force_login(cast.anna)

    client.get(f"/clients/{rows['vip'].pk}/?part={part}")

    assert kept() == [("card", "Важный", "VIP")]


def test_note_reading_keeps_reads_of_the_api(cast, rows, client: Browser):
    client.force_login(cast.anna)

    client.get(f"/api/v1/clients/{rows['vip'].pk}")
    client.get(f"/api/v1/clients/{rows['plain'].pk}")

    assert kept() == [("api", "Важный", "VIP")]


def test_note_reading_names_who_looks_with_the_eyes_of_another(cast, rows, client: Browser):
    client.force_login(cast.director)
    client.post(f"/settings/users/{cast.anna.pk}/look/")

    client.get(f"/clients/{rows['vip'].pk}/")

    line = Reading.objects.get(kind="card")
    assert (line.user_id, line.looker) == (cast.anna.pk, cast.director.name)


def test_note_reading_keeps_watched_rows_of_a_page_of_the_api(cast, rows, client: Browser):
    client.force_login(cast.anna)

    client.get("/api/v1/clients")
    client.get("/api/v1/clients?limit=1")

    assert kept() == [("api", "Важный", "VIP")]


@pytest.mark.parametrize(
    "change",
    ["update access_reading set title = 'x'", "delete from access_reading", "truncate access_reading"],
)
def test_database_refuses_to_change_the_log(cast, change):
    with connection.cursor() as cursor:
        # Off in tests only, see conftest.py.
        cursor.execute("alter table access_reading enable trigger okno_append_only_whole")
    commands.note_reading(cast.actor("anna"), CLIENT, (), "export", rows=3)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)

    assert Reading.objects.get().rows == 3


def test_many_cards_in_an_hour_are_told_once(cast):
    bounds = {"most_views": 30}
    grants = [{"permission": "*", "reach": "own"}]
    commands.set_role(actor=SYSTEM, code="seller", name="seller", grants=grants, hidden=[], bounds=bounds)
    actor = cast.actor("anna")

    for number in range(80):
        commands.note_reading(actor, CLIENT, [number + 1], "card")

    assert list(Reading.objects.values_list("kind", "user_id")) == [("mass", cast.anna.pk)]
    assert CommandRun.objects.filter(name="access.warn_of_many_cards").count() == 1


def test_the_log_names_no_card_that_its_reader_may_not_see(cast, rows, client: Browser):
    client.force_login(cast.anna)
    client.get(f"/clients/{rows['vip'].pk}/")
    grants = [{"permission": queries.READS_LOG, "reach": "all"}]
    commands.set_role(actor=SYSTEM, code="watcher", name="Надзор", grants=grants, hidden=[])
    commands.set_roles(actor=SYSTEM, user=cast.boris, roles=["watcher"])

    told = {}
    for name in ("boris", "director"):
        client.force_login(getattr(cast, name))
        told[name] = client.get("/settings/readings/").content.decode()

    assert ("Важный" in told["director"], "Важный" in told["boris"]) == (True, False)
    assert f"№ {rows['vip'].pk}, закрыто от вас" in told["boris"]


@pytest.fixture
def watched(cast):
    """Only the director watches over access; sellers may open thirty cards an hour."""
    grants = [{"permission": "clients.*", "reach": "own"}]
    for code in ("seller", "head"):
        commands.set_role(actor=SYSTEM, code=code, name=code, grants=grants, hidden=[], bounds={"most_views": 30})
    return cast


def open_many(cast):
    for number in range(40):
        commands.note_reading(cast.actor("anna"), CLIENT, [number + 1], "card")
    events.drain()


def test_those_who_watch_over_access_are_told_of_many_cards(watched, client: Browser):
    open_many(watched)

    notice = Notice.objects.get(kind="access.many_cards")
    assert (notice.user_id, notice.scope_id) == (watched.director.pk, watched.anna.pk)
    client.force_login(watched.director)
    page = client.get("/notices/").content.decode()
    assert "Иванова Анна Петровна: за час открыто карточек — 40" in page
    assert f"/settings/readings/?who={watched.anna.pk}" in page


def test_many_cards_of_one_person_are_one_notice(watched):
    open_many(watched)
    commands.warn_of_many_cards(actor=SYSTEM, user=watched.anna, count=60)
    events.drain()

    assert Notice.objects.get(kind="access.many_cards").count == 2


def test_nobody_is_told_of_many_cards_of_their_own(watched):
    commands.warn_of_many_cards(actor=SYSTEM, user=watched.director, count=400)
    events.drain()

    assert not Notice.objects.filter(user_id=watched.director.pk).exists()


def test_the_notice_of_many_cards_is_chosen_by_those_who_watch_only(watched, client: Browser):
    for who, is_offered in (("director", True), ("anna", False)):
        client.force_login(getattr(watched, who))
        assert ("access.many_cards" in client.get("/notices/settings/").content.decode()) is is_offered


def test_same_card_opened_again_is_one_card(cast):
    actor = cast.actor("anna")
    bounds = {"most_views": 2}
    commands.set_role(actor=SYSTEM, code="seller", name="seller", grants=[], hidden=[], bounds=bounds)

    for _again in range(60):
        commands.note_reading(actor, CLIENT, [1], "card")
    commands.write_gathered()

    assert not Reading.objects.exists()
