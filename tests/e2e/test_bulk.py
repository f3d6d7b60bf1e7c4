"""Many rows at once: what changes is shown first, done, and taken back; the history of a card and its ways back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e import steps
from tests.e2e.watch import Watch

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]


PHONE = {"width": 360, "height": 780}


def test_fields_of_many_rows_are_shown_first_then_changed_and_taken_back(sign_in: SignIn, picture: Picture):
    page = sign_in("head")
    title = steps.fresh("Стеллажи оптом")
    for _deal in range(3):
        steps.new_deal(page, title)
    page.goto(f"/deals/?mode=list&tab=all&q={title}")
    rows = page.locator(".list-row")
    expect(rows).to_have_count(3)
    for number in range(3):
        rows.nth(number).locator(".pick").click()

    page.locator(".selection-bar").get_by_role("button", name="Изменить поля").click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=field-0]").select_option("source")
    dialog.locator("[name=value-0]").fill("Выставка")
    picture(page, "bulk-fields")
    dialog.get_by_role("button", name="Показать, что изменится").click()

    expect(page.get_by_text("Пока ничего не изменено")).to_be_visible()
    expect(page.locator(".change-table tbody tr")).to_have_count(3)
    picture(page, "bulk-preview")
    page.get_by_role("button", name="Изменить 3 записи").click()

    expect(page.get_by_text("Изменено", exact=True)).to_be_visible()
    page.get_by_role("button", name="Вернуть как было…").click()
    expect(page.get_by_text("Пока ничего не изменено")).to_be_visible()
    page.get_by_label("Оставить как есть").first.check()
    page.get_by_role("button", name="Вернуть 3 записи").click()
    expect(page.locator(".change-table tbody tr")).to_have_count(2)


def test_a_formula_for_all_of_a_filter_is_tried_and_carried_out_on_a_phone(
    sign_in: SignIn, picture: Picture, watch: Watch
):
    watch.expect(422)
    title = _deals(sign_in("head"), "Стеллажи по формуле", 3)
    page = sign_in("head", size=PHONE)
    _pick(page, title, 1)
    page.get_by_role("button", name="выбрать все 3").click()
    dialog = _open(page, "Изменить поля")
    dialog.locator("[name=field-0]").select_option("title")
    dialog.locator("[name=how-0]").select_option("formula")
    formula = dialog.locator("textarea[name=value-0]")
    formula.fill("Название + Неведомо")
    dialog.get_by_role("button", name="Показать, что изменится").click()
    expect(dialog.locator(".errors")).to_contain_text("Неведомо")
    expect(formula).to_have_value("Название + Неведомо")
    formula.fill('Название + " (архив)"')
    dialog.get_by_role("button", name="Показать, что изменится").click()

    expect(page.get_by_text("Пока ничего не изменено")).to_be_visible()
    expect(page.locator("main")).to_contain_text('Название — вычислить по формуле «Название + " (архив)"»')
    picture(page, "bulk-phone")
    _carry_out(page, "Изменить 3 записи")
    page.get_by_role("link", name="К списку").click()
    expect(page.locator(".list-row", has_text=f"{title} (архив)")).to_have_count(3)


def test_what_others_changed_since_is_kept_when_a_handing_over_is_taken_back(sign_in: SignIn):
    page, other = sign_in("head"), sign_in("director")
    title = _deals(page, "Стеллажи на передачу", 2)
    _pick(page, title, 2)
    dialog = _open(page, "Передать другому")
    steps.pick(dialog, "Ответственный", "Соколова")
    dialog.get_by_role("button", name="Показать, что изменится").click()
    _carry_out(page, "Изменить 2 записи")
    report = page.url

    _pick(other, title, 1)
    dialog = _open(other, "Передать другому")
    steps.pick(dialog, "Ответственный", "Мельников")
    dialog.get_by_role("button", name="Показать, что изменится").click()
    _carry_out(other, "Изменить 1 запись")
    page.goto(report)
    page.get_by_role("button", name="Вернуть как было…").click()

    expect(page.get_by_text("Пока ничего не изменено")).to_be_visible()
    expect(page.get_by_role("button", name="Вернуть 1 запись")).to_be_visible()
    expect(page.locator(".change-refused")).to_contain_text("Ответственный")
    _carry_out(page, "Вернуть 1 запись")
    expect(page.locator(".change-table tbody tr")).to_have_count(1)


def test_ticked_clients_are_tried_for_a_segment(sign_in: SignIn):
    page = sign_in("head")
    page.goto("/clients/?tab=all")
    for number in range(2):
        page.locator(".list-row .pick").nth(number).click()
    dialog = _open(page, "Добавить в сегмент", is_in_menu=True)
    dialog.get_by_role("button", name="Показать, что изменится").click()

    expect(page.get_by_text("Пока ничего не изменено")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Добавить в сегмент")


def test_ticked_rows_go_into_a_file_and_the_bin_and_come_back(sign_in: SignIn):
    page = sign_in("head")
    title = _deals(page, "Стеллажи на выброс", 2)
    _pick(page, title, 1)
    dialog = _open(page, "Экспорт")
    expect(dialog).to_contain_text("1 выбранная запись")
    dialog.get_by_role("button", name="Сделать файл").click()
    expect(page.get_by_role("link", name=".xlsx")).to_be_visible(timeout=60_000)

    _pick(page, title, 2)
    dialog = _open(page, "Пометить на удаление", is_in_menu=True)
    dialog.get_by_role("button", name="Показать, что изменится").click()
    _carry_out(page, "Изменить 2 записи")
    report = page.url
    page.get_by_role("link", name="К списку").click()
    expect(page.get_by_text("Ничего не найдено")).to_be_visible()
    page.goto(report)
    page.get_by_role("button", name="Вернуть как было…").click()
    _carry_out(page, "Вернуть 2 записи")
    page.get_by_role("link", name="К списку").click()
    expect(page.locator(".list-row")).to_have_count(2)


def test_a_command_says_which_rows_it_leaves_and_why(sign_in: SignIn):
    page = sign_in("head")
    page.goto("/leads/?tab=all")
    for number in range(3):
        page.locator(".list-row .pick").nth(number).click()
    dialog = _open(page, "Взять в работу", is_in_menu=True)
    dialog.get_by_role("button", name="Показать, что изменится").click()

    expect(page.get_by_text("Пока ничего не изменено")).to_be_visible()
    expect(page.locator(".change-refused").first).to_be_visible()


def test_former_values_come_back_from_the_history_of_a_card(sign_in: SignIn):
    page = sign_in("head")
    steps.new_deal(page, steps.fresh("Полки с историей"))
    field = steps.open_field(page, "source")
    field.fill("Звонок")
    field.press("Enter")
    expect(page.locator("#field-source")).to_contain_text("Звонок")

    page.locator(".feed-bar").get_by_role("link", name="История").click()
    page.get_by_role("link", name="Вернуть прежние значения").first.click()
    expect(page.locator("#dialog")).to_contain_text("Звонок")
    page.locator("#dialog").get_by_role("button", name="Вернуть", exact=True).click()

    expect(page.locator("#field-source")).not_to_contain_text("Звонок")
    page.locator(".feed-bar").get_by_role("link", name="История").click()
    page.get_by_role("link", name="Причины и следствия").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Причины и следствия")


def _deals(page: Page, title: str, count: int) -> str:
    """New deals that no other test has; their title."""
    title = steps.fresh(title)
    for _deal in range(count):
        steps.new_deal(page, title)
    return title


def _pick(page: Page, title: str, count: int) -> None:
    """Tick the first deals of this title."""
    page.goto(f"/deals/?mode=list&tab=all&q={title}")
    for number in range(count):
        page.locator(".list-row .pick").nth(number).click()


def _open(page: Page, action: str, *, is_in_menu: bool = False) -> Locator:
    """The dialog of an action for the ticked rows."""
    bar = page.locator(".selection-bar")
    if is_in_menu:
        bar.get_by_role("button", name="Ещё").click()
        page.get_by_role("menuitem", name=action, exact=True).click()
    else:
        bar.get_by_role("button", name=action).click()
    dialog = page.locator("#dialog")
    expect(dialog.locator("h2")).to_be_visible()
    return dialog


def _carry_out(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("Изменено", exact=True)).to_be_visible()
