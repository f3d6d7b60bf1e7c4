"""Requests that fail: the page says so where it happened, and nothing that was typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.e2e import steps
from tests.e2e.conftest import give_password
from tests.e2e.office import PASSWORD
from tests.e2e.watch import Watch

SignIn = Callable[..., Page]
GONE = "Этой записи больше нет"
HEAD = "head@demo.okno.test"


def _breaks_down(route: Route) -> None:
    route.fulfill(status=500, body="")


def test_a_panel_that_did_not_come_is_asked_for_again(sign_in: SignIn, watch: Watch):
    watch.expect(500)
    page = sign_in("head")
    url = steps.new_deal(page, steps.fresh("Стеллажи без панели"))
    page.route(re.compile(r"part=panel&panel=lines"), _breaks_down)
    page.goto(url)
    panel = page.get_by_role("region", name="Товары и услуги")
    expect(panel).to_contain_text("Сервер не смог это показать")
    expect(page.locator("#toasts .toast-o")).to_have_count(0)

    page.unroute(re.compile(r"part=panel&panel=lines"))
    panel.get_by_role("button", name="Повторить").click()

    expect(panel).to_contain_text("Пока ничего не выбрано")
    expect(panel).not_to_contain_text("Повторить")


def test_a_card_that_others_look_at_says_that_its_row_is_gone(sign_in: SignIn, watch: Watch):
    watch.expect(404)
    page = sign_in("head")
    other = sign_in("director")
    url = steps.new_deal(page, steps.fresh("Стеллажи, заведённые дважды"))
    other.goto(url)
    expect(other.locator("#card-head h1")).to_be_visible()
    note = other.locator("#compose-note textarea")
    note.fill("Не теряйте эту заметку")

    steps.choose(page, "Пометить на удаление")
    page.locator("#dialog").get_by_role("button", name="Пометить на удаление").click()

    expect(page.locator(".toast-o")).to_contain_text("Пометка на удаление поставлена")
    expect(page.locator(".toast-o")).to_have_count(1)
    expect(other.locator(".card-page > .errors")).to_contain_text(GONE)
    expect(other.locator("#toasts .toast-o")).to_have_count(0)
    expect(note).to_have_value("Не теряйте эту заметку")


def test_a_note_that_was_refused_stays_typed(sign_in: SignIn, watch: Watch):
    watch.expect(500)
    page = sign_in("head")
    steps.new_deal(page, steps.fresh("Стеллажи с заметкой"))
    note = page.locator("#compose-note textarea")
    note.fill("Договорились о скидке")
    page.route(re.compile(r"part=note"), _breaks_down)
    note.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Сервер не смог это сделать")
    expect(note).to_have_value("Договорились о скидке")

    page.unroute(re.compile(r"part=note"))
    note.press("Control+Enter")

    expect(page.locator("#feed")).to_contain_text("Договорились о скидке")
    expect(note).to_have_value("")


def test_a_session_that_ended_while_somebody_typed_loses_nothing(window: Callable[..., Page], watch: Watch):
    watch.expect(401)
    page = window()
    _sign_in(page)
    steps.new_deal(page, steps.fresh("Стеллажи на два дня"))
    note = page.locator("#compose-note textarea")
    note.fill("Написано вчера")
    page.context.clear_cookies(name="sessionid")
    note.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Сеанс закончился")
    expect(note).to_have_value("Написано вчера")

    beside = page.context.new_page()
    _sign_in(beside)
    note.press("Control+Enter")

    expect(page.locator("#feed")).to_contain_text("Написано вчера")


def test_a_form_that_was_sent_after_the_session_ended_comes_back_filled_in(window: Callable[..., Page]):
    page = window()
    _sign_in(page)
    page.goto("/deals/new/")
    page.locator("main [name=title]").fill("Стеллажи, написанные до обеда")
    page.context.clear_cookies(name="sessionid")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile("/sign-in/"))
    give_password(page, HEAD, PASSWORD)

    expect(page).to_have_url("/deals/new/")
    expect(page.locator("main [name=title]")).to_have_value("Стеллажи, написанные до обеда")
    expect(page.locator("#toasts")).to_contain_text("несохранённый текст")


def test_a_form_is_taken_after_its_person_signed_in_anew_beside_it(window: Callable[..., Page]):
    page = window()
    _sign_in(page)
    page.goto("/profile/")
    post = page.locator("form[action*='part=save'] [name=post]")
    post.fill("Начальник отдела продаж")
    page.context.clear_cookies(name="sessionid")
    beside = page.context.new_page()
    _sign_in(beside)

    post.press("Enter")

    expect(page.locator("#toasts")).to_contain_text("Сохранено")
    expect(post).to_have_value("Начальник отдела продаж")
    post.fill("Руководитель отдела продаж")
    post.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Сохранено")


def test_a_list_that_was_clicked_after_the_session_ended_is_come_back_to(window: Callable[..., Page], watch: Watch):
    watch.expect(401)
    page = window()
    _sign_in(page)
    page.goto("/clients/?sort=-name")
    expect(page.locator(".list-row").first).to_be_visible()
    page.context.clear_cookies(name="sessionid")
    page.locator("main [hx-get*='part=filter']").first.click()
    page.wait_for_url(re.compile("/sign-in/"))

    give_password(page, HEAD, PASSWORD)

    expect(page).to_have_url(re.compile(r"/clients/\?.*sort=-name"))


def _sign_in(page: Page) -> None:
    page.goto("/sign-in/")
    give_password(page, HEAD, PASSWORD)
    page.wait_for_url(lambda url: "/sign-in/" not in url)
