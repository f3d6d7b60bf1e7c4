"""One table of vectors holds for every evaluator; the browser's reads the same file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from okno.kit.conditions import matches, parse, problems, shape, to_q
from okno.kit.conditions.tests import cast

TABLE: dict[str, Any] = json.loads((Path(__file__).parent.parent / "vectors.json").read_text("utf-8"))
VECTORS: list[dict[str, Any]] = TABLE["vectors"]
STILL = [vector for vector in VECTORS if "before" not in vector]
each_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])


@each_vector
def test_matches_agrees_with_the_table(vector):
    held = matches(
        parse(vector["tree"]), cast.DEAL, vector["row"], cast.context(_told(vector)), before=vector.get("before")
    )

    assert held is vector["is"]


@each_vector
def test_problems_names_what_is_broken(vector):
    found = problems(parse(vector["tree"]), cast.DEAL)

    needs_before = "before" in vector or "no before" in vector["name"]
    assert bool(found) is (vector.get("broken", False) and not needs_before)
    assert all(problem.message for problem in found)


def test_to_q_and_instances_agree_with_the_table(tables):
    wrong = []
    for vector in STILL:
        condition, context = parse(vector["tree"]), cast.context(_told(vector))
        deal = cast.save(vector["row"])
        in_sql = cast.Deal._default_manager.filter(to_q(condition, cast.DEAL, context)).filter(pk=deal.pk).count()
        in_memory = matches(condition, cast.DEAL, deal, context)
        if (in_sql, in_memory) != (int(vector["is"]), vector["is"]):
            wrong.append((vector["name"], in_sql, in_memory))

    assert wrong == []


def test_a_change_is_broken_in_sql(tables):
    deal = cast.save({"stage": "won"})
    for tree in ({"field": "stage", "op": "changed"}, {"not": {"field": "stage", "op": "changed"}}):
        assert not cast.Deal._default_manager.filter(to_q(parse(tree), cast.DEAL, cast.context()), pk=deal.pk).exists()


def test_the_table_describes_the_records_of_the_cast():
    assert TABLE["records"] == {name: _told_to_browser(record) for name, record in shape(*cast.SHAPED).items()}
    assert TABLE["default"] == cast.DEFAULT


def _told(vector: dict[str, Any]) -> dict[str, Any]:
    return {key: vector[key] for key in cast.DEFAULT if key in vector}


def _told_to_browser(record: dict[str, Any]) -> dict[str, Any]:
    fields = {
        key: {name: field[name] for name in ("kind", "many", "link", "options") if field[name]}
        for key, field in record["fields"].items()
    }
    return {"fields": fields, "relations": record["relations"]}
