"""What enquiries add when they are merged and taken apart."""

from __future__ import annotations

from okno.areas.leads.commands import handing
from okno.areas.leads.models import Lead
from okno.kit.commands import moment


def note_merged(survivor: Lead, loser: Lead) -> None:
    """The enquiry that was joined to another one has its outcome; who was recognised in it is known there too."""
    loser.state, loser.closed_at = Lead.State.MERGED, moment()
    loser.save(update_fields=["state", "closed_at"])
    handing.drop_invites(loser)
    if survivor.client_id is None and loser.client_id is not None:
        survivor.client_id, survivor.contact_id = loser.client_id, loser.contact_id
        survivor.recognised_by = loser.recognised_by
        survivor.save(update_fields=["client", "contact", "recognised_by"])
    if survivor.prospect_id is None and loser.prospect_id is not None:
        survivor.prospect_id = loser.prospect_id
        survivor.save(update_fields=["prospect"])


def note_parted(_survivor: Lead, loser: Lead) -> None:
    """The enquiry is open again, with its person as before."""
    loser.state = Lead.State.TAKEN if loser.taken_at else Lead.State.GIVEN if loser.owner_id else Lead.State.NEW
    loser.closed_at = None
    loser.save(update_fields=["state", "closed_at"])
