"""Enquiries: they come by themselves, are told at once, worked by keys, taken in by phone, shared by rules, counted."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import steps
from tests.e2e.watch import Watch

SignIn = Callable[..., Page]
LEAD = re.compile(r"/leads/\d+/$")
SELLERS = ("sokolova", "melnikov", "gusev")
# Whoever fills a form in faster is taken for a program.
MILLISECONDS_OF_A_PERSON = 3_500


# What an intake of a known caller may take, by the keystroke-level model (Card, Moran, Newell, 1980): 0.28 s for a key
# of whoever types as people in offices do, 1.35 s for each look at what to do next.
SECONDS_OF_AN_INTAKE, SECONDS_OF_A_KEY, SECONDS_OF_A_LOOK = 20, 0.28, 1.35


# What the card of an enquiry says of each method of distribution.
TOLD_OF_METHODS = {
    "turn": "по очереди",
    "weight": "по весам",
    "load": "наименее загруженному",
    "success": "по эффективности",
    "owner": "ответственному клиента",
    "skill": "по компетенции",
    "region": "по региону",
    "shift": "тем, кто на смене",
    "first": "кто первый взял",
    "manual": "вручную",
}


class Keys:
    """The keyboard, and nothing else: keys and looks at the screen are counted."""

    def __init__(self, page: Page) -> None:
        self.keyboard, self.count, self.looks = page.keyboard, 0, 0

    def press(self, *keys: str) -> None:
        self.looks += 1
        for key in keys:
            self.keyboard.press(key)
            self.count += len(key.split("+"))

    def type(self, text: str) -> None:
        self.looks += 1
        self.keyboard.type(text)
        self.count += len(text)

    @property
    def seconds(self) -> float:
        return self.count * SECONDS_OF_A_KEY + self.looks * SECONDS_OF_A_LOOK


@pytest.fixture
def form(sign_in: SignIn) -> str:
    """A public form that the director has just made."""
    page = sign_in("director")
    code = f"site-{secrets.token_hex(3)}"
    page.goto("/settings/forms/new/")
    page.locator("main [name=code]").fill(code)
    page.locator("main [name=title]").fill("Подобрать стеллажи")
    page.locator("main [name=source]").select_option("site")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "/new/" not in url)
    return f"/f/{code}"


def test_an_enquiry_from_the_site_appears_at_its_seller_and_becomes_a_deal(
    sign_in: SignIn, window: Callable[..., Page], form: str, picture: Callable[[Page, str], None]
):
    pages = [sign_in(who) for who in SELLERS]
    for page in pages:
        page.goto("/leads/?tab=mine")
        expect(page.locator("main h1")).to_be_visible()
    need = steps.fresh("Нужны верстаки")

    _fill_in(window(), form, need)

    seller, row = _who_got(pages, need)
    assert "due-" in (row.get_attribute("class") or "")
    expect(seller.locator(".toast-o", has_text=need)).to_be_visible()
    row.locator("td.first a").click()
    expect(seller.locator("#card-head")).to_contain_text("на ответ")
    picture(seller, "lead-card")

    seller.locator("#card-head").get_by_role("button", name="Создать сделку").click()

    seller.wait_for_url(steps.CARD)
    expect(seller.locator("#card-head h1")).to_contain_text(need)
    expect(seller.locator("#feed")).to_contain_text(need)
    seller.goto("/leads/?tab=mine")
    expect(seller.locator(".list-row", has_text=need)).to_have_count(0)


def test_an_enquiry_taken_into_work_shows_it_in_its_fields_at_once(sign_in: SignIn):
    page = sign_in("sokolova")
    page.goto("/leads/?tab=new")
    page.locator(".list-row td.first a").first.click()
    fields = page.locator(".card-side")
    expect(fields.locator("#field-owner")).to_be_visible()

    page.locator("#card-head").get_by_role("button", name="Взять в работу").click()

    expect(fields.locator("#field-owner")).to_contain_text("Соколова")
    expect(fields.locator("#field-reacted_at")).to_contain_text("сегодня")


def test_the_desk_is_worked_by_keys(sign_in: SignIn, picture: Callable[[Page, str], None]):
    page = sign_in("director")
    need = steps.fresh("Нужны ленты")
    _write_down(page, need)
    page.goto("/leads/?tab=new&sort=-received_at")
    expect(page.locator(".desk-side h2")).to_contain_text(need)
    picture(page, "leads-desk")
    page.goto("/leads/?tab=all&sort=-received_at")
    side = page.locator(".desk-side")
    expect(side.locator("h2")).to_contain_text(need)

    page.keyboard.press("KeyJ")
    page.keyboard.press("KeyJ")
    expect(side.locator("h2")).not_to_contain_text(need)
    page.keyboard.press("KeyK")
    expect(side.locator("h2")).to_contain_text(need)
    page.keyboard.press("KeyT")

    expect(side.locator(".badge-o").first).to_contain_text("В работе", timeout=15_000)
    expect(side).to_contain_text("Контакт, как поступил")
    page.keyboard.press("KeyP")
    dialog = page.locator("#dialog-body")
    dialog.locator("[name=reason]").fill("Вернутся после отпуска")
    dialog.locator("button[type=submit]").click()
    expect(side.locator(".badge-o").first).to_contain_text("Отложено", timeout=15_000)


def test_everything_that_may_be_done_to_many_is_in_sight(sign_in: SignIn):
    page = sign_in("head")
    page.goto("/leads/?tab=all")
    page.locator(".list-row .pick .tick").first.check()
    bar = page.locator(".selection-bar")
    expect(bar.get_by_role("button", name="Спам")).to_be_visible()
    assert bar.evaluate("one => one.scrollWidth - one.clientWidth") <= 0


def test_a_known_caller_is_taken_in_by_keys_only(sign_in: SignIn, picture: Callable[[Page, str], None]):
    page = sign_in("director")
    phone, need = f"+7 921 {secrets.randbelow(900) + 100}-66-77", steps.fresh("Нужны поддоны")
    _new_client(page, phone)
    page.goto("/leads/intake/")
    expect(page.locator("[name=who]")).to_be_focused()
    pressed = 0

    for key in "".join(sign for sign in phone if sign.isdigit()):
        page.keyboard.press(f"Digit{key}")
        pressed += 1
    page.keyboard.press("Enter")
    text = page.locator("#intake-about [name=text]")
    expect(text).to_be_focused()
    page.keyboard.type(need)
    expect(page.locator("#intake-about")).to_contain_text("Позвонивший клиент")
    picture(page, "intake")
    page.keyboard.press("Control+Enter")

    page.wait_for_url(steps.CARD)
    expect(page.locator("#card-head h1")).to_contain_text(need)
    # The number, Enter, and Control with Enter, besides the words of the caller.
    assert pressed + 3 <= 14


def test_a_known_caller_is_taken_in_from_the_workplace_by_keys_only(sign_in: SignIn):
    page = sign_in("director")
    phone, need = f"+7 921 {secrets.randbelow(900) + 100}-77-88", steps.fresh("Нужны весы")
    client = _new_client(page, phone)
    deal = steps.fresh("Прежняя поставка")
    _new_deal(page, client, deal)
    page.goto("/leads/")
    expect(page.locator("main h1")).to_be_visible()
    keys = Keys(page)

    keys.press("KeyI")
    expect(page.locator("[name=who]")).to_be_focused()
    keys.press(*(f"Digit{sign}" for sign in phone if sign.isdigit()))
    # Enter takes the first that was found: it says so beside it.
    expect(page.locator("main button", has_text="Enter").first).to_be_visible()
    keys.press("Enter")
    expect(page.locator("#intake-about [name=text]")).to_be_focused()
    keys.type(need)
    keys.press("Tab")
    expect(page.locator("#intake-about button:focus")).to_contain_text("Создать сделку")
    keys.press("Digit5")

    page.wait_for_url(steps.CARD)
    expect(page.locator("#card-head h1")).to_contain_text(deal)
    expect(page.locator("#feed")).to_contain_text(need)
    # Told to whoever runs it with -s.
    print(f"{keys.count} keys, {len(need)} of them words: about {keys.seconds:.0f} s of a person")  # noqa: T201
    assert keys.seconds < SECONDS_OF_AN_INTAKE


def test_it_is_told_to_whom_an_enquiry_goes_and_why(sign_in: SignIn, picture: Callable[[Page, str], None]):
    page = sign_in("director")
    page.goto("/settings/distribution/")
    expect(page.locator("main table")).to_contain_text("Казань и область")
    lead = page.request.get("/pick/leads.lead/?q=").json()[0]["value"]

    page.goto(f"/settings/distribution/?lead={lead}")

    expect(page.locator("#told")).to_contain_text("правило «")
    picture(page, "distribution")


def test_every_method_of_distribution_is_set_up_in_the_browser_and_told_on_the_card(sign_in: SignIn):
    page = sign_in("director")
    word = f"метка{secrets.token_hex(4)}"
    _new_rule_on_top(page, name := f"Правило {word}", {"field": "text", "op": "contains", "value": word})
    phone = f"+7 921 {secrets.randbelow(900) + 100}-99-88"
    _new_client(page, phone)

    for method, told in TOLD_OF_METHODS.items():
        _change_method(page, name, method)
        who = phone if method == "owner" else f"+7 922 {secrets.randbelow(9_000_000) + 1_000_000}"
        _leave_to_the_rules(page, who, f"Нужны весы, {word}")

        expect(page.locator("main")).to_contain_text(f"правило «{name}»")
        expect(page.locator("main")).to_contain_text(told)

    _drop_rule(page, name)


def test_figures_of_reports_open_their_rows(sign_in: SignIn, picture: Callable[[Page, str], None]):
    page = sign_in("director")
    page.goto("/leads/reports/?by=source")
    expect(page.locator("#analysis")).to_contain_text("Форма на сайте")
    expect(page.locator(".chart svg").first).to_be_visible()
    picture(page, "leads-reports")
    figure = page.locator("#analysis tbody tr").first.locator("a").first
    count = figure.inner_text()

    figure.click()

    expect(page.locator("[data-list-target=position]")).to_have_attribute("data-total", count)


def test_reports_are_narrowed_to_a_filter_and_to_a_person(sign_in: SignIn):
    page = sign_in("director")
    page.goto("/leads/?tab=all&f=" + quote(json.dumps({"all": [{"field": "channel", "op": "in", "value": ["form"]}]})))
    page.get_by_role("button", name="Ещё действия").click()
    page.get_by_role("menuitem", name="Отчёты по этому фильтру").click()
    rows = page.locator("#analysis tbody tr")
    expect(rows).to_have_count(2)
    expect(page.locator("#asked .chip")).to_contain_text("Форма на сайте")

    page.locator("#productivity .plain-table a").first.click()

    expect(page.locator("#productivity .plain-table thead")).to_contain_text("Дата")
    expect(page.locator("#id_owner option:checked")).not_to_have_text("все ответственные")
    page.get_by_role("link", name="Убрать фильтр").click()
    expect(page.locator("#asked .chip")).to_have_count(0)


def test_a_wrong_phone_is_told_beside_the_field_and_nothing_is_lost(
    window: Callable[..., Page], form: str, watch: Watch
):
    watch.expect(422)
    page = window()
    page.goto(form)
    page.locator("[name=name]").fill("Пётр")
    page.locator("[name=phone]").fill("12")
    page.locator("[name=consent]").check()
    page.locator("button[type=submit]").click()

    expect(page.locator("body")).to_contain_text("Не похоже на телефон")
    expect(page.locator("[name=name]")).to_have_value("Пётр")


def _write_down(page: Page, need: str) -> None:
    page.goto("/leads/new/")
    page.locator("main [name=who]").fill(f"Пётр Срочный +7 921 {secrets.randbelow(900) + 100}-55-66")
    page.locator("main [name=text]").fill(need)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "/new/" not in url)


def _new_client(page: Page, phone: str) -> str:
    page.goto("/clients/new/")
    page.locator("main [name=name]").fill(f"Позвонивший клиент {secrets.token_hex(2)}")
    page.locator("main [name=phone]").fill(phone)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "/new/" not in url)
    return page.url.rstrip("/").rpartition("/")[2]


def _new_deal(page: Page, client: str, title: str) -> None:
    page.goto(f"/deals/new/?client={client}")
    page.locator("main [name=title]").fill(title)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(steps.CARD)


def _fill_in(page: Page, form: str, need: str) -> None:
    page.goto(form)
    page.locator("[name=name]").fill("Пётр Опытный")
    page.locator("[name=phone]").fill(f"+7 921 {secrets.randbelow(900) + 100}-45-67")
    page.locator("[name=text]").fill(need)
    page.locator("[name=consent]").check()
    page.wait_for_timeout(MILLISECONDS_OF_A_PERSON)
    page.locator("button[type=submit]").click()
    expect(page.locator("body")).to_contain_text("Заявка принята")


def _who_got(pages: list[Page], need: str) -> tuple[Page, Locator]:
    """The seller in whose list the enquiry has appeared by itself."""
    for _look in range(100):
        for page in pages:
            row = page.locator(".list-row", has_text=need)
            if row.count():
                return page, row
        pages[0].wait_for_timeout(100)
    pytest.fail("nobody got the enquiry")


def _new_rule_on_top(page: Page, name: str, condition: dict[str, str]) -> None:
    page.goto(f"/settings/distribution/new/?f={quote(json.dumps(condition))}")
    form = page.locator("main form")
    form.locator("[name=name]").fill(name)
    form.locator("[name=to_client_owner]").uncheck()
    form.locator("button[type=submit]").click()
    page.wait_for_url("**/settings/distribution/")
    higher = _rule(page, name).get_by_role("button", name="Выше")
    while higher.is_enabled():
        higher.click()
        page.wait_for_load_state()


def _rule(page: Page, name: str) -> Locator:
    return page.locator("main tbody tr", has_text=name)


def _change_method(page: Page, name: str, method: str) -> None:
    page.goto("/settings/distribution/")
    _rule(page, name).get_by_role("link", name=name).click()
    page.locator("main [name=method]").select_option(method)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/settings/distribution/")


def _leave_to_the_rules(page: Page, who: str, text: str) -> None:
    page.goto("/leads/intake/")
    page.locator("[name=who]").fill(who)
    page.keyboard.press("Enter")
    about = page.locator("#intake-about")
    about.locator("[name=text]").fill(text)
    about.get_by_role("button", name="Распределить по правилам").click()
    page.wait_for_url(LEAD)


def _drop_rule(page: Page, name: str) -> None:
    page.goto("/settings/distribution/")
    _rule(page, name).get_by_role("link", name="Удалить правило").click()
    page.locator("#dialog-body button[type=submit]").click()
    expect(_rule(page, name)).to_have_count(0)
