"""Classes of clients in a browser: the matrix, the rows behind it, who moved, and working a scheme out."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]


def test_a_cell_of_the_matrix_leads_to_its_clients_and_on_to_their_list(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/classification/")
    expect(page.get_by_role("region", name="Классы по датам").locator("svg").first).to_be_visible()
    picture(page, "classes")
    line = page.get_by_role("region", name="ABC и XYZ").locator("tbody tr").first
    count = line.locator("td").last.locator("b").inner_text()
    line.locator("td").last.get_by_role("link").click()

    expect(page.locator("main .count").first).to_have_text(count)
    page.get_by_role("link", name="Открыть списком").click()
    expect(page).to_have_url(re.compile("/clients/"))
    expect(page.locator(".chip")).to_contain_text("Класс ABC")
    expect(page.locator(".list-row").first).to_be_visible()


def test_a_matrix_stands_whole_on_a_phone_and_opens_its_rows(sign_in: SignIn):
    page = sign_in("director", size={"width": 360, "height": 780})
    page.goto("/classification/")
    matrix = page.get_by_role("region", name="ABC и XYZ", exact=True).last
    expect(matrix.locator("tbody tr")).to_have_count(3)

    assert matrix.evaluate("(matrix) => matrix.scrollWidth <= matrix.clientWidth")
    count = matrix.locator("tfoot b").last.inner_text()
    matrix.locator("tfoot a").last.click()

    expect(page.locator("main .count").first).to_have_text(count)


def test_who_moved_between_two_days(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/classification/")
    page.get_by_role("link", name="Кто перешёл", exact=True).click()
    moves = page.get_by_role("region", name="Кто перешёл")
    expect(moves.locator("tbody tr")).to_have_count(4)
    picture(page, "classes-moved")
    moves.locator("td .due + a").first.click()
    expect(
        page.get_by_role("columnheader", name="Был → стал").or_(page.get_by_role("columnheader").nth(1))
    ).to_be_visible()
    expect(page.locator("tbody tr").first.get_by_role("link")).to_be_visible()


def test_groups_of_rfm_open_their_clients_and_tell_who_moved(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/classification/")
    groups = page.locator("#rfm")
    expect(groups.locator("tbody tr")).to_have_count(8)
    groups.scroll_into_view_if_needed()
    picture(page, "classes-rfm")
    groups.get_by_role("link", name="Кто перешёл из группы в группу").click()
    moves = page.get_by_role("region", name="Кто перешёл").locator("tbody tr")
    expect(moves).to_have_count(9)
    expect(page.get_by_role("link", name="По группам RFM")).to_have_attribute("aria-current", "page")
    count = moves.locator("td .due + a").first.inner_text()
    moves.locator("td .due + a").first.click()

    expect(page.locator("main .count").first).to_have_text(count)
    expect(page.get_by_role("heading", level=1)).to_contain_text("→")


def test_a_scheme_is_set_up_and_worked_out(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/settings/classification/")
    page.get_by_role("link", name="По выигранным сделкам", exact=True).click()
    expect(page.locator(".condition-told")).to_contain_text("Успех")
    picture(page, "classes-scheme")
    page.goto("/classification/")
    page.get_by_role("link", name="Рассчитать").click()
    page.locator("#dialog button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    expect(page.get_by_text("Разложено по классам")).to_be_visible(timeout=20_000)


def test_groups_of_goods_lie_by_growth_and_share_and_open_their_lines(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/classification/")
    page.get_by_role("main").get_by_role("link", name="Рост и доля групп").click()
    plane = page.get_by_role("region", name="Рост и доля", exact=True)
    expect(plane.locator("svg").first).to_be_visible()
    picture(page, "groups")
    line = page.locator("#groups tbody tr").first
    total = line.locator("td").nth(2).inner_text()
    line.locator("td").nth(2).get_by_role("link").click()

    expect(page.locator("#lines tbody tr").first).to_be_visible()
    expect(page.locator("main .page-head")).to_contain_text(total)
