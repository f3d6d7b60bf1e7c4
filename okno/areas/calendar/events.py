"""What the calendar tells the rest of the system: ids and plain values, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass

from okno.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class TaskPlanned(Event):
    """A task was made or its deadline or person changed; `about_record` is empty for a task about nothing else."""

    task_id: int
    owner_id: int
    about_record: str
    about_id: int | None


@dataclass(frozen=True, kw_only=True)
class TaskLate(Event):
    """The deadline of an open task has passed."""

    task_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class TaskEnded(Event):
    """A task was done or cancelled."""

    task_id: int
    state: str
    about_record: str
    about_id: int | None
