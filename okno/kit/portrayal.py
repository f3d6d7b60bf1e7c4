"""What areas say of records that have portraits: whose cards are asked about, and what interests may be about."""

from __future__ import annotations

# Records whose cards have questionnaires and interests.
PORTRAYED: list[str] = []
# Records whose rows people may be interested in: groups of the catalogue.
SUBJECTS: list[str] = []
