"""Lists shaped by hand: the editor of conditions, saved views, previews and layouts."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e import steps

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]
SMALLER = {"width": 1200, "height": 700}


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
    assert _number(told.locator("strong").inner_text()) > 0
    picture(page, "filter")
    dialog.get_by_role("button", name="Показать").click()

    expect(page.locator(".chip")).to_have_count(2)
    expect(page.locator(".list-row").first).to_be_visible()


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


def test_a_view_is_changed_saved_shared_and_opens_first(sign_in: SignIn, picture: Picture):
    page = sign_in("head", size=SMALLER)
    page.goto("/deals/?mode=list&tab=all")
    _more(page, "Колонки…")
    dialog = page.locator("#dialog")
    handle = dialog.get_by_role("button", name="Переместить «Сумма»")
    handle.focus()
    for _step in range(8):
        handle.press("ArrowUp")
    dialog.get_by_role("button", name="Показать").click()
    expect(page.locator("thead th[data-key]").first).to_have_attribute("data-key", "amount")

    page.get_by_role("button", name="Сохранить как…").click()
    name = steps.fresh("Сначала сумма")
    dialog.locator("[name=name]").fill(name)
    page.keyboard.press("Enter")
    tab = page.get_by_role("navigation", name="Виды").get_by_role("link", name=name)
    expect(tab).to_have_attribute("aria-current", "page")
    expect(page.get_by_text("Вид изменён:")).to_have_count(0)

    page.get_by_role("button", name="Все виды").click()
    picture(page, "views")
    page.get_by_role("menuitem", name="Открывать первым").click()
    expect(page.get_by_text("Теперь первым открывается этот вид.")).to_be_visible()
    page.goto("/deals/")
    expect(tab).to_have_attribute("aria-current", "page")
    page.get_by_role("button", name="Все виды").click()
    page.get_by_role("menuitem", name="Не открывать первым").click()


def test_rows_are_coloured_by_condition(sign_in: SignIn, picture: Picture):
    page = sign_in("director", size=SMALLER)
    page.goto("/deals/?mode=list&tab=all")
    _more(page, "Цвета строк…")
    dialog = page.locator("#dialog")
    steps.add_condition(dialog, "Сумма")
    dialog.locator("[name='paint0~0~v~text']").fill("400 000")
    dialog.get_by_role("button", name="Показать").click()
    expect(page.locator(".list-row.paint-red").first).to_be_visible()
    picture(page, "view-colours")
    page.get_by_role("link", name="Сбросить").click()
    expect(page.locator(".list-row.paint-red")).to_have_count(0)


def test_a_reference_is_found_made_and_looked_at(sign_in: SignIn, picture: Picture):
    page = sign_in("sokolova")
    page.goto("/deals/new/")
    form = page.locator("main form").last
    name = steps.fresh("ООО Ромашка полевая")
    box = form.get_by_role("combobox", name="Клиент").and_(page.locator("input"))
    box.click()
    box.press_sequentially(name)
    create = page.locator(".ts-dropdown .create:visible")
    expect(create).to_contain_text("создать")
    picture(page, "reference-create")
    create.click()
    expect(form.locator(".link-input .item", has_text=name)).to_be_visible()
    star = form.get_by_role("button", name="Избранное: предлагать первым").first
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")

    form.get_by_role("button", name="Посмотреть, не уходя со страницы").first.click()
    expect(page.locator("#side")).to_contain_text(name)
    page.keyboard.press("Escape")

    page.goto("/deals/new/")
    form.get_by_role("combobox", name="Клиент").and_(page.locator("input")).click()
    expect(page.locator(".ts-dropdown .option:visible").first).to_contain_text(f"★ {name}")

    page.goto("/deals/?mode=list&tab=all")
    page.locator(".list-row td a[href^='/clients/']").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#side")).to_contain_text("ИНН")


def test_a_card_is_laid_out_by_keys_and_taken_back(sign_in: SignIn, picture: Picture):
    page = sign_in("sokolova")
    url = steps.new_deal(page, steps.fresh("Раскладка карточки"))
    _layout_of(page)
    dialog = page.locator("#dialog")
    handle = dialog.get_by_role("button", name="Переместить «Сумма»")
    handle.focus()
    handle.press("ArrowUp")
    handle.press("ArrowUp")
    dialog.locator("[name='title-0']").fill("Самое важное")
    picture(page, "card-layout")
    dialog.get_by_role("button", name="Сохранить порядок").click()
    expect(page.locator(".card-side")).to_contain_text("Самое важное")
    expect(page.locator(".card-side .field-line").first).to_contain_text("Сумма")

    page.goto(url)
    _layout_of(page)
    dialog.get_by_role("button", name="Как было сначала").click()
    expect(page.locator(".card-side")).not_to_contain_text("Самое важное")


def test_an_invoice_made_on_the_basis_of_a_deal_stands_in_its_tree(sign_in: SignIn, picture: Picture):
    page = sign_in("sokolova")
    title = steps.fresh("Основание")
    deal = steps.new_deal(page, title)
    tree = page.locator(".structure")
    tree.scroll_into_view_if_needed()
    expect(tree.locator("[aria-current]")).to_contain_text(title)

    page.locator(".structure ~ p").get_by_role("link", name="Счёт").click()
    expect(page).to_have_url(re.compile(r"/invoices/new/\?deal="))
    steps.add_line(page, "Верстак")
    page.locator("main button[type=submit]").last.click()
    page.wait_for_url(steps.INVOICE)

    page.goto(deal)
    tree.scroll_into_view_if_needed()
    expect(tree.get_by_role("link")).to_have_count(1)
    picture(page, "linked-documents")
    tree.get_by_role("link").click()
    expect(page.locator(".structure [aria-current]")).to_be_visible()
    expect(page.locator(".structure").get_by_role("link", name=title)).to_be_visible()

    page.goto(f"{deal}assign/")
    page.locator(".page-head").get_by_role("link", name=title).click()
    expect(page).to_have_url(deal)
    page.locator("#field-client").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/clients/\d+/"))
    page.locator(".panel", has_text="Структура подчинённости").last.scroll_into_view_if_needed()
    expect(page.locator(".structure").get_by_role("link", name=title)).to_be_visible()


def _layout_of(page: Page) -> None:
    page.locator(".card-head [aria-haspopup=menu]").last.click()
    page.get_by_role("menuitem", name="Настроить карточку…").click()


def _more(page: Page, name: str) -> None:
    page.locator("[popovertarget=page-more]").click()
    page.get_by_role("menuitem", name=name).click()


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_deals_stand_on_the_map_where_their_clients_do(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/deals/?mode=list&tab=open")
    page.get_by_role("link", name="Карта").click()
    points = page.locator(".map-canvas path.map-point")
    expect(points.first).to_be_visible()
    expect(page.locator("#list-position")).to_have_text(re.compile(r"\d+ из ~?\d+"))
    picture(page, "deals-map")

    # By the keyboard: a circle of several spots tells how many they are, leads to their list and looks closer.
    _open_circle(page)
    popup = page.locator(".leaflet-popup")
    closer = popup.get_by_role("button", name="Приблизить")
    expect(closer).to_be_focused()
    with page.expect_response(lambda answer: "part=points" in answer.url):
        page.keyboard.press("Enter")
    expect(popup).to_have_count(0)

    with page.expect_response(lambda answer: "part=points" in answer.url):
        page.reload()
    count = _open_circle(page)
    popup.get_by_role("link", name="Открыть списком").press("Enter")
    expect(page.locator(".chip", has_text="Место на карте")).to_contain_text("Клиент")
    expect(page.locator("#list-position")).to_contain_text(f"из {count}")
    page.get_by_role("link", name="Карта").click()
    expect(page.locator("#list-position")).to_have_text(f"{count} из {count}")


def _open_circle(page: Page) -> int:
    """Open the largest circle by the keyboard; how many rows it stands for."""
    circle = page.locator(".map-canvas path.map-many").first
    expect(circle).to_be_visible()
    circle.focus()
    count = int(str(circle.get_attribute("aria-label")).partition(",")[0])
    page.keyboard.press("Enter")
    return count


def test_circles_of_the_map_leave_each_other_room_on_a_phone(sign_in: SignIn):
    page = sign_in("director", size={"width": 360, "height": 740})
    page.goto("/deals/?mode=map&tab=all")
    expect(page.locator(".map-canvas path.map-many").first).to_be_visible()
    boxes = page.locator(".map-canvas path.map-point").evaluate_all(
        "all => all.map((one) => { const at = one.getBoundingClientRect(); "
        "return [at.left + at.width / 2, at.top + at.height / 2, at.width / 2]; })"
    )
    assert len(boxes) > 1
    for number, (x, y, radius) in enumerate(boxes):
        for other_x, other_y, other_radius in boxes[number + 1 :]:
            assert math.hypot(x - other_x, y - other_y) > radius + other_radius - 2


def test_a_card_is_laid_out_by_dragging(sign_in: SignIn):
    page = sign_in("sokolova")
    steps.new_deal(page, steps.fresh("Раскладка мышью"))
    _layout_of(page)
    dialog = page.locator("#dialog")
    first, second = dialog.locator(".arrange").nth(0).locator("li"), dialog.locator(".arrange").nth(1).locator("li")
    moved = second.first.inner_text()
    _drag_onto(page, second.first.locator(".arrange-handle"), first.first)
    expect(first.filter(has_text=moved)).to_have_count(1)
    dialog.get_by_role("button", name="Сохранить порядок").click()
    expect(page.locator(".card-side .field-line").filter(has_text=moved).first).to_be_visible()

    _layout_of(page)
    expect(dialog).to_contain_text("Сейчас действует ваша раскладка")
    dialog.get_by_role("button", name="Как было сначала").click()
    _layout_of(page)
    expect(dialog.get_by_role("button", name="Как было сначала")).to_have_count(0)


def test_a_forced_layout_stands_above_ones_own(sign_in: SignIn):
    head, url = sign_in("director"), "/items/1/"
    head.goto(url)
    _layout_of(head)
    dialog = head.locator("#dialog")
    dialog.locator("[name='title-0']").fill("Обязательное для всех")
    dialog.locator("[name=for]").select_option("forced")
    dialog.get_by_role("button", name="Сохранить порядок").click()
    expect(head.locator(".card-side")).to_contain_text("Обязательное для всех")
    try:
        seller = sign_in("sokolova")
        seller.goto(url)
        expect(seller.locator(".card-side")).to_contain_text("Обязательное для всех")
        _layout_of(seller)
        expect(seller.locator("#dialog")).to_contain_text("обязательная раскладка")
        expect(seller.locator("#dialog").get_by_role("button", name="Сохранить порядок")).to_have_count(0)
    finally:
        head.goto(url)
        _layout_of(head)
        dialog.get_by_role("button", name="Как было сначала").click()
        expect(head.locator(".card-side")).not_to_contain_text("Обязательное для всех")


def test_a_form_is_laid_out_for_the_type_that_is_chosen_in_it(sign_in: SignIn, picture: Picture):
    page = sign_in("sokolova")
    page.goto("/clients/?mode=list")
    dialog = page.locator("#dialog")
    kind, phone = dialog.locator("[name=kind]"), dialog.locator("[name=phone]")
    _new_client(page)
    kind.select_option("person")
    dialog.get_by_role("button", name="Раскладка формы").click()
    expect(dialog).to_contain_text("только для «Частное лицо»")
    dialog.locator("[name='title-0']").fill("Человек")
    handle = dialog.get_by_role("button", name="Переместить «Телефон»")
    handle.focus()
    for _step in range(2):
        handle.press("ArrowUp")
    dialog.get_by_label("только для «Частное лицо»").check()
    picture(page, "form-layout")
    dialog.get_by_role("button", name="Сохранить порядок").click()
    expect(page.locator(".toasts")).to_contain_text("Раскладка сохранена")

    _new_client(page)
    expect(dialog).not_to_contain_text("Человек")
    dialog.locator("[name=name]").fill("Степанова")
    phone.fill("+7 912 000-11-22")
    kind.focus()
    with page.expect_response(lambda answer: "part=fields" in answer.url):
        kind.select_option("person")
    expect(dialog.get_by_role("heading", name="Человек")).to_be_visible()
    expect(kind).to_be_focused()
    expect(dialog.locator("[name=name]")).to_have_value("Степанова")
    expect(phone).to_have_value("+7 912 000-11-22")

    dialog.get_by_role("button", name="Раскладка формы").click()
    expect(dialog).to_contain_text("Сейчас действует ваша раскладка")
    dialog.get_by_role("button", name="Как было сначала").click()
    expect(page.locator(".toasts")).to_contain_text("Раскладка снова прежняя")


def _new_client(page: Page) -> None:
    page.locator("main").get_by_role("link", name="Клиент", exact=True).click()
    expect(page.locator("#dialog [name=name]")).to_be_focused()


def _drag_onto(page: Page, handle: Locator, target: Locator) -> None:
    handle.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + 8, start["y"] - 8, steps=4)
    page.mouse.move(end["x"] + 20, end["y"] + 4, steps=12)
    page.mouse.up()
