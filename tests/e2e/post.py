"""The mail of a path: a mailbox of the company, and what leaves through it."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from okno.kit.testing.fakes.dovecot import Dovecot
from okno.kit.testing.fakes.smtp import SmtpPeer

SECONDS = 30


def set_up(page: Page, address: str, password: str, outside: SmtpPeer, mailbox: Dovecot | None = None) -> None:
    """Connect a mailbox by the form of the settings; without a server of its own it only sends."""
    page.goto("/settings/mailboxes/new/")
    values = {"address": address, "password": password, "smtp_host": outside.host, "smtp_port": str(outside.port)}
    if mailbox:
        values |= {"imap_host": mailbox.host, "imap_port": str(mailbox.imap_port)}
    for name, value in values.items():
        page.locator(f"main [name={name}]").fill(value)
    for name in ("imap_security", "smtp_security"):
        page.locator(f"main [name={name}]").select_option("none")
    page.locator("main [name=is_default]").check()
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/settings/mailboxes/$"))


def send_invoice(page: Page, to: str) -> None:
    """Send the invoice whose card is open, with the letter of the template."""
    page.locator("#card-head").get_by_role("link", name="Отправить").click()
    page.locator("#dialog [name=to]").fill(to)
    page.locator("#dialog button[type=submit]").click()


def first_letter(outside: SmtpPeer) -> bytes:
    """The letter that the mail server of the world was given."""
    deadline = time.monotonic() + SECONDS
    while not outside.received:
        assert time.monotonic() < deadline, "no mail came"
        time.sleep(0.1)
    return outside.received[0].raw
