"""What robots tell."""

from __future__ import annotations

from dataclasses import dataclass

from okno.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class RobotStopped(Event):
    """A robot cannot act any more and has stopped."""

    robot_id: int
    reason: str
