"""Calls and meetings that were held, and how long tasks take: what is written, refused, shown and told."""

from __future__ import annotations

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.calendar import commands
from okno.areas.calendar.models import Task
from okno.areas.calendar.web import planning
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.kit import days
from okno.kit.errors import Refused
from okno.kit.models import EntryLink
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import HTMX

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


@pytest.fixture
def ray(cast: Cast) -> Client:
    return clients.add(actor=SYSTEM, name="ООО «Луч»", owner=cast.anna)


def test_a_call_is_written_down_from_a_card_with_the_next_step(anna: Browser, cast: Cast, ray: Client) -> None:
    person = clients.add_contact(actor=SYSTEM, name="Пётр Лучев", client=ray)
    soon = days.moment_text(timezone.now() + HOUR, cast.actor("anna").zone)
    said = {"form": "call_in", "duration": "25", "text": "Ждут счёт", "contact": person.pk}
    step = {"next_kind": "letter", "next_title": "Отправить счёт", "next_at": soon}

    answer = anna.post(f"/tasks/held/?about_record=clients.client&about_id={ray.pk}", {
        **said, **step, "about_record": "clients.client", "about_id": ray.pk,
    }, headers=HTMX)  # fmt: skip

    assert answer.status_code in {200, 204}
    call, following = Task.objects.order_by("pk")
    assert (call.state, call.kind, call.direction, call.duration) == ("done", "call", "in", 25)
    assert call.result == "Ждут счёт"
    assert (call.client, call.contact, call.owner, call.title) == (ray, person, cast.anna, "Входящий звонок")
    assert call.due_at is not None
    assert call.done_at == call.due_at + dt.timedelta(minutes=25)
    assert (following.state, following.kind, following.title, following.client) == (
        "open", "letter", "Отправить счёт", ray,
    )  # fmt: skip
    feed = anna.get(f"/clients/{ray.pk}/").content.decode()
    assert "Ждут счёт" in feed
    assert "25 мин · Пётр Лучев" in feed


def test_the_composer_offers_the_people_of_the_client(anna: Browser, ray: Client) -> None:
    clients.add_contact(actor=SYSTEM, name="Пётр Лучев", client=ray)

    panel = anna.get(f"/clients/{ray.pk}/?part=panel&panel=held", headers=HTMX).content.decode()

    assert "Пётр Лучев" in panel
    assert 'value="15"' in panel


def test_a_meeting_of_yesterday_ended_when_it_ended(cast: Cast) -> None:
    began = timezone.now() - dt.timedelta(days=1)

    held = commands.note_held(actor=cast.actor("anna"), kind="meeting", text="Смотрели", at=began, duration=60)

    assert (held.due_at, held.done_at, held.title) == (began, began + HOUR, "Встреча")
    assert EntryLink.objects.get(entry__kind="calendar.met").at == began + HOUR


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "  "}, "text"),
        ({"kind": "letter"}, "kind"),
        ({"kind": "meeting", "direction": "in"}, "direction"),
        ({"duration": 0}, "duration"),
        ({"duration": 1441}, "duration"),
        ({"ahead": True}, "at"),
        ({"next_at": True}, "title"),
    ],
    ids=str,
)
def test_what_cannot_have_been_held_is_refused(cast: Cast, wrong: dict[str, object], field: str) -> None:
    said = {"kind": "call", "text": "Обсудили", **wrong}
    for name, key in (("ahead", "at"), ("next_at", "next_at")):
        if said.pop(name, None):
            said[key] = timezone.now() + HOUR

    with pytest.raises(Refused) as refused:
        commands.note_held(actor=cast.actor("anna"), **said)

    assert refused.value.params["missing"] == [field]
    assert not Task.objects.exists()


def test_the_contact_of_another_client_is_refused(cast: Cast, ray: Client) -> None:
    other = clients.add(actor=SYSTEM, name="ООО «Тень»", owner=cast.anna)
    person = clients.add_contact(actor=SYSTEM, name="Иван Теневой", client=other)

    with pytest.raises(Refused):
        commands.note_held(actor=cast.actor("anna"), kind="call", text="Обсудили", client=ray, contact=person)


def test_a_planned_call_is_outgoing_and_a_meeting_has_no_direction(cast: Cast) -> None:
    call = commands.add_task(actor=SYSTEM, title="Позвонить", kind="call", owner=cast.anna)
    assert call.direction == "out"

    met = commands.update(actor=SYSTEM, task=call, values={"kind": "meeting"})
    assert met.direction == ""
    with pytest.raises(Refused):
        commands.update(actor=SYSTEM, task=met, values={"direction": "in"})


@pytest.mark.parametrize("minutes", [0, 1441, 40_000])
def test_a_length_that_is_none_is_refused(cast: Cast, minutes: int) -> None:
    task = commands.add_task(actor=SYSTEM, title="Собрание", owner=cast.anna)

    with pytest.raises(Refused):
        commands.update(actor=SYSTEM, task=task, values={"duration": minutes})


def test_what_takes_time_is_shown_with_its_end(anna: Browser, cast: Cast) -> None:
    zone = cast.actor("anna").zone
    tomorrow = timezone.localdate(timezone=zone) + dt.timedelta(days=1)
    at = dt.datetime.combine(tomorrow, dt.time(10), zone)
    commands.add_task(actor=SYSTEM, title="Созвон", kind="call", owner=cast.anna, due_at=at, duration=30)

    (group,) = anna.get("/tasks/").context["groups"]
    grid = anna.get(f"/tasks/all/?mode=calendar&by=due_at&span=day&day={tomorrow}").context["page"]["calendar"]

    assert group["tasks"][0]["when"] == "завтра 10:00–10:30"
    assert [card["time"] for day in grid["days"] for card in day["cards"]] == ["10:00–10:30"]
    cast.hide("anna", "calendar.task.duration")
    hidden = anna.get(f"/tasks/all/?mode=calendar&by=due_at&span=day&day={tomorrow}").context["page"]["calendar"]
    assert [card["time"] for day in hidden["days"] for card in day["cards"]] == ["10:00"]
    assert anna.get("/tasks/").context["groups"][0]["tasks"][0]["when"] == "завтра 10:00"


def test_what_takes_time_on_a_later_day_is_shown_with_its_hours() -> None:
    zone = ZoneInfo("Europe/Moscow")
    at = dt.datetime(2026, 11, 20, 9, tzinfo=zone)
    later = at + dt.timedelta(days=5, hours=1)

    assert planning.when(later, 30, at, zone) == "25.11.2026 10:00–10:30"
    assert planning.when(later, None, at, zone) == "25.11.2026"


def test_a_meeting_is_offered_an_hour(anna: Browser) -> None:
    assert 'name="duration" value="60"' in anna.get("/tasks/new/?kind=meeting").content.decode()


def test_other_systems_write_calls_down(client: Browser, cast: Cast, ray: Client) -> None:
    body = {"kind": "call", "direction": "out", "duration": 3, "text": "Не ответили", "client": ray.pk}

    key = {"Authorization": f"Bearer {access.issue_token(actor=SYSTEM, user=cast.anna, name='АТС', scopes=[])}"}

    answer = client.post("/api/v1/talks", json.dumps(body), content_type="application/json", headers=key)

    made = Task.objects.get(pk=answer.json()["id"])
    assert (made.direction, made.client, made.owner, made.state) == ("out", ray, cast.anna, "done")


def test_nobody_writes_talks_about_rows_out_of_reach(cast: Cast, ray: Client, client: Browser) -> None:
    client.force_login(cast.boris)

    answer = client.post("/tasks/held/", {
        "form": "call_out", "text": "Обсудили", "about_record": "clients.client", "about_id": ray.pk,
    })  # fmt: skip

    assert answer.status_code == 404
    assert not Task.objects.exists()


def test_a_call_to_write_down_leads_back_to_what_it_is_about_else_to_the_tasks(anna: Browser, ray: Client) -> None:
    ways = [
        anna.get(url).context["form_page"]["cancel_url"]
        for url in ("/tasks/held/", f"/tasks/held/?about_record=clients.client&about_id={ray.pk}")
    ]

    assert ways == ["/tasks/", f"/clients/{ray.pk}/"]
