"""Robots: what was tried on a card is done by itself with those that come into a segment, and is taken back."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]
JOB = re.compile(r"/jobs/\d+/")
TITLE = "Пригласить на открытие склада"


def test_what_was_tried_on_a_client_is_done_with_those_who_come_into_a_segment(sign_in: SignIn, picture: Picture):
    page = sign_in("head")
    segment = a_list(page)
    tried_on_a_client(page)
    card = a_robot(page, segment, picture)

    put_into(page, segment)

    expect(page.get_by_text(TITLE).first).to_be_visible(timeout=20_000)
    page.goto(card)
    log = page.get_by_role("region", name="Что сделал")
    expect(log).to_contain_text("изменено: 1", timeout=20_000)
    picture(page, "robot")
    page.get_by_role("button", name="Показать, что сделает").click()
    page.wait_for_url(JOB)
    expect(page.get_by_text("Пока ничего не изменено")).to_be_visible(timeout=20_000)
    page.goto(card)
    log.get_by_role("link", name="1 карточка").click()
    page.get_by_role("button", name="Вернуть как было…").click()
    expect(page.get_by_role("button", name=re.compile("Вернуть 1 запись"))).to_be_visible(timeout=20_000)


def a_list(page: Page) -> str:
    """The name of a new segment that is filled by hand."""
    name = steps.fresh("Склад")
    page.goto("/segments/new/")
    page.locator("main [name=name]").fill(name)
    page.locator("main [name=record]").select_option("clients.client")
    page.locator("main [name=kind]").select_option("static")
    page.locator("main button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/segments/\d+/$"))
    return name


def tried_on_a_client(page: Page) -> None:
    """Look what a task about the first client would be."""
    page.goto("/clients/?tab=all")
    page.locator(".list-row").first.locator(".pick").click()
    page.locator(".selection-bar").get_by_role("button", name="Ещё").click()
    page.get_by_role("menuitem", name="Поставить задачу по каждой карточке").click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=title]").fill(TITLE)
    dialog.locator("[name=kind]").select_option("call")
    dialog.locator("button[type=submit]").last.click()
    page.wait_for_url(JOB)
    expect(page.get_by_text(f"Что сделать: {TITLE}")).to_be_visible()


def a_robot(page: Page, segment: str, picture: Picture) -> str:
    """The address of a robot that does what was tried with who comes into a segment."""
    page.get_by_role("link", name="Делать так всегда…").click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=name]").fill(steps.fresh("Приглашаем"))
    dialog.locator("[name=segment]").select_option(label=segment)
    picture(page, "robot-new")
    dialog.get_by_role("button", name="Делать так всегда").click()
    page.wait_for_url(re.compile(r"/robots/\d+/"))
    deed = page.get_by_role("region", name="Что делает")
    expect(deed).to_contain_text(TITLE)
    expect(deed.get_by_role("link", name=segment)).to_be_visible()
    return page.url


def put_into(page: Page, segment: str) -> None:
    """Put the second client into a segment, from its card."""
    page.goto("/clients/?tab=all")
    page.locator(".list-row").nth(1).get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/clients/\d+/"))
    chips = page.get_by_role("region", name="Сегменты")
    chips.scroll_into_view_if_needed()
    chips.get_by_role("link", name="Сегмент", exact=True).click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=segment]").select_option(label=segment)
    dialog.locator("button[type=submit]").last.click()


def test_robots_are_listed_and_stopped(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/robots/")
    expect(page.locator(".list-row").first).to_be_visible()
    picture(page, "robots")
    page.get_by_role("link", name="Давно не покупали — звоним", exact=True).click()
    page.wait_for_url(re.compile(r"/robots/\d+/"))
    expect(page.get_by_role("region", name="Что делает")).to_contain_text("Позвонить: давно не покупали")
