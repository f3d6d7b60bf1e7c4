"""A file with clients and their people: guessed, checked, imported, its refused row mended, all taken back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

SignIn = Callable[..., Page]
FILE = """Клиенты с сайта;;;;;;;
Наименование;Тип;ИНН;Тел.;Эл. почта;Ответственный;Контакт: ФИО;Контакт: телефон
ООО «{mark} Север»;Компания;;8 495 {a};sever@{mark}.test;Соколова;Иванова Анна;8 916 {a}
ООО «{mark} Север»;;;8 495 {a};;;Петров Пётр;8 917 {a}
ИП {mark} Ёлкин;Частник;;8 495 {b};;;;
ООО «{mark} Опечатка»;;7707083894;;;;;
"""


def test_clients_come_from_a_file_and_are_taken_back(
    sign_in: SignIn, tmp_path: Path, picture: Callable[[Page, str], None]
):
    mark = f"Проба{secrets.randbelow(90_000) + 10_000}"
    page = sign_in("director")
    _begin_from_the_list(page, _file(tmp_path, mark))
    _set_up(page, picture)

    start = page.get_by_role("button", name="Импорт", exact=True)
    expect(start).to_be_visible(timeout=30_000)
    expect(page.locator("main table")).to_contain_text("контрольная цифра")
    picture(page, "import-check")
    start.click()

    back = page.get_by_role("button", name="Вернуть всё как было")
    expect(back).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name="Файл отклонённых строк")).to_be_visible()
    picture(page, "import-result")
    result = page.url
    page.get_by_role("link", name="В сегмент…").click()
    dialog = page.locator("#dialog-body")
    dialog.locator("[name=name]").fill(mark)
    picture(page, "import-segment")
    dialog.get_by_role("button", name="Добавить").click()
    expect(page.locator("main h1")).to_have_text(mark)
    expect(page.get_by_role("region", name="Состав").locator(".related li")).to_have_count(2)

    page.goto(f"/clients/?q={mark}")
    expect(page.locator(".list-row")).to_have_count(2)

    page.goto(result)
    back.click()
    expect(page.locator("main")).to_contain_text("Отменено", timeout=30_000)
    page.goto(f"/clients/?q={mark}")
    expect(page.locator(".list-row")).to_have_count(0)


FAIR = """Название;Телефон;Контактное лицо
{mark} Знакомый;8 495 {a};Иванова Анна
{mark} Новый;8 495 {b};Петров Пётр
"""


def test_prospects_of_a_list_who_are_clients_are_asked_about(
    sign_in: SignIn, tmp_path: Path, picture: Callable[[Page, str], None]
):
    mark = f"Список{secrets.randbelow(90_000) + 10_000}"
    number = secrets.randbelow(8_000_000) + 1_000_000
    page = sign_in("director")
    token = page.context.cookies()
    csrf = next(one["value"] for one in token if one["name"] == "csrftoken")
    given = {"name": f"ООО «{mark} Клиент»", "kind": "company", "phone": f"8 495 {number:07d}"}
    made = page.request.post("/clients/new/", form=given, headers={"X-CSRFToken": csrf, "Referer": page.url})
    assert made.ok
    file = tmp_path / "Выставка.csv"
    file.write_text(FAIR.format(mark=mark, a=f"{number:07d}", b=f"{number + 1:07d}"), encoding="utf-8")

    page.goto("/imports/new/?record=clients.prospect")
    page.locator("main [name=file]").set_input_files(file)
    page.get_by_role("button", name="Далее: колонки").click()
    page.get_by_role("button", name="Следующий шаг").click()
    page.get_by_role("button", name="Проверить файл").click()
    asked = page.get_by_label("Уже клиенты")
    expect(asked).to_be_visible(timeout=30_000)
    expect(page.locator("main table")).to_contain_text("Будет пропущено")
    expect(page.get_by_role("link", name=f"ООО «{mark} Клиент»")).to_be_visible()
    picture(page, "import-clients-already")
    asked.select_option(label="Добавить и связать с клиентом: передан в продажи")
    page.get_by_role("button", name="Проверить так").click()

    expect(page.locator("main table")).not_to_contain_text("Будет пропущено", timeout=30_000)
    page.get_by_role("button", name="Импорт", exact=True).click()
    expect(page.get_by_role("button", name="Вернуть всё как было")).to_be_visible(timeout=30_000)
    page.goto(f"/prospects/?q={mark}&tab=all")
    expect(page.locator(".list-row")).to_have_count(2)


def test_steps_on_a_phone_begin_at_the_open_one(sign_in: SignIn, tmp_path: Path):
    page = sign_in("director", size={"width": 360, "height": 780})
    _begin_from_the_list(page, _file(tmp_path, f"Шаг{secrets.randbelow(90_000)}"))
    page.goto(page.url.replace("/columns/", "/rules/"))

    expect(page.locator("[aria-current=step]")).to_be_in_viewport(ratio=1)


def _file(folder: Path, mark: str) -> Path:
    number = secrets.randbelow(8_000_000) + 1_000_000
    text = FILE.format(mark=mark, a=f"{number:07d}", b=f"{number + 1:07d}")
    file = folder / "Клиенты с сайта.csv"
    file.write_bytes(text.encode("windows-1251"))
    return file


def _set_up(page: Page, picture: Callable[[Page, str], None]) -> None:
    """From the columns to the check."""
    expect(page.get_by_label("Контакт: телефон")).to_have_value("contact.phone")
    expect(page.get_by_label("Ответственный")).to_have_value("owner")
    picture(page, "import-columns")
    page.get_by_role("button", name="Следующий шаг").click()
    page.wait_for_url(re.compile(r"/values/$"))
    page.get_by_label(re.compile("Частник")).select_option(label="Предприниматель")
    picture(page, "import-values")
    page.get_by_role("button", name="Далее: правила").click()
    page.wait_for_url(re.compile(r"/rules/$"))
    picture(page, "import-rules")
    page.get_by_role("button", name="Проверить файл").click()


def _begin_from_the_list(page: Page, file: Path) -> None:
    page.goto("/clients/")
    page.get_by_role("button", name="Ещё действия").click()
    page.get_by_role("menuitem", name="Импорт…").click()
    page.wait_for_url(re.compile(r"/imports/new/"))
    page.locator("main [name=file]").set_input_files(file)
    page.get_by_role("button", name="Далее: колонки").click()
    page.wait_for_url(re.compile(r"/imports/\d+/columns/$"))
