"""Work on any record; know no area by name."""
