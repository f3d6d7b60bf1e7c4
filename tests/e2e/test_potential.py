"""A head sees who has most left to win; an administrator writes the formula with names at hand."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.watch import faults_of

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]


def test_the_largest_reserves_come_first(sign_in: SignIn, picture: Picture):
    page = sign_in("head")
    page.goto("/potential/")
    expect(page.locator("#parts tbody tr").first).to_be_visible()
    assert not faults_of(page)
    picture(page, "potential")

    page.get_by_role("link", name="Кому звонить").click()
    expect(page.locator("main h1")).to_have_text("Клиенты")
    expect(page.locator(".list-row").first).to_contain_text("₽")
    page.locator(".list-row td.first a").first.click()

    panel = page.locator("section[aria-label='Потенциал']")
    panel.scroll_into_view_if_needed()
    expect(panel).to_contain_text("Доля в закупках")
    expect(panel).to_contain_text("Складская техника")
    picture(page, "potential-card")


def test_a_product_group_opens_whom_to_call_about_it(sign_in: SignIn, picture: Picture):
    page = sign_in("head")
    page.goto("/potential/")
    page.locator("#products").get_by_role("link", name="Складская техника").click()

    expect(page.locator("main h1")).to_have_text("Клиенты: Складская техника")
    expect(page.locator("#reserves tbody tr").first).to_contain_text("₽")
    assert not faults_of(page)
    picture(page, "potential-group")
    page.locator("#reserves tbody a").first.click()
    expect(page.locator("#card-head")).to_be_visible()


def test_an_administrator_adds_a_formula_and_a_table(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/settings/potential/")
    assert not faults_of(page)
    picture(page, "potential-settings")
    page.get_by_role("link", name="Таблица").click()
    name = steps.fresh("Города").replace(", заказ", "")
    page.locator("main [name=name]").fill(name)
    page.locator("main [name=rows]").fill("Москва = 2\nТула = 0,8")
    page.locator("main button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Тула = 0,8")

    page.get_by_role("link", name="Формула", exact=True).click()
    page.locator("main [name=name]").fill(steps.fresh("Упаковка"))
    page.locator("main [name=expression]").fill(f'Складов * 1000 * коэффициент("{name}"; Город)')
    page.locator("main button[type=submit]").click()

    expect(page.locator("main h1")).to_have_text("Формулы потенциала")
    expect(page.locator("main")).to_contain_text("Складов * 1000")
