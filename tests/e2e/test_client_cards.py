"""What stands on cards of the client base: ways to reach, requisites, people; and what a new card is told of."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.e2e import steps
from tests.e2e.test_clients import CARD, SignIn, fresh_phone, known
from tests.e2e.watch import Watch

Picture = Callable[[Page, str], None]
__all__ = ["known"]


def _panel(page: Page, name: str) -> Locator:
    """A panel of the card by its title: it is asked for when one looks at it."""
    panel = page.get_by_role("region", name=name, exact=True)
    panel.scroll_into_view_if_needed()
    return panel


def test_a_marked_client_is_offered_back_while_one_types(
    known: tuple[Page, str, str, str], watch: Watch, picture: Picture
):
    page, card, name, phone = known
    steps.choose(page, "Пометить на удаление")
    expect(page.locator("#dialog-body")).to_contain_text("уйдёт из списков и поиска")
    page.goto(f"/mark/clients.client/{card.rstrip('/').rpartition('/')[2]}/")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/clients/$"))

    page.goto("/clients/new/")
    page.locator("main [name=phone]").fill(phone)
    page.locator("main [name=phone]").blur()
    expect(page.locator("#similar")).to_contain_text("помечена на удаление")
    picture(page, "client-marked")
    page.locator("#similar").get_by_role("button", name="Вернуть").click()

    page.wait_for_url(card)
    expect(page.locator("#card-head h1")).to_contain_text(name)


def test_ways_to_reach_are_known_by_what_is_written(known: tuple[Page, str, str, str], watch: Watch):
    page, _card, _name, phone = known
    ways = _panel(page, "Способы связи")
    for written, shown in (("8 921 000-11-22", "+7 921 000-11-22"), ("@romashka_tver", "Telegram: @romashka_tver")):
        ways.get_by_role("link", name="Телефон, почта, мессенджер").click()
        page.locator("#dialog-body [name=value]").fill(written)
        page.locator("#dialog-body button[type=submit]").click()
        expect(ways).to_contain_text(shown)

    expect(ways.get_by_role("link", name="Telegram: @romashka_tver")).to_have_attribute(
        "href", "https://t.me/romashka_tver"
    )
    ways.get_by_role("button", name="Сделать основным: +7 921 000-11-22").click()
    expect(page.locator("#field-phone")).to_contain_text("+7 921 000-11-22")
    ways.get_by_role("button", name="Удалить: +7 921 000-11-22").click()
    expect(page.locator("#field-phone")).to_contain_text(phone)


def test_requisites_are_checked_and_stand_on_a_card_of_their_own(known: tuple[Page, str, str, str], watch: Watch):
    page, _card, name, _phone = known
    watch.expect(422)
    entities = _panel(page, "Юридические лица")
    entities.get_by_role("link", name="Юридическое лицо", exact=True).click()
    form = page.locator("#dialog-body")
    form.locator("[name=inn]").fill("7707083894")
    form.locator("button[type=submit]").click()
    # What is typed before the refusal comes would go with the form that it replaces.
    expect(form.locator("[name=inn][aria-invalid=true]")).to_be_visible()
    form.locator("[name=inn]").fill("7707083893")
    form.locator("[name=bic]").fill("044525225")
    form.locator("[name=account]").fill("40702810438000060473")
    form.locator("button[type=submit]").click()

    entities.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url(re.compile(r"/legal-entities/\d+/$"))
    expect(page.locator("#field-full_name")).to_contain_text("Общество с ограниченной ответственностью")
    expect(page.locator("main")).to_contain_text("40702810438000060473")


def test_a_contact_who_is_there_already_is_placed_at_one_more_client(
    known: tuple[Page, str, str, str], watch: Watch, picture: Picture
):
    page, first, _name, _phone = known
    person, phone = steps.fresh("Лучев Пётр").replace(", заказ", ""), fresh_phone()
    page.goto("/contacts/new/")
    page.locator("main [name=name]").fill(person)
    page.locator("main [name=phone]").fill(phone)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/contacts/\d+/$"))

    page.goto(first)
    page.locator("main").get_by_role("link", name="Контакт", exact=True).click()
    form = page.locator("#dialog-body")
    form.locator("[name=phone]").fill(phone)
    form.locator("[name=phone]").blur()
    expect(form.locator("#similar")).to_contain_text(person)
    form.get_by_role("link", name="Работает и там").click()
    expect(form.locator("[name=phone]")).to_have_count(0)
    form.locator("[name=post]").fill("Учредитель")
    form.locator("button[type=submit]").click()

    people = page.get_by_role("region", name="Контактные лица", exact=True)
    expect(people).to_contain_text(person)
    expect(people).to_contain_text("Учредитель")


def test_a_prospect_is_known_while_a_client_is_typed_in(sign_in: SignIn, watch: Watch):
    page, phone = sign_in("director"), fresh_phone()
    name = steps.fresh("ООО «Заря»").replace(", заказ", "")
    page.goto("/prospects/new/")
    page.locator("main [name=name]").fill(name)
    page.locator("main [name=phone]").fill(phone)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/prospects/\d+/$"))

    page.goto("/clients/new/")
    page.locator("main [name=phone]").fill(phone)
    page.locator("main [name=phone]").blur()
    page.locator("#similar").get_by_role("button", name="Сделать клиентом").click()

    page.wait_for_url(CARD)
    expect(page.locator("#card-head h1")).to_contain_text(name)


def test_consents_are_noted_and_taken_back_on_the_card(
    known: tuple[Page, str, str, str], watch: Watch, picture: Picture
):
    page, _card, _name, _phone = known
    consents = _panel(page, "Согласие на рассылку")
    expect(consents).to_contain_text("О рассылке не спрашивали")
    form = page.locator("#dialog-body")
    for source, said, shown in (
        ("Подписал бумагу", "Согласен на рассылку", "согласие"),
        ("Сказал нам", "Отказ", "отказ"),
    ):
        consents.get_by_role("link", name="Согласие или отказ").click()
        steps.pick(form, "Каналы", "SMS")
        form.get_by_label("Что сказано").select_option(label=said)
        form.get_by_label("Откуда известно").select_option(label=source)
        form.get_by_label("Подтверждение").fill("Договор № 5")
        form.locator("button[type=submit]").click()
        expect(consents.locator(".related").first).to_contain_text(f"SMS: {shown}")

    consents.get_by_text("Вся история").click()
    expect(consents.locator("details li")).to_have_count(2)
    picture(page, "client-consents")
