"""A robot of the demo company: whoever has not bought for long is called."""

from __future__ import annotations

from typing import Any

from okno.access import queries as access
from okno.access.models import User
from okno.engines.automation.commands import making
from okno.engines.automation.models import Robot
from okno.engines.segments import queries as segments
from okno.kit.changing import running, steps
from okno.kit.changing.asked import Asked
from okno.kit.registry import registry

CLIENTS, TASK = "clients.client", "calendar.plan_about"
TITLE = "Позвонить: давно не покупали"


def fill(size: str = "small", **_more: Any) -> list[str]:
    """Make the robot in the name of the head of the company, once."""
    user = User.objects.filter(roles__code="director").order_by("pk").first()
    if user is None or TASK not in registry.commands or Robot.objects.exists():
        return []
    actor = access.actor_of(user)
    quiet = segments.segments(actor).filter(record=CLIENTS, name="Давно без сделок").first()
    tried = sorted(segments.member_ids(quiet))[:1] if quiet is not None else []
    if quiet is None or not tried:
        return []
    asked = Asked(
        record=CLIENTS,
        ids=tried,
        label="Поставить задачу по каждой карточке",
        command=TASK,
        on="about_id",
        given={"about_record": CLIENTS, "title": TITLE, "kind": "call", "hours": 8},
        said=[{"label": "Что сделать", "text": TITLE}, {"label": "Вид", "text": "Звонок"}],
    )
    job = steps.begun(actor, running.PREVIEW_WORK, asked)
    making.add(actor=actor, name="Давно не покупали — звоним", segment=quiet, job=job.pk, is_once=True)
    return []
