"""Lists shaped by hand: the editor of conditions, saved views, previews and layouts."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]


def test_a_condition_is_built_of_choices_groups_and_related_rows(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/deals/?mode=list&tab=all")
    page.keyboard.press("f")
    dialog = page.locator("#dialog")

    steps.add_condition(dialog, "Этап")
    # The field that was chosen is asked at once: its names are a list, nothing is typed by heart.
    expect(dialog.locator(".condition-leaf .ts-control input")).to_be_focused()
    dialog.locator(".ts-dropdown .option:visible", has_text="Счёт выставлен").first.click()
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="группа").click()
    group = dialog.locator(".condition-group .condition-group")
    expect(group).to_be_visible()
    box = group.locator(".condition-more .ts-control input")
    box.click()
    box.press_sequentially("Ответственный")
    group.locator(".ts-dropdown .option:visible", has_text="Ответственный").first.click()
    expect(dialog.locator(".condition-leaf")).to_have_count(2)
    dialog.locator(".ts-dropdown .option:visible", has_text="Соколова").first.click()
    page.keyboard.press("Tab")

    told = dialog.locator(".condition-told")
    expect(told).to_contain_text("«Этап» — одно из: «Счёт выставлен»")
    expect(told).to_contain_text("Соколова")
    found = _number(told.locator("strong").inner_text())
    picture(page, "filter")
    dialog.get_by_role("button", name="Показать").click()

    expect(page.locator(".chip")).to_have_count(2)
    expect(page.locator("[data-list-target=position]")).to_contain_text(str(found))


def test_a_broken_part_of_a_filter_is_red_and_taken_away(sign_in: SignIn):
    page = sign_in("director")
    page.goto('/deals/?mode=list&tab=all&f={"all":[{"field":"x_gone","op":"eq","value":"1"}]}')
    expect(page.locator(".chip-broken")).to_be_visible()
    page.keyboard.press("f")
    broken = page.locator("#dialog .condition-leaf.is-broken")
    broken.get_by_role("button", name="Убрать").click()
    expect(broken).to_have_count(0)
    page.locator("#dialog").get_by_role("button", name="Показать").click()
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.locator(".list-row").first).to_be_visible()


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))
