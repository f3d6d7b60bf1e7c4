"""
How figures are told: as a table on the screen while they come, as JSON, and as the table of docs/performance.md.

`python -m tools.bench.table FILE` makes the last of what `make bench JSON=FILE` has kept.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tools.bench.clock import Figure

ON_SCREEN = f"{'':44} {'ours':>12} {'floor':>11} {'ratio':>6}  {'target':18} "
HEAD = "| what | ours | floor | ratio | aim | |\n|---|---:|---:|---:|---|---|"
# Units whose figures have a tenth; the others are counted.
FINE = {"ms", "KB", "MB"}


def shown(figures: Iterable[Figure]) -> Iterator[Figure]:
    """Print figures as they come, and hand them on."""
    print(ON_SCREEN)
    for one in figures:
        floor = f"{one.floor:8.1f} {one.unit:2.2}" if one.floor else ""
        ratio = f"{one.ratio:.2f}" if one.ratio else ""
        held = {True: "yes", False: "NO", None: ""}[one.holds]
        value = f"{one.value:8.1f} {one.unit:3.3}"
        print(f"{one.name:44} {value:>12} {floor:>11} {ratio:>6}  {one.target:18} {held:3} {one.note}", flush=True)
        yield one


def kept(figures: Iterable[Figure], machine: Mapping[str, str]) -> str:
    """Figures with their ratios, and on what they were measured, as JSON."""
    found = {"machine": machine, "figures": [{**asdict(one), "ratio": one.ratio} for one in figures]}
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def lines(figures: list[dict[str, Any]]) -> list[str]:
    """Rows of the table of kept figures, in the order in which they were measured."""
    return [_line(one) for one in figures]


def _line(one: dict[str, Any]) -> str:
    unit = one["unit"]
    ours = f"{one['value']:,.1f} {unit}" if unit in FINE else f"{one['value']:,.0f} {unit}"
    floor = f"{one['floor']:,.1f} {unit}" if one["floor"] else ""
    ratio = f"{one['ratio']:.2f}" if one["ratio"] else ""
    held = {True: "reached", False: "**not reached**", None: ""}[one["holds"]]
    told = "; ".join(part for part in (held, one["note"]) if part)
    return f"| {one['name']} | {ours} | {floor} | {ratio} | {one['target']} | {told} |"


if __name__ == "__main__":
    read = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(HEAD, *lines(read["figures"]), sep="\n")
