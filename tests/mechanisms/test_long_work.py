"""Export and saved views: long work of lists, each page of it for its owner only."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client as Browser
from python_calamine import CalamineWorkbook

from okno.access import commands as access
from okno.areas.deals import commands as deals
from okno.kit import jobs
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.urls("tests.mechanisms.deal_pages")


@pytest.fixture
def anna(company, client: Browser) -> Browser:
    rights = [{"permission": name, "reach": "all"} for name in ("deals.export", "jobs.*", "saved_views.*", "journal.*")]
    access.set_role(actor=SYSTEM, code="extra", name="Больше", grants=rights, hidden=[])
    access.give_role(actor=SYSTEM, user=company.anna, role="extra")
    client.force_login(company.anna)
    return client


@pytest.fixture
def three(company):
    for number in range(2):
        deals.open_deal(actor=SYSTEM, title=f"=1+{number}", client=company.client, owner=company.anna)
    deals.open_deal(actor=SYSTEM, title="Чужая", client=company.client, owner=company.boris)
    return company


def finished() -> JobRun:
    job = JobRun.objects.latest("id")
    jobs.do_work(job.pk)
    job.refresh_from_db()
    return job


def content(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_export_holds_what_the_list_shows(three, anna):
    anna.post("/deals/?part=export&sort=title", {"format": "csv"})
    job = finished()
    answer = anna.get(f"/jobs/{job.pk}/?part=file")
    rows = list(csv.reader(io.StringIO(content(answer).decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["'=1+0", "'=1+1", "Поставка"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_export_to_a_workbook_keeps_numbers_and_runs_nothing(three, anna):
    anna.post("/deals/?part=export&sort=title", {"format": "xlsx", "is_whole": "on"})
    job = finished()
    assert job.state == JobRun.State.DONE, job.error
    book = CalamineWorkbook.from_filelike(io.BytesIO(content(anna.get(f"/jobs/{job.pk}/?part=file"))))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["=1+0", "=1+1", "Поставка"]
    assert rows[1][rows[0].index("Amount" if "Amount" in rows[0] else "Сумма")] == 0


def test_export_asks_for_the_right(three, client):
    client.force_login(three.boris)
    assert client.post("/deals/?part=export", {"format": "csv"}).status_code == 403


def test_file_of_another_one_reads_as_missing(three, anna):
    anna.post("/deals/?part=export", {"format": "csv"})
    job = finished()
    other = Browser()
    other.force_login(three.boris)
    assert other.get(f"/jobs/{job.pk}/?part=file").status_code == 404
    assert other.get(f"/jobs/{job.pk}/").status_code == 404


def test_saved_view_keeps_what_is_shown(three, anna):
    anna.post(
        '/deals/?part=view&f={"all":[{"field":"title","op":"starts","value":"="}]}&sort=title', {"name": "С равно"}
    )
    page = anna.get("/deals/").context["page"]
    saved = next(tab for tab in page["tabs"] if tab["label"] == "С равно")
    shown = anna.get(saved["url"]).context["page"]
    assert [row["title"] for row in shown["rows"]] == ["=1+0", "=1+1"]
    assert len(shown["chips"]) == 1


def test_saved_view_of_another_one_is_not_offered(three, anna):
    anna.post("/deals/?part=view", {"name": "Моё"})
    other = Browser()
    other.force_login(three.boris)
    assert "Моё" not in other.get("/deals/").content.decode()


def test_jobs_page_lists_ones_own(three, anna):
    anna.post("/deals/?part=export", {"format": "csv"})
    assert anna.get("/jobs/").status_code == 200


def test_finished_work_is_shown_as_done_and_how_long_it_took(three, anna):
    anna.post("/deals/?mode=list&part=export", {"format": "csv"})
    job = finished()
    JobRun.objects.filter(pk=job.pk).update(total=40, done=3)

    shown = anna.get(f"/jobs/{job.pk}/").context["job"]

    assert (shown["done"], shown["total"]) == ("40", "40")
    assert shown["elapsed_text"] == "меньше минуты"
