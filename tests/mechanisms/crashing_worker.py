"""A worker of the real kind with handlers and commands that end it in the middle: started by the tests of crashes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import django
from django.db.models import F, Value
from django.db.models.functions import Concat

LONG = 120


def note(deal_id: int, sign: str) -> None:
    """The effect: one more sign in the comment of a deal."""
    from okno.areas.deals.models import Deal

    Deal.objects.filter(pk=deal_id).update(comment=Concat(F("comment"), Value(sign)))


def wait_when_first(name: str) -> None:
    """Say that the middle is reached and wait to be killed; the next time go on."""
    reached = Path(os.environ["CRASH_FOLDER"]) / name
    if not reached.exists():
        reached.touch()
        time.sleep(LONG)


def handle_slowly(event: object) -> None:
    """A handler that is in the middle of its work when the worker is killed."""
    note(event.deal_id, "h")  # type: ignore[attr-defined]
    wait_when_first("handler")


def handle_deadly(event: object) -> None:
    """A handler that ends its worker each time."""
    note(event.deal_id, "d")  # type: ignore[attr-defined]
    os.kill(os.getpid(), signal.SIGKILL)


def work_slowly(*, actor: object, deal_id: int) -> None:
    """A command run later, in the middle of its work when the worker is killed."""
    note(deal_id, "j")
    wait_when_first("job")


def work_deadly(*, actor: object, deal_id: int) -> None:
    """A command run later that ends its worker each time."""
    note(deal_id, "p")
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Put the handlers and commands on the shelf and work."""
    django.setup()
    from okno.areas.deals.events import DealMoved
    from okno.config import worker
    from okno.kit.commands import command
    from okno.kit.registry import registry

    for name, function in (("crash.slow", work_slowly), ("crash.deadly", work_deadly)):
        command(name)(function)
    registry.loops.clear()
    registry.periodic.clear()
    registry.on(DealMoved, handle_slowly, handle_deadly)
    worker.run(alone=True)
