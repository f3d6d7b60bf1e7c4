"""Work done by the clock that tells each thing once: what has happened since it was done the last time."""

from __future__ import annotations

import datetime as dt

from okno.kit.commands import current, moment
from okno.kit.models.journal import CommandRun

# What is being written just now belongs to the next run.
SETTLING = dt.timedelta(seconds=10)
FIRST = dt.timedelta(days=1)


def last_run(name: str) -> tuple[dt.datetime, dt.datetime]:
    """
    The time from the last run of a command to the one that is running; of a command that never ran, the last day.

    The beginning is part of the next stretch, the end is not. Runs inside that command.
    """
    run, ends = current(), moment() - SETTLING
    earlier = CommandRun.objects.filter(name=name, pk__lt=run.id if run else 0).order_by("-pk")
    began = earlier.values_list("at", flat=True).first()
    return (began - SETTLING if began is not None else ends - FIRST), ends
