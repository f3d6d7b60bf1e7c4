"""What the card of a person shows of their handovers."""

from __future__ import annotations

from typing import Any

from okno.access.models import User
from okno.engines.handover import queries
from okno.kit import formats
from okno.kit.permissions import Actor


def of_person(actor: Actor, person: User) -> dict[str, Any]:
    """The latest plans, and how many open rows the person has of each kind."""
    hands = queries.hands(actor)
    counts = queries.counts_of(actor, hands, person.pk)
    held = [(hand.record.plural, counts[hand.record.name]) for hand in hands]
    return {
        "held": [{"label": label, "count": formats.quantity_text(count)} for label, count in held if count],
        "new_url": f"/handovers/new/?person={person.pk}",
        "items": [
            {
                "label": one.get_reason_display(),
                "url": f"/handovers/{one.pk}/",
                "note": f"{one.get_state_display()} · {formats.moment_exact(one.created_at, actor.zone)}",
            }
            for one in queries.of_person(actor, person)
        ],
    }
