"""`python -m tools.bench.table FILE`: figures kept by `make bench JSON=FILE` as the table of docs/performance.md."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HEAD = "| what | ours | floor | ratio | aim | |\n|---|---:|---:|---:|---|---|"


def lines(figures: list[dict[str, Any]]) -> list[str]:
    """Rows of the table, in the order in which they were measured."""
    return [_line(one) for one in figures]


def _line(one: dict[str, Any]) -> str:
    unit = one["unit"]
    ours = f"{one['value']:,.1f} {unit}" if unit in {"ms", "KB", "MB"} else f"{one['value']:,.0f} {unit}"
    floor = f"{one['floor']:,.1f} {unit}" if one["floor"] else ""
    ratio = f"{one['ratio']:.2f}" if one["ratio"] else ""
    held = {True: "reached", False: "**not reached**", None: ""}[one["holds"]]
    return f"| {one['name']} | {ours} | {floor} | {ratio} | {one['target']} | {held}; {one['note']} |"


if __name__ == "__main__":
    kept = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(HEAD, *lines(kept["figures"]), sep="\n")
