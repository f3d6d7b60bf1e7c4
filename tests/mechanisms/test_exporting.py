"""The right to export: every door that gives rows away in a file asks for it and leaves a trace."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from django.test import Client as Browser
from python_calamine import CalamineWorkbook

from okno.access import commands as access
from okno.access import queries as people
from okno.access.models import Reading, User
from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.clients.tests.factories import a_client
from okno.areas.clients.web.pages import ClientList
from okno.areas.deals.tests.factories import a_deal
from okno.engines.imports import commands as imports
from okno.kit import files, jobs
from okno.kit.errors import Denied
from okno.kit.fields import custom
from okno.kit.models.journal import CommandRun
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.testing.forms import filled
from okno.kit.web.pages import export

pytestmark = pytest.mark.django_db
WITHOUT = ("clients.view", "leads.view", "leads.report", "jobs.*", "imports.*", "clients.import", "clients.add")
WITH = (*WITHOUT, "clients.export", "leads.export")


def person(name: str, *rights: str) -> User:
    user = access.add_user(actor=SYSTEM, email=f"{name}@okno.test", name=name)
    grants = [{"permission": one, "reach": "all"} for one in rights]
    access.set_role(actor=SYSTEM, code=name, name=name, grants=grants, hidden=[])
    access.give_role(actor=SYSTEM, user=user, role=name)
    return user


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def traces() -> list[tuple[str, int | None, str]]:
    """Who has taken rows away: the run, how many there were, and the log of readings beside it."""
    runs = CommandRun.objects.filter(name__endswith=".export").order_by("pk")
    found = [(one.name, one.args["rows"], one.actor_name) for one in runs]
    assert Reading.objects.filter(kind="export").count() == len(found)
    return found


def test_list_is_exported_with_the_right_alone_and_noted():
    a_client(None, name="Берёза")
    browser = signed_in(person("with", *WITH))
    browser.post("/clients/?part=export", {"format": "csv"})
    job = JobRun.objects.get()
    jobs.do_work(job.pk)
    assert browser.get(f"/jobs/{job.pk}/?part=file").status_code == 200
    assert traces() == [("clients.export", 1, "with")]

    other = signed_in(person("without", *WITHOUT))
    assert other.get("/clients/?part=export").status_code == 403
    assert other.post("/clients/?part=export", {"format": "csv"}).status_code == 403
    assert other.get(f"/jobs/{job.pk}/?part=file").status_code == 404


def test_only_ticked_rows_are_exported_and_noted():
    chosen, left = a_client(None, name="Берёза"), a_client(None, name="Осина")
    browser = signed_in(person("with", *WITH))
    asked = browser.post("/clients/?part=export", {"ids": [chosen.pk]}, headers={"HX-Request": "true"})
    assert "1 выбранная запись" in asked.content.decode()
    assert not JobRun.objects.exists()

    browser.post("/clients/?part=export", {**filled(asked), "format": "csv"})
    job = JobRun.objects.get()
    jobs.do_work(job.pk)

    text = browser.get(f"/jobs/{job.pk}/?part=file").getvalue().decode()
    assert (chosen.name in text, left.name in text) == (True, False)
    assert CommandRun.objects.get(name="clients.export").args["chosen"] == str(chosen.pk)


def test_file_is_not_given_any_more_when_the_right_was_taken_away():
    user = person("with", *WITH)
    browser = signed_in(user)
    browser.post("/clients/?part=export", {"format": "csv"})
    job = JobRun.objects.get()
    jobs.do_work(job.pk)
    person("without", *WITHOUT)
    access.set_roles(actor=SYSTEM, user=user, roles=["without"])
    assert browser.get(f"/jobs/{job.pk}/?part=file").status_code == 403


def test_work_itself_asks_for_the_right_whoever_has_begun_it():
    actor = people.actor_of(person("without", *WITHOUT))
    args = {"list": ClientList.name(), "params": {}, "format": "csv"}
    with pytest.raises(Denied):
        export.export(None, actor, **args)
    assert traces() == []


def test_report_is_exported_with_the_right_alone_and_noted():
    assert signed_in(person("without", *WITHOUT)).get("/leads/reports/?part=file").status_code == 403
    assert signed_in(person("with", *WITH)).get("/leads/reports/?part=file").status_code == 200
    assert [(name, who) for name, _rows, who in traces()] == [("leads.export", "with")]


def test_refused_rows_of_an_import_go_to_their_sender_or_by_the_right():
    sender = person("sender", *WITHOUT)
    actor = people.actor_of(sender)
    text = "Наименование;Телефон\nБерёза;abc\nДуб;где-то\n"
    row = imports.run_now(actor, imports.taken_in(actor, "clients.client", io.BytesIO(text.encode()), "Клиенты.csv"))
    url = f"/imports/{row.pk}/result/?part=errors"
    assert signed_in(person("without", *WITHOUT)).get(url).status_code == 403
    assert signed_in(person("with", *WITH)).get(url).status_code == 200
    assert signed_in(sender).get(url).status_code == 200
    assert traces() == [("clients.export", 2, "with"), ("clients.export", 2, "sender")]


def exported(kind: str, *, is_whole: bool = False, **params: str) -> bytes:
    """What is in the file of an export of clients by a person who may."""
    user = person("with", *WITH)
    args = {"list": ClientList.name(), "params": params, "format": kind, "is_whole": is_whole}
    row = jobs.start(actor=people.actor_of(user), work=export.WORK, label="x", args=args)
    jobs.do_work(row.pk)
    row.refresh_from_db()
    with files.open_stored(row.result["file"]["sha256"]) as stream:
        return stream.read()


def test_rows_that_a_sheet_does_not_hold_go_to_the_next_one(monkeypatch):
    for number in range(5):
        a_client(None, name=f"Клиент {number}")
    monkeypatch.setattr(export, "MOST_ON_A_SHEET", 2)

    book = CalamineWorkbook.from_filelike(io.BytesIO(exported("xlsx")))

    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert [len(rows) - 1 for rows in sheets] == [2, 2, 1]
    assert {str(rows[0]) for rows in sheets} == {str(sheets[0][0])}


def test_a_list_in_groups_is_exported_row_by_row():
    for number in range(3):
        a_client(None, name=f"Клиент {number}", city="Тверь" if number else "Клин")

    grouped = exported("csv", mode="list", group="city").decode("utf-8-sig").splitlines()

    assert len(grouped) == 4


def test_a_board_is_exported_card_by_card(cast: Cast):
    deals = [a_deal(cast.anna, title=f"Сделка {number}") for number in range(3)]
    args = {"list": "deals.DealBoard", "params": {"mode": "board"}, "format": "csv"}
    row = jobs.start(actor=cast.actor("director"), work=export.WORK, label="x", args=args)

    jobs.do_work(row.pk)

    row.refresh_from_db()
    with files.open_stored(row.result["file"]["sha256"]) as stream:
        text = stream.read().decode("utf-8-sig")
    assert (row.result["rows"], all(one.title in text for one in deals)) == (3, True)


def test_texts_and_names_of_columns_are_no_formulas_in_a_spreadsheet():
    custom.add(actor=SYSTEM, record="clients.client", key="sum", label='=HYPERLINK("http://x")', kind="text")
    a_client(None, name="=cmd|' /C calc'!A0")

    lines = exported("csv", is_whole=True).decode("utf-8-sig").splitlines()

    cells = [cell for row in csv.reader(lines, delimiter=";") for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


def test_sums_of_a_field_that_people_have_added_are_numbers_in_its_currency():
    custom.add(actor=SYSTEM, record="clients.client", key="budget", label="Бюджет", kind="money")
    for name, amount in (("А", {"a": "1234.5"}), ("Б", {"a": "20", "c": "USD"}), ("В", None)):
        clients.update(actor=SYSTEM, client=a_client(None, name=name), values={"x_budget": amount})

    file = exported("xlsx", is_whole=True, sort="name")

    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    at = head.index("Бюджет")
    assert [row[at] for row in rows] == [1234.5, "20,00\u202f$", ""]
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        assert "₽" in book.read("xl/styles.xml").decode()
