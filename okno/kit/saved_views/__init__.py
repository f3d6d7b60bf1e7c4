"""Saved views of lists: columns, filter, sort, grouping and mode under a name, private or shared with all."""
