"""An enquiry comes from the site by itself: the seller sees it at once, and one click makes a deal of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import steps
from tests.e2e.watch import Watch

SignIn = Callable[..., Page]
SELLERS = ("sokolova", "melnikov", "gusev")
# Whoever fills a form in faster is taken for a program.
MILLISECONDS_OF_A_PERSON = 3_500


@pytest.fixture
def form(sign_in: SignIn) -> str:
    """A public form that the director has just made."""
    page = sign_in("director")
    code = f"site-{secrets.token_hex(3)}"
    page.goto("/settings/forms/new/")
    page.locator("main [name=code]").fill(code)
    page.locator("main [name=title]").fill("Подобрать стеллажи")
    page.locator("main [name=source]").select_option("site")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "/new/" not in url)
    return f"/f/{code}"


def test_an_enquiry_from_the_site_appears_at_its_seller_and_becomes_a_deal(
    sign_in: SignIn, window: Callable[..., Page], form: str, picture: Callable[[Page, str], None]
):
    pages = [sign_in(who) for who in SELLERS]
    for page in pages:
        page.goto("/leads/?tab=mine")
        expect(page.locator("main h1")).to_be_visible()
    need = steps.fresh("Нужны верстаки")

    _fill_in(window(), form, need)

    seller, row = _who_got(pages, need)
    assert "due-" in (row.get_attribute("class") or "")
    expect(seller.locator(".toast-o", has_text=need)).to_be_visible()
    picture(seller, "leads")
    row.locator("td.first a").click()
    expect(seller.locator("#card-head")).to_contain_text("на ответ")
    picture(seller, "lead-card")

    seller.locator("#card-head").get_by_role("button", name="Создать сделку").click()

    seller.wait_for_url(steps.CARD)
    expect(seller.locator("#card-head h1")).to_contain_text(need)
    expect(seller.locator("#feed")).to_contain_text(need)
    seller.goto("/leads/?tab=mine")
    expect(seller.locator(".list-row", has_text=need)).to_have_count(0)


def test_an_enquiry_taken_into_work_shows_it_in_its_fields_at_once(sign_in: SignIn):
    page = sign_in("sokolova")
    page.goto("/leads/?tab=new")
    page.locator(".list-row td.first a").first.click()
    fields = page.locator(".card-side")
    expect(fields.locator("#field-owner")).to_be_visible()

    page.locator("#card-head").get_by_role("button", name="Взять в работу").click()

    expect(fields.locator("#field-owner")).to_contain_text("Соколова")
    expect(fields.locator("#field-reacted_at")).to_contain_text("сегодня")


def test_a_wrong_phone_is_told_beside_the_field_and_nothing_is_lost(
    window: Callable[..., Page], form: str, watch: Watch
):
    watch.expect(422)
    page = window()
    page.goto(form)
    page.locator("[name=name]").fill("Пётр")
    page.locator("[name=phone]").fill("12")
    page.locator("[name=consent]").check()
    page.locator("button[type=submit]").click()

    expect(page.locator("body")).to_contain_text("Не похоже на телефон")
    expect(page.locator("[name=name]")).to_have_value("Пётр")


def _fill_in(page: Page, form: str, need: str) -> None:
    page.goto(form)
    page.locator("[name=name]").fill("Пётр Опытный")
    page.locator("[name=phone]").fill(f"+7 921 {secrets.randbelow(900) + 100}-45-67")
    page.locator("[name=text]").fill(need)
    page.locator("[name=consent]").check()
    page.wait_for_timeout(MILLISECONDS_OF_A_PERSON)
    page.locator("button[type=submit]").click()
    expect(page.locator("body")).to_contain_text("Заявка принята")


def _who_got(pages: list[Page], need: str) -> tuple[Page, Locator]:
    """The seller in whose list the enquiry has appeared by itself."""
    for _look in range(100):
        for page in pages:
            row = page.locator(".list-row", has_text=need)
            if row.count():
                return page, row
        pages[0].wait_for_timeout(100)
    pytest.fail("nobody got the enquiry")
