"""What the report of a failed path leaves of the page in words."""

from __future__ import annotations

import pytest

from tests.e2e.telling import LINES_IN_WORDS, shortened

ERROR = ["E   Locator expected to be visible", "E   Call log:", "E     - waiting for locator"]
HEAD = ["E   Aria snapshot:", "E   - navigation:", "E     - link"]
MAIN = ["E   - main:", *(f"E     - text: {number}" for number in range(500))]
DIALOG = ["E   - dialog:", "E     - heading"]


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (ERROR, ERROR),
        ([*ERROR, *HEAD], [*ERROR, *HEAD]),
        ([*ERROR, *HEAD, *MAIN], [*ERROR, HEAD[0], *MAIN[:LINES_IN_WORDS]]),
        ([*ERROR, *HEAD, *MAIN, *DIALOG], [*ERROR, HEAD[0], *DIALOG]),
    ],
    ids=["no page", "no main part", "main part", "dialog"],
)
def test_a_page_in_words_is_cut_to_what_was_looked_at(given: list[str], left: list[str]):
    assert shortened(given) == left
