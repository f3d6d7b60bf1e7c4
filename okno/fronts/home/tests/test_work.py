"""How clients are worked with: what each column counts, what tabs keep, and that figures open their rows."""

from __future__ import annotations

import datetime as dt
import html
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access import queries as access
from okno.access.tests.cast import Cast
from okno.areas.calendar import commands as calendar
from okno.areas.calendar.models import Task
from okno.areas.clients.models import Client
from okno.areas.clients.tests.factories import a_client
from okno.areas.deals.tests.factories import a_deal
from okno.fronts.home import queries
from okno.fronts.home.web.work import ClientsAtWork
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import statements
from okno.kit.web.pages.lists import list_by_name

pytestmark = pytest.mark.django_db
URL = "/clients/work/"


def touched(client: Client, owner: Any, days: int, kind: str = "call") -> None:
    """Somebody called the client so many days ago."""
    task = calendar.add_task(actor=SYSTEM, title="Звонок", kind=kind, owner=owner, client=client)
    done = timezone.now() - dt.timedelta(days=days)
    Task.objects.filter(pk=task.pk).update(state="done", done_at=done)


def at_work(actor: Any, client: Client) -> Client:
    return queries.worked_clients(actor).get(pk=client.pk)


def names(browser: Browser, tab: str, sort: str = "") -> list[str]:
    rows = browser.get(URL, {"tab": tab, "sort": sort}).context["page"]["rows"]
    return [row["cells"][0]["text"] for row in rows]


def test_the_last_contact_is_the_latest_that_was_done(cast: Cast) -> None:
    client = a_client(cast.anna)
    for days, kind in ((40, "call"), (7, "meeting"), (1, "other")):
        touched(client, cast.anna, days, kind)

    found: Any = at_work(SYSTEM, client)

    assert (timezone.now() - found.w_touched).days == 7


def test_the_next_task_is_the_nearest_and_late_ones_are_counted(cast: Cast) -> None:
    client, now = a_client(cast.anna), timezone.now()
    tasks = [
        calendar.add_task(actor=SYSTEM, title="Дело", owner=cast.anna, client=client, due_at=due)
        for due in (None, now + dt.timedelta(days=2), now - dt.timedelta(days=1))
    ]

    found: Any = at_work(SYSTEM, client)

    assert (found.w_task, found.w_late) == (tasks[2].pk, 1)


def test_open_deals_are_counted_with_their_sum(cast: Cast) -> None:
    client = a_client(cast.anna)
    for amount in (100, 250):
        a_deal(cast.anna, client=client, amount=Decimal(amount))

    found: Any = at_work(SYSTEM, client)

    assert (found.w_deals, found.w_amount) == (2, Decimal(350))


def test_what_is_closed_to_a_person_is_in_no_column(cast: Cast) -> None:
    client = a_client(cast.anna)
    a_deal(cast.anna, client=client, amount=Decimal(100))
    touched(client, cast.anna, 3)
    cast.hide("anna", "deals.deal.amount", "calendar.task.done_at")

    found: Any = at_work(access.actor_of(cast.anna), client)

    assert (found.w_deals, found.w_amount, found.w_touched) == (1, None, None)


def test_tabs_keep_those_who_ask_for_attention(cast: Cast, client: Browser) -> None:
    for name, days in (("Вчера", 1), ("Месяц", 45), ("Квартал", 120)):
        touched(a_client(cast.anna, name=name), cast.anna, days)
    a_client(cast.anna, name="Никогда")
    client.force_login(cast.director)

    assert names(client, "w-quiet") == ["Квартал", "Месяц", "Никогда"]
    assert names(client, "w-silent") == ["Квартал", "Никогда"]
    assert names(client, "w-late") == []
    assert names(client, "w-owe") == []


def worked(cast: Cast) -> None:
    """Three clients that differ in every column, and one of whom nothing is known."""
    now = timezone.now()
    for number, (name, days, sum_) in enumerate((("А", 45, 300), ("Б", 1, 100), ("В", 120, 200)), 1):
        card = a_client(cast.anna, name=name)
        touched(card, cast.anna, days)
        calendar.add_task(
            actor=SYSTEM, title="Дело", owner=cast.anna, client=card, due_at=now + dt.timedelta(days=days)
        )
        for place in range(number):
            a_deal(cast.anna, client=card, title=f"{name} {place}", amount=Decimal(sum_))
    a_client(cast.anna, name="Г")


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("-w_touched", "БАВГ"),
        ("w_touched", "ВАБГ"),
        ("-w_days", "ВАБГ"),
        ("w_days", "БАВГ"),
        ("w_next", "БАВГ"),
        ("-w_next", "ВАБГ"),
        ("w_amount", "БАВГ"),
        ("-w_amount", "ВАБГ"),
        ("-w_deals", "ВБАГ"),
        ("-w_owed,name", "АБВГ"),
    ],
)
def test_rows_are_sorted_by_what_is_done_with_empty_ones_last(
    cast: Cast, client: Browser, sort: str, wanted: str
) -> None:
    worked(cast)
    client.force_login(cast.director)

    assert names(client, "w-all", sort) == list(wanted)


def test_an_order_goes_on_over_pages_and_stands_in_the_head(
    cast: Cast, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClientsAtWork, "per_page", 1)
    worked(cast)
    client.force_login(cast.director)
    page = client.get(URL, {"sort": "-w_days"}).context["page"]
    heads = {one["key"]: one for one in page["columns"]}
    found = [page["rows"][0]["cells"][0]["text"]]

    while url := page["rows"] and page["next_url"]:
        page = {**client.get(html.unescape(url), headers={"HX-Request": "true"}).context["page"]}
        found += [row["cells"][0]["text"] for row in page["rows"]]

    assert found == ["В", "А", "Б", "Г"]
    assert heads["w_days"]["sorted"] == "desc"
    assert "sort=w_owed" in heads["w_owed"]["sort_url"]


def test_an_order_by_what_is_closed_tells_nothing(cast: Cast, client: Browser) -> None:
    worked(cast)
    cast.hide("anna", "deals.deal.amount", "calendar.task.done_at", "calendar.task.due_at")
    client.force_login(cast.anna)

    for sort in ("-w_amount", "w_amount", "w_touched", "w_days", "w_next", "w_late"):
        assert sorted(names(client, "w-all", sort)) == ["А", "Б", "В", "Г"]
    assert names(client, "w-all", "w_amount") == names(client, "w-all", "w_touched") == ["А", "Б", "В", "Г"]


def test_clients_out_of_reach_are_not_there(cast: Cast, client: Browser) -> None:
    a_client(cast.anna, name="Своя")
    a_client(cast.boris, name="Чужая")
    client.force_login(cast.anna)

    assert names(client, "w-all") == ["Своя"]


def test_figures_open_their_rows(cast: Cast, client: Browser) -> None:
    card, now = a_client(cast.anna), timezone.now()
    for number in (1, 2):
        a_deal(cast.anna, client=card, title=f"Сделка {number}", amount=Decimal(100))
    calendar.add_task(actor=SYSTEM, title="Дело", owner=cast.anna, client=card, due_at=now - dt.timedelta(days=1))
    client.force_login(cast.director)
    (row,) = client.get(URL, {"cols": "w_late,w_deals,w_amount,w_owed"}).context["page"]["rows"]

    told = {
        cell["url"]: cell["text"] for cell in row["cells"] if re.match(r"/(deals|tasks/all)/\?", cell.get("url", ""))
    }
    opened = [len(client.get(html.unescape(url)).context["page"]["rows"]) for url in told]

    assert [text for text in told.values() if text.isdigit()] == ["1"]
    assert sorted(opened) == [1, 2]


def test_a_tab_shows_what_it_is_about_and_a_late_task_is_red(cast: Cast, client: Browser) -> None:
    card, now = a_client(cast.anna), timezone.now()
    calendar.add_task(actor=SYSTEM, title="Дело", owner=cast.anna, client=card, due_at=now - dt.timedelta(days=1))
    client.force_login(cast.director)

    usual, late = (client.get(URL, {"tab": tab}).context["page"] for tab in ("w-all", "w-late"))

    heads = [[one["key"] for one in page["columns"]] for page in (usual, late)]
    assert ("w_late" in heads[0], "w_owed" in heads[0]) == (False, True)
    assert ("w_late" in heads[1], "w_owed" in heads[1]) == (True, False)
    assert "due-red" in usual["rows"][0]["cells"][heads[0].index("w_next")]["class"]
    assert late["rows"][0]["cells"][heads[1].index("w_late")]["class"].split() == ["numeric", "due-text", "due-red"]


def test_the_list_goes_into_a_file_with_its_own_columns(cast: Cast) -> None:
    a_client(cast.anna)
    page = list_by_name("clients.ClientsAtWork")

    selection = page.select(access.actor_of(cast.director), {})

    assert {"w_touched", "w_days", "w_owed"} <= {one.key for one in selection.columns}
    assert len(list(selection.rows())) == 1


def test_the_list_asks_the_database_few_times(cast: Cast, client: Browser) -> None:
    for number in range(3):
        touched(a_client(cast.anna, name=f"Клиент {number}"), cast.anna, number)
    client.force_login(cast.director)

    assert len(statements(lambda: client.get(URL))) <= 9
    assert len(statements(lambda: client.get(URL, {"sort": "-w_owed"}))) <= 9
