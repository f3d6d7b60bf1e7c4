"""Quotes inside quotes: names of firms have their own, and stand in sentences that quote them."""

from __future__ import annotations

OPENING, CLOSING = "«", "»"
INNER = {OPENING: "„", CLOSING: "“"}


def nested(text: str) -> str:
    """
    A text whose quotes inside quotes are „ “, as Russian typography asks: `клиент «ООО „Ромашка“»`.

    What is not paired stays as it was written.
    """
    if text.count(OPENING) < 2 or text.count(OPENING) != text.count(CLOSING):
        return text
    depth, found = 0, []
    for letter in text:
        if letter == CLOSING:
            depth -= 1
        if depth < 0:
            return text
        found.append(INNER[letter] if depth and letter in INNER else letter)
        if letter == OPENING:
            depth += 1
    return "".join(found)


def told(text: object, /, **named: object) -> str:
    """A sentence with names in it, whose own quotes stand inside those of the sentence."""
    return nested(str(text) % named)
