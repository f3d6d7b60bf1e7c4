"""Texts typed on the wrong keyboard layout: «ghbdtn» is «привет». The tables are those of `web/assets/layout.ts`."""

from __future__ import annotations

import re

# Letters, then the capitals among the signs of the English layout, then signs that stand elsewhere on the Russian one.
LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~{}:\"<>^@#$&/?"
CYRILLIC = 'ёйцукенгшщзхъфывапролджэячсмитьбюёхъжэбю:"№;?.,'
_TO_CYRILLIC = str.maketrans(LATIN, CYRILLIC)
_TO_LATIN = str.maketrans('ёйцукенгшщзхъфывапролджэячсмитьбюЁХЪЖЭБЮ"№', LATIN[:40] + "@#")
_COMPARED = r"([<>]=?(?=\s*\d)|(?<=\S):)"
_QUOTED = r'([<>]=?(?=\s*\d)|(?<=\S):|")'


def on_other_layout(text: str) -> str:
    """
    The same keys on the other layout; nothing when the text has both alphabets, or no letters at all.

    Comparisons, a colon after a name and pairs of quotes are kept: whoever typed them meant them. Elsewhere they are
    capital letters: `:erjdf` is «жукова», «Ю100000» is `>100000`.
    """
    lower = text.lower()
    has_latin, has_cyrillic = bool(re.search(r"[a-z]", lower)), bool(re.search(r"[а-яё]", lower))
    if has_latin == has_cyrillic:
        return ""
    if has_cyrillic:
        return "".join(map(_latin_of, text)).lower()
    meant = _COMPARED if text.count('"') % 2 else _QUOTED
    parts = re.split(meant, lower)
    return "".join(part if number % 2 else part.translate(_TO_CYRILLIC) for number, part in enumerate(parts))


def _latin_of(sign: str) -> str:
    """The sign on the same key; a capital letter is another sign than a small one only where it is no letter there."""
    found = sign.translate(_TO_LATIN)
    return found if found != sign else sign.lower().translate(_TO_LATIN)
