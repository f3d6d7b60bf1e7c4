"""When something may happen to a lead, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from okno.access.models import User
from okno.areas.calendar.models import Task
from okno.areas.clients.models import Client, Contact
from okno.areas.deals.models import Deal
from okno.areas.leads.models import Lead, RejectReason
from okno.kit import contacts as kit_contacts
from okno.kit.errors import Refused

ENDED = {Lead.State.CONVERTED, Lead.State.MERGED, Lead.State.REJECTED, Lead.State.SPAM}
ANSWERS = {Task.Kind.CALL, Task.Kind.MEETING, Task.Kind.LETTER}
BACK = {Lead.State.REJECTED, Lead.State.SPAM}
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


def is_answer(task: Task, received_at: datetime) -> bool:
    """Whether a task that was done answers an enquiry: a call, a meeting or a letter that began after it had come."""
    if task.kind not in ANSWERS or task.done_at is None:
        return False
    return min(task.due_at or task.done_at, task.done_at) > received_at


def check_can_reject(lead: Lead, reason: RejectReason | None) -> None:
    """:raises Refused: the lead has ended, or no reason is given."""
    check_is_open(lead)
    if reason is None:
        raise Refused("leads.no_reason", _("Choose why the enquiry is rejected."), missing=["reason"])


def check_can_postpone(lead: Lead, until: datetime, reason: str, now: datetime) -> None:
    """:raises Refused: the lead has ended, no reason is given, or the moment has passed."""
    check_is_open(lead)
    if not reason.strip():
        raise Refused("leads.no_reason", _("Say why you postpone the enquiry."), missing=["reason"])
    if until <= now:
        raise Refused("leads.past", _("Choose a moment in the future."), missing=["until"])


def check_can_return(lead: Lead, reason: str) -> None:
    """:raises Refused: the lead has ended, or no reason is given."""
    check_is_open(lead)
    if not reason.strip():
        raise Refused("leads.no_reason", _("Say why you return the enquiry."), missing=["reason"])


def check_can_reopen(lead: Lead, reason: str) -> None:
    """:raises Refused: the lead ended otherwise than by rejection, or no reason is given."""
    if lead.state not in BACK:
        raise Refused("leads.not_rejected", _("Only a rejected enquiry can be brought back."))
    if not reason.strip():
        raise Refused("leads.no_reason", _("Say why the enquiry is brought back."), missing=["reason"])


def check_can_merge(survivor: Lead, losers: Sequence[Lead]) -> None:
    """:raises Refused: one of the leads has ended."""
    for one in (survivor, *losers):
        check_is_open(one)


def check_intake(
    action: str, *, client: Client | None, deal: Deal | None, owner: User | None, reason: RejectReason | None
) -> None:
    """:raises Refused: what the action of the intake needs is not given."""
    if action == "attach" and deal is None:
        raise Refused("leads.no_deal", _("Choose the deal to attach to."), missing=["deal"])
    if action == "attach" and deal is not None:
        check_takes_more(deal)
    if action == "redirect" and owner is None and (client is None or client.owner is None):
        raise Refused("leads.no_person", _("Choose whom to redirect to."), missing=["owner"])
    if action == "reject" and reason is None:
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


def check_is_of(contact: Contact | None, *, is_with: bool) -> None:
    """:raises Refused: the contact is not one of the client's."""
    if contact is not None and not is_with:
        raise Refused("leads.other_contact", _("This person is not with this client."), missing=["contact"])


def marks_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """UTM and other marks of the visit among the values received."""
    return {name: str(raw[name])[:500] for name in MARKS if raw.get(name)}
