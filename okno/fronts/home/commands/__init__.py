"""Writes of home: the demo company, and how people arrange their desktops."""
