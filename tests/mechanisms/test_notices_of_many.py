"""What long work does to many rows is one notice of each kind to each person; what is taken back is told once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.clients.models import Client
from okno.areas.clients.tests.factories import a_client
from okno.areas.deals.tests.factories import a_deal
from okno.kit import events, jobs
from okno.kit.changing import running, taking_back
from okno.kit.changing.asked import Asked
from okno.kit.changing.steps import begun
from okno.kit.commands import opened
from okno.kit.models.notices import Notice, NoticeDelivery, NoticeEscalation
from okno.kit.models.registry import JobRun
from okno.kit.notices import commands, reading, wording
from okno.kit.notices.commands import batches, telling
from okno.kit.notices.kinds import KINDS
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.rows.cells import Moment

pytestmark = pytest.mark.django_db

CLIENTS = "clients.client"


@pytest.fixture
def three(cast: Cast) -> list[Client]:
    made = [a_client(cast.boris) for _number in range(3)]
    events.drain()
    Notice.objects.all().delete()
    return made


def gave(cast: Cast, rows: list[Any], owner: Any, *, is_silent: bool = False) -> JobRun:
    """The director gives rows to somebody, as the bulk command of a list does."""
    record = registry.record_of(type(rows[0]))
    name, on = record.name, record.name.partition(".")[2]
    asked = Asked(
        record=name,
        ids=[one.pk for one in rows],
        label="",
        command=f"{record.area}.assign",
        on=on,
        given={"owner": owner.pk},
        is_silent=is_silent,
    )
    done = begun(cast.actor("director"), running.WORK, asked)
    jobs.do_work(job_id=done.pk)
    done.refresh_from_db()
    events.drain()
    return done


def took_back(cast: Cast, done: JobRun) -> None:
    cause = done.result["cause"]
    args = {"job": done.pk, "cause": cause, "record": done.result["record"], "key": f"back-{done.pk}"}
    job = jobs.start.once(args["key"])(actor=cast.actor("director"), work=taking_back.WORK, label="", args=args)
    jobs.do_work(job_id=job.pk)
    events.drain()


def told(cast: Cast, who: str) -> list[reading.Told]:
    actor = cast.actor(who)
    groups, _next = reading.centre(actor, Moment(dt.datetime.now(dt.UTC), actor.zone))
    return [one for group in groups for one in group.notices]


def test_many_rows_given_at_once_are_one_notice(cast: Cast, three: list[Client]) -> None:
    gave(cast, three, cast.anna)
    [one] = told(cast, "anna")
    assert (one.title, one.count, one.is_many, one.acts) == ("Клиенты", 3, True, [])
    assert one.text == f"{cast.director.name}: вам переданы 3 клиента"
    assert reading.bell(cast.actor("anna")).unread == 1


def test_one_row_given_by_long_work_tells_of_itself(cast: Cast, three: list[Client]) -> None:
    gave(cast, three[:1], cast.anna)
    [one] = told(cast, "anna")
    assert (one.title, one.about, one.is_many) == (three[0].name, (CLIENTS, three[0].pk), False)


def test_what_one_has_already_is_no_news(cast: Cast, three: list[Client]) -> None:
    gave(cast, [*three[:2], a_client(cast.anna)], cast.anna)
    assert [one.count for one in told(cast, "anna")] == [2]


def test_each_kind_of_rows_is_told_apart_and_each_work_too(cast: Cast, three: list[Client]) -> None:
    gave(cast, three[:2], cast.anna)
    gave(cast, [a_deal(cast.boris), a_deal(cast.boris)], cast.anna)
    gave(cast, [a_client(cast.boris), a_client(cast.boris)], cast.anna)
    assert [(one.title, one.count) for one in told(cast, "anna")] == [("Клиенты", 2), ("Сделки", 2), ("Клиенты", 2)]


def test_it_opens_the_list_of_its_rows_to_its_reader_alone(cast: Cast, three: list[Client], client: Browser) -> None:
    a_client(cast.anna, name="Прежний клиент")
    gave(cast, three, cast.anna)
    [one] = told(cast, "anna")

    client.force_login(cast.anna)
    page = client.get(one.url).context["page"]
    assert {row["id"] for row in page["rows"]} == {row.pk for row in three}
    assert [chip["value"] for chip in page["chips"]] == ["Мне передан клиент"]

    client.force_login(cast.director)
    page = client.get(one.url).context["page"]
    assert (page["rows"], page["chips"][0]["broken"]) == ([], True)


def test_what_was_read_meanwhile_begins_anew(cast: Cast, three: list[Client]) -> None:
    done = gave(cast, three[:2], cast.anna)
    commands.read(actor=cast.actor("anna"))
    kind, batch = KINDS["clients.assigned"], done.result["cause"]
    Client.objects.filter(pk=three[2].pk).update(owner=cast.anna)
    row = Client.objects.get(pk=three[2].pk)
    with opened("a.test", SYSTEM, {}, ""):
        telling.tell(kind, {cast.anna.pk: "owner"}, row=row, payload={}, batch=batch)
    assert [(one.count, one.is_unread) for one in told(cast, "anna")] == [(1, True), (2, False)]


def test_a_notice_about_no_row_is_marked_as_read_alone(cast: Cast, three: list[Client], client: Browser) -> None:
    gave(cast, three[:2], cast.anna)
    gave(cast, [a_deal(cast.boris), a_deal(cast.boris)], cast.anna)
    newest = told(cast, "anna")[0]
    client.force_login(cast.anna)
    client.post("/notices/?part=read", {"record": "deals.deal", "row": "", "notice": newest.id, "upto": newest.id})
    assert [one.is_unread for one in told(cast, "anna")] == [False, True]


def test_silence_tells_nobody(cast: Cast, three: list[Client]) -> None:
    gave(cast, three, cast.anna, is_silent=True)
    assert told(cast, "anna") == []


def test_a_letter_waits_for_the_end_and_tells_of_all(cast: Cast, three: list[Client]) -> None:
    gave(cast, three, cast.anna)
    notice, anna = Notice.objects.get(user_id=cast.anna.pk), cast.actor("anna")
    [said] = reading.told(anna, [notice], Moment(notice.at, anna.zone)).values()
    letter = wording.message(anna, [said], "")
    assert letter.subject == f"Клиенты: {cast.director.name}: вам переданы 3 клиента"
    assert f"/clients/?tab=all&mode=list&told={notice.pk}" in letter.text
    assert "×" not in letter.text


def test_taken_back_before_it_was_read_it_is_gone(cast: Cast, three: list[Client]) -> None:
    took_back(cast, gave(cast, three, cast.anna))
    assert not Notice.objects.filter(user_id=cast.anna.pk).exists()


def test_taken_back_after_it_was_read_is_told_once(cast: Cast, three: list[Client]) -> None:
    done = gave(cast, three, cast.anna)
    commands.read(actor=cast.actor("anna"))
    took_back(cast, done)
    [one] = told(cast, "anna")
    assert (one.kind, one.reason) == (batches.KIND, "Вам сообщали об этом раньше.")
    assert one.text == f"{cast.director.name}: отменено «Мне передан клиент», записей: 3"
    assert Client.objects.filter(owner=cast.boris).count() == 3


def test_taken_back_after_a_letter_went_is_told_by_a_letter(cast: Cast, three: list[Client]) -> None:
    done = gave(cast, three, cast.anna)
    notice = Notice.objects.get(user_id=cast.anna.pk)
    state = NoticeDelivery.State.SENT
    NoticeDelivery.objects.create(notice=notice, channel="mail", due_at=notice.at, state=state)
    took_back(cast, done)
    assert [one.kind for one in told(cast, "anna")] == [batches.KIND]


def test_what_stays_with_its_person_stays_told(cast: Cast, three: list[Client]) -> None:
    done = gave(cast, three, cast.anna)
    kept = Client.objects.get(pk=three[0].pk)
    registry.commands["clients.assign"](actor=cast.actor("director"), client=kept, owner=cast.head)
    events.drain()
    took_back(cast, done)
    assert Notice.objects.get(user_id=cast.anna.pk).count == 1


@pytest.fixture
def unread(cast: Cast, three: list[Client]) -> list[Client]:
    """What was given to Anna at once, and is unread for longer than it may be."""
    commands.set_late(actor=SYSTEM, late={"clients.assigned": {"minutes": 5, "to": "head"}})
    NoticeEscalation.objects.update(since=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    gave(cast, three, cast.anna)
    Notice.objects.update(at=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=10))
    return three


def test_the_head_opens_the_list_of_many_rows_that_wait_unread(
    cast: Cast, unread: list[Client], client: Browser
) -> None:
    a_client(cast.anna, name="Прежний клиент")
    commands.escalate(actor=SYSTEM)

    [one] = told(cast, "head")

    assert (one.title, one.count, one.is_many) == ("Клиенты", 3, True)
    assert one.text == f"не прочитано 5 мин: {cast.anna.name}, «Мне передан клиент» — 3 записи"
    client.force_login(cast.head)
    page = client.get(one.url).context["page"]
    assert {row["id"] for row in page["rows"]} == {row.pk for row in unread}
    assert [chip["value"] for chip in page["chips"]] == ["Мои сотрудники не читают уведомление"]


@pytest.mark.parametrize(("elsewhere", "counts"), [(1, [2]), (3, [])])
def test_the_head_hears_of_the_rows_within_reach_alone(
    cast: Cast, unread: list[Client], elsewhere: int, counts: list[int]
) -> None:
    gone = [one.pk for one in unread[:elsewhere]]
    Client.objects.filter(pk__in=gone).update(owner=cast.director, department=None)
    commands.escalate(actor=SYSTEM)
    assert [one.count for one in told(cast, "head")] == counts
