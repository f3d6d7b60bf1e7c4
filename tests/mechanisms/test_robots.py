"""Robots: what was tried on some cards is done by itself with those that come into a segment or go out of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from procrastinate.contrib.django.models import ProcrastinateJob

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.calendar.models import Task
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.clients.tests.factories import a_client
from okno.areas.communications import commands as mail
from okno.areas.communications.models import Mail
from okno.areas.documents import commands as documents
from okno.engines.automation import commands
from okno.engines.automation.models import Act, Robot
from okno.engines.automation.web.pages import RobotList
from okno.engines.segments import commands as segments
from okno.engines.segments.models import Segment
from okno.kit import events, jobs
from okno.kit.changing import running, steps
from okno.kit.changing.asked import Asked
from okno.kit.changing.edits import Edit, How
from okno.kit.commands import silently
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.models.notices import Notice
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.testing.queue import empty_queue
from okno.kit.testing.record_contract import RecordContract

pytestmark = pytest.mark.django_db
CLIENTS = "clients.client"
HTMX = {"HX-Request": "true"}
TITLE = "Позвонить"
PERSONS = {"all": [{"field": "kind", "op": "eq", "value": "person"}]}


def listed(name: str = "Выставка", record: str = CLIENTS) -> Segment:
    return segments.add(actor=SYSTEM, name=name, record=record)


def tried(actor: Actor, row: Client, **said: Any) -> JobRun:
    """A look at what a task about a client would be, or at another change."""
    plan = {"command": "calendar.plan_about", "on": "about_id"}
    given = {"about_record": CLIENTS, "title": TITLE, "kind": "call", "hours": 4}
    asked = {"label": "Задача по каждой", **plan, "given": given, **said}
    return steps.begun(actor, running.PREVIEW_WORK, Asked(record=CLIENTS, ids=[row.pk], **asked))


def robot_of(cast: Cast, segment: Segment, who: str = "director", **said: Any) -> Robot:
    actor = cast.actor(who)
    job = said.pop("tried", None) or tried(actor, a_client(getattr(cast, who)))
    return commands.add(actor=actor, segment=segment, job=job.pk, **{"name": "Звоним", **said})


def passed() -> None:
    """What the worker does: it delivers what segments tell, and the work that comes of that, until there is none."""
    events.drain()
    while job := ProcrastinateJob.objects.filter(status="todo", task_name__in=WORKS).order_by("id").first():
        with connection.cursor() as cursor:
            cursor.execute("delete from procrastinate_jobs where id = %s", [job.pk])
        WORKS[job.task_name](**job.args)
        events.drain()


RIGHTS = ("access.view", "clients.view", "calendar.*", "automation.*", "segments.*", "jobs.*")
WORKS: dict[str, Any] = {"kit.run_command": jobs.run_command, "kit.do_work": jobs.do_work}


@pytest.fixture(autouse=True)
def nothing_waits() -> None:
    empty_queue()


class TestRobots(RecordContract):
    page, hidden, api, is_everyones = RobotList, "problem", "/api/v1/robots", True
    made = 0

    def make(self, cast: Cast, owner: Any) -> Robot:
        type(self).made += 1
        segment = Segment.objects.filter(name="Выставка").first() or listed()
        made = robot_of(cast, segment, name=f"Робот {self.made}")
        Robot.objects.filter(pk=made.pk).update(problem="Слишком часто")
        return made


def test_who_comes_into_a_segment_gets_what_was_tried(cast: Cast) -> None:
    segment, one, other = listed(), a_client(cast.anna), a_client(cast.anna)
    robot = robot_of(cast, segment)

    segments.include(actor=SYSTEM, segment=segment, row_id=one.pk)
    passed()

    task = Task.objects.get()
    assert (task.title, task.kind, task.client, task.owner) == (TITLE, "call", one, cast.anna)
    assert not Task.objects.filter(client=other).exists()
    robot.refresh_from_db()
    assert robot.acted_at is not None
    work = Act.objects.get().job
    assert (work.user_id, work.result["done"], work.label) == (
        cast.director.pk,
        1,
        "Робот «Звоним»: Задача по каждой",
    )


def test_what_a_robot_did_is_taken_back_like_any_change_of_many(cast: Cast) -> None:
    segment, one = listed(), a_client(cast.anna, city="Тула")
    edit = {"command": "clients.update", "on": "client", "given": {}, "edits": [Edit("city", How.SET, "Орёл")]}
    robot_of(cast, segment, tried=tried(cast.actor("director"), one, **edit))
    segments.include(actor=SYSTEM, segment=segment, row_id=one.pk)
    passed()
    one.refresh_from_db()
    changed = one.city

    back = steps.looked_back(cast.actor("director"), Act.objects.get().job)
    steps.taken_back(cast.actor("director"), back, shown={"city"}, fields=["city"])

    one.refresh_from_db()
    assert (changed, one.city) == ("Орёл", "Тула")


def test_who_goes_out_sets_off_robots_that_wait_for_that_alone(cast: Cast) -> None:
    segment, one = listed(), a_client(cast.anna)
    robot_of(cast, segment, trigger="left")
    segments.include(actor=SYSTEM, segment=segment, row_id=one.pk)
    passed()
    before = Task.objects.exists()

    segments.exclude(actor=SYSTEM, segment=segment, row_id=one.pk)
    passed()

    assert (before, Task.objects.get().client) == (False, one)


def test_a_condition_narrows_whom_it_acts_upon(cast: Cast) -> None:
    segment = listed()
    person, company = a_client(cast.anna, kind="person"), a_client(cast.anna, kind="company")
    robot_of(cast, segment, condition=PERSONS)

    for one in (person, company):
        segments.include(actor=SYSTEM, segment=segment, row_id=one.pk)
    passed()

    assert [one.client for one in Task.objects.all()] == [person]


@pytest.mark.parametrize(("is_once", "most"), [(True, 1), (False, 5)])
def test_it_comes_to_a_card_once_or_not_too_often(cast: Cast, *, is_once: bool, most: int) -> None:
    segment, one = listed(), a_client(cast.anna)
    robot = robot_of(cast, segment, is_once=is_once)

    for _time in range(7):
        segments.include(actor=SYSTEM, segment=segment, row_id=one.pk)
        segments.exclude(actor=SYSTEM, segment=segment, row_id=one.pk)
        passed()

    robot.refresh_from_db()
    assert Task.objects.count() == most
    assert bool(robot.problem) is not is_once


def test_it_has_the_rights_of_its_owner_and_no_more(cast: Cast) -> None:
    access.set_role(
        actor=SYSTEM,
        code="seller",
        name="Продавец",
        grants=[{"permission": one, "reach": "own"} for one in RIGHTS],
        hidden=[],
    )
    segment, own, others = listed(), a_client(cast.anna), a_client(cast.boris)
    robot = robot_of(cast, segment, "anna")

    for one in (own, others):
        segments.include(actor=SYSTEM, segment=segment, row_id=one.pk)
    passed()

    assert [one.client for one in Task.objects.all()] == [own]

    access.set_role(
        actor=SYSTEM,
        code="seller",
        name="Продавец",
        grants=[{"permission": one, "reach": "own"} for one in RIGHTS if not one.startswith("calendar")],
        hidden=[],
    )
    segments.include(actor=SYSTEM, segment=segment, row_id=a_client(cast.anna).pk)
    passed()
    robot.refresh_from_db()
    assert (robot.is_active, "Поставить задачу по каждой" in robot.problem) == (False, True)


def test_nobody_makes_a_robot_of_the_work_of_another(cast: Cast) -> None:
    segment = listed()
    foreign = tried(cast.actor("director"), a_client(cast.anna))

    with pytest.raises((Missing, Denied)):
        robot_of(cast, segment, "anna", tried=foreign)
    with pytest.raises(Refused):
        commands.add(actor=SYSTEM, name="Сам", segment=segment, job=foreign.pk)


def test_whoever_says_with_which_cards_lends_it_their_rights(cast: Cast) -> None:
    robot = robot_of(cast, listed())
    head = cast.actor("director")

    commands.set_condition(actor=head, robot=robot, condition=PERSONS)

    robot.refresh_from_db()
    assert (robot.owner_id, robot.condition) == (head.user_id, PERSONS)


def test_it_stops_and_says_so_when_its_owner_leaves(cast: Cast) -> None:
    segment, one = listed(), a_client(cast.anna)
    robot = robot_of(cast, segment)
    type(cast.director).objects.filter(pk=cast.director.pk).update(is_active=False)

    segments.include(actor=SYSTEM, segment=segment, row_id=one.pk)
    passed()

    robot.refresh_from_db()
    assert (robot.is_active, bool(robot.problem), Task.objects.exists()) == (False, True, False)


def test_one_that_cannot_judge_its_condition_stops_and_tells_its_owner(cast: Cast) -> None:
    segment, one = listed(), a_client(cast.anna)
    robot = robot_of(cast, segment, condition=PERSONS)
    Robot.objects.filter(pk=robot.pk).update(condition={"field": "x_gone", "op": "eq", "value": 1})

    segments.include(actor=SYSTEM, segment=segment, row_id=one.pk)
    passed()

    robot.refresh_from_db()
    assert (robot.is_active, Task.objects.exists()) == (False, False)
    assert Notice.objects.filter(user_id=cast.director.pk, kind="automation.stopped").exists()


@pytest.mark.parametrize("how", ["stopped", "deleted", "silent"])
def test_it_rests_when_it_is_stopped_and_at_silent_changes(cast: Cast, how: str) -> None:
    segment, one = listed(), a_client(cast.anna)
    robot = robot_of(cast, segment)
    if how == "stopped":
        commands.update(actor=cast.actor("director"), robot=robot, values={"is_active": False})
    if how == "deleted":
        commands.delete(actor=cast.actor("director"), robot=robot)
    if how == "silent":
        with silently():
            segments.include(actor=SYSTEM, segment=segment, row_id=one.pk)
    else:
        segments.include(actor=SYSTEM, segment=segment, row_id=one.pk)
    passed()

    assert not Task.objects.exists()


def test_trying_out_shows_what_it_would_do_and_changes_nothing(cast: Cast, client: Browser) -> None:
    segment, one = listed(), a_client(cast.anna)
    robot = robot_of(cast, segment)
    segments.include(actor=SYSTEM, segment=segment, row_id=one.pk)
    empty_queue()
    Robot.objects.filter(pk=robot.pk).update(is_active=False)
    client.force_login(cast.director)

    answer = client.post(f"/robots/{robot.pk}/try/", headers=HTMX)
    job = JobRun.objects.latest("id")
    jobs.do_work(job.pk)
    job.refresh_from_db()

    assert answer.headers["HX-Redirect"] == f"/jobs/{job.pk}/"
    assert (job.work, job.result["done"], Task.objects.exists()) == (running.PREVIEW_WORK, 1, False)


def test_a_preview_leads_to_a_robot_and_its_card_tells_what_it_does(cast: Cast, client: Browser) -> None:
    segment, one = listed(), a_client(cast.anna)
    client.force_login(cast.director)
    said = {"sent": "1", "ids": one.pk, "title": TITLE, "kind": "call", "hours": "4", "owner": cast.boris.pk}
    client.post("/clients/?part=bulk&do=calendar.plan_about", said, headers=HTMX)
    job = JobRun.objects.latest("id")

    report = client.get(f"/jobs/{job.pk}/").content.decode()
    form = client.get(f"/robots/new/?job={job.pk}").content.decode()
    made = client.post(
        f"/robots/new/?job={job.pk}", {"name": "Звоним", "segment": segment.pk, "trigger": "entered", "is_once": "on"}
    )

    assert f"/robots/new/?job={job.pk}" in report
    assert "Выставка" in form
    robot = Robot.objects.get()
    assert (made.status_code, robot.is_once, robot.owner) == (302, True, cast.director)
    deed = client.get(f"/robots/{robot.pk}/?part=panel&panel=deed").content.decode()
    assert [text in deed for text in (TITLE, "Звонок", str(cast.boris))] == [True] * 3
    on_segment = client.get(f"/segments/{segment.pk}/?part=panel&panel=robots").content.decode()
    assert "Звоним" in on_segment


def test_scripts_make_robots_too(cast: Cast) -> None:
    segment = listed()
    job = tried(cast.actor("director"), a_client(cast.anna))
    token = access.issue_token(actor=SYSTEM, user=cast.director, name="test", scopes=[])
    script = Browser(headers={"Authorization": f"Bearer {token}"})

    body = {"name": "Звоним", "segment": segment.pk, "job": job.pk, "trigger": "left"}
    made = script.post("/api/v1/robots", json.dumps(body), content_type="application/json")

    assert (made.status_code, made.json()["trigger"]) == (201, "left")


def test_it_writes_letters_to_those_who_agreed_to_mailings(cast: Cast) -> None:
    settings = {"name": "Отдел продаж", "smtp_host": "127.0.0.1"}
    account = mail.set_account(actor=SYSTEM, address="sales@okno.test", values=settings)
    text = documents.set_template(actor=SYSTEM, record=CLIENTS, name="Привет", subject="{{ name }}", body="Ждём вас")
    segment, mute = listed(), a_client(cast.anna, email="mute@ray.example")
    agreed = clients.add(actor=SYSTEM, name="Рай", email="info@ray.example", consents=["email"], owner=cast.anna)
    given = {"template": text.pk, "account": account.pk, "mailing": "m1"}
    letter = {"command": "communications.send_out", "on": "client", "given": given}
    robot_of(cast, segment, tried=tried(cast.actor("director"), agreed, **letter))

    for one in (agreed, mute):
        segments.include(actor=SYSTEM, segment=segment, row_id=one.pk)
    passed()

    assert [one.to for one in Mail.objects.all()] == [["info@ray.example"]]
