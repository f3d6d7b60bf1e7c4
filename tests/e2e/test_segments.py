"""Segments in a browser: made of a filter, followed as rows change, filled by hand, compared."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]
CARD = re.compile(r"/segments/\d+/$")


def test_a_filter_becomes_a_segment_that_follows_its_rows(sign_in: SignIn, picture: Picture):
    page = sign_in("head")
    page.goto('/clients/?tab=all&f={"all":[{"field":"is_vip","op":"eq","value":true}]}')
    page.locator("[popovertarget=page-more]").click()
    page.get_by_role("menuitem", name="Сегмент по этому фильтру…").click()
    name = steps.fresh("Ключевые")
    page.locator("main [name=name]").fill(name)
    expect(page.locator(".condition-told")).to_contain_text("VIP")
    picture(page, "segment-new")
    page.locator("main button[type=submit]").last.click()
    page.wait_for_url(CARD)
    members = page.get_by_role("region", name="Состав")
    expect(members.locator(".related li").first).to_be_visible(timeout=20_000)
    segment = page.url

    client = page.request.get('/api/v1/clients?where={"field":"is_vip","op":"ne","value":true}&limit=1').json()
    row = client["items"][0]
    page.goto(f"/clients/{row['id']}/")
    chips = page.get_by_role("region", name="Сегменты")
    chips.scroll_into_view_if_needed()
    expect(chips.get_by_role("link", name="Сегмент", exact=True)).to_be_visible()
    page.locator("#field-is_vip .field-open").click()
    page.locator("#field-is_vip input[type=checkbox]").check()
    page.keyboard.press("Enter")
    # Nobody has asked for the panel anew: the news came by itself.
    expect(chips.get_by_role("link", name=name)).to_be_visible(timeout=20_000)
    # Goods of a new invoice come with the prices of the segment.
    expect(chips.get_by_role("link", name="VIP", exact=True)).to_be_visible(timeout=20_000)
    page.goto(f"/invoices/new/?client={row['id']}")
    expect(page.locator(".table-totals")).to_contain_text("по ценам вида «Оптовая»")
    page.goto("/price-types/rules/")
    expect(page.locator("main")).to_contain_text("одно из: VIP")
    picture(page, "price-rules")
    page.goto(segment)
    expect(page.get_by_role("region", name="Вошли и вышли")).to_contain_text(row["name"])


def test_rows_are_put_into_a_list_from_a_list_and_from_a_card(sign_in: SignIn, picture: Picture):
    page = sign_in("head")
    page.goto("/segments/new/")
    name = steps.fresh("Рассылка")
    page.locator("main [name=name]").fill(name)
    page.locator("main [name=record]").select_option("clients.client")
    page.locator("main [name=kind]").select_option("static")
    page.locator("main button[type=submit]").last.click()
    page.wait_for_url(CARD)
    segment = page.url

    page.goto("/clients/?tab=all")
    rows = page.locator(".list-row")
    for number in range(2):
        rows.nth(number).locator(".pick").click()
    bar = page.locator(".selection-bar")
    bar.get_by_role("button", name="Ещё").click()
    page.get_by_role("menuitem", name="Добавить в сегмент").click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=segment]").select_option(label=name)
    dialog.locator("button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    page.get_by_role("button", name="Изменить 2 записи").click()
    expect(page.get_by_role("button", name="Вернуть как было…")).to_be_visible(timeout=20_000)

    page.goto(segment)
    expect(page.get_by_role("region", name="Состав")).to_contain_text("В сегменте: 2")
    page.get_by_role("link", name="Добавить списком").click()
    dialog.locator("[name=text]").fill("Такого клиента нет")
    dialog.locator("button[type=submit]").last.click()
    expect(dialog.get_by_label("Строки, которых не нашлось")).to_have_value("Такого клиента нет")


def test_the_list_the_card_and_a_comparison_of_segments(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/segments/")
    expect(page.locator(".list-row").first).to_be_visible()
    picture(page, "segments")
    page.get_by_role("link", name="Давно без сделок", exact=True).click()
    page.wait_for_url(re.compile(r"/segments/\d+/"))
    passages = page.get_by_role("region", name="Вошли и вышли")
    expect(passages.locator("svg").first).to_be_visible()
    passages.get_by_role("button", name="Сообщать мне, кто вошёл и вышел").click()
    expect(passages.get_by_text("Сообщаем: ")).to_be_visible()
    expect(passages.get_by_role("button", name="Больше не сообщать")).to_be_visible()
    picture(page, "segment")
    page.goto(f"{page.url.partition('?')[0]}compare/")
    page.locator("[name=with]").select_option(label="VIP")
    page.get_by_role("button", name="Сравнить").click()
    expect(page.get_by_role("region", name="Есть в обоих")).to_be_visible()
    picture(page, "segments-compared")
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.locator("#with").evaluate("one => one.getBoundingClientRect().right") <= 360
