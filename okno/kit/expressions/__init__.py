"""One expression language for formulas, prices, robots' parameters and templates: typed, pure and bounded."""

from okno.kit.expressions.catalog import Context, Function, catalogue
from okno.kit.expressions.expression import Expression, affected, dependencies, evaluate, order, parse
from okno.kit.expressions.names import with_keys, with_labels
from okno.kit.expressions.sql import to_sql
from okno.kit.expressions.templates import Rendered, Template, parse_template, render_template
from okno.kit.expressions.types import Type
from okno.kit.expressions.values import text_of

__all__ = [
    "Context",
    "Expression",
    "Function",
    "Rendered",
    "Template",
    "Type",
    "affected",
    "catalogue",
    "dependencies",
    "evaluate",
    "order",
    "parse",
    "parse_template",
    "render_template",
    "text_of",
    "to_sql",
    "with_keys",
    "with_labels",
]
