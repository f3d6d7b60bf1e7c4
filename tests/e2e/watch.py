"""What no page may do: fail a request, complain in the console, keep somebody out, or be wider than its window."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request, Response

from tests.e2e.office import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
REPEATED = ("Failed to load resource", "Response Status Error Code", "htmx:sendAbort", "htmx:afterRequest")
# Heads are gone where a table has become cards; the first cell is the title of its card.
NAMELESS = """() => {
  const heads = (cell) => cell.closest('table').tHead?.rows[0].cells[cell.cellIndex];
  const says = (head) => head && head.textContent.trim() && !head.querySelector('.unseen, .visually-hidden');
  const isGone = (head) => getComputedStyle(head.closest('thead')).display === 'none';
  return [...document.querySelectorAll('.plain-table.is-cards td:not(:first-child, .actions, [colspan], [data-label])')]
    .filter((cell) => cell.innerText.trim() && says(heads(cell)) && isGone(heads(cell)))
    .map((cell) => cell.innerText);
}"""
RUN_AXE = "() => axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)"


@dataclass
class Watch:
    """Looks over the shoulder of every page of a test."""

    problems: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def over(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.problems.append(f"error on the page: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def expect(self, *statuses: int) -> None:
        """These refusals belong to the test."""
        self.expected |= set(statuses)

    def _said(self, message: ConsoleMessage) -> None:
        # Requests that are refused or broken off are judged by themselves; Chromium and htmx repeat them here.
        if message.type == "error" and not message.text.startswith(REPEATED):
            self.problems.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        # A page that is left breaks off what it still waits for, the live stream always.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"{request.failure}: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.problems.append(f"{response.status}: {response.request.method} {response.url}")


def faults_of(page: Page) -> list[str]:
    """What axe finds grave on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(RUN_AXE)
    return [
        f"{fault['id']}: {', '.join(str(node['target']) for node in fault['nodes'][:5])}"
        for fault in found
        if fault["impact"] in GRAVE
    ]


def too_wide(page: Page) -> int:
    """By how many pixels one would have to scroll sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def nameless(page: Page) -> list[str]:
    """Values in cards of a table that do not say which column they are of."""
    return [f"without the name of its column: {text}" for text in page.evaluate(NAMELESS)]
