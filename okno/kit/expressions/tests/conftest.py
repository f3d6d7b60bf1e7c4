"""Expressions are tried on the cast of the conditions."""

from okno.kit.conditions.tests.conftest import shelf, tables

__all__ = ["shelf", "tables"]
