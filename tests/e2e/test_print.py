"""Pages on paper: whole, by day, without what is pressed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.watch import too_wide

SignIn = Callable[..., Page]
# A sheet of A4 between its margins, at 96 dots an inch.
SHEET = {"width": 703, "height": 1030}
# Boxes that hide a part of what they hold: on paper nobody scrolls them.
CUT = """() => [...document.querySelectorAll('main, main *')].filter((box) => {
    const style = getComputedStyle(box)
    const hides = ['auto', 'scroll', 'hidden'].includes(style.overflowY) && box.tagName !== 'svg'
    return hides && box.scrollHeight > box.clientHeight + 2 && box.clientHeight > 1
}).map((box) => `${box.tagName}.${box.className}`)"""


@pytest.mark.parametrize("place", ["/clients/?tab=all", "/deals/?mode=list&tab=all", "/leads/reports/", "/", "card"])
def test_a_page_is_printed_whole_and_without_buttons(sign_in: SignIn, place: str):
    page = sign_in("director", theme="dark")
    page.goto("/clients/?tab=all" if place == "card" else place)
    if place == "card":
        page.locator(".list-row td.first a").first.click()
        expect(page.locator("#feed .entry").first).to_be_visible()
    expect(page.locator("main h1").first).to_be_visible()

    page.set_viewport_size(SHEET)
    page.emulate_media(media="print")

    assert page.evaluate(CUT) == []
    assert too_wide(page) <= 0
    for hidden in (".topbar", ".rail", ".bottombar", "main .btn >> visible=true", ".composer >> visible=true"):
        expect(page.locator(hidden).filter(visible=True)).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
