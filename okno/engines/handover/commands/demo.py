"""What the demo company shows of handovers: a seller's leave, planned ahead, with a way back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from okno.access import queries as access
from okno.access.models import User
from okno.engines.handover.commands import planning
from okno.engines.handover.models import Handover
from okno.kit import jobs

RECORDS = ("clients.client", "deals.deal", "leads.lead", "calendar.task", "billing.invoice", "communications.mail")
DAYS_AHEAD, DAYS_AWAY = 5, 14


def fill(*, size: str = "small", at: dt.datetime, **_more: Any) -> list[str]:
    """Plan the leave of the last of the sellers in the name of the director, once."""
    director = User.objects.filter(roles__code="director").order_by("pk").first()
    sellers = list(User.objects.filter(roles__code="seller", is_active=True).order_by("pk"))
    if size != "small" or director is None or len(sellers) < 3 or Handover.objects.exists():
        return []
    actor, [*others, away] = access.actor_of(director), sellers
    told = [{"record": one, "people": [who.pk for who in others], "way": "evenly", "is_all": False} for one in RECORDS]
    row = planning.plan(
        actor=actor,
        person=away,
        rules_told=told,
        reason=Handover.Reason.LEAVE,
        starts_at=at + dt.timedelta(days=DAYS_AHEAD),
        returns_at=at + dt.timedelta(days=DAYS_AHEAD + DAYS_AWAY),
        deputy=others[0],
    )
    jobs.do_work(job_id=row.job or 0)
    planning.start(actor=actor, handover=row)
    return []
