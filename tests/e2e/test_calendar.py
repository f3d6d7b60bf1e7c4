"""A list as a calendar: by any day of the record, moved by keys and by pointer, an agenda on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.watch import faults_of, too_wide

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]
BY_SHIPMENT = "/deals/?mode=calendar&by=x_day"


def test_deals_are_looked_at_and_moved_by_days(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/deals/?mode=list")
    page.get_by_role("link", name="Календарь").click()
    page.get_by_role("button", name="По полю:").click()
    page.get_by_role("menuitemradio", name="Дата отгрузки").click()
    page.wait_for_url(re.compile("by=x_day"))
    page.keyboard.press("BracketLeft")
    page.wait_for_url(re.compile("day="))
    expect(page.locator(".calendar-card").first).to_be_visible()
    assert not faults_of(page)
    picture(page, "calendar")

    day = page.locator(".calendar-day:not(.is-out):has(.is-movable)").first
    card = day.locator(".is-movable").first
    name, link = card.inner_text(), card.locator("a")
    number = card.get_attribute("data-id")
    was = day.locator(".calendar-list").get_attribute("data-key")
    link.focus()
    with page.expect_response(re.compile("part=shift")) as moved:
        for key in (" ", "ArrowRight", "Enter"):
            page.keyboard.press(key)

    assert moved.value.status == 204, name
    page.reload()
    now = page.locator(f"[data-id='{number}']").locator("xpath=..").get_attribute("data-key")
    assert now is None or now > str(was)


def test_a_calendar_on_a_phone_is_an_agenda(sign_in: SignIn):
    page = sign_in("director", size={"width": 360, "height": 740})
    page.goto(BY_SHIPMENT)
    page.get_by_label("Раньше").click()

    expect(page.locator(".calendar-card").first).to_be_visible()
    expect(page.locator(".calendar-weekday").first).to_be_hidden()
    assert not faults_of(page)
    assert too_wide(page) <= 0


def test_a_week_is_kept_in_the_address(sign_in: SignIn):
    page = sign_in("director")
    page.goto(BY_SHIPMENT)
    page.get_by_role("link", name="Неделя").click()
    page.wait_for_url(re.compile("span=week"))

    expect(page.locator(".calendar-day")).to_have_count(7)
