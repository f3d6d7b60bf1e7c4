"""When something may happen to a lead, and who gets it. Pure: no writes, no clock, no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from okno.areas.clients.models import Client
from okno.areas.deals.models import Deal
from okno.areas.leads.models import Lead, RejectReason
from okno.kit import contacts as kit_contacts
from okno.kit.errors import Refused

ENDED = {Lead.State.CONVERTED, Lead.State.MERGED, Lead.State.REJECTED, Lead.State.SPAM}
MARKS = (
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "utm_term",
    "referrer",
    "landing",
    "roistat_visit",
    "comagic_session",
    "client_id",
)
LONGEST_SUBJECT = 255


def check_is_open(lead: Lead) -> None:
    """:raises Refused: the lead has ended."""
    if lead.state in ENDED:
        raise Refused("leads.ended", _("The enquiry is closed already."))


def check_can_reject(lead: Lead, reason: RejectReason | None) -> None:
    """:raises Refused: the lead has ended, or no reason is given."""
    check_is_open(lead)
    if reason is None:
        raise Refused("leads.no_reason", _("Choose why the enquiry is rejected."), missing=["reason"])


def check_has_something(subject: str, text: str, contacts: Sequence[str]) -> None:
    """:raises Refused: the enquiry says nothing and leaves no contact."""
    if not any(one.strip() for one in (subject, text, *contacts)):
        raise Refused("leads.empty", _("The enquiry is empty: leave a phone, a mail address or a text."))


def subject_of(subject: str, text: str, name: str) -> str:
    """The subject, else the first line of the text, else whom it is from."""
    lines = text.strip().splitlines()
    found = subject.strip() or (lines[0].strip() if lines else "") or name.strip() or str(_("Enquiry"))
    return found[:LONGEST_SUBJECT]


def cut(values: Mapping[str, str]) -> dict[str, str]:
    """Contact data cut to what their columns hold; nothing else of them is changed."""
    return {key: value.strip()[: Lead._meta.get_field(key).max_length] for key, value in values.items()}  # type: ignore[union-attr]


def check_takes_more(deal: Deal) -> None:
    """:raises Refused: the deal is closed, nothing is attached to it any more."""
    if deal.closed_at is not None:
        raise Refused("leads.closed_deal", _("This deal is closed: choose an open one."), missing=["deal"])


def check_may_use(client: Client, *, is_seen: bool) -> None:
    """:raises Refused: the client is somebody else's, out of reach of whoever converts."""
    if is_seen:
        return
    owner = kit_contacts.parse_person_name(client.owner.name).short if client.owner else _("somebody else")
    raise Refused(
        "leads.client_of_other",
        _("The client belongs to %(owner)s: hand the enquiry over, or ask to be let in."),
        owner=owner,
    )


def marks_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """UTM and other marks of the visit among the values received."""
    return {name: str(raw[name])[:500] for name in MARKS if raw.get(name)}


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a queue as the distribution sees them."""

    user_id: int
    served_at: datetime | None
    is_available: bool
    open_now: int
    open_limit: int

    @property
    def may_take(self) -> bool:
        """Whether a new enquiry may be given to the person."""
        return self.is_available and (not self.open_limit or self.open_now < self.open_limit)


def next_in_turn(people: Sequence[Person]) -> Person | None:
    """The available person who was served longest ago; those never served come first, ties by id."""
    able = [one for one in people if one.may_take]
    return min(able, key=_turn, default=None)


def _turn(person: Person) -> tuple[float, int]:
    return (person.served_at.timestamp() if person.served_at else 0.0, person.user_id)
