"""The books: goods come from 1C, the order goes out to it, its payment comes back and moves the deal."""

from __future__ import annotations

import re
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPResponse

import pytest
from playwright.sync_api import Page, expect

from okno.fronts.exchange.tests import files
from okno.kit.testing.fakes.onec import Answer, OneC
from okno.kit.testing.fakes.smtp import smtp_peer
from tests.e2e import post, steps
from tests.e2e.office import Office

SignIn = Callable[..., Page]
PASSWORD = "mailbox-password"
ACCOUNT = re.compile(r"Обмен с 1С: (\S+), имя (\S+), пароль (\S+)")
PAID = """<Документ><Ид>{key}</Ид><Номер>{number}</Номер><Номер1С>ТД-7</Номер1С><Дата>2026-11-20</Дата>
<ХозОперация>Заказ товара</ХозОперация><ЗначенияРеквизитов>
<ЗначениеРеквизита><Наименование>Номер оплаты по 1С</Наименование><Значение>П-1</Значение></ЗначениеРеквизита>
<ЗначениеРеквизита><Наименование>Дата оплаты по 1С</Наименование><Значение>2026-11-21T12:00:00</Значение>
</ЗначениеРеквизита></ЗначенияРеквизитов></Документ>"""


@pytest.fixture
def books(office: Office) -> OneC:
    """1C with the account that the first start has printed."""
    found = ACCOUNT.search((office.folder / "sign-ins.txt").read_text())
    assert found
    return OneC(send=_over_http, address=found[1], login=found[2], password=found[3], version="2.09")


def test_goods_come_from_1c_the_order_goes_out_and_its_payment_moves_the_deal(
    sign_in: SignIn, books: OneC, picture: Callable[[Page, str], None]
):
    books.exchange_catalogue(files.SET)
    director = sign_in("director")
    director.goto("/items/?q=Шнурки")
    expect(director.locator(".list-row", has_text="Шнурки")).to_be_visible()

    with smtp_peer(users={"books@firm.test": PASSWORD}) as outside:
        post.set_up(director, "books@firm.test", PASSWORD, outside)
        page = sign_in("sokolova")
        deal, number = _sent_invoice(page)
        post.first_letter(outside)
    expect(page.locator("#card-head")).to_contain_text("Отправлен", timeout=15_000)
    invoice = page.url

    orders = books.exchange_orders()
    key = orders.xpath(
        "string(//*[local-name()='Документ'][*[local-name()='Номер']=$n]/*[local-name()='Ид'])", n=number
    )
    assert key
    books.exchange_orders(files.xml(PAID.format(key=key, number=number)))

    page.goto(invoice)
    expect(page.locator("#card-head")).to_contain_text("Оплачен")
    page.goto(deal)
    expect(page.locator("[aria-current=step]")).to_have_text("Исполнение", timeout=15_000)
    director.goto("/exchange/")
    expect(director.locator(".list-row").first).to_be_visible()
    picture(director, "exchange")


def _sent_invoice(page: Page) -> tuple[str, str]:
    """A deal about the goods of 1C with an invoice that is being sent; its address and the number."""
    deal = steps.new_deal(page, steps.fresh("Шнурки для всех"))
    page.goto(f"{deal}lines/")
    steps.add_line(page, "Шнурки")
    # The price type of 1C is not the one that our deals are priced by.
    page.get_by_role("textbox", name="Цена").fill("90")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(steps.CARD)
    page.locator("#card-head").get_by_role("link", name="Счёт").click()
    page.wait_for_url(re.compile(r"/invoices/new/"))
    page.get_by_role("button", name="Выставить счёт").click()
    page.wait_for_url(steps.INVOICE)
    number = page.locator("#field-number dd").inner_text().strip()
    post.send_invoice(page, f"buyer-{secrets.token_hex(3)}@client.test")
    return deal, number


def _over_http(method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
    request = urllib.request.Request(address, body if method == "POST" else None, dict(headers), method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return _answer(answer.status, answer)
    except urllib.error.HTTPError as refusal:
        return _answer(refusal.code, refusal)


def _answer(status: int, answer: HTTPResponse | urllib.error.HTTPError) -> Answer:
    return Answer(status, {name.title(): value for name, value in answer.headers.items()}, answer.read())
