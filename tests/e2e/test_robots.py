"""Robots: what was tried on a card is done by itself with those that come into a segment, and is taken back."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]
TITLE = "Пригласить на открытие склада"


def test_what_was_tried_on_a_client_is_done_with_those_who_come_into_a_segment(sign_in: SignIn, picture: Picture):
    page = sign_in("head")
    segment, robot = steps.fresh("Склад"), steps.fresh("Приглашаем")
    page.goto("/segments/new/")
    page.locator("main [name=name]").fill(segment)
    page.locator("main [name=record]").select_option("clients.client")
    page.locator("main [name=kind]").select_option("static")
    page.locator("main button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/segments/\d+/$"))

    page.goto("/clients/?tab=all")
    page.locator(".list-row").first.locator(".pick").click()
    page.locator(".selection-bar").get_by_role("button", name="Ещё").click()
    page.get_by_role("menuitem", name="Поставить задачу по каждой карточке").click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=title]").fill(TITLE)
    dialog.locator("[name=kind]").select_option("call")
    dialog.locator("button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    expect(page.get_by_text(f"Что сделать: {TITLE}")).to_be_visible()
    page.get_by_role("link", name="Делать так всегда…").click()
    dialog.locator("[name=name]").fill(robot)
    dialog.locator("[name=segment]").select_option(label=segment)
    picture(page, "robot-new")
    dialog.get_by_role("button", name="Делать так всегда").click()
    page.wait_for_url(re.compile(r"/robots/\d+/"))
    deed = page.get_by_role("region", name="Что делает")
    expect(deed).to_contain_text(TITLE)
    expect(deed.get_by_role("link", name=segment)).to_be_visible()
    card = page.url

    page.goto("/clients/?tab=all")
    page.locator(".list-row").nth(1).get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/clients/\d+/"))
    chips = page.get_by_role("region", name="Сегменты")
    chips.scroll_into_view_if_needed()
    chips.get_by_role("link", name="Сегмент", exact=True).click()
    dialog.locator("[name=segment]").select_option(label=segment)
    dialog.locator("button[type=submit]").last.click()
    expect(page.get_by_text(TITLE).first).to_be_visible(timeout=20_000)

    page.goto(card)
    log = page.get_by_role("region", name="Что сделал")
    expect(log).to_contain_text("изменено: 1", timeout=20_000)
    picture(page, "robot")
    page.get_by_role("button", name="Показать, что сделает").click()
    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    expect(page.get_by_text("Пока ничего не изменено")).to_be_visible(timeout=20_000)
    page.goto(card)
    log.get_by_role("link", name="1 карточка").click()
    page.get_by_role("button", name="Вернуть как было…").click()
    expect(page.get_by_role("button", name=re.compile("Вернуть 1 запись"))).to_be_visible(timeout=20_000)


def test_robots_are_listed_and_stopped(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/robots/")
    expect(page.locator(".list-row").first).to_be_visible()
    picture(page, "robots")
    page.get_by_role("link", name="Давно не покупали — звоним", exact=True).click()
    page.wait_for_url(re.compile(r"/robots/\d+/"))
    expect(page.get_by_role("region", name="Что делает")).to_contain_text("Позвонить: давно не покупали")
