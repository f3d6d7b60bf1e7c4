"""Draws the house: floors, areas and who imports whom, into docs/map.md; an arrow up stops it."""

from __future__ import annotations

import sys
from collections import Counter

import grimp

from tools import generated
from tools.house import FLOORS, GROUPS, ROOT, House, area_lines, houses, level

FILE = ROOT / "docs" / "map.md"
LOW = ("access", "kit")
HEAD = """\
<!-- Собрано командой `python -m tools.map`; руками не править. -->
# Карта дома

Этажи сверху вниз; стрелка — «импортирует», число — сколько модулей. Стрелок вверх нет: их не пропускает
`python -m tools.contracts`. Что стоит на одной строке, друг друга не знает.
На `access` и `kit` опираются все, поэтому они не на рисунке, а в таблице.

*The floors from top to bottom; an arrow means "imports", its number counts modules. There is no arrow up.*

"""
Imports = Counter[tuple[str, str]]


def house_of(module: str) -> str:
    """`okno.areas.deals` of a module of deals, `okno.kit` of one of the kit, empty for `okno` itself."""
    parts = module.split(".")
    if len(parts) < 2:
        return ""
    if parts[1] not in GROUPS:
        return ".".join(parts[:2])
    return ".".join(parts[:3]) if len(parts) > 2 else ""


def imports() -> Imports:
    """How many modules of one house import another; tests are left out."""
    graph = grimp.build_graph("okno", cache_dir=str(ROOT / ".import_linter_cache"))
    seen: set[tuple[str, str]] = set()
    for module in graph.modules:
        if ".tests" in module or not house_of(module):
            continue
        for target in graph.find_modules_directly_imported_by(module):
            if house_of(target) and house_of(target) != house_of(module):
                seen.add((module, house_of(target)))
    return Counter((house_of(module), target) for module, target in seen)


def upward(found: Imports) -> list[str]:
    """Arrows that do not point down; the wiring above all floors may point anywhere."""
    return sorted(
        f"{start} -> {end}"
        for start, end in found
        if not level(start) < level(end) and not (house_group(start) == house_group(end) in {"engines", "fronts"})
    )


def house_group(house: str) -> str:
    return house.split(".")[1]


def plan(all_houses: list[House]) -> str:
    """The floors as plain text: what stands on one line does not know its neighbour."""
    rows = [("config", ["settings, addresses, processes"])]
    for group in GROUPS:
        inner = [house.name for house in all_houses if house.group == group]
        lines = area_lines() if group == "areas" else [inner]
        standing = [[name for name in line if name in inner] for line in lines]
        rows += [(group if not number else "", line) for number, line in enumerate(filter(None, standing))]
    rows += [("access", ["users, departments, roles, sessions"]), ("kit", ["what every area is built with"])]
    return "\n".join(["```", *(f"{floor:<10}{' | '.join(names)}" for floor, names in rows), "```"])


def picture(found: Imports, all_houses: list[House]) -> str:
    """A mermaid picture: a box for every floor, and for every line of areas."""
    lines = ["```mermaid", "flowchart TB"]
    for floor in FLOORS:
        for group in (name for name in floor if name in GROUPS):
            lines += _box(group, [house for house in all_houses if house.group == group])
    for (start, end), count in sorted(found.items()):
        if _is_drawn(start) and _is_drawn(end):
            lines.append(f"    {_id(start)} -->|{count}| {_id(end)}")
    return "\n".join([*lines, "```"])


def _box(group: str, inner: list[House]) -> list[str]:
    if not inner:
        return []
    lines = [f"    subgraph {group}"]
    if group != "areas":
        return [*lines, *(f"        {_id(house.module)}[{house.name}]" for house in inner), "    end"]
    by_name = {house.name: house for house in inner}
    for number, names in enumerate(area_lines(), 1):
        standing = [by_name[name] for name in names if name in by_name]
        if standing:
            lines.append(f"        subgraph line{number}[ ]")
            lines += [f"            {_id(house.module)}[{house.name}]" for house in standing]
            lines.append("        end")
    return [*lines, "    end"]


def _is_drawn(house: str) -> bool:
    return house_group(house) in GROUPS


def _id(module: str) -> str:
    return module.removeprefix("okno.").replace(".", "_")


def table(found: Imports) -> str:
    """How much every house leans on the two lowest floors."""
    starts = sorted({start for start, _ in found}, key=lambda start: (level(start), start))
    rows = ["| дом | на access | на kit |", "|---|---:|---:|"]
    for start in starts:
        if start != "okno.kit":
            counts = [found[start, f"okno.{floor}"] or "" for floor in LOW]
            rows.append(f"| {start.removeprefix('okno.')} | {counts[0]} | {counts[1]} |")
    return "\n".join(rows)


def text() -> str:
    """The whole page."""
    found, all_houses = imports(), houses()
    return f"{HEAD}{plan(all_houses)}\n\n{picture(found, all_houses)}\n\n{table(found)}\n"


def main() -> int:
    if up := upward(imports()):
        print("Arrows up:", *up, sep="\n  ")
        return 1
    return generated.main(FILE, text)


if __name__ == "__main__":
    sys.exit(main())
