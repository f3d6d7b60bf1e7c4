"""The one editor of expressions: names to choose from, types, the value on a chosen row, mistakes in words."""

from okno.kit.web.expressions.fields import ExpressionField

__all__ = ["ExpressionField"]
