"""Reports on clients: a figure opens its rows, all goes into a file, and whom nobody has called stands on a tab."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.watch import Watch

Picture = Callable[[Page, str], None]


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_a_figure_of_the_reports_opens_its_clients(sign_in: Callable[..., Page], watch: Watch, picture: Picture):
    page = sign_in("director")
    page.goto("/clients/reports/")
    # The chart above has a table of its own for those who do not see it.
    figure = page.locator("#state .is-figures tbody tr").first.locator("td.num a").first
    expect(figure).to_have_text(re.compile(r"\d"))
    picture(page, "clients-reports")
    with page.expect_download() as file:
        page.get_by_role("link", name="XLSX").click()
    assert file.value.suggested_filename.endswith(".xlsx")

    many = _number(figure.inner_text())
    figure.click()

    expect(page.locator("main")).to_contain_text("Потенциальный")
    expect(page.locator("#list-position")).to_contain_text(str(many))


def test_whom_nobody_has_called_stands_on_a_tab(sign_in: Callable[..., Page], watch: Watch, picture: Picture):
    page = sign_in("director")
    page.goto("/clients/work/")
    expect(page.get_by_role("heading", name="Состояние работы с клиентами")).to_be_visible()
    page.locator("th[data-key=w_days] .column-head > a").click()
    expect(page.locator("th[data-key=w_days]")).to_have_attribute("aria-sort", "ascending")
    page.locator("th[data-key=w_days] .column-head > a").click()
    expect(page.locator("th[data-key=w_days]")).to_have_attribute("aria-sort", "descending")
    expect(page).to_have_url(re.compile("sort=-w_days"))
    expect(page.locator(".list-row").first).to_contain_text("дн.")
    expect(page.locator("th[data-key=quality]")).to_be_in_viewport(ratio=1)
    picture(page, "clients-work")

    page.get_by_role("link", name="Три месяца без контакта").click()

    expect(page.locator(".list-row").first).to_contain_text("не было")
