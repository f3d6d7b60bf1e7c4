"""What the program says before Django is ready: the same catalogue of translations, read without settings."""

from __future__ import annotations

import gettext
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def _(text: str) -> str:
    """Translate into Russian when the catalogue is compiled; otherwise the English text is said as it is."""
    return gettext.translation("django", LOCALE, languages=["ru"], fallback=True).gettext(text)
