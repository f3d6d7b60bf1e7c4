"""A list as a calendar: by any day of the record, moved by keys and by pointer, an agenda on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.watch import Watch, faults_of, too_wide

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


def test_tasks_are_made_on_a_day_and_dragged_to_another(sign_in: SignIn, picture: Picture, watch: Watch):
    page = sign_in("sokolova")
    page.goto("/tasks/all/?mode=calendar&by=due_at")
    page.locator(".calendar-day.is-today").hover()
    picture(page, "calendar-tasks")
    page.goto("/tasks/all/?tab=all&mode=calendar&by=due_at&span=week&day=2030-05-08")
    title = steps.fresh("Заказать пропуск")
    wednesday, friday = page.locator("[data-key='2030-05-08']"), page.locator("[data-key='2030-05-10']")
    create = page.get_by_role("link", name="Задача: 8 мая, Ср")
    expect(create).to_have_css("opacity", "0")
    create.focus()
    expect(create).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    dialog = page.locator("#dialog")
    expect(dialog.locator("[name=due_at]")).to_have_value("08.05.2030 10:00")
    dialog.locator("[name=title]").fill(title)
    dialog.locator("button[type=submit]").click()
    card = page.locator(".calendar-card", has_text=title)
    expect(wednesday).to_contain_text(title)
    expect(page.locator("#list-position")).to_have_text("1")

    with page.expect_response(re.compile("part=shift")):
        steps.drag(page, card, friday)
    expect(friday).to_contain_text(title)
    expect(card).to_contain_text("10:00")
    page.get_by_role("button", name="Отменить").last.click()
    expect(wednesday).to_contain_text(title)

    card.get_by_role("link").click()
    steps.choose(page, "Больше не нужно")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_be_hidden()
    page.goto("/tasks/all/?tab=all&mode=calendar&by=due_at&span=week&day=2030-05-08")
    watch.expected.add(422)
    card.get_by_role("link").focus()
    for key in (" ", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("Задача уже закрыта.")).to_be_visible()
    expect(wednesday).to_contain_text(title)


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
