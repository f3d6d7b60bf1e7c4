"""What a path that failed leaves to whoever reads its report: the screens, the end of the server's log, few words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from _pytest._code.code import ExceptionChainRepr
from playwright.sync_api import Browser, Error

from tests.e2e.office import ROOT

SCREENS = ROOT / "test-results" / "screens"
LINES_OF_LOG, LINES_IN_WORDS = 25, 80
# A dialog stands behind the main part, and is what was looked at where there is one.
IN_WORDS, PARTS = "Aria snapshot:", ("- main:", "- dialog")


def screens(browser: Browser, name: str) -> str:
    """Keep what each window shows; gives their addresses and files."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    short = re.sub(r"[^\w-]+", "-", name)
    told = []
    for number, page in enumerate((page for context in browser.contexts for page in context.pages), 1):
        file = SCREENS / f"{short}{number}.png"
        try:
            page.screenshot(path=file, full_page=True)
            told.append(f"{page.url} {file.relative_to(ROOT)}")
        except Error as error:  # a page that is gone shows nothing
            told.append(f"{page.url} {error.message.splitlines()[0]}")
    return "\n".join(told)


def last_lines(log: str) -> str:
    return "\n".join(log.splitlines()[-LINES_OF_LOG:])


def shorten(report: pytest.TestReport) -> None:
    """Leave the beginning of the page in words, and that once: all of it is hundreds of lines."""
    if not isinstance(report.longrepr, ExceptionChainRepr):
        return
    if report.longrepr.reprcrash is not None:
        report.longrepr.reprcrash.message = report.longrepr.reprcrash.message.partition(f"\n\n{IN_WORDS}")[0]
    for entry in report.longrepr.reprtraceback.reprentries:
        entry.lines = shortened(entry.lines)


def shortened(lines: Sequence[str]) -> list[str]:
    """The lines with the page in words cut to the beginning of its dialog or main part."""
    words = [line.removeprefix("E").strip() for line in lines]
    if IN_WORDS not in words:
        return list(lines)
    begins = words.index(IN_WORDS) + 1
    part = max((number for number, line in enumerate(words) if line.startswith(PARTS)), default=begins)
    return [*lines[:begins], *lines[part:][:LINES_IN_WORDS]]
