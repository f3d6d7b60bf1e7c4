"""Every page by day and by night, on a desk and on a phone: clean for axe, never wider than the window."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.architecture.doors import PARAMETER, pages
from tests.e2e.conftest import IS_ASKED_FOR_PICTURES, take
from tests.e2e.watch import faults_of, too_wide

# Ways out of the company's pages, and other systems' doors.
ELSEWHERE = ("api/", "exchange/1c", "f/", "look/", "sign-")
# What a list shows when all of it is asked for: its usual tab may be empty.
WHOLE = "?tab=all"
PICTURES = {
    "board": "/deals/",
    "list": "/deals/?mode=list&group=stage",
    "clients": "/clients/",
    "tasks": "/tasks/",
    "invoices": "/invoices/?tab=all",
}
SMALL = {"width": 1200, "height": 720}
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 780}
LOOKS = [(DESK, "light"), (PHONE, "dark")]


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    """Addresses of pages and cards: asked for once, whatever they are looked at with."""
    return {}


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=["desk-light", "phone-dark"])
def test_every_page_is_whole(
    sign_in: Callable[..., Page], found: dict[str, list[str]], size: dict[str, int], theme: str
):
    page = sign_in("director", size=size, theme=theme)
    urls = found.get("pages") or found.setdefault("pages", _pages(page))

    wrong = {url: faults for url in urls if (faults := _faults(page, url))}

    assert not wrong


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=["desk-light", "phone-dark"])
def test_every_card_is_whole(
    sign_in: Callable[..., Page], found: dict[str, list[str]], size: dict[str, int], theme: str
):
    page = sign_in("director", size=size, theme=theme)
    urls = found.get("pages") or found.setdefault("pages", _pages(page))
    cards = found.get("cards") or found.setdefault("cards", [card for url in urls if (card := _card(page, url))])

    wrong = {card: faults for card in cards if (faults := _faults(page, card))}

    assert not wrong


def test_the_theme_is_chosen_from_the_menu_and_stays(sign_in: Callable[..., Page]):
    page = sign_in("director")
    page.goto("/deals/")
    page.locator("[popovertarget=user-menu]").click()
    page.get_by_role("menuitemradio", name="Тёмная").click()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_chosen_rows_are_acted_on_from_a_phone(sign_in: Callable[..., Page]):
    page = sign_in("director", size=PHONE)
    page.goto("/deals/?mode=list&tab=all")
    row = page.locator(".list-row").first
    row.locator(".pick").click()

    expect(row).to_be_in_viewport(ratio=1)
    page.locator(".selection-bar").get_by_role("button", name="Передать другому").click()
    expect(page.locator("#dialog")).to_contain_text("Выбрана 1 запись")


@pytest.mark.skipif(not IS_ASKED_FOR_PICTURES, reason="pictures of the documents are taken with OKNO_PICTURES=1")
def test_pictures_of_the_documents_are_taken(sign_in: Callable[..., Page]):
    page = sign_in("head", size=SMALL)
    for name, url in PICTURES.items():
        answer = page.goto(url)
        assert answer is not None
        assert answer.ok
        expect(page.locator("main h1").first).to_be_visible()
        take(page, name)

    page.goto("/clients/?q=НордТорг")
    page.locator(".list-row td.first a").first.click()
    expect(page.locator("#feed")).to_be_visible()
    take(page, "client-card")

    phone = sign_in("sokolova", size=PHONE, theme="dark")
    phone.goto("/invoices/?tab=all")
    expect(phone.locator(".list-row").first).to_be_visible()
    take(phone, "phone")


def _pages(page: Page) -> list[str]:
    """Addresses without parameters that answer with a whole page; none of them may break down."""
    known = [door.address for door in pages() if door.method == "get" and not PARAMETER.search(door.route)]
    answers = {url: page.request.get(url) for url in known if not url.lstrip("/").startswith(ELSEWHERE)}
    broken = {url: answer.status for url, answer in answers.items() if answer.status >= 500}
    assert not broken
    return [url for url, answer in answers.items() if answer.ok and "<main" in answer.text()]


def _card(page: Page, url: str) -> str | None:
    """The card that the first row of a list opens; pages without rows have none."""
    rows = re.search(r'<tr[^>]*class="[^"]*list-row[^>]*data-url="([^"]+)"', page.request.get(url + WHOLE).text())
    return html.unescape(rows[1]) if rows else None


def _faults(page: Page, url: str) -> list[str]:
    page.goto(url)
    expect(page.locator("main h1").first).to_be_visible()
    wide = too_wide(page)
    return [*faults_of(page), *([f"{wide} px wider than the window"] if wide > 0 else [])]
