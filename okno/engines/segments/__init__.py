"""Segments: named sets of rows of any record, kept by hand or by a condition."""
