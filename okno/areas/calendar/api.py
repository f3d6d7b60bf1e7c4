"""Tasks over HTTP."""

from __future__ import annotations

from ninja import Router

from okno.areas.calendar import commands, queries
from okno.areas.calendar.record import TASK
from okno.kit.api import record_router
from okno.kit.api.giving import Giving

# What is no id stands before the addresses of rows.
router = Router()
giving = Giving(router, "calendar")
giving.post("/tasks/about", commands.plan_about)
giving.post("/talks", commands.note_held)
giving.put("/work-schedule", commands.set_schedule)
record_router(
    TASK,
    queries.tasks,
    create=commands.add_task,
    update=commands.update,
    commands=[commands.finish, commands.cancel, commands.reschedule, commands.hand_over],
    router=router,
)
