"""Every page by day and by night, on a desk and on a phone: clean for axe, never wider than the window."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import APIResponse, Page, ViewportSize, expect

from tests.architecture.doors import PARAMETER, pages
from tests.e2e.conftest import IS_ASKED_FOR_PICTURES, take
from tests.e2e.watch import faults_of, nameless, too_wide

# Ways out of the company's pages, and other systems' doors.
ELSEWHERE = ("api/", "exchange/1c", "f/", "look/", "sign-")
# How a list is known by its text, and what shows all of it: its usual tab may be empty.
LIST, WHOLE = 'data-controller="list"', "?tab=all"
ROW = re.compile(r'<tr[^>]*class="[^"]*list-row[^>]*data-url="([^"]+)"')
PICTURES = {
    "board": "/deals/",
    "list": "/deals/?mode=list&group=stage",
    "clients": "/clients/",
    "tasks": "/tasks/",
    "invoices": "/invoices/?tab=all",
}
Theme = Literal["light", "dark"]
Look = tuple[ViewportSize, Theme]
# What watches sizes acts after the frame in which they have changed.
NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# A reminder as the server draws it, and whether something stands clear of it.
RING = """<article class="ring">
<div class="notice-head"><strong>Уточнить оплату счёта у главного бухгалтера</strong></div>
<p class="small"><a href="/deals/">Стеллажи для архива</a></p>
<div class="notice-foot"><button class="btn btn-small">Готово</button></div></article>"""
APART = """one => {
  const [its, ring] = [one, document.querySelector('#ringing')].map((part) => part.getBoundingClientRect());
  return its.bottom <= ring.top + 1 || its.top >= ring.bottom - 1;
}"""
SMALL: ViewportSize = {"width": 1200, "height": 720}
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 780}
LOOKS: list[Look] = [(DESK, "light"), (PHONE, "dark")]


def test_every_page_and_card_is_whole_on_a_desk_by_day_and_on_a_phone_by_night(sign_in: Callable[..., Page]):
    page = sign_in("director")
    turns = itertools.cycle([LOOKS, LOOKS[::-1]])

    wrong = {answer.url: faults for answer in _answers(page) if (faults := _faults(page, answer, next(turns)))}

    assert not wrong


def test_the_theme_is_chosen_from_the_menu_and_stays(sign_in: Callable[..., Page]):
    page = sign_in("director")
    page.goto("/deals/")
    page.locator("[popovertarget=user-menu]").click()
    page.get_by_role("menuitemradio", name="Тёмная").click()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_chosen_rows_are_acted_on_from_a_phone(sign_in: Callable[..., Page]):
    page = sign_in("director", size=PHONE)
    page.goto("/deals/?mode=list&tab=all")
    row = page.locator(".list-row").first
    row.locator(".pick").click()

    expect(row).to_be_in_viewport(ratio=1)
    page.locator(".selection-bar").get_by_role("button", name="Передать другому").click()
    expect(page.locator("#dialog")).to_contain_text("Выбрана 1 запись")


def test_what_rings_on_a_phone_covers_nothing_that_is_pressed(sign_in: Callable[..., Page]):
    page = sign_in("sokolova", size=PHONE)
    page.goto("/deals/new/")
    page.evaluate(f"document.querySelector('#ringing').innerHTML = `{RING}`")

    ringing = page.locator("#ringing .ring").first
    expect(ringing).to_be_in_viewport(ratio=1)
    expect(page.locator("main button[type=submit]")).to_be_in_viewport(ratio=1)
    for what in (".topbar", ".bottombar", "main"):
        assert page.locator(what).evaluate(APART), what


def test_numbers_of_a_table_stand_right_under_their_head_and_begin_lines_of_cards_on_a_phone(
    sign_in: Callable[..., Page],
):
    side = "one => getComputedStyle(one).textAlign"
    page = sign_in("director")
    page.goto("/groups/")
    assert {one.evaluate(side) for one in page.locator("main .num").all()} == {"end"}
    page.goto("/settings/departments/")
    assert page.locator("main td.num").first.evaluate(side) == "end"
    page.set_viewport_size(PHONE)
    assert page.locator("main td.num").first.evaluate(side) == "start"


@pytest.mark.skipif(not IS_ASKED_FOR_PICTURES, reason="pictures of the documents are taken with OKNO_PICTURES=1")
def test_pictures_of_the_documents_are_taken(sign_in: Callable[..., Page]):
    page = sign_in("head", size=SMALL)
    for name, url in PICTURES.items():
        answer = page.goto(url)
        assert answer is not None
        assert answer.ok
        expect(page.locator("main h1").first).to_be_visible()
        take(page, name)

    page.goto("/clients/?q=НордТорг")
    page.locator(".list-row td.first a").first.click()
    expect(page.locator("#feed")).to_be_visible()
    take(page, "client-card")

    phone = sign_in("sokolova", size=PHONE, theme="dark")
    phone.goto("/invoices/?tab=all")
    expect(phone.locator(".list-row").first).to_be_visible()
    take(phone, "phone")


def _answers(page: Page) -> Iterator[APIResponse]:
    """Each whole page once: of the addresses without parameters, and the first card of every list; none may break."""
    known = [door.address for door in pages() if door.method == "get" and not PARAMETER.search(door.route)]
    seen: set[str] = set()
    for url in known:
        answers = [] if url.lstrip("/").startswith(ELSEWHERE) else _with_card(page, url)
        for answer in answers:
            if answer.url not in seen:
                seen.add(answer.url)
                yield answer


def _with_card(page: Page, url: str) -> Iterator[APIResponse]:
    answer = page.request.get(url)
    text = answer.text() if answer.ok else ""
    if "<main" in text or answer.status >= 500:
        yield answer
        if card := _card(page, url, text):
            yield page.request.get(card)


def _card(page: Page, url: str, text: str) -> str | None:
    """The card that the first row of a list opens: of all its rows when its usual tab is empty."""
    row = ROW.search(text)
    if row is None and LIST in text:
        row = ROW.search(page.request.get(url + WHOLE).text())
    return html.unescape(row[1]) if row else None


def _faults(page: Page, answer: APIResponse, looks: list[Look]) -> list[str]:
    """What is wrong with a page that was asked for as one looked last, in each look without asking again."""
    if not answer.ok:
        return [f"answered {answer.status}"]
    page.route(lambda url: url == answer.url, lambda route: route.fulfill(response=answer), times=1)
    page.goto(answer.url)
    expect(page.locator("main h1").first).to_be_visible()
    return [f"{theme}: {fault}" for size, theme in looks for fault in _faults_in(page, size, theme)]


def _faults_in(page: Page, size: ViewportSize, theme: Theme) -> list[str]:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    page.evaluate(NEXT_FRAME)
    wide = too_wide(page)
    return [*faults_of(page), *nameless(page), *([f"{wide} px wider than the window"] if wide > 0 else [])]
