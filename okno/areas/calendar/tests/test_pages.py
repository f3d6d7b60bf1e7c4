"""Pages of tasks: one's own day, the list, what stands on cards, and what may be done."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access.tests.cast import Cast
from okno.areas.calendar import commands
from okno.areas.calendar.models import Task
from okno.areas.calendar.web import pages, planning
from okno.areas.clients import commands as clients
from okno.kit.errors import Missing
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import HTMX, RecordContract

MOSCOW = ZoneInfo("Europe/Moscow")
# A Wednesday, three in the afternoon in Moscow.
NOW = dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC)


def make_task(owner: Any, **said: Any) -> Task:
    return commands.add_task(actor=SYSTEM, owner=owner, **{"title": "Позвонить", **said})


class TestTask(RecordContract):
    page, hidden, api = pages.TaskList, "client", "/api/v1/tasks"

    @property
    def list_url(self) -> str:
        return "/tasks/all/"

    def make(self, cast: Cast, owner: Any) -> Task:
        return make_task(owner, due_at=timezone.now())


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


@pytest.mark.parametrize(
    ("hours", "group"),
    [(-1, "overdue"), (1, "today"), (8.9, "today"), (9.1, "tomorrow"), (40, "later"), (None, "someday")],
)
def test_group_of_follows_the_days_of_whoever_looks(hours: float | None, group: str) -> None:
    due_at = NOW + dt.timedelta(hours=hours) if hours is not None else None

    assert planning.group_of(due_at, NOW, MOSCOW) == group


@pytest.mark.parametrize(
    ("step", "due_at", "moved"),
    [
        ("hour", "2026-11-18T16:00", "2026-11-18T17:00"),
        ("hour", "2026-11-17T16:00", "2026-11-18T16:00"),
        ("tomorrow", "2026-11-17T11:30", "2026-11-19T11:30"),
        ("monday", "2026-11-17T11:30", "2026-11-23T11:30"),
        ("tomorrow", None, "2026-11-19T10:00"),
    ],
)
def test_stepped_moves_from_what_is_later(step: str, due_at: str | None, moved: str) -> None:
    given = dt.datetime.fromisoformat(due_at).replace(tzinfo=MOSCOW) if due_at else None

    assert planning.stepped(step, given, NOW, MOSCOW) == dt.datetime.fromisoformat(moved).replace(tzinfo=MOSCOW)


def test_my_tasks_stand_in_groups_without_those_of_others(anna: Browser, cast: Cast) -> None:
    late = make_task(cast.anna, title="Опоздала", due_at=timezone.now() - dt.timedelta(days=2))
    make_task(cast.anna, title="Когда-нибудь")
    make_task(cast.boris, title="Чужая", due_at=timezone.now())

    groups = anna.get("/tasks/").context["groups"]

    assert [(one["key"], [task["title"] for task in one["tasks"]]) for one in groups] == [
        ("overdue", ["Опоздала"]),
        ("someday", ["Когда-нибудь"]),
    ]
    assert groups[0]["tasks"][0]["url"] == f"/tasks/{late.pk}/"


def test_a_day_without_tasks_says_what_it_is_for(anna: Browser) -> None:
    assert "Запланировать" in anna.get("/tasks/").content.decode()


def test_done_at_once_can_be_taken_back(anna: Browser, cast: Cast) -> None:
    task = make_task(cast.anna)

    answer = anna.post(f"/tasks/{task.pk}/finish/", headers=HTMX)

    task.refresh_from_db()
    assert (answer.status_code, task.state) == (204, "done")
    assert "undo_url" in answer["HX-Trigger"]


def test_done_with_a_result_tells_the_feed_of_the_client(anna: Browser, cast: Cast) -> None:
    client = clients.add(actor=SYSTEM, name="ООО «Луч»", owner=cast.anna)
    task = make_task(cast.anna, client=client)

    anna.post(f"/tasks/{task.pk}/finish/", {"result": "Ждут счёт"}, headers=HTMX)

    assert "Ждут счёт" in anna.get(f"/clients/{client.pk}/?part=feed", headers=HTMX).content.decode()


def test_reschedule_takes_a_step_or_a_moment(anna: Browser, cast: Cast) -> None:
    task = make_task(cast.anna, due_at=timezone.now() - dt.timedelta(days=3))
    url = f"/tasks/{task.pk}/reschedule/"

    nothing = anna.post(url, headers=HTMX)
    step = anna.post(url, {"step": "tomorrow"}, headers=HTMX)
    task.refresh_from_db()
    after_step = task.due_at
    anna.post(url, {"due_at": "2030-01-02T10:00"}, headers=HTMX)
    task.refresh_from_db()

    assert (nothing.status_code, step.status_code) == (422, 204)
    assert after_step is not None
    assert after_step > timezone.now()
    assert task.due_at == dt.datetime(2030, 1, 2, 10, tzinfo=MOSCOW)


def test_a_task_about_a_row_takes_its_client_along(anna: Browser, cast: Cast) -> None:
    client = clients.add(actor=SYSTEM, name="ООО «Луч»", owner=cast.anna)
    about = f"about_record=clients.client&about_id={client.pk}"
    hidden = anna.get(f"/tasks/new/?{about}", headers=HTMX).context["dialog"]["hidden"]

    anna.post(
        "/tasks/new/",
        {**{one["name"]: one["value"] for one in hidden}, "title": "Позвонить", "kind": "call", "owner": cast.anna.pk},
        headers=HTMX,
    )

    task = Task.objects.get()
    assert (task.about_record, task.about_id, task.client) == ("clients.client", client.pk, client)


@pytest.mark.usefixtures("anna")
def test_a_task_about_a_row_out_of_reach_is_refused(cast: Cast) -> None:
    client = clients.add(actor=SYSTEM, name="ООО «Луч»", owner=cast.boris)

    with pytest.raises(Missing):
        commands.add_task(
            actor=cast.actor("anna"), title="Подсмотреть", about_record="clients.client", about_id=client.pk
        )


def test_planned_tasks_stand_on_top_of_the_feed(anna: Browser, cast: Cast) -> None:
    client = clients.add(actor=SYSTEM, name="ООО «Луч»", owner=cast.anna)
    make_task(cast.anna, title="Выставить счёт", about_record="clients.client", about_id=client.pk)
    commands.finish(actor=SYSTEM, task=make_task(cast.anna, title="Прошлая", client=client))

    planned = anna.get(f"/clients/{client.pk}/").context["card"]["feed"]["planned"]

    assert [one["what"] for one in planned] == ["Выставить счёт"]


def test_the_composer_of_a_card_plans_a_task(anna: Browser, cast: Cast) -> None:
    client = clients.add(actor=SYSTEM, name="ООО «Луч»", owner=cast.anna)
    form = anna.get(f"/clients/{client.pk}/?part=panel&panel=task", headers=HTMX).context

    said = {"title": "Позвонить", "kind": "call", "owner": form["owner"], "due_at": form["due_at"]}
    answer = anna.post(form["url"], {**said, "about_record": form["record"], "about_id": client.pk}, headers=HTMX)

    assert (answer.status_code, Task.objects.get().about_id) == (204, client.pk)


def test_an_ended_task_is_not_ended_again(anna: Browser, cast: Cast) -> None:
    task = make_task(cast.anna)
    anna.post(f"/tasks/{task.pk}/cancel/", headers=HTMX)

    answer = anna.post(f"/tasks/{task.pk}/finish/", headers=HTMX)

    assert answer.status_code == 422
    assert "Задача уже закрыта." in answer.content.decode()


def shift(browser: Browser, task: Task, day: str) -> Any:
    return browser.post(
        f"/tasks/all/?mode=calendar&tab=all&part=shift&by=due_at&id={task.pk}", {"day": day}, headers=HTMX
    )


def test_a_task_is_put_on_another_day_at_its_time_with_undo(cast: Cast, anna: Browser) -> None:
    task = make_task(cast.anna, due_at=NOW)

    told = json.loads(shift(anna, task, "2026-11-20").headers["HX-Trigger"])["toast"]

    task.refresh_from_db()
    assert (task.due_at, told["text"]) == (NOW + dt.timedelta(days=2), "Перенесено на 20.11.2026.")
    anna.post(told["undo_url"])
    task.refresh_from_db()
    assert task.due_at == NOW


def test_a_task_that_has_ended_stays_on_its_day_and_says_why(cast: Cast, anna: Browser) -> None:
    task = make_task(cast.anna, due_at=NOW)
    commands.finish(actor=cast.actor("anna"), task=task)

    answer = shift(anna, task, "2026-11-20")

    task.refresh_from_db()
    assert (answer.status_code, task.due_at) == (422, NOW)
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["text"] == "Задача уже закрыта."


def test_a_day_of_the_calendar_offers_a_task_for_its_morning(anna: Browser) -> None:
    page = anna.get("/tasks/all/?mode=calendar&by=due_at&day=2030-05-01").context["page"]
    url = next(one["create_url"] for one in page["calendar"]["days"] if one["key"] == "2030-05-07")

    assert 'value="07.05.2030 10:00"' in anna.get(url, headers=HTMX).content.decode()


def test_what_was_typed_is_kept_apart_for_what_a_form_begins_with(anna: Browser) -> None:
    pages = [anna.get(f"/tasks/new/?due_at=2030-05-0{day}T10:00").context["form_page"]["draft"] for day in (1, 2)]

    assert pages[0] != pages[1]
