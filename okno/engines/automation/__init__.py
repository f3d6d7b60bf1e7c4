"""Robots: what is done by itself with rows that come into a segment or go out of it."""
