"""Texts typed on the wrong keyboard layout: «ghbdtn» is «привет». The table is that of `web/assets/layout.ts`."""

from __future__ import annotations

import re

LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_CYRILLIC, _TO_LATIN = str.maketrans(LATIN, CYRILLIC), str.maketrans(CYRILLIC, LATIN)


def on_other_layout(text: str) -> str:
    """The same keys on the other layout; nothing when the text has both alphabets, or no letters at all."""
    lower = text.lower()
    has_latin, has_cyrillic = bool(re.search(r"[a-z]", lower)), bool(re.search(r"[а-яё]", lower))
    if has_latin == has_cyrillic:
        return ""
    return lower.translate(_TO_CYRILLIC if has_latin else _TO_LATIN)
