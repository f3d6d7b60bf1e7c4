"""One condition language for all that people configure: parsed, judged in memory and in SQL, told in words."""

from okno.kit.conditions.binding import Broken
from okno.kit.conditions.keeping import keep
from okno.kit.conditions.matching import CREATED, matches
from okno.kit.conditions.moments import Context, Sight
from okno.kit.conditions.operators import Operator, operators_for
from okno.kit.conditions.problems import Problem, fields_used, problems
from okno.kit.conditions.shape import shape
from okno.kit.conditions.sql import to_q
from okno.kit.conditions.tree import EVERYTHING, Condition, is_timeless, parse
from okno.kit.conditions.words import sentence

__all__ = [
    "CREATED",
    "EVERYTHING",
    "Broken",
    "Condition",
    "Context",
    "Operator",
    "Problem",
    "Sight",
    "fields_used",
    "is_timeless",
    "keep",
    "matches",
    "operators_for",
    "parse",
    "problems",
    "sentence",
    "shape",
    "to_q",
]
