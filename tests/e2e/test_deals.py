"""A deal walks over the board and is kept on its card: by mouse, by keys, by two people at once."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.watch import Watch

SignIn = Callable[..., Page]


def test_a_card_is_dragged_to_another_stage_and_undone(sign_in: SignIn):
    page = sign_in("sokolova")
    title = steps.fresh("Стеллажи мышью")
    steps.new_deal(page, title)
    card = steps.card_on_board(page, title)

    steps.drag(page, card, steps.column(page, "Квалификация"))

    expect(steps.column(page, "Квалификация").locator(".board-card", has_text=title)).to_be_visible()
    toast = page.locator(".toast-o", has_text="Переведено")
    toast.get_by_role("button", name="Отменить").click()
    expect(steps.column(page, "Новый").locator(".board-card", has_text=title)).to_be_visible()
    page.reload()
    expect(steps.column(page, "Новый").locator(".board-card", has_text=title)).to_be_visible()


def test_a_refused_card_returns_and_the_form_asks_only_for_what_is_missing(sign_in: SignIn, watch: Watch):
    watch.expect(422)
    page = sign_in("sokolova")
    title = steps.fresh("Стеллажи с датой")
    steps.new_deal(page, title)
    card = steps.card_on_board(page, title)

    steps.drag(page, card, steps.column(page, "Согласование договора"))

    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[name=expected_date]")).to_be_visible()
    expect(dialog.locator(".field")).to_have_count(1)
    expect(steps.column(page, "Новый").locator(".board-card", has_text=title)).to_be_visible()

    dialog.locator("[name=expected_date]").fill("1.2.2027")
    dialog.locator("button[type=submit]").click()

    expect(steps.column(page, "Согласование договора").locator(".board-card", has_text=title)).to_be_visible()


def test_a_card_is_carried_by_keys_and_given_back_by_esc(sign_in: SignIn):
    page = sign_in("sokolova")
    title = steps.fresh("Стеллажи клавишами")
    steps.new_deal(page, title)
    card = steps.card_on_board(page, title)

    card.get_by_role("link").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(steps.column(page, "Квалификация").locator(".board-card", has_text=title)).to_be_visible()
    page.keyboard.press("Escape")
    expect(steps.column(page, "Новый").locator(".board-card", has_text=title)).to_be_visible()

    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(page.locator(".toast-o", has_text="Переведено")).to_be_visible()
    page.reload()
    expect(steps.column(page, "Квалификация").locator(".board-card", has_text=title)).to_be_visible()


def test_a_field_is_edited_in_place_and_esc_keeps_what_was(sign_in: SignIn):
    page = sign_in("sokolova")
    steps.new_deal(page, steps.fresh("Стеллажи с суммой"))
    amount = page.locator("#field-amount")

    steps.open_field(page, "amount")
    page.keyboard.type("999")
    page.keyboard.press("Escape")
    expect(amount.locator(".field-open")).to_have_text(re.compile(r"^0,00"))
    expect(amount.locator(".field-open")).to_be_focused()

    steps.open_field(page, "amount")
    page.keyboard.type("125 000,50")
    page.keyboard.press("Enter")

    expect(amount).to_contain_text("125\u202f000,50")
    expect(page.locator("#card-head .card-sum")).to_contain_text("125\u202f000,50")
    page.reload()
    expect(amount).to_contain_text("125\u202f000,50")


def test_a_stale_edit_shows_both_values_and_loses_neither(sign_in: SignIn, watch: Watch):
    watch.expect(409)
    first = sign_in("sokolova")
    url = steps.new_deal(first, steps.fresh("Стеллажи вдвоём"))
    second = first.context.new_page()
    watch.over(second)
    second.goto(url)
    steps.open_field(second, "need").fill("Нужно десять стеллажей")

    steps.open_field(first, "need").fill("Нужно пять стеллажей")
    first.keyboard.press("Control+Enter")
    expect(first.locator("#field-need .field-open")).to_contain_text("пять")
    second.bring_to_front()
    second.locator("#field-need textarea").press("Control+Enter")

    dialog = second.get_by_role("dialog")
    expect(dialog).to_contain_text("Нужно пять стеллажей")
    expect(dialog).to_contain_text("Нужно десять стеллажей")
    dialog.get_by_role("button", name="Сохранить выбор").click()
    expect(second.locator("#field-need .field-open")).to_contain_text("десять")
    # The other window learns of it by itself.
    expect(first.locator("#field-need .field-open")).to_contain_text("десять")


def test_a_day_is_typed_as_people_say_it(sign_in: SignIn, watch: Watch):
    watch.expect(422)
    page = sign_in("sokolova")
    steps.new_deal(page, steps.fresh("Стеллажи к сроку"))

    steps.open_field(page, "expected_date").fill("скоро")
    page.keyboard.press("Enter")
    expect(page.locator("#error-expected_date")).to_contain_text("завтра")
    page.locator("#field-expected_date input[type=text]").fill("+1г")
    page.keyboard.press("Enter")

    shown = page.locator("#field-expected_date .field-open")
    expect(shown).to_have_text(re.compile(r"^\d\d\.\d\d\.20\d\d$"))


def test_the_board_changes_its_scenario_and_its_bar_keeps_the_tab(sign_in: SignIn):
    page = sign_in("director")
    page.goto("/deals/?tab=all")

    page.locator("[popovertarget=switch-scenario]").click()
    page.locator("#switch-scenario [aria-checked=false]").first.click()
    expect(page).to_have_url(re.compile("tab=all.*scenario="))
    expect(page.locator(".board-column").first).to_be_visible()

    page.goto("/deals/?tab=all")
    page.locator(".board-bar a").first.click()
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator(".tabs .tab[aria-current=page]")).to_have_text("Все")


def test_a_note_half_written_outlives_a_reload(sign_in: SignIn):
    page = sign_in("sokolova")
    steps.new_deal(page, steps.fresh("Стеллажи с заметкой"))
    note = page.locator(".composer textarea").first

    note.fill("Клиент просил перезвонить после обеда")
    page.wait_for_function("() => Object.values(localStorage).some((kept) => kept.includes('после обеда'))")
    page.reload()
    expect(note).to_have_value("Клиент просил перезвонить после обеда")
    note.press("Control+Enter")

    expect(page.locator("#feed")).to_contain_text("Клиент просил перезвонить после обеда")
    expect(note).to_have_value("")
    page.reload()
    expect(note).to_have_value("")


def test_a_colleague_s_deal_is_not_there_for_a_seller(sign_in: SignIn, watch: Watch):
    watch.expect(404)
    url = steps.new_deal(sign_in("gusev"), steps.fresh("Чужие стеллажи"))
    page = sign_in("sokolova")

    answer = page.goto(url)

    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Не найдено")


def test_a_deal_in_yuans_is_worth_roubles_and_becomes_one_in_roubles(
    sign_in: SignIn, picture: Callable[[Page, str], None]
):
    page = sign_in("sokolova")
    steps.new_deal(page, steps.fresh("Склад в Харбине"), currency="CNY", amount="1000")
    amount = page.locator("#card-head .card-sum")
    expect(amount).to_have_text(re.compile(r"1\s000,00\s¥"))

    steps.choose(page, "Валюта")
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=currency]").select_option("RUB")
    picture(page, "deal-currency")
    dialog.locator("button[type=submit]").click()

    expect(amount).to_have_text(re.compile(r"11\s350,00\s₽"))
    page.locator(".toast-o", has_text="валюту").get_by_role("button", name="Отменить").click()
    expect(amount).to_have_text(re.compile(r"1\s000,00\s¥"))
