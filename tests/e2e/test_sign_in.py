"""The door: who may come in, who may not, and what they are told."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import give_password
from tests.e2e.office import PASSWORD
from tests.e2e.watch import Watch


def test_sign_in_refuses_a_wrong_password_and_lets_in_with_the_right_one(
    window: Callable[..., Page], watch: Watch, picture: Callable[[Page, str], None]
):
    watch.expect(422)
    page = window()
    page.goto("/deals/")
    give_password(page, "gusev@demo.okno.test", "wrong")
    expect(page.get_by_role("alert")).to_have_text(re.compile("[А-Яа-я]{4}"))
    expect(page.locator("[name=email]")).to_have_value("gusev@demo.okno.test")
    picture(page, "sign-in")

    give_password(page, "gusev@demo.okno.test", PASSWORD)

    expect(page).to_have_url("/deals/")
    expect(page.locator(".board-column").first).to_be_visible()


def test_sign_in_shuts_after_five_wrong_passwords_and_says_for_how_long(window: Callable[..., Page], watch: Watch):
    watch.expect(422, 429)
    page = window()
    page.goto("/sign-in/")

    for attempt in range(5):
        give_password(page, "assistant@demo.okno.test", f"wrong {attempt}")
        page.wait_for_load_state()
    expect(page.get_by_role("alert")).to_contain_text("15 мин")
    give_password(page, "assistant@demo.okno.test", PASSWORD)

    expect(page.get_by_role("alert")).to_contain_text("мин")
    expect(page).to_have_url("/sign-in/")


def test_sign_out_leaves_nothing_open(sign_in: Callable[..., Page], window: Callable[..., Page]):
    page = window()
    page.goto("/sign-in/")
    give_password(page, "buh@demo.okno.test", PASSWORD)
    page.wait_for_url(lambda url: "/sign-in/" not in url)

    page.goto("/invoices/")
    page.locator(".avatar-button, [popovertarget=user-menu]").first.click()
    page.get_by_role("menuitem", name="Выйти").click()

    expect(page).to_have_url("/sign-in/")
    page.goto("/invoices/")
    expect(page.locator("[name=password]")).to_be_visible()
