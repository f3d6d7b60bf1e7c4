"""Enquiries: they come by themselves, are told at once, worked by keys, taken in by phone, shared by rules, counted."""

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
# htmx lets buttons act a moment after it has shown them.
MILLISECONDS_OF_SETTLING = 500


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


def test_the_desk_is_worked_by_keys(sign_in: SignIn, picture: Callable[[Page, str], None]):
    page = sign_in("director")
    need = steps.fresh("Нужны ленты")
    _write_down(page, need)
    page.goto("/leads/?tab=new&sort=-received_at")
    expect(page.locator(".desk-side h2")).to_contain_text(need)
    picture(page, "leads-desk")
    page.goto("/leads/?tab=all&sort=-received_at")
    side = page.locator(".desk-side")
    expect(side.locator("h2")).to_contain_text(need)

    page.keyboard.press("KeyJ")
    page.keyboard.press("KeyJ")
    expect(side.locator("h2")).not_to_contain_text(need)
    page.keyboard.press("KeyK")
    expect(side.locator("h2")).to_contain_text(need)
    page.wait_for_timeout(MILLISECONDS_OF_SETTLING)
    page.keyboard.press("KeyT")

    expect(side.locator(".badge-o").first).to_contain_text("В работе", timeout=15_000)
    expect(side).to_contain_text("Контакт, как поступил")
    page.wait_for_timeout(MILLISECONDS_OF_SETTLING)
    page.keyboard.press("KeyP")
    dialog = page.locator("#dialog-body")
    dialog.locator("[name=reason]").fill("Вернутся после отпуска")
    dialog.locator("button[type=submit]").click()
    expect(side.locator(".badge-o").first).to_contain_text("Отложено", timeout=15_000)


def test_a_known_caller_is_taken_in_by_keys_only(sign_in: SignIn, picture: Callable[[Page, str], None]):
    page = sign_in("director")
    phone, need = f"+7 921 {secrets.randbelow(900) + 100}-66-77", steps.fresh("Нужны поддоны")
    _new_client(page, phone)
    page.goto("/leads/intake/")
    expect(page.locator("[name=who]")).to_be_focused()
    pressed = 0

    for key in "".join(sign for sign in phone if sign.isdigit()):
        page.keyboard.press(f"Digit{key}")
        pressed += 1
    page.keyboard.press("Enter")
    text = page.locator("#intake-about [name=text]")
    expect(text).to_be_focused()
    page.keyboard.type(need)
    expect(page.locator("#intake-about")).to_contain_text("Позвонивший клиент")
    picture(page, "intake")
    page.keyboard.press("Control+Enter")

    page.wait_for_url(steps.CARD)
    expect(page.locator("#card-head h1")).to_contain_text(need)
    # The number, Enter, and Control with Enter, besides the words of the caller.
    assert pressed + 3 <= 14


def test_it_is_told_to_whom_an_enquiry_goes_and_why(sign_in: SignIn, picture: Callable[[Page, str], None]):
    page = sign_in("director")
    page.goto("/settings/distribution/")
    expect(page.locator("main table")).to_contain_text("Казань и область")
    lead = page.request.get("/pick/leads.lead/?q=").json()[0]["value"]

    page.goto(f"/settings/distribution/?lead={lead}")

    expect(page.locator("#told")).to_contain_text("правило «")
    picture(page, "distribution")


def test_figures_of_reports_open_their_rows(sign_in: SignIn, picture: Callable[[Page, str], None]):
    page = sign_in("director")
    page.goto("/leads/reports/?by=source")
    expect(page.locator("#analysis")).to_contain_text("Форма на сайте")
    expect(page.locator(".chart svg").first).to_be_visible()
    picture(page, "leads-reports")
    figure = page.locator("#analysis tbody tr").first.locator("a").first
    count = figure.inner_text()

    figure.click()

    expect(page.locator("[data-list-target=position]")).to_have_attribute("data-total", count)


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


def _write_down(page: Page, need: str) -> None:
    page.goto("/leads/new/")
    page.locator("main [name=who]").fill(f"Пётр Срочный +7 921 {secrets.randbelow(900) + 100}-55-66")
    page.locator("main [name=text]").fill(need)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "/new/" not in url)


def _new_client(page: Page, phone: str) -> None:
    page.goto("/clients/new/")
    page.locator("main [name=name]").fill(f"Позвонивший клиент {secrets.token_hex(2)}")
    page.locator("main [name=phone]").fill(phone)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "/new/" not in url)


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
