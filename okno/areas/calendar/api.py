"""Tasks over HTTP."""

from __future__ import annotations

from okno.areas.calendar import commands, queries
from okno.areas.calendar.record import TASK
from okno.kit.api import record_router
from okno.kit.api.giving import Giving

router = record_router(
    TASK,
    queries.tasks,
    create=commands.add_task,
    update=commands.update,
    commands=[commands.finish, commands.cancel, commands.reschedule, commands.hand_over],
)
giving = Giving(router, "calendar")
giving.post("/talks", commands.note_held)
giving.post("/tasks/about", commands.plan_about)
giving.put("/work-schedule", commands.set_schedule)
