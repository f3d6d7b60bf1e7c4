"""Reports on the base: what each figure counts, and that it opens just these clients."""

from __future__ import annotations

import datetime as dt
import html
import io
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
import python_calamine
from django.db import connection
from django.test import Client as Browser

from okno.access import queries as access
from okno.access.tests.cast import Cast
from okno.areas.clients import commands, queries
from okno.areas.clients.models import Client, StatusStay
from okno.areas.clients.queries import OURS, Month
from okno.areas.clients.tests.factories import a_client
from okno.areas.clients.tests.test_duplicates import role
from okno.kit.models.journal import CommandRun
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import statements

ZONE = ZoneInfo("Europe/Moscow")
MARCH = dt.date(2026, 3, 1)


def lived(owner: Any, name: str, *stays: tuple[str, dt.date]) -> Client:
    """A client that came into these statuses on these days, one after another."""
    client = a_client(owner, name=name)
    for status, _day in stays:
        commands.update(actor=SYSTEM, client=client, values={"status": status})
    kept = list(StatusStay.objects.filter(client=client).order_by("pk"))
    days = [dt.date(2026, 1, 1), *(day for _status, day in stays)]
    for stay, begins, ends in zip(kept, days, [*days[1:], None], strict=True):
        stay.since = dt.datetime.combine(begins, dt.time(12), ZONE)
        stay.until = dt.datetime.combine(ends, dt.time(12), ZONE) if ends else None
        stay.save(update_fields=["since", "until"])
    return client


def day(month: int, number: int = 10) -> dt.date:
    return dt.date(2026, month, number)


@pytest.fixture
def base(cast: Cast) -> None:
    lived(cast.anna, "Давний", ("regular", day(2)))
    lived(cast.anna, "Пришёл", ("one_off", day(3)), ("regular", day(3, 20)))
    lived(cast.boris, "Ушёл", ("regular", day(1)), ("lost", day(3)))
    lived(cast.boris, "Вернулся", ("regular", day(1)), ("refused", day(2)), ("sleeping", day(3)))
    lived(cast.boris, "Ещё не наш")


@pytest.mark.django_db
def test_statuses_that_are_ours_are_the_same_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select s from unnest(%s::text[]) s where okno_clients_is_ours(s)", [list(Client.Status.values)])
        assert {row[0] for row in cursor.fetchall()} == {str(one) for one in OURS}


@pytest.mark.usefixtures("base")
def test_dynamics_tell_how_the_base_moved(cast: Cast) -> None:
    february, march = queries.dynamics(SYSTEM, dt.date(2026, 2, 1), 2)

    assert (february.was, february.new, february.returned, february.lost, february.now) == (2, 1, 0, 1, 2)
    assert march == Month(begins=MARCH, was=2, new=1, returned=1, lost=1)
    assert (march.now, march.churn) == (3, 0.5)


@pytest.mark.usefixtures("base")
def test_dynamics_are_of_clients_within_reach(cast: Cast) -> None:
    (march,) = queries.dynamics(access.actor_of(cast.anna), MARCH, 1)

    assert (march.was, march.new, march.returned, march.lost) == (1, 1, 0, 0)


@pytest.mark.usefixtures("base")
def test_dynamics_of_one_person_leave_the_others_out(cast: Cast) -> None:
    (march,) = queries.dynamics(SYSTEM, MARCH, 1, owner=cast.boris.pk)

    assert (march.was, march.new, march.returned, march.lost) == (1, 0, 1, 1)


@pytest.mark.usefixtures("base")
def test_state_of_base_counts_statuses_by_people(cast: Cast) -> None:
    found = {one.all.status: one for one in queries.state_of_base(SYSTEM, MARCH, day(3, 31))}

    regular = found["regular"]
    assert (regular.all.count, regular.all.entered, regular.all.left, regular.all.net) == (2, 1, 1, 0)
    assert [(one.owner, one.count, one.entered, one.left) for one in regular.people] == [
        (cast.anna.name, 2, 1, 0),
        (cast.boris.name, 0, 0, 1),
    ]
    assert (found["lost"].all.count, found["lost"].all.entered) == (1, 1)


def figures(browser: Browser, url: str) -> list[tuple[int, int]]:
    """What each figure of the page says, and how many rows its address opens."""
    context = browser.get(url).context
    lines = [*context["statuses"], *context["months"]]
    lines += [who for one in context["statuses"] for who in one["people"]]
    shown = [one for line in lines for one in line["figures"] if one["url"]]
    return [(int(one["text"]), opened(browser, html.unescape(one["url"]))) for one in shown]


def opened(browser: Browser, url: str) -> int:
    assert json.loads(parse_qs(urlsplit(url).query)["f"][0])
    page = browser.get(url)
    assert page.status_code == 200
    return len(page.context["page"]["rows"])


@pytest.mark.usefixtures("base")
def test_every_figure_opens_its_clients(cast: Cast, client: Browser) -> None:
    client.force_login(cast.director)

    told = figures(client, "/clients/reports/?since=2026-03-01&until=2026-03-31")

    assert len(told) > 20
    assert [one for one in told if one[0] != one[1]] == []


@pytest.mark.usefixtures("base")
def test_hidden_statuses_are_not_reported(cast: Cast, client: Browser) -> None:
    cast.hide("anna", "clients.client.status")
    client.force_login(cast.anna)

    page = client.get("/clients/reports/")

    assert "statuses" not in page.context
    assert "не видны" in page.content.decode() or "закрыт" in page.content.decode()


@pytest.mark.usefixtures("base")
def test_hidden_people_are_not_reported(cast: Cast, client: Browser) -> None:
    cast.hide("anna", "clients.client.owner")
    client.force_login(cast.anna)

    page = client.get(f"/clients/reports/?owner={cast.boris.pk}")

    assert all(one["people"] == [] for one in page.context["statuses"])
    assert cast.boris.name not in page.content.decode()


@pytest.mark.usefixtures("base")
def test_reports_ask_the_database_few_times(cast: Cast, client: Browser) -> None:
    client.force_login(cast.director)

    assert len(statements(lambda: client.get("/clients/reports/"))) <= 14


@pytest.mark.usefixtures("base")
def test_reports_go_into_a_workbook_and_it_is_noted(cast: Cast, client: Browser) -> None:
    client.force_login(cast.director)
    page = client.get("/clients/reports/?since=2026-03-01&until=2026-03-31")

    answer = client.get(f"/clients/reports/{html.unescape(page.context['file_url'])}")

    book = python_calamine.load_workbook(io.BytesIO(answer.content))
    state, months = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert ["Постоянный", cast.anna.name, 2, 1, 0, 1] in state
    assert months[1] == [MARCH, 2, 1, 1, 1, 3, 50]
    assert CommandRun.objects.filter(name="clients.export").exists()


@pytest.mark.usefixtures("base")
def test_workbook_asks_for_the_right_and_hides_what_is_hidden(cast: Cast, client: Browser) -> None:
    role(cast, "anna", "clients.view")
    client.force_login(cast.anna)
    without = client.get("/clients/reports/")
    denied = client.get("/clients/reports/?part=file").status_code
    client.force_login(cast.director)
    cast.hide("director", "clients.client.status")

    assert (without.context["file_url"], denied) == ("", 403)
    assert client.get("/clients/reports/?part=file").status_code == 403
