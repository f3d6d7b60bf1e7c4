"""Many rows at once: what changes is shown first, done, and taken back; the history of a card and its ways back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]


def test_fields_of_many_rows_are_shown_first_then_changed_and_taken_back(sign_in: SignIn, picture: Picture):
    page = sign_in("head")
    title = steps.fresh("Стеллажи оптом")
    for _deal in range(3):
        steps.new_deal(page, title)
    page.goto(f"/deals/?mode=list&tab=all&q={title}")
    rows = page.locator(".list-row")
    expect(rows).to_have_count(3)
    for number in range(3):
        rows.nth(number).locator(".pick").click()

    page.locator(".selection-bar").get_by_role("button", name="Изменить поля").click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=field-0]").select_option("source")
    dialog.locator("[name=value-0]").fill("Выставка")
    picture(page, "bulk-fields")
    dialog.get_by_role("button", name="Показать, что изменится").click()

    expect(page.get_by_text("Пока ничего не изменено")).to_be_visible()
    expect(page.locator(".change-table tbody tr")).to_have_count(3)
    picture(page, "bulk-preview")
    page.get_by_role("button", name="Изменить 3 записи").click()

    expect(page.get_by_text("Изменено", exact=True)).to_be_visible()
    page.get_by_role("button", name="Вернуть как было…").click()
    expect(page.get_by_text("Пока ничего не изменено")).to_be_visible()
    page.get_by_label("Оставить как есть").first.check()
    page.get_by_role("button", name="Вернуть 3 записи").click()
    expect(page.locator(".change-table tbody tr")).to_have_count(2)


def test_former_values_come_back_from_the_history_of_a_card(sign_in: SignIn):
    page = sign_in("head")
    steps.new_deal(page, steps.fresh("Полки с историей"))
    field = steps.open_field(page, "source")
    field.fill("Звонок")
    field.press("Enter")
    expect(page.locator("#field-source")).to_contain_text("Звонок")

    page.locator(".feed-bar").get_by_role("link", name="История").click()
    page.get_by_role("link", name="Вернуть прежние значения").first.click()
    expect(page.locator("#dialog")).to_contain_text("Звонок")
    page.locator("#dialog").get_by_role("button", name="Вернуть", exact=True).click()

    expect(page.locator("#field-source")).not_to_contain_text("Звонок")
    page.locator(".feed-bar").get_by_role("link", name="История").click()
    page.get_by_role("link", name="Причины и следствия").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Причины и следствия")
