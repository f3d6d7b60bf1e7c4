"""A mailing: who gets it is shown first, it goes out through a real server, and a reader gets out of it by its link."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Page, expect

from okno.kit.testing.fakes.smtp import SmtpPeer, smtp_peer
from tests.e2e import post
from tests.e2e.watch import faults_of

SignIn = Callable[..., Page]
Picture = Callable[[Page, str], None]
OURS, PASSWORD = "fair@firm.test", "letters"
AGREED = '/clients/?tab=all&f={"all":[{"field":"consents","op":"in","value":["email"]}]}'
PHONE = {"width": 360, "height": 780}
LINK = re.compile(r"https?://[^/\s]+(/u/\S+)")


@pytest.fixture
def outside() -> Iterator[SmtpPeer]:
    with smtp_peer(users={OURS: PASSWORD}) as peer:
        yield peer


def show_who(page: Page) -> None:
    """Fill in the dialog and go to the page that tells who gets the letter."""
    dialog = page.locator("#dialog")
    dialog.locator("[name=template]").select_option(label="Приглашение на выставку")
    dialog.locator("[name=account]").select_option(label=OURS)
    dialog.get_by_role("button", name="Показать, кому уйдёт").click()
    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    expect(page.get_by_text("Получат письмо")).to_be_visible(timeout=20_000)


def test_a_letter_goes_to_many_and_one_of_them_unsubscribes(
    sign_in: SignIn, window: Callable[..., Page], outside: SmtpPeer, picture: Picture
):
    page = sign_in("director")
    post.set_up(page, OURS, PASSWORD, outside)
    page.goto(AGREED)
    for number in range(3):
        page.locator(".list-row").nth(number).locator(".pick").click()
    page.locator(".selection-bar").get_by_role("button", name="Ещё").click()
    page.get_by_role("menuitem", name="Написать письмо").click()
    show_who(page)
    expect(page.locator(".letter-text")).to_contain_text("Отписаться:")
    assert not faults_of(page)
    page.get_by_role("button", name=re.compile(r"Отправить \d+ пис")).click()
    expect(page.get_by_text("Письмо написано")).to_be_visible(timeout=20_000)

    letter = message_from_bytes(post.first_letter(outside), policy=policy.default)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = LINK.search(letter.get_content())
    assert found
    reader = window(size=PHONE)
    reader.goto(found[1])
    expect(reader.get_by_role("heading", level=1)).to_have_text("Отписаться от рассылки?")
    assert not faults_of(reader)
    picture(reader, "mailing-out")
    reader.get_by_role("button", name="Отписаться").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Вы отписаны")

    asked = json.dumps({"field": "email", "op": "eq", "value": str(letter["To"])})
    client = page.request.get(f"/api/v1/clients?where={asked}").json()["items"][0]
    assert "email" in client["refusals"]
    page.goto(f"/clients/{client['id']}/")
    expect(page.get_by_text(re.compile("По ссылке в письме")).first).to_be_visible()


def test_members_of_a_segment_are_written_to_from_its_card(sign_in: SignIn, outside: SmtpPeer, picture: Picture):
    post.set_up(sign_in("director"), OURS, PASSWORD, outside)
    for who, size, name in (("director", None, "mailing-preview"), ("head", PHONE, "mailing-phone")):
        page = sign_in(who, **({"size": size} if size else {}))
        page.goto("/segments/")
        page.get_by_role("link", name="Давно без сделок", exact=True).click()
        page.wait_for_url(re.compile(r"/segments/\d+/"))
        page.get_by_role("link", name="Написать письмо всем").click()
        show_who(page)
        expect(page.get_by_text("Нет согласия на рассылку по почте")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not faults_of(page)
        picture(page, name)
    assert not outside.received
