"""Tasks and working time."""
