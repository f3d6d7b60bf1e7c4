"""Rights in the browser: roles and what they change, who sees a card and why, eyes, guarded cards, log, settings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

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


def test_role_is_laid_out_and_saved_with_a_condition(sign_in: SignedIn, picture: Callable[[Page, str], None]) -> None:
    page = sign_in("director")
    page.goto("/settings/roles/new/")
    page.get_by_label("Название").fill("Стажёр")
    page.get_by_label("Права как у роли").select_option(label="Менеджер по продажам")
    page.get_by_role("button", name="Добавить").click()
    form = page.locator("#role-form")
    expect(form).to_be_visible()
    page.set_viewport_size({"width": 1200, "height": 900})
    picture(page, "rights-role")

    row = form.locator("tr", has=page.locator("[id='id_reach_clients.view']"))
    row.evaluate("one => one.closest('details').open = true")
    row.get_by_role("button", name="Добавить условие").click()
    expect(row.get_by_role("button", name="Добавить условие")).to_have_count(0)
    page.get_by_role("button", name="Посмотреть, что изменится").click()
    page.locator("#dialog-body").get_by_role("button", name="Сохранить").click()
    expect(page.locator("h1")).to_have_text("Стажёр")
    page.goto(f"{page.url}drop/")
    page.get_by_role("button", name="Удалить роль").click()
    expect(page.get_by_role("link", name="Стажёр")).to_have_count(0)


def test_guarded_cards_are_set_up_and_masked_for_sellers(
    sign_in: SignedIn, picture: Callable[[Page, str], None]
) -> None:
    page = sign_in("director")
    page.goto("/settings/readings/")
    guards = page.locator("#guards")
    expect(guards).to_contain_text("виден только конец: Почта, Телефон")
    page.set_viewport_size({"width": 1200, "height": 900})
    picture(page, "rights-guards")
    guards.locator("tr", has_text="Люди VIP").get_by_role("link", name="Изменить").click()
    expect(page.get_by_label("Записывать каждое чтение в журнал доступа")).to_be_checked()
    page.get_by_role("button", name="Сохранить").click()
    expect(guards).to_be_visible()

    seller = sign_in("sokolova")
    seller.goto('/clients/?tab=all&cols=name,phone&f={"field":"is_vip","op":"eq","value":true}')
    cells = seller.locator("tbody").get_by_text("***")
    expect(cells.first).to_be_visible()


def test_access_log_keeps_who_reads_guarded_cards(sign_in: SignedIn, picture: Callable[[Page, str], None]) -> None:
    page = sign_in("director")
    page.goto("/settings/readings/watch/?record=clients.client")
    page.locator("#id_name").fill("Все клиенты")
    page.get_by_role("button", name="Сохранить").click()
    page.goto("/clients/2/")
    page.goto("/settings/readings/")

    expect(page.locator("tbody tr", has_text="· Все клиенты").first).to_be_visible()
    picture(page, "rights-log")
    page.locator("#guards tr", has_text="Все клиенты").get_by_role("button", name="Прекратить").click()
    expect(page.locator("#guards tr", has_text="Все клиенты")).to_have_count(0)


def test_settings_travel_in_a_file_after_a_look_at_the_difference(
    sign_in: SignedIn, tmp_path: Path, picture: Callable[[Page, str], None]
) -> None:
    page = sign_in("director")
    page.goto("/settings/file/")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Скачать файл").click()
    raw = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    page.locator("#settings-file").set_input_files(waiting.value.path())
    page.get_by_role("button", name="Сравнить").click()
    expect(page.locator("main")).to_contain_text("Ничего: настройки здесь такие же")

    raw["settings"]["access.roles"]["seller"]["bounds"]["most_views"] = 120
    raw["settings"]["access.departments"]["Архив"] = {}
    changed = tmp_path / "settings.json"
    changed.write_text(json.dumps(raw), encoding="utf-8")
    page.locator("#settings-file").set_input_files(changed)
    page.get_by_role("button", name="Сравнить").click()
    expect(page.locator("ins", has_text="120")).to_be_visible()
    page.set_viewport_size({"width": 1100, "height": 760})
    picture(page, "rights-file")
    page.get_by_role("button", name="Сделать как в файле").click()
    page.get_by_role("button", name="Вернуть всё как было").click()
    page.goto("/settings/departments/")
    expect(page.get_by_text("Архив", exact=True)).to_have_count(0)
