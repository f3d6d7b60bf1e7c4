"""The functions of the language by their subjects; importing this room fills the catalogue."""

from okno.kit.expressions.functions import dates, logic, money, numbers, texts, working

__all__ = ["dates", "logic", "money", "numbers", "texts", "working"]
