"""What may be said of a consent, and whether somebody may be written to. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from enum import StrEnum

from django.utils.translation import gettext as _

from okno.areas.clients.models import Channel, Consent
from okno.kit.errors import Refused

LONGEST_PROOF = 300


class Standing(StrEnum):
    """What somebody has come to say of mailings by a channel."""

    GIVEN = "given"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def check_channels(channels: Collection[str]) -> list[str]:
    """Channels, each once, in their order. :raises Refused: there are none, or one is no channel."""
    if not channels:
        raise Refused("clients.no_channel", _("Choose a channel."), missing=["channels"])
    if unknown := set(channels) - set(Channel.values):
        raise Refused(
            "clients.bad_channel", _("There is no channel “%(name)s”."), name=min(unknown), missing=["channels"]
        )
    return [one for one in Channel.values if one in channels]


def check_word(*, said_date: dt.date, today: dt.date, source: str, proof: str) -> str:
    """The proof without blanks around. :raises Refused: the day is to come, or it is not known how we know."""
    if said_date > today:
        raise Refused("clients.consent_to_come", _("This day has not come yet."), missing=["said_date"])
    if source not in Consent.Source.values:
        raise Refused("clients.no_source", _("Say how we know."), missing=["source"])
    tidy = proof.strip()
    if len(tidy) > LONGEST_PROOF:
        text = _("Longer than %(most)s signs.")
        raise Refused("clients.long_proof", text, most=LONGEST_PROOF, missing=["proof"])
    return tidy


def standing(channel: str, consents: Sequence[str], refusals: Sequence[str]) -> Standing:
    """The last word of somebody on a channel, by the lists that stand on their card."""
    if channel in refusals:
        return Standing.REFUSED
    return Standing.GIVEN if channel in consents else Standing.UNKNOWN


def standing_of_person(own: Standing, of_client: Standing) -> Standing:
    """
    A person agrees for themselves only (the law on advertising, 38-ФЗ, article 18, asks for the consent of the
    addressee), but where their client refused nobody is written to.
    """
    return Standing.REFUSED if Standing.REFUSED in (own, of_client) else own
