"""Mail: a letter that awaits an answer is read, answered beside what it says, and put away."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.watch import faults_of

SMALL = {"width": 1200, "height": 720}


def test_a_letter_is_answered_and_put_away(sign_in: Callable[..., Page], picture: Callable[[Page, str], None]) -> None:
    page = sign_in("head", size=SMALL)
    page.goto("/mail/")
    row = page.locator(".list-row").first
    subject = row.locator("td.first a").inner_text()
    picture(page, "mail")

    row.locator("td.first a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(subject)
    assert not faults_of(page)
    picture(page, "mail-letter")
    letter = page.url
    page.get_by_role("link", name="Ответить").click()
    expect(page.locator("[name=subject]")).to_have_value(re.compile(r"^Re: "))
    expect(page.locator("[name=to]")).to_have_value(re.compile("@"))

    page.goto(letter)
    page.get_by_role("button", name="Рассмотрено", exact=True).click()
    expect(page.get_by_role("button", name="Вернуть в нерассмотренные")).to_be_visible()
    page.goto("/mail/")
    expect(page.locator(f"tr[data-url='{re.sub(r'^https?://[^/]+', '', letter)}']")).to_have_count(0)
