"""Handover of a person's rows to colleagues: by a plan, shown first, on a day, and back again."""
