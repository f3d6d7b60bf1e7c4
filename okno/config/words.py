"""What the program says before Django is ready: the same catalogue of translations, read without settings."""

from __future__ import annotations

import gettext
from functools import cache

from okno.kit.translations import LOCALE, compile_all


@cache
def _russian() -> gettext.NullTranslations:
    compile_all()
    return gettext.translation("django", LOCALE, languages=["ru"], fallback=True)


def _(text: str) -> str:
    """Say it in Russian."""
    return _russian().gettext(text)
