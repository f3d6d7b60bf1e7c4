"""Pages of handovers: from the card of a person to the plan, its run and the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access import commands as access
from okno.access import queries as people
from okno.access.models import User
from okno.engines.handover import commands, queries
from okno.engines.handover.models import Handover
from okno.engines.handover.tests.test_commands import CLIENTS, DEALS, TASKS, Office, worked
from okno.kit import jobs
from okno.kit.changing import running
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import check_few, statements


@pytest.fixture
def office(db: None) -> Office:
    return Office()


@pytest.fixture
def boss(office: Office, client: Browser) -> Browser:
    client.force_login(office.users["boss"])
    return client


def nobody(office: Office) -> dict[str, str]:
    """A form in which rows of every kind stay where they are."""
    return {"everything-way": "evenly", **{f"{hand.record.name}:way": "keep" for hand in queries.hands(office.boss)}}


def test_the_card_of_a_person_leads_to_a_plan(office, boss):
    office.client("Ромашка")
    anna = office.users["anna"]
    panel = boss.get(f"/settings/users/{anna.pk}/?part=panel&panel=handovers").content.decode()
    assert f"/handovers/new/?person={anna.pk}" in panel

    page = boss.get(f"/handovers/new/?person={anna.pk}")
    assert page.status_code == 200
    assert "Клиенты — 1" in page.content.decode()


def test_the_list_of_handovers_asks_whose_work_it_is(office, boss):
    anna = office.users["anna"]
    access.set_active(actor=SYSTEM, user=anna, is_active=False)
    assert "/handovers/new/" in boss.get("/handovers/").content.decode()

    assert boss.post("/handovers/new/", {"person": ""}).status_code == 422
    asked = boss.post("/handovers/new/", {"person": anna.pk})
    assert asked.headers["Location"] == f"/handovers/new/?person={anna.pk}"


def test_a_plan_is_made_shown_and_carried_out(office, boss):
    client = office.client("Ромашка")
    given = {"reason": "leave", f"{CLIENTS}:people": [office.users["boris"].pk], f"{CLIENTS}:way": "evenly"}
    boss.post(f"/handovers/new/?person={office.users['anna'].pk}", {**nobody(office), **given})
    row = worked(Handover.objects.get())
    shown = boss.get(f"/handovers/{row.pk}/")
    assert shown.context["parcels"][0]["title"] == "Клиенты → boris"

    boss.post(f"/handovers/{row.pk}/?part=start")
    worked(row)
    assert office.owner(CLIENTS, client) == "boris"
    page = boss.get(f"/handovers/{row.pk}/").context
    assert page["back_url"]

    boss.post(f"/handovers/{row.pk}/?part=back")
    worked(row)
    assert office.owner(CLIENTS, client) == "anna"
    assert boss.get("/handovers/").status_code == 200


def test_everything_goes_to_one_but_what_names_others_or_stays(office, boss):
    given = {
        **{f"{hand.record.name}:way": "evenly" for hand in queries.hands(office.boss)},
        "reason": "leave",
        "everything": [office.users["boris"].pk],
        "everything-way": "evenly",
        f"{CLIENTS}:people": [office.users["clara"].pk],
        f"{TASKS}:way": "keep",
    }
    boss.post(f"/handovers/new/?person={office.users['anna'].pk}", given)

    told = {one["record"]: one["people"] for one in Handover.objects.get().rules}
    assert told[CLIENTS] == [office.users["clara"].pk]
    assert told[DEALS] == [office.users["boris"].pk]
    assert TASKS not in told


def test_a_plan_tells_what_stands_in_its_way(office, boss):
    office.client("Ромашка")
    week = {"starts_at": timezone.now() + timedelta(days=1), "returns_at": timezone.now() + timedelta(days=8)}
    first = office.plan((CLIENTS, ["boris"], "evenly"), **week)
    assert boss.get(f"/handovers/{first.pk}/").context["warnings"] == []
    commands.start(actor=office.boss, handover=first)

    access.set_available(actor=office.boss, user=office.users["clara"], is_available=False)
    second = office.plan((CLIENTS, ["clara"], "evenly"), **week)
    away, beside = boss.get(f"/handovers/{second.pk}/").context["warnings"]
    assert away == "clara сейчас не берёт новую работу."
    assert beside.startswith("У сотрудника anna есть другая передача")

    later = {"starts_at": timezone.now() + timedelta(days=20)}
    third = office.plan((CLIENTS, ["boris"], "evenly"), **later)
    assert boss.get(f"/handovers/{third.pk}/").context["warnings"] == []


def test_a_plan_tells_how_many_rows_are_out_of_reach(office, client):
    office.client("Ромашка")
    own = [{"permission": f"{area}.*", "reach": "own"} for area in ("clients", "access", "jobs")]
    every = [{"permission": "handover.*", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="narrow", name="Узкая", grants=[*own, *every], hidden=[])
    access.set_roles(actor=SYSTEM, user=office.users["clara"], roles=["narrow"])
    told = [{"record": CLIENTS, "people": [office.users["boris"].pk], "way": "evenly", "is_all": False}]
    planner = people.actor_of(User.objects.get(pk=office.users["clara"].pk))
    row = worked(commands.plan(actor=planner, person=office.users["anna"], rules_told=told))
    client.force_login(office.users["clara"])
    assert client.get(f"/handovers/{row.pk}/").context["warnings"] == ["Клиенты: ещё 1 вне вашего доступа и останутся."]


def test_a_plan_without_people_is_refused_on_its_form(office, boss):
    answer = boss.post(f"/handovers/new/?person={office.users['anna'].pk}", {**nobody(office), "reason": "leave"})
    assert answer.status_code == 422
    assert not Handover.objects.exists()


def test_pages_ask_for_the_right(office, client):
    client.force_login(office.users["boris"])
    assert client.get("/handovers/").status_code == 403
    assert client.get(f"/handovers/new/?person={office.users['anna'].pk}").status_code == 403


def test_pages_ask_few_statements_however_many_rows_go(office, boss):
    for number in range(60):
        office.client(f"Клиент {number}")
    for _number in range(6):
        row = office.plan((CLIENTS, ["boris", "clara"], "evenly"))
    person = office.users["anna"].pk

    check_few(statements(lambda: boss.get("/handovers/")), 8)
    check_few(statements(lambda: boss.get(f"/handovers/new/?person={person}")), 9)
    check_few(statements(lambda: boss.get(f"/handovers/{row.pk}/")), 10)
    check_few(statements(lambda: boss.get(f"/settings/users/{person}/?part=panel&panel=handovers")), 8)


def test_page_asks_no_more_statements_for_more_people(office, boss):
    for number in range(12):
        office.client(f"Клиент {number}")
    for getting in (["boris"], ["boris", "clara"]):
        row = office.plan((CLIENTS, getting, "evenly"))
        found = statements(lambda: boss.get(f"/handovers/{row.pk}/"))  # noqa: B023 - called at once
        check_few(found, 10)


def test_pages_of_handovers_stand_among_settings(office, boss):
    row = office.plan((CLIENTS, ["boris"], "evenly"))

    shell = boss.get(f"/handovers/{row.pk}/").context["shell"]

    assert [one["url"] for one in shell["crumbs"]] == ["/settings/", "/handovers/"]
    assert [one["url"] for one in shell["sections"] if one["active"]] == ["/settings/"]


def test_a_handover_that_is_broken_off_says_how_far_it_came_and_goes_on(office, boss, monkeypatch):
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 1)
    rows = [office.client(name) for name in ("Ромашка", "Василёк", "Клевер")]
    row = office.plan((CLIENTS, ["boris"], "evenly"))
    boss.post(f"/handovers/{row.pk}/?part=start")
    row.refresh_from_db()

    boss.post(f"/jobs/{row.job}/?part=cancel")
    jobs.do_work(row.job or 0)
    page = boss.get(f"/handovers/{row.pk}/").context

    assert [office.owner(CLIENTS, one) for one in rows] == ["boris", "anna", "anna"]
    assert page["problem"] == "Прервано: обработано 1 из 3 записей; если начать снова, пойдёт с остальных."
    assert [one["label"] for one in page["parcels"][0]["rows"]] == ["Ромашка"]
    boss.post(page["start_url"])
    worked(row)
    assert [office.owner(CLIENTS, one) for one in rows] == ["boris"] * 3
    assert boss.get(f"/handovers/{row.pk}/").context["problem"] == ""
