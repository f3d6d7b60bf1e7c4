"""The office and the people who work in it: each has a browser of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e import telling
from tests.e2e.office import MANIFEST, PASSWORD, ROOT, Office, running_office
from tests.e2e.watch import AXE, Watch

PICTURES = ROOT / "docs" / "user" / "pictures"
LARGEST_PICTURE = 220 * 1024
MILLISECONDS_OF_PANELS = 2_000
# A reminder that happens to be due belongs to pictures of reminders.
RINGING, WITHOUT_RINGING = ("notice", "reminder"), ".ringing { display: none }"
IS_ASKED_FOR_PICTURES = bool(os.environ.get("OKNO_PICTURES"))
WINDOW = {"width": 1440, "height": 900}

# Tests run side by side, and a busy machine is no fault of the page.
expect.set_options(timeout=15_000)

SignedIn = Callable[..., Page]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and report.failed:
        telling.shorten(report)
        if isinstance(browser := item.funcargs.get("browser"), Browser):
            report.sections.append(("screens", telling.screens(browser, item.name)))
        if isinstance(office := item.funcargs.get("office"), Office):
            report.sections.append(("okno run", telling.last_lines(office.log())))
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """A browser of Russian people: dates are typed as they write them."""
    return {**browser_type_launch_args, "args": ["--lang=ru-RU"]}


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """A running Okno with the small demo company, one for all browser tests."""
    if not MANIFEST.exists():
        pytest.skip("the interface is not built: npm run build")
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci")
    with running_office() as running:
        yield running


@pytest.fixture
def watch() -> Iterator[Watch]:
    watching = Watch()
    yield watching
    assert not watching.problems


@pytest.fixture
def window(office: Office, browser: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Open a browser window of its own, without anybody signed in; `mobile=True` for a phone."""
    opened: list[BrowserContext] = []

    def open_window(*, size: dict[str, int] | None = None, theme: str = "light", **more: Any) -> Page:
        context = browser.new_context(
            base_url=office.url,
            viewport=size or WINDOW,
            color_scheme=theme,
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(20_000)
        opened.append(context)
        page = context.new_page()
        watch.over(page)
        return page

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def keys() -> dict[str, Any]:
    """What the browsers of those who signed in keep: the password is asked once a run."""
    return {}


@pytest.fixture
def sign_in(window: Callable[..., Page], keys: dict[str, Any]) -> SignedIn:
    """Open a window in which somebody of the demo company has signed in: `director`, `head`, `sokolova` …"""

    def open_signed_in(who: str, **more: Any) -> Page:
        if who in keys:
            return window(storage_state=keys[who], **more)
        page = window(**more)
        page.goto("/sign-in/")
        give_password(page, f"{who}@demo.okno.test", PASSWORD)
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        keys[who] = page.context.storage_state()
        return page

    return open_signed_in


def give_password(page: Page, email: str, password: str) -> None:
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(password)
    page.keyboard.press("Enter")


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Take a picture for the documents, when the run was asked for pictures (OKNO_PICTURES=1)."""
    return take if IS_ASKED_FOR_PICTURES else lambda _page, _name: None


def take(page: Page, name: str) -> None:
    file: Path = PICTURES / f"{name}.png"
    # Panels fill themselves when they come into view.
    page.wait_for_timeout(MILLISECONDS_OF_PANELS)
    style = None if name.startswith(RINGING) else WITHOUT_RINGING
    page.screenshot(path=file, animations="disabled", caret="hide", style=style)
    assert file.stat().st_size <= LARGEST_PICTURE
