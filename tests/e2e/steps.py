"""What several paths begin with: a fresh deal, a file opened, a card found on the board."""

from __future__ import annotations

import re
import secrets

from playwright.sync_api import Locator, Page, expect

CARD = re.compile(r"/deals/\d+/$")
INVOICE = re.compile(r"/invoices/\d+/$")


def new_deal(page: Page, title: str, *, currency: str = "RUB", amount: str = "") -> str:
    """Open a deal by its form for the first client within reach; the page then shows its card."""
    client = page.request.get("/pick/clients.client/?q=").json()[0]["value"]
    page.goto(f"/deals/new/?client={client}")
    page.locator("main [name=title]").fill(title)
    page.locator("main [name=currency]").select_option(currency)
    page.locator("main [name=amount]").fill(amount)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(CARD)
    return page.url


def choose(page: Page, action: str) -> None:
    """An action out of the menu of a card."""
    page.locator("#card-head").get_by_role("button", name="Ещё действия").click()
    page.get_by_role("menuitem", name=action, exact=True).click()


def fresh(title: str) -> str:
    """A title that no other test has."""
    return f"{title}, заказ {secrets.randbelow(90_000) + 10_000}"


def card_on_board(page: Page, title: str) -> Locator:
    """The board narrowed to this deal."""
    page.goto(f"/deals/?tab=all&q={title}")
    card = page.locator(".board-card", has_text=title)
    expect(card).to_be_visible()
    return card


def column(page: Page, name: str) -> Locator:
    return page.locator(".board-column", has=page.locator(f'.board-list[data-label="{name}"]'))


def drag(page: Page, what: Locator, to: Locator) -> None:
    """By mouse, as a hand does: press, move away, move over, let go."""
    start, end = what.bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 40, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 30, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 120, steps=10)
    page.mouse.up()


def open_field(page: Page, name: str) -> Locator:
    """Click a field of a card and wait for its input."""
    page.locator(f"#field-{name} .field-open").click()
    field = page.locator(f"#field-{name}").locator("input:not([type=hidden]), textarea")
    expect(field).to_be_focused()
    return field


def pick(form: Locator, label: str, text: str) -> None:
    """Choose a row in a field that searches on the server."""
    # Until the island has taken it over, the plain list is the combobox, and lies under the field from then on.
    box = form.get_by_role("combobox", name=label).and_(form.page.locator("input"))
    box.click()
    box.press_sequentially(text)
    form.page.locator(".ts-dropdown .option:visible", has_text=text).first.click()


def add_line(page: Page, what: str) -> None:
    """Find goods in the catalogue and put them into the table of a deal or an invoice."""
    page.locator(".table-pick .ts-control input").press_sequentially(what.lower())
    page.locator(".table-pick .ts-dropdown .option", has_text=what).first.click()
    expect(page.get_by_role("textbox", name="Товары и услуги").last).to_have_value(re.compile(what))


def add_condition(form: Locator, field: str) -> None:
    """Choose a field in the last group of an editor of conditions and wait for its line."""
    lines = form.locator(".condition-leaf, .condition-related")
    before = lines.count()
    box = form.locator(".condition-more").last.locator(".ts-control input")
    box.click()
    box.press_sequentially(field)
    form.locator(".ts-dropdown .option:visible", has_text=field).first.click()
    expect(lines).to_have_count(before + 1)
