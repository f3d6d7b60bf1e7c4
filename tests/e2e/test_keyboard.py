"""What opens over a page, by keys alone: clean for axe, closed by Esc, the focus given back to what opened it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.watch import faults_of, too_wide

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]
LIST, BOARD, CARD, DESK = "/clients/?tab=all", "/deals/?mode=board", "card", "/"
DIALOG = "#dialog"
# Whatever asks for a dialog and changes nothing by asking; what is in a closed menu is not to be seen.
OPENERS = "main [hx-get][hx-target='#dialog-body']:visible, header [hx-get][hx-target='#dialog-body']:visible"
MENUS = "[popovertarget]:visible"
# What openers ask for, whichever row or stage it is of: one of a kind stands for all.
KINDS = """(openers) => openers.map((opener) => {
  const asked = new URL(opener.getAttribute('hx-get'), location.href);
  const kind = [asked.pathname.replace(/\\d+/g, '#'), asked.searchParams.get('part'), ...asked.searchParams.keys()];
  return [kind.join(' '), opener.getAttribute('hx-get')];
})"""
# Twice as large letters leave half of the window.
ZOOMED = {"width": 720, "height": 450}


@pytest.mark.parametrize("place", [LIST, BOARD, CARD, DESK])
def test_menus_are_clean_and_give_the_focus_back(sign_in: SignIn, place: str):
    page = _opened(sign_in("director"), place)
    wrong: list[str] = []

    for target in dict.fromkeys(_values(page, MENUS, "popovertarget")):
        button, menu = page.locator(f"[popovertarget='{target}']:visible").first, page.locator(f"#{target}")
        button.focus()
        page.keyboard.press("Enter")
        expect(menu).to_be_visible()
        expect(menu.locator(":focus")).to_have_count(1)
        wrong += faults_of(page)
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
        expect(button).to_be_focused()

    assert not wrong


@pytest.mark.parametrize("place", [LIST, BOARD, CARD, DESK])
def test_dialogs_are_clean_and_give_the_focus_back(sign_in: SignIn, place: str):
    page = _opened(sign_in("director"), place)
    wrong: list[str] = []

    for opener in _openers(page):
        opener.focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"{DIALOG} h2")).to_be_visible()
        wrong += faults_of(page)
        _leave(page)
        expect(opener).to_be_focused()

    assert not wrong


def test_a_dialog_gives_the_focus_back_to_a_row_that_news_drew_anew(sign_in: SignIn):
    page = _opened(sign_in("director"), LIST)
    opener = page.locator("#list-rows [hx-get][hx-target='#dialog-body']").first
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"{DIALOG} h2")).to_be_visible()
    opener.evaluate("opener => opener.setAttribute('data-old', '')")

    page.evaluate("document.dispatchEvent(new CustomEvent('live:resync'))")

    expect(page.locator("#list-rows [data-old]")).to_have_count(0)
    _leave(page)
    expect(opener).to_be_focused()


def test_every_key_of_a_page_is_in_the_sheet_of_keys(sign_in: SignIn, picture: Picture):
    page = _opened(sign_in("director"), "/leads/?tab=all")
    expect(page.locator(".desk-side [data-hotkey]").first).to_be_visible()
    keys = {key.removeprefix("Key") for key in _values(page, "[data-hotkey]", "data-hotkey")}

    page.keyboard.press("Shift+?")

    sheet = page.locator(DIALOG)
    expect(sheet.get_by_role("heading", name="Клавиши")).to_be_visible()
    picture(page, "keys")
    told = set(sheet.locator("kbd").all_inner_texts())
    assert {key.replace("Slash", "/") for key in keys} <= told
    assert faults_of(page) == []


def test_a_link_to_a_part_of_a_page_leaves_the_frame_in_its_place(sign_in: SignIn):
    page = sign_in("director")
    page.goto("/settings/#no-such-part")
    page.goto("/clients/?tab=all")
    page.locator(".list-row td.first a").first.click()
    expect(page.locator("#feed")).to_be_visible()

    page.evaluate("location.hash = 'feed'")

    expect(page.locator("#feed")).to_be_in_viewport()
    assert page.evaluate("[document.documentElement.scrollTop, document.body.scrollTop]") == [0, 0]
    assert page.evaluate("document.querySelector('.shell').scrollTop") == 0
    expect(page.locator(".topbar")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("place", [LIST, BOARD, CARD, DESK, "/deals/new/", "/settings/"])
def test_a_page_twice_as_large_is_whole(sign_in: SignIn, place: str):
    page = _opened(sign_in("director", size=ZOOMED), place)

    assert too_wide(page) <= 0
    expect(page.locator("main h1").first).to_be_in_viewport()


def _opened(page: Page, place: str) -> Page:
    page.goto("/clients/?tab=all" if place == CARD else place)
    if place == CARD:
        page.locator(".list-row td.first a").first.click()
        expect(page.locator("#feed")).to_be_visible()
    expect(page.locator("main h1").first).to_be_visible()
    return page


def _leave(page: Page) -> None:
    """By Esc; where a list of choices is open, the first one closes it."""
    choices = page.locator(f"{DIALOG} .dropdown-active")
    if choices.count():
        page.keyboard.press("Escape")
        expect(choices).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(DIALOG)).to_be_hidden()


def _openers(page: Page) -> Iterator[Locator]:
    """One of each kind, known by what it asks for: news draw rows anew meanwhile, and panels bring more of them."""
    tried: set[str] = set()
    while left := [one for one in page.locator(OPENERS).evaluate_all(KINDS) if one[0] not in tried]:
        kind, asked = left[0]
        tried.add(kind)
        yield page.locator(OPENERS).and_(page.locator(f'[hx-get="{asked}"]')).first


def _values(page: Page, selector: str, name: str) -> list[str]:
    """What each of them says at this moment: asked at once, as rows come and go."""
    found: list[str] = page.locator(selector).evaluate_all(
        "(all, name) => all.map((one) => one.getAttribute(name))", name
    )
    return found


def test_the_sections_are_one_stop_of_tab_and_arrows_go_into_them(sign_in: SignIn):
    page = _opened(sign_in("director"), LIST)
    here = page.locator(":focus")

    page.keyboard.press("Tab")
    expect(here).to_have_text("К содержанию")
    page.keyboard.press("Tab")
    expect(here).to_have_attribute("title", "Клиенты")
    for key in ("ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(here).to_have_attribute("href", "/leads/")
    assert faults_of(page) == []
    page.keyboard.press("Escape")
    expect(here).to_have_attribute("title", "Продажи")
    page.keyboard.press("Tab")
    assert page.locator(".topbar :focus").count() == 1


def test_a_page_is_reached_by_one_tab_and_enter(sign_in: SignIn):
    page = _opened(sign_in("director"), LIST)

    for key in ("Tab", "Enter", "Tab"):
        page.keyboard.press(key)

    expect(page.locator("main :focus")).to_have_count(1)
