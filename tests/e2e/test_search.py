"""Search as people type it: other endings, the wrong layout, operators; the page marks what it found."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

Picture = Callable[[Page, str], None]


def test_search_forgives_endings_and_the_layout(sign_in: Callable[..., Page], picture: Picture):
    page = sign_in("head")
    page.goto("/search/?q=терминалов данных")
    expect(page.locator("mark", has_text="Терминалы").first).to_be_visible()
    expect(page.get_by_role("navigation", name="Где найдено")).to_be_visible()
    picture(page, "search")

    page.goto("/search/?q=nthvbyfks")
    expect(page.locator(".related a", has_text="Терминалы").first).to_be_visible()


def test_operators_narrow_the_search(sign_in: Callable[..., Page], picture: Picture):
    page = sign_in("sokolova")
    page.goto("/search/")
    page.locator("main input[name=q]").fill("терминалы от:я >100000")
    page.keyboard.press("Enter")
    expect(page.locator("section.panel[aria-label=Сделки]")).to_be_visible()
    expect(page.locator("section.panel[aria-label=Клиенты]")).to_have_count(0)
    picture(page, "search-operators")
