"""Money: an invoice is drawn from a deal, printed, sent by mail, and the client's answer comes back to the deal."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from okno.kit.testing.fakes.dovecot import Dovecot, running_dovecot, why_not
from okno.kit.testing.fakes.smtp import SmtpPeer, smtp_peer
from tests.e2e import post, steps

SignIn = Callable[..., Page]
OURS, THEIRS = f"sales-{secrets.token_hex(3)}@firm.test", "buyer@client.test"
PASSWORD = "mailbox-password"


@pytest.fixture
def outside() -> Iterator[SmtpPeer]:
    """The mail server of the world."""
    with smtp_peer(users={OURS: PASSWORD}) as peer:
        yield peer


@pytest.fixture
def mailbox() -> Iterator[Dovecot]:
    """The company's own mailbox."""
    if reason := why_not():
        pytest.skip(reason)
    with running_dovecot({OURS: PASSWORD}) as server:
        yield server


def test_an_invoice_is_counted_while_one_types_and_printed(sign_in: SignIn, picture: Callable[[Page, str], None]):
    page = sign_in("sokolova")
    _deal_with_a_bench(page)

    page.locator("#card-head").get_by_role("link", name="Счёт").click()
    page.wait_for_url(re.compile(r"/invoices/new/"))
    quantity = page.get_by_role("textbox", name="Количество")
    price = _number(page.get_by_role("textbox", name="Цена").input_value())
    quantity.fill("3")
    quantity.press("Tab")
    to_pay = page.locator(".table-totals dd").last
    expect(to_pay).to_have_text(re.compile(_digits(price * 3)))
    picture(page, "invoice-new")
    page.get_by_role("button", name="Выставить счёт").click()
    page.wait_for_url(steps.INVOICE)

    expect(page.locator("#card-head .card-sum")).to_have_text(re.compile(_digits(price * 3)))
    printed = page.request.get(f"{page.url}pdf/")
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.body().startswith(b"%PDF")


def test_a_cancelled_invoice_offers_nothing_but_to_be_brought_back(
    sign_in: SignIn, picture: Callable[[Page, str], None]
):
    page = sign_in("sokolova")
    _deal_with_a_bench(page)
    page.locator("#card-head").get_by_role("link", name="Счёт").click()
    page.wait_for_url(re.compile(r"/invoices/new/"))
    page.get_by_role("button", name="Выставить счёт").click()
    page.wait_for_url(steps.INVOICE)
    head = page.locator("#card-head")

    steps.choose(page, "Отменить счёт")
    page.get_by_role("dialog").locator("button[type=submit]").click()
    expect(head).to_contain_text("Отменён")
    picture(page, "invoice-cancelled")
    expect(head.get_by_role("link", name="Отправить")).to_have_count(0)
    head.get_by_role("link", name="Вернуть счёт").click()
    page.get_by_role("dialog").locator("button[type=submit]").click()

    expect(head).to_contain_text("Составлен")
    expect(head.get_by_role("link", name="Отправить")).to_be_visible()


def test_an_invoice_goes_by_mail_and_the_answer_stands_in_the_deal(
    sign_in: SignIn, outside: SmtpPeer, mailbox: Dovecot, picture: Callable[[Page, str], None]
):
    post.set_up(sign_in("director"), OURS, PASSWORD, outside, mailbox)
    page = sign_in("sokolova")
    deal = _deal_with_a_bench(page)
    page.locator("#card-head").get_by_role("link", name="Счёт").click()
    page.wait_for_url(re.compile(r"/invoices/new/"))
    page.get_by_role("button", name="Выставить счёт").click()
    page.wait_for_url(steps.INVOICE)

    post.send_invoice(page, THEIRS)

    letter = message_from_bytes(post.first_letter(outside), policy=policy.default)
    assert letter["To"] == THEIRS
    assert any(part.get_content_type() == "application/pdf" for part in letter.iter_attachments())
    expect(page.locator("#card-head")).to_contain_text("Отправлен", timeout=15_000)

    page.goto(deal)
    expect(page.locator("[aria-current=step]")).to_have_text("Счёт выставлен")
    mailbox.deliver(OURS, _answer_to(letter).as_bytes(), sender=THEIRS)
    expect(page.locator("#feed")).to_contain_text("Оплатим завтра", timeout=45_000)
    page.goto(deal)
    picture(page, "deal-card")


def _deal_with_a_bench(page: Page) -> str:
    """A deal in which one workbench is wanted."""
    deal = steps.new_deal(page, steps.fresh("Верстак в цех"))
    page.goto(f"{deal}lines/")
    steps.add_line(page, "Верстак")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(steps.CARD)
    return page.url


def _answer_to(letter: EmailMessage) -> EmailMessage:
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = THEIRS, OURS, f"Re: {letter['Subject']}"
    answer["Message-ID"] = "<answer-1@client.test>"
    answer["In-Reply-To"] = answer["References"] = letter["Message-ID"]
    answer["Date"] = letter["Date"]
    answer.set_content("Спасибо, счёт получили. Оплатим завтра до обеда.")
    return answer


def _number(text: str) -> float:
    return float(text.replace("\u202f", "").replace(" ", "").replace(",", "."))


def _digits(amount: float) -> str:
    """The amount as it is shown, whatever spaces part its digits."""
    return r"\s?".join(f"{amount:.2f}".replace(".", ","))
