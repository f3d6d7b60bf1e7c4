"""Pages made by a tool: written by hand never, compared in the check."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tools.house import ROOT


def main(file: Path, text: Callable[[], str]) -> int:
    """Write the page, or with `--check` only say whether it is fresh."""
    shown, new = file.relative_to(ROOT), text()
    old = file.read_text(encoding="utf-8") if file.exists() else ""
    if "--check" in sys.argv:
        if old != new:
            print(f"{shown} is old: run python -m tools.{file.stem}")
        return int(old != new)
    if old != new:
        file.write_text(new, encoding="utf-8")
        print(f"Written: {shown}")
    return 0
