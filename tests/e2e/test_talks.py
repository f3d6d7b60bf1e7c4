"""Calls and meetings: written down from a card with the next step, and how busy they make people."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.watch import faults_of

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]


def test_a_call_is_written_down_with_the_next_step_and_counts(sign_in: SignIn, picture: Picture):
    page = sign_in("sokolova")
    page.goto(steps.new_deal(page, steps.fresh("Поставка весов")))
    page.get_by_role("tab", name="Звонок, встреча").click()
    form = page.locator("#compose-held form")
    form.locator("[name=text]").fill("Ждут счёт до пятницы")
    form.locator("[name=form]").select_option("meeting")
    expect(form.locator("[name=duration]")).to_have_value("60")
    form.locator("[name=form]").select_option("call_in")
    expect(form.locator("[name=duration]")).to_have_value("15")
    form.locator("[name=duration]").fill("25")
    form.locator("[name=next_kind]").select_option("letter")
    form.locator("[name=next_title]").fill("Отправить счёт")
    form.locator("[name=next_at]").fill("завтра 10:00")
    assert not faults_of(page)
    picture(page, "talk")
    form.get_by_role("button", name="Записать").click()

    call = page.locator(".entry", has_text="Ждут счёт до пятницы")
    expect(call).to_contain_text("Входящий звонок")
    expect(call).to_contain_text("25 мин")
    expect(page.locator(".entry", has_text="Отправить счёт")).to_contain_text("завтра 10:00")
    expect(form.locator("[name=text]")).to_have_value("")

    page.goto("/leads/reports/")
    line = page.locator("#productivity tbody tr", has_text="Соколова")
    line.locator("td").last.get_by_role("link").click()
    page.wait_for_url(re.compile("/tasks/all/"))
    expect(page.locator(".list-row", has_text="Входящий звонок").first).to_be_visible()
