"""Open pages are told of a deal that has changed."""

from __future__ import annotations

from okno.areas.deals.models import Deal
from okno.kit import live


def show(deal: Deal) -> None:
    """Open boards and lists ask for their rows again."""
    live.tell_topic("deals.deal")
    live.tell_users([deal.owner_id], "deals.deal", deal.pk)
