"""The cast of the conditions serves their editor too."""

from okno.kit.conditions.tests.conftest import shelf, tables

__all__ = ["shelf", "tables"]
