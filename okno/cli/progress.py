"""A bar on the terminal for work that takes longer than a person likes to wait without a word."""

from __future__ import annotations

import sys
import time

WIDTH = 30
SECONDS_BETWEEN_DRAWINGS = 0.1


class Bar:
    """Draws on the error stream when it is a terminal, and keeps silent otherwise."""

    def __init__(self) -> None:
        self.is_shown = sys.stderr.isatty()
        self._label = ""
        self._drawn_at = 0.0

    def tell(self, label: str, done: int, total: int) -> None:
        """Say how much of what is done; a new label begins a new line."""
        if not self.is_shown:
            return
        if self._label and label != self._label:
            sys.stderr.write("\n")
        now = time.monotonic()
        if label == self._label and done < total and now - self._drawn_at < SECONDS_BETWEEN_DRAWINGS:
            return
        self._label, self._drawn_at = label, now
        share = done / total if total else 1.0
        filled = "█" * round(share * WIDTH)
        sys.stderr.write(f"\r{label:<28.28} {filled:░<{WIDTH}} {share:4.0%} {done} / {total}\033[K")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._label and self.is_shown:
            sys.stderr.write("\n")
        self._label = ""
