"""A card tells what it misses, each point opens its field, and the head sees where the base is poor."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.test_clients import fresh_phone, new_client
from tests.e2e.watch import faults_of

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]


def test_a_missing_point_opens_its_field_and_the_card_grows_better(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    new_client(page, "ООО «Неполная карточка»", fresh_phone())
    panel = page.locator("#quality")
    expect(panel).to_contain_text("45 %")
    expect(panel).to_contain_text("Источник")
    picture(page, "quality-card")

    panel.get_by_role("link", name="Город").click()
    city = page.locator("#field-city input[name=city]")
    city.fill("Тула")
    city.press("Enter")
    expect(page.locator("#field-city")).to_contain_text("Тула")

    expect(panel).to_contain_text("50 %")
    expect(panel.locator(".badge-o.due-yellow")).to_be_visible()


def test_the_head_goes_from_a_figure_to_its_rows(sign_in: SignIn, picture: Picture):
    page = sign_in("head")
    page.goto("/quality/")
    expect(page.locator("#parts tbody tr").first).to_be_visible()
    assert not faults_of(page)
    picture(page, "quality")

    line = page.locator("#missed tbody tr").first
    count = re.sub(r"\D", "", line.locator("a").inner_text())
    line.locator("a").click()

    expect(page.locator("main h1")).to_have_text("Клиенты")
    expect(page.locator("main")).to_contain_text(count)


def test_an_administrator_weighs_a_criterion(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/settings/quality/?record=clients.client")
    assert not faults_of(page)
    picture(page, "quality-settings")

    page.get_by_role("link", name="Источник").first.click()
    page.locator("main [name=weight]").fill("20")
    page.locator("main button[type=submit]").click()

    expect(page.locator("main h1")).to_have_text("Качество карточек")
    expect(page.locator("section", has_text="Потенциальный").first).to_contain_text("сумма весов: 105")
    with page.expect_response(lambda answer: "/undo/" in answer.url):
        page.locator(".toast-o").get_by_role("button", name="Отменить").click()
    page.goto("/settings/quality/?record=clients.client")
    expect(page.locator("section", has_text="Потенциальный").first).to_contain_text("сумма весов: 100")
