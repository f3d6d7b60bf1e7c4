"""Wiring: imports all, imported by none."""
