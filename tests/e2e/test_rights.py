"""Rights in the browser: consequences before saving, who sees a card and why, the eyes of another, the access log."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

SignedIn = Callable[..., Page]


def role_page(page: Page, name: str) -> None:
    page.goto("/settings/roles/")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("#role-form")).to_be_visible()


def test_consequences_of_a_role_are_told_before_it_is_saved(
    sign_in: SignedIn, picture: Callable[[Page, str], None]
) -> None:
    page = sign_in("director")
    role_page(page, "Менеджер по продажам")
    right = page.locator("[id='id_reach_clients.view']")
    right.evaluate("one => one.closest('details').open = true")
    before = right.input_value()
    right.select_option("all")
    page.get_by_role("button", name="Посмотреть, что изменится").click()

    dialog = page.locator("#dialog-body")
    expect(dialog).to_contain_text("станет видно: Клиенты")
    expect(dialog).to_contain_text("Например:")
    page.set_viewport_size({"width": 1100, "height": 760})
    picture(page, "rights-impact")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("[id='id_reach_clients.view']")).to_have_value(before)


def test_card_tells_who_sees_it_and_why(sign_in: SignedIn, picture: Callable[[Page, str], None]) -> None:
    page = sign_in("director")
    page.goto("/clients/1/")
    page.locator("[hx-get$='part=why']").first.evaluate("one => one.click()")
    dialog = page.locator("#dialog-body")
    expect(dialog).to_contain_text("Кто это видит и почему")
    dialog.get_by_label("Кто").select_option(label="Гусев Артём Дмитриевич")

    expect(dialog).to_contain_text("Гусев Артём Дмитриевич:")
    expect(dialog.locator(".reasons li").first).to_be_visible()
    picture(page, "rights-why")
    dialog.get_by_label("Кто").select_option("all")
    expect(dialog.locator("tbody tr").first).to_be_visible()


def test_director_looks_with_the_eyes_of_a_seller(sign_in: SignedIn, picture: Callable[[Page, str], None]) -> None:
    page = sign_in("director")
    page.goto("/settings/users/")
    card = page.get_by_role("link", name="Гусев").first.get_attribute("href") or ""
    page.goto(f"{card.split('?')[0]}look/")
    page.get_by_role("button", name="Посмотреть его глазами").click()

    banner = page.locator(".looking")
    expect(banner).to_contain_text("Гусев")
    page.goto("/clients/")
    expect(banner).to_be_visible()
    page.set_viewport_size({"width": 1100, "height": 640})
    picture(page, "rights-eyes")
    banner.get_by_role("button", name="Закончить").click()
    expect(page.locator(".looking")).to_have_count(0)


def test_access_log_and_settings_as_a_file(sign_in: SignedIn, picture: Callable[[Page, str], None]) -> None:
    page = sign_in("director")
    page.goto("/settings/readings/watch/?record=clients.client")
    page.get_by_label("Название").fill("Все клиенты")
    page.get_by_role("button", name="Следить").click()
    page.goto("/clients/2/")
    page.goto("/settings/readings/")

    expect(page.locator("tbody tr", has_text="Все клиенты").first).to_be_visible()
    picture(page, "rights-log")
    with page.expect_download() as waiting:
        page.goto("/settings/file/")
        page.get_by_role("button", name="Скачать файл").click()
    page.locator("#settings-file").set_input_files(waiting.value.path())
    page.get_by_role("button", name="Сравнить").click()
    expect(page.locator("main")).to_contain_text("Ничего: настройки здесь такие же")
