"""Tags: made on a card from the keyboard, put on many cards, found, merged in the settings."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e import steps

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]


def test_a_tag_is_made_on_a_card_without_the_mouse(sign_in: SignIn, picture: Picture):
    page = sign_in("sokolova")
    steps.new_deal(page, steps.fresh("Стеллажи с метками"))
    page.keyboard.press("m")
    typed = _input(page)
    typed.press_sequentially("срочно")
    typed.press("Enter")
    typed.press_sequentially("Ждёт замера")
    expect(page.locator(".ts-dropdown .create")).to_contain_text("Ждёт замера")
    picture(page, "tags-card")
    typed.press("Enter")
    typed.press("Enter")

    chips = page.locator("#field-x_tags .badge-o")
    expect(chips).to_have_text(["Ждёт замера", "Срочно"])
    page.reload()
    expect(chips).to_have_text(["Ждёт замера", "Срочно"])


def test_what_is_typed_is_kept_by_tab_and_given_back_by_escape(sign_in: SignIn):
    page = sign_in("sokolova")
    steps.new_deal(page, steps.fresh("Полки с метками"))
    chips = page.locator("#field-x_tags .badge-o")

    page.keyboard.press("m")
    _input(page).press_sequentially("торгуется")
    _input(page).press("Tab")
    expect(page.locator("#field-x_tags:not(.is-editing) .badge-o")).to_have_text(["Торгуется"])
    page.keyboard.press("Escape")
    page.locator("#field-x_tags .field-open").click()
    _input(page).press("Backspace")
    _input(page).press("Escape")
    _input(page).press("Escape")

    expect(chips).to_have_text(["Торгуется"])


def test_many_cards_get_a_tag_at_once(sign_in: SignIn):
    page = sign_in("head")
    title = steps.fresh("Опт с метками")
    for _deal in range(2):
        steps.new_deal(page, title)
    page.goto(f"/deals/?mode=list&tab=all&cols=title,x_tags&q={title}")
    rows = page.locator(".list-row")
    expect(rows).to_have_count(2)
    for number in range(2):
        rows.nth(number).locator(".pick").click()

    page.locator(".selection-bar").get_by_role("button", name="Метки").click()
    dialog = page.locator("#dialog")
    typed = dialog.locator(".ts-control input")
    typed.press_sequentially("Акция осени")
    typed.press("Enter")
    dialog.get_by_role("button", name="Показать, что изменится").click()
    expect(page.locator(".change-table tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Изменить 2 записи").click()
    expect(page.get_by_text("Изменено", exact=True)).to_be_visible()
    page.goto(f"/deals/?mode=list&tab=all&cols=title,x_tags&q={title}")
    expect(rows.first.locator(".badge-o")).to_have_text(["Акция осени"])


def test_search_finds_cards_by_a_tag(sign_in: SignIn):
    page = sign_in("director")
    page.goto("/search/?q=метка:постоплата")

    expect(page.locator("main")).to_contain_text("Клиенты")


def test_tags_are_renamed_and_merged_in_the_settings(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/settings/fields/?record=clients.client")
    page.locator(".field-row", has_text="Метки").get_by_role("link", name="Метки", exact=True).click()
    expect(page.locator("tbody .badge-o").first).to_be_visible()
    picture(page, "tags")

    _row(page, "Просит скидку").get_by_role("link", name="Изменить").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Название").fill("Торгуется")
    dialog.locator(".tag-colours").get_by_text("красный", exact=True).click()
    dialog.get_by_role("button", name="Сохранить").click()
    expect(_row(page, "Торгуется")).to_be_visible()

    _row(page, "Торгуется").get_by_role("link", name="Объединить").click()
    dialog.locator(".ts-control").click()
    dialog.locator(".ts-dropdown .option", has_text="Постоплата").click()
    dialog.get_by_role("button", name="Объединить").click()
    expect(_row(page, "Торгуется")).to_have_count(0)
    page.locator("summary", has_text="Выведены из работы").click()
    expect(page.locator("details tr", has_text="Торгуется")).to_contain_text("Постоплата")


def _input(page: Page) -> Locator:
    return page.locator("#field-x_tags .ts-control input")


def _row(page: Page, tag: str) -> Locator:
    return page.locator("section tr", has_text=tag)
