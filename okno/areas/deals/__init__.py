"""Deals that walk a scenario on a board."""
