"""Translations are compiled by Babel when they are first needed, so no gettext tools have to be installed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Compile every catalogue that is newer than its compiled form; returns what was written."""
    return [_compile(source) for source in sorted(locale.glob("*/LC_MESSAGES/*.po")) if _is_stale(source)]


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    if not compiled.exists():
        return True
    # An installed package may be read-only; then what it was built with is what there is.
    return source.stat().st_mtime > compiled.stat().st_mtime and os.access(source.parent, os.W_OK)


def _compile(source: Path) -> Path:
    with source.open("rb") as read:
        catalogue = read_po(read, locale=source.parent.parent.name)
    # Two processes may start at once: each writes its own file, and the last rename wins.
    with tempfile.NamedTemporaryFile(dir=source.parent, suffix=".tmp", delete=False) as file:
        write_mo(file, catalogue)
    written = Path(file.name)
    written.chmod(0o644)
    return written.replace(source.with_suffix(".mo"))
