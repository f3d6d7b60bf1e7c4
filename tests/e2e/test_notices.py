"""Notices from person to person: a mention rings the bell of a colleague, a reminder pops up and is put off."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps

Picture = Callable[[Page, str], None]


def test_a_mention_reaches_a_colleague_and_is_read_from_the_panel(sign_in: Callable[..., Page], picture: Picture):
    seller, head = sign_in("sokolova"), sign_in("head")
    title = steps.fresh("Поставка весов")
    head.goto(steps.new_deal(seller, title))
    note = head.locator("textarea[name=text]")
    note.fill("@Сок")
    expect(head.locator(".mention-list li").first).to_be_visible()
    picture(head, "mention")
    note.press("Enter")
    note.press_sequentially("проверьте цены")
    head.get_by_role("button", name="Записать").click()
    expect(head.locator(".entry", has_text="проверьте цены").first).to_be_visible()

    seller.goto("/reminders/")
    seller.locator("#bell").click()
    panel = seller.locator("#notices-panel")
    expect(panel.locator(".notice", has_text="проверьте цены").first).to_be_visible(timeout=15_000)
    picture(seller, "notices")

    seller.goto("/clients/")
    expect(panel.locator(".notice-group", has_text=title).first).to_be_visible()
    panel.get_by_role("button", name=re.compile(f"Отметить прочитанным: {re.escape(title)}")).first.click()
    expect(panel.locator(".notice-group.is-unread", has_text="проверьте цены")).to_have_count(0)


def test_a_reminder_of_a_card_is_set_by_words(sign_in: Callable[..., Page], picture: Picture):
    page = sign_in("sokolova")
    steps.new_deal(page, steps.fresh("Поставка тележек"))
    page.get_by_role("button", name="Ещё действия").click()
    page.locator("#card-more").get_by_text("Напомнить").click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=text]").fill("Спросить про оплату")
    dialog.locator("[name=at]").fill("через 2 ч")
    picture(page, "reminder")
    dialog.get_by_role("button", name="Напомнить").click()
    expect(dialog).to_be_hidden()
    page.goto("/reminders/")
    expect(page.locator(".reminders li", has_text="Спросить про оплату").first).to_be_visible()
    picture(page, "reminders")


def test_a_kind_is_switched_off_in_the_settings(sign_in: Callable[..., Page], picture: Picture):
    page = sign_in("sokolova")
    page.goto("/notices/settings/")
    picture(page, "notice-settings")
    page.locator("select[name='deals.moved|app']").select_option("off")
    page.get_by_role("button", name="Сохранить").first.click()
    expect(page.locator("select[name='deals.moved|app']")).to_have_value("off")
