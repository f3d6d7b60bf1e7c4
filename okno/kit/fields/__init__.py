"""Kinds of fields, built-in and custom: how a value is stored, read, shown and compared."""

from okno.kit.fields.kinds import Kind

__all__ = ["Kind"]
