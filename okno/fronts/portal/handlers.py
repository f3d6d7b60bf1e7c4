"""What the portal does on news of enquiries: consents of a form go to the card of whoever sent it."""

from __future__ import annotations

from okno.areas.leads.events import LeadEnded, LeadLinked
from okno.fronts.portal import commands
from okno.kit.permissions import SYSTEM


def note_of_linked(event: LeadLinked) -> None:
    """Somebody said whom an enquiry is from."""
    commands.note_consents(actor=SYSTEM, lead_id=event.lead_id)


def note_of_converted(event: LeadEnded) -> None:
    """An enquiry became a deal of its client."""
    commands.note_consents(actor=SYSTEM, lead_id=event.lead_id)
