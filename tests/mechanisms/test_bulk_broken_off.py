"""A group change that is broken off in the middle: what is done stays and is taken back, the rest is as it was."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.deals import api
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit import jobs
from okno.kit.changing import running, steps
from okno.kit.changing.asked import Asked
from okno.kit.commands import command
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.urls("tests.mechanisms.deal_pages")
TITLES = [f"Сделка {number}" for number in range(5)]
STOPS_AT = "Сделка 2"
assert api.router is not None


@pytest.fixture
def anna(company: Company, client: Browser) -> Browser:
    names = ("jobs.*", "journal.*", "deals.*")
    rights = [{"permission": name, "reach": "all"} for name in names]
    access.set_role(actor=SYSTEM, code="extra", name="Больше", grants=rights, hidden=[])
    access.give_role(actor=SYSTEM, user=company.anna, role="extra")
    client.force_login(company.anna)
    return client


@pytest.fixture
def five(company: Company, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Deals that go two at once into a change that asks after each batch whether it is to stop."""
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(jobs, "SECONDS_BETWEEN_REPORTS", 0)
    made = [deals.open_deal(actor=SYSTEM, title=one, client=company.client, owner=company.anna) for one in TITLES]
    return [one.pk for one in made]


@pytest.fixture
def marked_slowly():
    """A command during which its person presses “Break off”, once."""
    pressed: list[int] = []

    @command("deals.mark_slowly")
    def mark(*, actor: Actor, deal: Deal) -> None:
        deal.source = "Выставка"
        deal.save(update_fields=["source"])
        if deal.title == STOPS_AT and not pressed:
            pressed.append(deal.pk)
            jobs.cancel(actor=actor, job_id=JobRun.objects.latest("id").pk)

    yield mark
    del registry.commands["deals.mark_slowly"]


@pytest.fixture
def broken_off(company: Company, anna: Browser, five: list[int], marked_slowly) -> JobRun:
    asked = Asked(
        record="deals.deal", ids=five, label="Пометка", command="deals.mark_slowly", on="deal", back="/deals/"
    )
    return steps.begun(company.actor("anna"), running.WORK, asked)


def last() -> JobRun:
    return JobRun.objects.latest("id")


def marked() -> list[str]:
    return list(Deal.objects.filter(source="Выставка").order_by("pk").values_list("title", flat=True))


def shown(anna: Browser, job: JobRun) -> dict:
    return anna.get(f"/jobs/{job.pk}/").context["change"]


def test_what_is_done_stays_and_the_report_says_how_far_it_came(broken_off, anna):
    page = shown(anna, broken_off)

    assert broken_off.state == JobRun.State.CANCELLED
    assert marked() == TITLES[:4]
    assert page["broken_off"] == "Прервано: обработано 4 из 5 записей, остальные не тронуты."
    assert [one["label"] for one in page["rows"]] == TITLES[:4]
    assert page["broken_off"] in anna.get(f"/jobs/{broken_off.pk}/").content.decode()


def test_what_is_done_is_taken_back(broken_off, anna):
    anna.post(f"/jobs/{broken_off.pk}/?part=back")
    anna.post(f"/jobs/{last().pk}/?part=go", {"field": ["source"]})

    assert (last().state, last().result["done"]) == (JobRun.State.DONE, 4)
    assert marked() == []


def test_it_goes_on_with_the_rest_after_a_look_at_it(broken_off, anna):
    answer = anna.post(shown(anna, broken_off)["rest_url"])
    preview = last()

    assert answer.status_code == 302
    assert (preview.work, preview.result["done"]) == (running.PREVIEW_WORK, 1)
    anna.post(f"/jobs/{preview.pk}/?part=go")
    assert marked() == TITLES
    assert shown(anna, last())["rest_url"] == ""
    assert anna.post(f"/jobs/{last().pk}/?part=rest").status_code == 404


def test_one_that_is_broken_off_before_its_first_row_does_nothing(company, anna, five):
    asked = Asked(record="deals.deal", ids=five, label="x", command="deals.delete", on="deal").plain()
    key = {"key": "never"}
    job = jobs.start(actor=company.actor("anna"), work=running.WORK, label="x", args=asked | key, is_here=True)
    pressed = anna.post(f"/jobs/{job.pk}/?part=cancel").content.decode()
    assert "Прерываем: закончим начатый шаг" in pressed

    jobs.do_work(job.pk)

    job.refresh_from_db()
    assert job.state == JobRun.State.CANCELLED
    assert not Deal.objects.filter(is_deleted=True).exists()
    assert shown(anna, job)["broken_off"] == "Прервано: обработано 0 из 5 записей, остальные не тронуты."


def test_a_look_that_is_broken_off_says_so_and_begins_anew(company, anna, five, marked_slowly):
    asked = Asked(record="deals.deal", ids=five, label="x", command="deals.mark_slowly", on="deal")
    # What its person presses is no part of the look, which keeps nothing.
    preview = steps.begun(company.actor("anna"), running.PREVIEW_WORK, asked)
    JobRun.objects.filter(pk=preview.pk).update(state=JobRun.State.CANCELLED, result={**preview.result, "total": 4})

    page = shown(anna, preview)

    assert (page["broken_off"], page["go_url"]) == ("Прервано: просмотрено 4 из 5 записей.", "")
    anna.post(page["rest_url"])
    assert (last().work, last().result["total"]) == (running.PREVIEW_WORK, 5)
