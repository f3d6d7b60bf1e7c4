"""The page of troubles: what failed or is stuck behind the pages, why, begun once more or given up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from okno.access.tests.cast import Cast
from okno.cli import doctor
from okno.config import worker
from okno.kit import events, jobs
from okno.kit.models import CommandRun, Delivery, EventRow, JobFailure, JobRun, Notice
from okno.kit.notices.commands import failures
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import check_few, statements
from okno.kit.testing.queue import empty_queue
from okno.kit.troubles import commands as troubles
from okno.kit.troubles import finding, telling

PAGE = "/settings/troubles/"
TRACE = 'Traceback (most recent call last):\n  File "x.py", line 3, in f\n    g[5]\nKeyError: 5\n'


@pytest.fixture(autouse=True)
def _no_jobs(db: None) -> None:
    empty_queue()


@pytest.fixture
def ruler(cast: Cast, client: Client) -> Client:
    client.force_login(cast.director)
    return client


def make_delivery(payload: dict[str, Any] | None = None, **values: Any) -> Delivery:
    event = EventRow.objects.create(name="access.UserAdded", payload=payload or {}, order_key="user_id:1")
    given = {"handler": "x.handlers.y", "state": "failed", "tries": 6, "error": TRACE, **values}
    return Delivery.objects.create(event=event, order_key="user_id:1", **given)


def make_job(status: str = "failed", *, task: str = finding.RUN_COMMAND, lock: str | None = None, **args: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, status, attempts, args, queueing_lock) "
            "values ('default', %s, %s::procrastinate_job_status, 5, %s, %s) returning id",
            [task, status, json.dumps(args), lock],
        )
        job: int = cursor.fetchone()[0]
    return job


def job_state(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select status from procrastinate_jobs where id = %s", [job])
        state: str = cursor.fetchone()[0]
    return state


def test_failed_delivery_is_told_in_words_and_tried_again(ruler: Client, cast: Cast) -> None:
    failed = make_delivery({"user_id": cast.anna.pk})

    page = ruler.get(PAGE)
    row = page.context["groups"][0]["rows"][0]
    ruler.post(row["retry_url"])

    failed.refresh_from_db()
    assert "KeyError: 5" in row["reason"]
    assert "File" not in row["reason"]
    assert cast.anna.name in row["about"]["title"]
    assert (failed.state, failed.tries) == ("waiting", 0)
    assert ruler.post(row["retry_url"]).status_code == 404


def test_all_deliveries_of_a_kind_are_tried_again_and_others_are_not(ruler: Client) -> None:
    ours = [make_delivery() for _number in range(3)]
    other = make_delivery(handler="x.handlers.z")

    group = next(one for one in ruler.get(PAGE).context["groups"] if one["count"] == 3)
    ruler.post(group["retry_url"])

    states = dict(Delivery.objects.values_list("pk", "state"))
    assert [states[one.pk] for one in ours] == ["waiting"] * 3
    assert states[other.pk] == "failed"


def test_giving_up_asks_for_a_reason_and_journals_it(ruler: Client, cast: Cast) -> None:
    failed = make_delivery()
    url = ruler.get(PAGE).context["groups"][0]["rows"][0]["give_up_url"]

    assert ruler.post(url, {"reason": " "}).status_code == 422
    ruler.post(url, {"reason": "Клиент удалён"})

    failed.refresh_from_db()
    run = CommandRun.objects.get(name="troubles.give_up")
    assert failed.state == Delivery.State.GIVEN_UP
    assert (run.user_id, run.args["reason"]) == (cast.director.pk, "Клиент удалён")
    page = ruler.get(PAGE)
    assert not page.context["groups"]
    assert page.context["given_up"][0]["reason"] == "Клиент удалён"


def test_given_up_delivery_stays_given_up_when_its_command_is_taken_back_and_done_again(ruler: Client) -> None:
    failed = make_delivery()
    troubles.give_up(actor=SYSTEM, kind="delivery", name="x.handlers.y < access.UserAdded", reason="Нечего делать")

    events.drop(events.hold([failed.event.run_id or 0]))
    events.deliver_after_all([failed.pk])

    failed.refresh_from_db()
    assert failed.state == Delivery.State.GIVEN_UP


def test_failed_job_keeps_its_trace_until_it_is_done(ruler: Client, cast: Cast) -> None:
    class Context:
        class job:  # noqa: N801 - what the queue gives to its middleware
            id, attempts = make_job(name="access.set_available", args={"user": cast.anna.pk}), 2

    def fail() -> None:
        raise KeyError("colour")

    with pytest.raises(KeyError):
        worker.keep_reason(fail, Context, None)
    row = ruler.get(PAGE).context["groups"][0]["rows"][0]
    assert "KeyError" in row["reason"]
    assert "Traceback" in row["trace"]
    assert cast.anna.name in row["about"]["title"]

    worker.keep_reason(lambda: None, Context, None)
    assert not JobFailure.objects.exists()


def test_long_work_tried_again_is_done_anew(ruler: Client) -> None:
    run = JobRun.objects.create(work="kit.unknown", label="Выгрузка", state="failed", error="Сломалось")
    job = make_job(task=finding.DO_WORK, job_id=run.pk)

    ruler.post(ruler.get(PAGE).context["groups"][0]["rows"][0]["retry_url"])

    run.refresh_from_db()
    assert job_state(job) == "todo"
    assert (run.state, run.error) == (JobRun.State.WAITING, "")


def test_long_work_given_up_says_so_on_its_page(ruler: Client) -> None:
    run = JobRun.objects.create(work="kit.unknown", label="Выгрузка", state="doing")
    job = make_job("doing", task=finding.DO_WORK, job_id=run.pk)

    ruler.post(ruler.get(PAGE).context["groups"][0]["rows"][0]["give_up_url"], {"reason": "Файл не нужен"})

    run.refresh_from_db()
    assert job_state(job) == "aborted"
    assert run.state == JobRun.State.FAILED
    assert "Файл не нужен" in run.error


def test_job_that_ended_its_workers_ends_its_long_work(cast: Cast) -> None:
    run = JobRun.objects.create(work="kit.unknown", label="Выгрузка", state="doing")
    job = make_job(task=finding.DO_WORK, job_id=run.pk)

    troubles.stop(actor=SYSTEM, job=job, times=5)

    run.refresh_from_db()
    assert run.state == JobRun.State.FAILED
    assert finding.groups(most=1)[0].rows[0].error == run.error


def test_periodic_work_is_tried_again_once_though_it_failed_often(ruler: Client) -> None:
    failed = [make_job(task="every:x", lock="every:x", timestamp=number) for number in range(3)]

    ruler.post(ruler.get(PAGE).context["groups"][0]["retry_url"])
    assert [job_state(one) for one in failed] == ["failed", "failed", "todo"]

    assert ruler.post(ruler.get(PAGE).context["groups"][0]["rows"][0]["retry_url"]).status_code == 404


def test_job_of_a_living_worker_is_not_taken_from_it(ruler: Client) -> None:
    job = make_job("doing", name="access.set_available")
    url = ruler.get(PAGE).context["groups"][0]["rows"][0]["retry_url"]
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now()) returning id")
        cursor.execute("update procrastinate_jobs set worker_id = %s where id = %s", [cursor.fetchone()[0], job])

    assert ruler.post(url).status_code == 404
    assert job_state(job) == "doing"


@pytest.mark.parametrize(
    "asked", ["kind=x&name=y", "kind=job&name=%00", "kind=delivery&name=y&number=99999999999999999999", ""]
)
def test_address_of_nothing_reads_as_missing(ruler: Client, asked: str) -> None:
    assert ruler.post(f"{PAGE}?part=retry&{asked}").status_code in {404, 422}


def test_page_is_for_those_who_may_try_again(cast: Cast, client: Client) -> None:
    make_delivery()
    client.force_login(cast.stranger)

    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}give-up/?kind=delivery&name=x").status_code == 403
    assert client.get("/api/v1/troubles").status_code == 403


def test_statements_do_not_grow_with_troubles(ruler: Client, cast: Cast) -> None:
    make_delivery({"user_id": cast.anna.pk})
    few = statements(lambda: ruler.get(PAGE))
    for number in range(4):
        make_delivery({"user_id": cast.anna.pk}, handler=f"x.handlers.h{number}")
        make_job(name="access.set_available", args={"user": cast.boris.pk})

    many = statements(lambda: ruler.get(PAGE))

    check_few(many)
    assert len(many) == len(few)


def test_api_reads_what_the_page_shows(ruler: Client, cast: Cast) -> None:
    make_delivery({"user_id": cast.anna.pk})

    group = ruler.get("/api/v1/troubles").json()[0]

    assert (group["kind"], group["count"]) == ("delivery", 1)
    assert (group["rows"][0]["record"], group["rows"][0]["row_id"]) == ("access.user", cast.anna.pk)
    assert "Traceback" not in group["rows"][0]["reason"]


def test_doctor_counts_what_the_page_lists(ruler: Client) -> None:
    make_delivery()
    make_job(name="access.set_available")

    said = doctor.queue() + doctor.deliveries()

    assert "access.set_available" in said
    assert "KeyError: 5" in said
    assert sum(one["count"] for one in ruler.get(PAGE).context["groups"]) == 2


def test_administrators_are_told_with_a_link_to_the_page(cast: Cast) -> None:
    failures.tell_delivery(actor=SYSTEM, delivery=make_delivery().pk)

    told = Notice.objects.get(user_id=cast.director.pk)
    assert told.payload["url"] == PAGE
    assert jobs.actor_for(cast.director.pk).may(troubles.retry.name)


@pytest.mark.parametrize(
    ("trace", "words"),
    [
        ("Traceback\n  File\nokno.kit.http.TransportError: Сервер не отвечает", "Сервер не отвечает"),
        (
            "Traceback\n  File\ndjango.db.utils.IntegrityError: duplicate key\nDETAIL:  Key (x)=(5) exists.",
            "duplicate key",
        ),
        ("Traceback\n  File\ndjango.db.utils.OperationalError: the connection is lost", "connection is lost"),
        ("Traceback\n  File\nAssertionError", "AssertionError"),
        ("Работник завершился", "Работник завершился"),
        ("", ""),
    ],
)
def test_trace_is_told_in_one_sentence(trace: str, words: str) -> None:
    told = telling.in_words(trace)

    assert words in told
    assert "\n" not in told
