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
    page.goto(f"/clients/?q={mark}")
    expect(page.locator(".list-row")).to_have_count(2)

    page.goto(result)
    back.click()
    expect(page.locator("main")).to_contain_text("Отменено", timeout=30_000)
    page.goto(f"/clients/?q={mark}")
    expect(page.locator(".list-row")).to_have_count(0)


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
