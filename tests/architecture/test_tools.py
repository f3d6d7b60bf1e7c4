"""New areas are laid whole, and the pages made by tools say what the house is."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest
from django.apps import apps

from okno.kit.models.base import Reach
from tools import check, glossary, new_area
from tools import map as plan
from tools.house import FLOORS_FILE, ROOT, area_lines

UNSCOPED = ROOT / "tools/rules/checks/unscoped-read.yml"

README = """# Deals

| word | слово | meaning |
|---|---|---|
| deal | сделка | a sale from the first talk to money |
| stage | стадия | where it stands |

- **scenario** — сценарий: the stages and their rules
- refusal (отказ) — why it was lost
- always true: a closed deal does not move
"""


@pytest.fixture
def floors(tmp_path: Path) -> Path:
    return Path(shutil.copy(FLOORS_FILE, tmp_path / "floors.toml"))


def test_lay_writes_rooms_that_can_be_read(tmp_path: Path):
    folder = new_area.lay("warranty", tmp_path)
    modules = list(folder.rglob("*.py"))
    assert {path.name for path in modules} >= {"manifest.py", "commands.py", "queries.py", "models.py", "pages.py"}
    assert [path for path in modules if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []


@pytest.mark.parametrize("name", ["utils", "Deals", "2fa", "a-b", ""])
def test_lay_refuses_a_name_that_says_nothing(name: str, tmp_path: Path):
    with pytest.raises(ValueError, match="has a name of its business"):
        new_area.lay(name, tmp_path)


def test_lay_leaves_an_area_that_is_there(tmp_path: Path):
    new_area.lay("warranty", tmp_path)
    with pytest.raises(ValueError, match="is there already"):
        new_area.lay("warranty", tmp_path)


def test_place_puts_an_area_beside_another(floors: Path):
    new_area.place("warranty", "billing", floors)
    assert ["billing", "warranty"] in area_lines(floors)
    assert floors.read_text(encoding="utf-8").startswith("#")


def test_place_keeps_a_planned_area_where_it_is(floors: Path):
    before = floors.read_text(encoding="utf-8")
    new_area.place("deals", "", floors)
    assert floors.read_text(encoding="utf-8") == before


def test_place_asks_where(floors: Path):
    with pytest.raises(ValueError, match="--beside"):
        new_area.place("warranty", "", floors)


def test_glossary_gathers_words_of_tables_and_lists(tmp_path: Path):
    (tmp_path / "areas" / "deals").mkdir(parents=True)
    (tmp_path / "areas" / "deals" / "README.md").write_text(README, encoding="utf-8")
    assert [(word.english, word.russian, word.meaning, word.place) for word in glossary.words(tmp_path)] == [
        ("deal", "сделка", "a sale from the first talk to money", "areas.deals"),
        ("stage", "стадия", "where it stands", "areas.deals"),
        ("scenario", "сценарий", "the stages and their rules", "areas.deals"),
        ("refusal", "отказ", "why it was lost", "areas.deals"),
    ]


def test_map_finds_an_arrow_up():
    found = plan.Imports({("okno.areas.deals", "okno.areas.clients"): 1, ("okno.kit", "okno.access"): 2})
    assert plan.upward(found) == ["okno.kit -> okno.access"]


def test_house_has_no_arrow_up():
    assert plan.upward(plan.imports()) == []


@pytest.mark.parametrize(
    ("command", "is_clean", "told"),
    [
        (("true",), True, ""),
        (("sh", "-c", "echo wrong; exit 3"), False, "wrong"),
        (("no-such-tool",), False, "no-such-tool is not installed"),
    ],
)
def test_run_keeps_what_a_check_told(command: tuple[str, ...], told: str, *, is_clean: bool):
    outcome = check.run(check.Check("x", command))
    assert (outcome.is_clean, outcome.told) == (is_clean, told)


def test_checks_asked_by_name_are_the_ones_run():
    assert [one.name for one in check.checks(["types", "map"])] == ["types", "map"]


def test_tables_that_may_be_read_unscoped_have_no_reach():
    """A record that gets a reach has to leave the rule."""
    told = re.search(r"regex: \^\((\w+\|[\w|]+)\)\$\n", UNSCOPED.read_text(encoding="utf-8"))
    assert told is not None
    known = {model.__name__: model for model in apps.get_models()}
    assert [name for name in told[1].split("|") if isinstance(getattr(known[name], "reach", None), Reach)] == []
