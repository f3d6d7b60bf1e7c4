"""A seller answers a questionnaire from the card and notes an interest; the head sees answers put together."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.test_clients import fresh_phone, new_client
from tests.e2e.watch import faults_of

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]


def test_a_questionnaire_is_filled_in_from_the_card(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    new_client(page, "ООО «Портретный склад»", fresh_phone())
    panel = page.locator("section[aria-label='Портрет']")
    expect(panel).to_contain_text("0 %")

    panel.get_by_role("link", name="Заполнить").click()
    page.get_by_label("Сколько у клиента складов?").fill("4")
    page.get_by_label("Сколько единиц техники?").fill("12")
    page.get_by_label("Какой склад основной?").select_option(label="Тёплый")
    assert not faults_of(page)
    picture(page, "portrait-fill")
    page.get_by_role("button", name="Сохранить ответы").click()

    expect(panel).to_contain_text("50 %")
    expect(panel).to_contain_text("Тёплый")


def test_an_interest_is_noted_and_found(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    url = new_client(page, "ООО «Любопытные»", fresh_phone())
    panel = page.locator("section[aria-label='Интересы']")
    panel.get_by_role("link", name="Интерес").click()
    dialog = page.locator("#dialog-body")
    steps.pick(dialog, "Тема интереса", "Стеллаж")
    dialog.get_by_label("Что именно").fill("Фронтальные, 6 ярусов")
    dialog.locator("button[type=submit]").click()

    expect(panel).to_contain_text("Фронтальные, 6 ярусов")
    panel.scroll_into_view_if_needed()
    picture(page, "portrait-card")
    assert page.url == url


def test_answers_open_the_cards_that_they_count(sign_in: SignIn, picture: Picture):
    page = sign_in("head")
    page.goto("/portraits/")
    assert not faults_of(page)
    picture(page, "portraits")
    row = page.locator("tr", has_text="Тёплый").first
    count = re.sub(r"\D", "", row.locator("a").inner_text())

    row.locator("a").click()

    expect(page.locator("main h1")).to_have_text("Клиенты")
    expect(page.locator("main")).to_contain_text(f"из {count}")


def test_an_administrator_adds_a_question(sign_in: SignIn):
    page = sign_in("director")
    page.goto("/settings/portraits/")
    page.get_by_role("link", name="Вопрос", exact=True).first.click()
    words = steps.fresh("Кто решает о закупке")
    page.get_by_label("Вопрос").fill(words)
    page.locator("main button[type=submit]").click()

    expect(page.locator("main table").first).to_contain_text(words)
