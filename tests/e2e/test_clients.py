"""A second card of a client is caught as it is typed in, merged into the first one, and taken apart again."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e import steps
from tests.e2e.watch import Watch

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]
CARD = re.compile(r"/clients/\d+/$")
SIMILAR = "**/clients/similar/*"


def fresh_phone() -> str:
    return f"+7 921 {secrets.randbelow(900) + 100}-{secrets.randbelow(90) + 10}-{secrets.randbelow(90) + 10}"


def new_client(page: Page, name: str, phone: str, **more: str) -> str:
    """Add a client by its form; the page then shows its card."""
    page.goto("/clients/new/")
    # Of residents nobody asks for a country.
    expect(page.locator("main [name=country]")).to_be_hidden()
    page.locator("main [name=is_nonresident]").check()
    expect(page.locator("main [name=country]")).to_be_visible()
    page.locator("main [name=is_nonresident]").uncheck()
    expect(page.locator("main [name=country]")).to_be_hidden()
    for key, value in {"name": name, "phone": phone, **more}.items():
        page.locator(f"main [name={key}]").fill(value)
    page.locator("main button[type=submit]").click()
    expect(page.locator("#card-head h1")).to_contain_text(name)
    return page.url


@pytest.fixture
def known(sign_in: SignIn) -> tuple[Page, str, str, str]:
    """A client that the director has just added: the page, its address, name and phone."""
    page, phone, name = sign_in("director"), fresh_phone(), steps.fresh("ООО «Ромашка»").replace(", заказ", "")
    return page, new_client(page, name, phone, city="Тверь"), name, phone


def test_a_duplicate_is_caught_merged_and_taken_apart(
    known: tuple[Page, str, str, str], watch: Watch, picture: Picture
):
    page, first, name, phone = known
    watch.expect(422)
    page.goto("/clients/new/")
    page.locator("main [name=name]").fill(name.replace("ООО ", "").replace("«", "").replace("»", "") + ", ООО")
    page.locator("main [name=phone]").fill(phone.replace("+7", "8").replace(" ", "").replace("-", ""))
    page.locator("main [name=email]").fill(f"zakaz{secrets.randbelow(90_000)}@romashka.example")
    expect(page.locator("#similar")).to_contain_text("тот же телефон")
    expect(page.locator("#similar a")).to_have_text(name)
    picture(page, "client-duplicate")

    page.locator("main button[type=submit]").click()
    expect(page.locator("main .errors")).to_be_visible()
    page.locator("#id_anyway").check()
    page.locator("main button[type=submit]").click()
    page.wait_for_url(CARD)
    second = page.url

    survivor = _merge_into_the_last(page, picture)
    page.goto(first if survivor == second else second)
    expect(page).to_have_url(survivor)
    page.locator("#feed").get_by_role("link", name="Разъединить").click()
    expect(page.locator("main")).to_contain_text("Перенесено при объединении")
    picture(page, "client-unmerge")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(CARD)

    assert page.url != survivor
    expect(page.locator("#card-head h1")).to_contain_text("Ромашка")


def test_a_late_answer_about_a_name_does_not_hide_what_the_phone_has_found(known: tuple[Page, str, str, str]) -> None:
    page, _first, name, phone = known
    page.goto("/clients/new/")
    late: list[Route] = []
    page.route(SIMILAR, lambda route: route.continue_() if late else late.append(route))

    page.locator("main [name=name]").fill(name)
    page.locator("main [name=phone]").fill(phone)
    page.locator("main [name=email]").focus()
    page.wait_for_timeout(1_500)
    late[0].continue_()

    page.wait_for_timeout(1_500)
    expect(page.locator("#similar")).to_contain_text("тот же телефон")


def _merge_into_the_last(page: Page, picture: Picture) -> str:
    """Merge the client of the card with what is like it; gives the address of the card that stays."""
    page.locator("#card-head").get_by_role("button", name="Ещё действия").click()
    page.get_by_role("menuitem", name="Дубли").click()
    page.locator("#dialog-body").get_by_role("link", name="Объединить").click()
    page.wait_for_url(re.compile("/merge/clients.client/"))
    expect(page.locator("main")).to_contain_text("Какая карточка останется")
    picture(page, "client-merge")
    page.locator("[name=survivor]").last.check()
    page.locator("main button[type=submit]").click()
    page.wait_for_url(CARD)
    expect(page.locator("#feed")).to_contain_text("Объединено с карточкой")
    return page.url


def test_duplicates_of_the_base_are_a_workplace(sign_in: SignIn, picture: Picture):
    page = sign_in("director")
    page.goto("/duplicates/")
    group = page.locator("main section.panel").first
    expect(group).to_contain_text("тот же телефон")
    picture(page, "duplicates")
    name = group.locator(".related a").first.inner_text()

    group.get_by_role("button", name="Это разные").click()

    expect(page.locator("main")).not_to_contain_text(name)


def test_a_client_of_a_colleague_is_only_named_and_access_is_asked_for(
    known: tuple[Page, str, str, str], sign_in: SignIn
):
    director, card, name, phone = known
    seller = sign_in("sokolova")
    seller.goto("/clients/new/")
    seller.locator("main [name=phone]").fill(phone)
    seller.locator("main [name=phone]").blur()
    expect(seller.locator("#similar")).to_contain_text("уже клиент, ответственный")
    expect(seller.locator("#similar")).not_to_contain_text("Ромашка")

    seller.locator("#similar").get_by_role("button", name="Запросить доступ").click()
    expect(seller.locator(".toast-o", has_text="Запрос отправлен")).to_be_visible()

    director.goto("/access-requests/")
    request = director.locator("main li", has_text=name)
    request.get_by_role("link", name="Ответить").click()
    director.locator("#dialog-body button[type=submit]").click()
    # What has its answer waits no more.
    expect(request).to_have_count(0)
    seller.goto(card)
    expect(seller.locator("#card-head h1")).to_contain_text("Ромашка")


def test_relations_of_a_client_are_drawn(known: tuple[Page, str, str, str], picture: Picture):
    page, card, _name, _phone = known
    other = new_client(page, steps.fresh("АО «Лютик»").replace(", заказ", ""), fresh_phone())
    other_name = page.locator("#card-head h1").inner_text()
    page.goto(card)
    # A panel far below is asked for when it is looked at.
    page.get_by_role("region", name="Связи", exact=True).scroll_into_view_if_needed()
    page.get_by_role("link", name="Связь", exact=True).click()
    form = page.locator("#dialog-body")
    steps.pick(form, "Клиент", other_name)
    form.locator("[name=kind]").select_option("holding:inverse")
    form.locator("button[type=submit]").click()

    expect(page.locator("main")).to_contain_text("Дочерняя компания")
    page.goto(f"{card}relations/")
    expect(page.locator("main svg[role=img]")).to_contain_text("Лютик")
    picture(page, "client-relations")
    assert other != card


def test_a_prospect_becomes_a_client_by_one_click(sign_in: SignIn, watch: Watch, picture: Picture):
    page, name = sign_in("director"), steps.fresh("ООО «Заря»").replace(", заказ", "")
    page.goto("/prospects/")
    expect(page.locator("main")).to_contain_text("Выставка «Склад-2026»")
    page.set_viewport_size({"width": 1440, "height": 640})
    picture(page, "prospects")
    page.goto("/prospects/new/")
    for key, value in {"name": name, "phone": fresh_phone(), "person": "Пётр Лучев", "city": "Тверь"}.items():
        page.locator(f"main [name={key}]").fill(value)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/prospects/\d+/$"))
    prospect = page.url
    picture(page, "prospect-card")

    page.locator("#card-head").get_by_role("button", name="Сделать клиентом").click()
    page.wait_for_url(CARD)

    expect(page.locator("#card-head h1")).to_contain_text(name)
    expect(page.locator("main")).to_contain_text("Пётр Лучев")
    expect(page.locator("#feed")).to_contain_text("стал клиентом")
    page.goto(prospect)
    expect(page.locator("#card-head")).to_contain_text("Передан в продажи")


def test_a_person_works_at_two_clients(known: tuple[Page, str, str, str], watch: Watch, picture: Picture):
    page, first, name, _phone = known
    other = steps.fresh("ООО «Вторая»").replace(", заказ", "")
    new_client(page, other, fresh_phone())
    page.locator("main").get_by_role("link", name="Контакт", exact=True).click()
    person = steps.fresh("Лучев Пётр").replace(", заказ", "")
    page.locator("#dialog-body [name=name]").fill(person)
    page.locator("#dialog-body button[type=submit]").click()
    page.wait_for_url(re.compile(r"/contacts/\d+/$"))

    page.locator("main").get_by_role("link", name="Работает и там").click()
    steps.pick(page.locator("#dialog-body"), "Клиент", name)
    page.locator("#dialog-body [name=post]").fill("Учредитель")
    page.locator("#dialog-body button[type=submit]").click()

    places = page.get_by_role("region", name="Где работает", exact=True)
    expect(places.get_by_role("link", name=name)).to_be_visible()
    expect(places).to_contain_text("Учредитель")
    picture(page, "contact-places")
    page.goto(first)
    # The feed names the person at once; it is the panel that has to come, late as it may be.
    people = page.get_by_role("region", name="Контактные лица", exact=True)
    expect(people).to_contain_text(person)
    expect(people).to_contain_text("Учредитель")


def _new_address(page: Page) -> None:
    """Open the form of one more address; panels of the card come when one looks at them."""
    page.locator("main").get_by_text("Адреса", exact=True).scroll_into_view_if_needed()
    page.locator("main").get_by_role("link", name="Адрес", exact=True).click()


def test_an_address_is_suggested_down_to_the_house(known: tuple[Page, str, str, str], watch: Watch, picture: Picture):
    page, _first, _name, _phone = known
    _new_address(page)
    box, options = page.locator("#dialog-body [name=text]"), page.locator("#dialog-body [role=option]")
    box.press_sequentially("ростов дов")
    expect(options.first).to_contain_text("ул. Доватора")
    box.press_sequentially("атора 15")
    expect(options.first).to_have_attribute("data-value", re.compile("д 15$"))
    picture(page, "address-suggest")
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("г Ростов-на-Дону, ул. Доватора, д 15")
    page.locator("#dialog-body button[type=submit]").click()

    expect(page.locator("main")).to_contain_text("есть в классификаторе")


def test_the_administrator_sees_what_is_loaded(sign_in: SignIn, watch: Watch, picture: Picture):
    page = sign_in("director")
    page.goto("/settings/addresses/")

    expect(page.locator("main")).to_contain_text("г Тверь")
    expect(page.locator("main")).to_contain_text("gar_xml.zip")
    page.set_viewport_size({"width": 1440, "height": 700})
    picture(page, "address-classifier")


def test_clients_stand_on_the_map_by_the_filter_of_the_list(sign_in: SignIn, watch: Watch, picture: Picture):
    page = sign_in("director")
    page.goto("/clients/")
    page.get_by_role("link", name="Карта").click()
    points = page.locator(".map-canvas path.map-point")
    expect(points.first).to_be_visible()
    expect(page.locator(".map-count").first).to_contain_text(re.compile(r"\d"))
    expect(page.locator("main")).to_contain_text("OKNO_MAP_TILES")
    picture(page, "clients-map")

    where = quote(json.dumps({"all": [{"field": "city", "op": "eq", "value": "Пермь"}]}))
    page.goto(f"/clients/?mode=map&f={where}")
    expect(points.first).to_be_visible()
    page.get_by_text("То же списком").click()
    page.locator(".map-list a").first.click()
    page.wait_for_url(CARD)


def test_an_address_gets_its_place_on_the_map(known: tuple[Page, str, str, str], watch: Watch):
    page, _first, name, _phone = known
    _new_address(page)
    page.locator("#dialog-body [name=text]").fill("Тверь, ул. Ленина, 5")
    page.locator("#dialog-body button[type=submit]").click()
    page.get_by_role("link", name="Указать место на карте").click()
    page.locator("#dialog-body [name=point]").fill("56.8587, 35.9176")
    page.locator("#dialog-body button[type=submit]").click()

    expect(page.get_by_role("link", name="Есть на карте: изменить")).to_be_visible()
    page.goto(f"/clients/?mode=map&q={name}")
    expect(page.locator(".map-canvas path.map-point")).to_have_count(1)
