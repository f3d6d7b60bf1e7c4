"""The desktop of a head: every number is a door to the rows behind it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

# Tiles that count rows, by their label.
COUNTED = ("Сделки в работе", "Новые", "Просроченные задачи")


def test_numbers_of_the_desktop_open_as_many_rows(sign_in: Callable[..., Page], picture: Callable[[Page, str], None]):
    page = sign_in("head")
    page.goto("/")
    expect(page.locator("main h1")).to_be_visible()
    picture(page, "home")
    tiles = [page.locator(".tile", has_text=label) for label in COUNTED]
    told = [(tile.get_attribute("href"), _count(tile.locator(".tile-value").inner_text())) for tile in tiles]

    found = {str(url): (number, _rows_behind(page, str(url))) for url, number in told}

    assert found
    assert all(number == rows for number, rows in found.values()), found


def _rows_behind(page: Page, url: str) -> int:
    page.goto(url)
    expect(page.locator(".list-row").first).to_be_visible()
    return _count(page.locator("[data-list-target=position]").get_attribute("data-total") or "")


def _count(text: str) -> int:
    return int(re.sub(r"\D", "", text) or 0)
