"""The one editor of conditions: lists, views, rights and logic of forms show it, and read back what it sends."""

from okno.kit.web.conditions.builder import Builder
from okno.kit.web.conditions.fields import ConditionField

__all__ = ["Builder", "ConditionField"]
