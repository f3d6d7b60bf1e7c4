"""Every main page by day and by night, on a desk and on a phone: clean for axe, never wider than the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import IS_ASKED_FOR_PICTURES, take
from tests.e2e.watch import faults_of, too_wide

PAGES = (
    "/",
    "/leads/?tab=all",
    "/deals/",
    "/deals/?mode=list",
    "/clients/",
    "/contacts/",
    "/tasks/",
    "/invoices/?tab=all",
    "/payments/",
    "/items/",
    "/mail/",
    "/exchange/",
    "/settings/",
    "/settings/users/",
    "/settings/roles/",
    "/settings/forms/",
    "/settings/mailboxes/",
    "/profile/",
    "/jobs/",
)
# A list and the card that its first row opens.
CARDS = ("/leads/?tab=all", "/deals/?mode=list", "/clients/", "/invoices/?tab=all", "/items/")
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


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=["desk-light", "phone-dark"])
def test_main_pages_are_whole(sign_in: Callable[..., Page], size: dict[str, int], theme: str):
    page = sign_in("director", size=size, theme=theme)

    wrong = {url: faults for url in PAGES if (faults := _faults(page, url))}

    assert not wrong


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=["desk-light", "phone-dark"])
def test_cards_are_whole(sign_in: Callable[..., Page], size: dict[str, int], theme: str):
    page = sign_in("director", size=size, theme=theme)
    wrong = {}

    for url in CARDS:
        page.goto(url)
        card = page.locator(".list-row").first.get_attribute("data-url")
        assert card, url
        if faults := _faults(page, card):
            wrong[card] = faults

    assert not wrong


def test_the_theme_is_chosen_from_the_menu_and_stays(sign_in: Callable[..., Page]):
    page = sign_in("director")
    page.goto("/deals/")
    page.locator("[popovertarget=user-menu]").click()
    page.get_by_role("menuitemradio", name="Тёмная").click()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


@pytest.mark.skipif(not IS_ASKED_FOR_PICTURES, reason="pictures of the documents are taken with OKNO_PICTURES=1")
def test_pictures_of_the_documents_are_taken(sign_in: Callable[..., Page]):
    page = sign_in("head", size=SMALL)
    for name, url in PICTURES.items():
        page.goto(url)
        expect(page.locator("main h1").first).to_be_visible()
        take(page, name)

    page.goto("/clients/?q=НордТорг")
    page.locator(".list-row td.first a").first.click()
    expect(page.locator("#feed")).to_be_visible()
    take(page, "client-card")


def _faults(page: Page, url: str) -> list[str]:
    page.goto(url)
    expect(page.locator("main h1").first).to_be_visible()
    wide = too_wide(page)
    return [*faults_of(page), *([f"{wide} px wider than the window"] if wide > 0 else [])]
