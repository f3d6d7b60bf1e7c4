"""How sums, quantities, dates and long words are written on Russian paper forms."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from babel.dates import format_date

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
LONG_WORD = 24


def money(amount: Decimal) -> str:
    """Roubles and kopecks with groups: 12 345,60."""
    return f"{amount:,.2f}".replace(",", NO_BREAK_SPACE).replace(".", ",")


def quantity(amount: Decimal) -> str:
    """No zeros after the comma that say nothing: 3, 1,5, 12 000."""
    text = f"{amount:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", NO_BREAK_SPACE).replace(".", ",")


def long_date(day: date) -> str:
    """A date in full as documents bear it: 21 ноября 2026 г."""
    return format_date(day, "d MMMM y 'г.'", locale="ru").replace(" ", NO_BREAK_SPACE)


def breakable(text: str) -> str:
    """Let a word that no column can hold break anywhere: article numbers and addresses of pages run over the border."""
    return re.sub(rf"\S{{{LONG_WORD},}}", lambda found: "\N{ZERO WIDTH SPACE}".join(_pieces(found[0])), text)


def _pieces(word: str) -> list[str]:
    return [word[start : start + 8] for start in range(0, len(word), 8)]
