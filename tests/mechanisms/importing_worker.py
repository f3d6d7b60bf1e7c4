"""A worker of the real kind that says when it is in the middle of an import: started by the test of crashes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import django

LONG = 120


def main() -> None:
    """Work with small batches; after the second one the first worker waits to be killed."""
    django.setup()
    from okno.config import worker
    from okno.engines.imports.commands import batches, running
    from okno.kit.registry import registry

    reached, taken = Path(os.environ["CRASH_FOLDER"]) / "middle", []
    real = batches.take_batch.function

    def take(**given: object) -> int:
        done: int = real(**given)
        taken.append(done)
        if len(taken) == 2 and not reached.exists():
            # The second batch is written and not committed: it has to be gone after the kill.
            reached.touch()
            time.sleep(LONG)
        return done

    batches.take_batch.function = take
    running.ROWS_IN_BATCH = 10
    registry.loops.clear()
    registry.periodic.clear()
    worker.run(alone=True)
