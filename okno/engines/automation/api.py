"""Robots over HTTP: which there are, and what they do."""

from __future__ import annotations

from ninja import Router

from okno.engines.automation import commands, queries
from okno.engines.automation.record import ROBOT
from okno.kit.api import record_router

router = Router()
record_router(
    ROBOT,
    queries.robots,
    create=commands.add,
    update=commands.update,
    commands=[commands.set_condition, commands.try_out, commands.delete],
    router=router,
)
