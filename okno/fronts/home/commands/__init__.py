"""Writes of home: the demo company."""
