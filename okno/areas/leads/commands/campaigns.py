"""Campaigns by the ids that other systems call them: made when first met, named and joined by people."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.leads.models import Lead, LeadCampaign
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.permissions import Actor

LONGEST = 200


def campaign_of(code: str) -> LeadCampaign | None:
    """The campaign of an id; one that was never met is kept, for people to say what it is. No id is no campaign."""
    if not code.strip():
        return None
    found = LeadCampaign.objects.select_related("same_as").filter(code=code.strip()[:LONGEST]).first()
    if found is None:
        name = code.strip()[:LONGEST]
        LeadCampaign.objects.bulk_create([LeadCampaign(code=name, name=name)], ignore_conflicts=True)
        found = LeadCampaign.objects.get(code=name)
    return found.same_as or found


@command("leads.match_campaign", label=gettext_lazy("Say what a campaign is"))
def match_campaign(
    *, actor: Actor, campaign: LeadCampaign, name: str = "", into: LeadCampaign | None = None
) -> LeadCampaign:
    """
    Name a campaign that another system sent, or say that it is one that is there: its enquiries go along.

    :raises Refused: it is joined to itself, or to one that is joined itself; or it is given no name.
    """
    if into is None:
        if not name.strip():
            raise Refused("leads.no_name", _("Give the campaign a name, or choose which one it is."), missing=["name"])
        campaign.name, campaign.same_as = name.strip()[:LONGEST], None
    else:
        if into.pk == campaign.pk or into.same_as_id:
            raise Refused("leads.same_campaign", _("Choose another campaign."), missing=["into"])
        campaign.same_as = into
        Lead.objects.filter(campaign=campaign).update(campaign=into)
        LeadCampaign.objects.filter(same_as=campaign).update(same_as=into)
    campaign.is_matched = True
    campaign.save(update_fields=["name", "same_as", "is_matched"])
    return campaign
