"""Troubles in the browser: a job that failed is seen with its reason, tried once more, and given up."""

from __future__ import annotations

import json
from collections.abc import Callable

import psycopg
from playwright.sync_api import Page, expect

from okno.config.postgres import Cluster
from tests.e2e.office import Office

SignedIn = Callable[..., Page]
TRACE = """Traceback (most recent call last):
  File "okno/kit/http.py", line 98, in post
    raise TransportError(text, permanent=True)
okno.kit.http.TransportError: Почтовый сервер не принимает письма этого отправителя
"""


def fail_jobs(office: Office, count: int) -> None:
    """Leave failed jobs in the queue, as a worker does after its last try."""
    with psycopg.connect(host=str(Cluster.at(office.folder).sockets), user="okno", dbname="okno") as base:
        for _number in range(count):
            row = base.execute(
                "insert into procrastinate_jobs (queue_name, task_name, status, attempts, args) "
                "values ('default', 'kit.run_command', 'failed', 5, %s) returning id",
                [json.dumps({"name": "messages.dispatch", "args": {}})],
            ).fetchone()
            base.execute("insert into kit_jobfailure (job_id, error) values (%s, %s)", [row and row[0], TRACE])


def test_failed_job_is_seen_with_its_reason_and_given_up(
    sign_in: SignedIn, office: Office, picture: Callable[[Page, str], None]
) -> None:
    fail_jobs(office, 3)
    page = sign_in("director")
    page.goto("/settings/troubles/")
    panel = page.locator(".trouble", has_text="messages.dispatch")
    expect(panel.locator("li")).to_have_count(3)
    expect(panel).to_contain_text("Почтовый сервер не принимает письма этого отправителя")
    picture(page, "troubles")

    panel.locator("li").first.get_by_role("link", name="Отказаться").click()
    dialog = page.locator("#dialog-body")
    dialog.get_by_label("Почему").fill("Ящик закрыт, письмо отправили вручную")
    dialog.get_by_role("button", name="Отказаться").click()

    expect(panel.locator("li")).to_have_count(2)
    expect(page.locator(".settings-body")).to_contain_text("Ящик закрыт, письмо отправили вручную")
    panel.get_by_role("link", name="Отказаться от всех").click()
    dialog.get_by_label("Почему").fill("Ящик закрыт")
    dialog.get_by_role("button", name="Отказаться").click()
    expect(panel).to_have_count(0)


def test_what_failed_at_night_is_begun_once_more(sign_in: SignedIn) -> None:
    page = sign_in("director")
    page.goto("/settings/troubles/")
    panel = page.locator(".trouble", has_text="Искать дубли")
    expect(panel).to_contain_text("Пример неполадки")
    expect(panel.get_by_text("Не удалось", exact=True)).to_be_visible()

    panel.get_by_role("button", name="Повторить").click()

    expect(page.locator("#toasts")).to_contain_text("1")
    expect(panel.get_by_text("Не удалось", exact=True)).to_have_count(0)
