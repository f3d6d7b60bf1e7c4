"""Fields of one's own: added without a restart, put in order, shown by logic, filled in on a card, and the purge."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e.watch import Watch

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]
FIELDS = "/settings/fields/?record=deals.deal"


def test_a_field_is_added_and_is_there_at_once(sign_in: SignIn):
    page = sign_in("director")
    dialog = _new_field(page)
    dialog.get_by_label("Название", exact=True).fill("Цвет стеллажей")
    dialog.get_by_label("Что хранит").select_option("choice")
    dialog.get_by_label("Варианты").fill("Серый\nСиний")

    expect(dialog.locator(".field-look select")).to_contain_text("Синий")
    expect(dialog.locator("[name=formula]")).to_be_hidden()
    dialog.get_by_role("button", name="Добавить").click()
    expect(page.locator(".field-row", has_text="Цвет стеллажей")).to_be_visible()

    _open_deal(page)
    _edit(page, "x_tsvet_stellazhei", "Синий")
    expect(page.locator("#field-x_tsvet_stellazhei")).to_contain_text("Синий")


def test_a_wrong_formula_is_told_beside_its_input(sign_in: SignIn, watch: Watch):
    watch.expect(422)
    page = sign_in("director")
    dialog = _new_field(page)
    dialog.get_by_label("Название", exact=True).fill("Не сойдётся")
    dialog.get_by_label("Что хранит").select_option("formula")
    dialog.get_by_label("Формула", exact=True).fill("Сумма * ")
    dialog.get_by_role("button", name="Добавить").click()

    expect(dialog.locator("#error-formula")).to_be_visible()


def test_a_formula_is_written_with_completion_and_tried_on_a_row(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    dialog = _new_field(page)
    dialog.get_by_label("Название", exact=True).fill("Скидка")
    dialog.get_by_label("Что хранит").select_option("formula")
    source = dialog.get_by_label("Формула", exact=True)
    source.press_sequentially("Сум")
    expect(dialog.locator("[role=option][aria-selected=true]")).to_contain_text("Сумма")
    source.press("Enter")
    source.press_sequentially(" * 0.05")
    expect(dialog.locator(".expression-told")).to_contain_text("число")

    dialog.locator(".expression .ts-control").click()
    dialog.locator(".expression .ts-dropdown .option").first.click()
    expect(dialog.locator(".expression-told strong")).to_be_visible()
    picture(page, "fields-formula")
    dialog.get_by_role("button", name="Добавить").click()
    expect(page.locator(".field-row", has_text="Скидка")).to_contain_text("Сумма * 0.05")


def test_fields_move_by_the_keyboard_and_stay_there(sign_in: SignIn):
    page = sign_in("director")
    page.goto(FIELDS)
    section = page.locator("[data-section=Доставка]")
    names = section.locator(".field-row-name")
    before = names.all_inner_texts()

    with page.expect_response(re.compile("part=arrange")):
        section.locator("[data-grip]").nth(1).press("ArrowUp")
    page.reload()

    assert names.all_inner_texts()[:2] == [before[1], before[0]]


def test_a_card_shows_fields_of_its_kind(sign_in: SignIn):
    page = sign_in("director")
    _open_deal(page)
    expect(page.locator("#field-x_tender")).to_have_count(0)

    _edit(page, "x_kind", "Тендер")
    expect(page.locator("#field-x_tender")).to_be_visible()


def test_what_the_logic_demands_is_asked_for(sign_in: SignIn, watch: Watch):
    watch.expect(422)
    page = sign_in("director")
    _open_deal(page)

    _edit(page, "x_way", "Наша машина")

    expect(page.locator("#error-x_way")).to_contain_text("Адрес доставки")


def test_conditions_of_a_field_are_edited_by_the_one_editor(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/settings/fields/logic/?record=deals.deal&key=x_place")

    expect(page.locator(".condition-leaf").first).to_be_visible()
    picture(page, "fields-logic")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator(".field-row", has_text="Адрес доставки")).to_contain_text("Видно, когда")
    picture(page, "fields")


def test_what_is_marked_is_deleted_for_good(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/settings/purge/")

    expect(page.get_by_role("heading", name="Удаление помеченных")).to_be_visible()
    picture(page, "purge")


def _new_field(page: Page) -> Locator:
    page.goto(FIELDS)
    page.locator(".page-head").get_by_role("link", name="Поле").click()
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label("Что хранит")).to_be_visible()
    return dialog


def _open_deal(page: Page) -> None:
    """An open deal without custom values."""
    page.goto("/deals/new/")
    page.get_by_label("Название", exact=True).fill("Стеллажи для проверки полей")
    page.locator("#id_client-ts-control").fill("ООО")
    page.locator(".ts-dropdown .option").first.click()
    page.locator(".form-foot button[type=submit]").click()
    expect(page.locator("#field-x_way")).to_be_visible()


def _edit(page: Page, key: str, label: str) -> None:
    page.locator(f"#field-{key} .field-open").click()
    page.locator(f"#id_{key}").select_option(label=label)
    page.locator(f"#id_{key}").press("Enter")
