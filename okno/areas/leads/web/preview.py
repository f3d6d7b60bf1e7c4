"""An enquiry as it stands beside the list: what came, who it is, what may be done by one key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okno.areas.clients.record import CLIENT
from okno.areas.leads.models import Lead
from okno.areas.leads.record import LEAD
from okno.areas.leads.web import look, panels
from okno.kit import contacts, formats
from okno.kit.models import Entry
from okno.kit.permissions import Actor, facing
from okno.kit.rows.cells import Moment
from okno.kit.timeline import entries, kinds

SHOWN = ("name", "company", "phone", "email", "inn", "city")
LAST = 5


@dataclass(frozen=True)
class Key:
    """A button of an enquiry with the letter that presses it."""

    label: str
    icon: str
    url: str
    permission: str = ""
    letter: str = ""
    is_post: bool = False
    is_dialog: bool = True


def context(actor: Actor, lead: Lead, moment: Moment) -> dict[str, Any]:
    """Everything that stands beside the list."""
    actor = facing(actor, lead)
    url = LEAD.url_of(lead.pk)
    return {
        "url": url,
        "refresh_url": f"{url}?part=preview",
        "topic": LEAD.name,
        "title": lead.subject if actor.sees_field(LEAD.name, "subject") else lead.number,
        "badge": look.badge(lead),
        "next": look.next_step(lead, moment),
        "number": lead.number,
        "source": source(lead),
        "age": look.age_cell([lead.received_at], moment),
        "lines": lines(actor, lead),
        "text": lead.text if actor.sees_field(LEAD.name, "text") and lead.text != lead.subject else "",
        "ending": look.ending(actor, lead),
        "told": look.told(lead) if actor.sees_field(LEAD.name, "owner") else "",
        "actions": [button(one, is_first=not number) for number, one in enumerate(actions(actor, lead))],
        "recognition": panels.recognition(actor, lead),
        "entries": [_entry(one, moment) for one in _last(actor, lead)],
    }


def source(lead: Lead) -> dict[str, str]:
    """Where it came from: a sign and a word."""
    found = lead.source
    return (
        {"icon": look.SOURCE_ICONS.get(found.kind, "inbox"), "name": found.name} if found else {"icon": "", "name": ""}
    )


def lines(actor: Actor, lead: Lead) -> list[dict[str, str]]:
    """The contact as it was received, without what is hidden from the actor."""
    found = []
    for key in SHOWN:
        value = getattr(lead, key)
        if value and actor.sees_field(LEAD.name, key):
            url = contacts.phone_uri(value) if key == "phone" else f"mailto:{value}" if key == "email" else ""
            found.append({"label": str(LEAD.fields[key].label), "value": value, "url": url or ""})
    return found


def actions(actor: Actor, lead: Lead) -> list[Key]:
    """What may be done to an enquiry now, the next likely step first."""
    found = _of_open(actor, lead) if lead.closed_at is None else _of_closed(lead)
    return [one for one in found if not one.permission or actor.may(one.permission)]


def _of_open(actor: Actor, lead: Lead) -> list[Key]:
    at, call = f"/leads/{lead.pk}/", contacts.phone_uri(look.open_value(actor, lead, "phone"))
    address = look.open_value(actor, lead, "email")
    letter = f"/mail/new/?{urlencode({'about_record': LEAD.name, 'about_id': lead.pk, 'to': address})}"
    take = Key(_("Take into work"), "hand-grab", f"{at}take/", "leads.take", "T", is_post=True)
    client = Key(_("New client"), "building-plus", f"{at}client/", "leads.make_client", "U", is_post=True)
    return [
        *(() if lead.state == Lead.State.TAKEN else (take,)),
        Key(_("Create a deal"), "briefcase", f"{at}convert/", "leads.convert", "D", is_post=True),
        Key(_("Attach to a deal"), "link", f"{at}convert/", "leads.convert", "A"),
        *(() if lead.client_id else (client,)),
        *((Key(pgettext("an action", "Call"), "phone", call, letter="L", is_dialog=False),) if call else ()),
        Key(_("Write"), "mail", letter, "communications.write", "W", is_dialog=False),
        Key(_("Give to a person"), "user", f"{at}give/", "leads.give", "G"),
        Key(_("Return to the queue"), "arrow-back-up", f"{at}return/", "leads.return_to_queue", "B"),
        Key(_("Postpone"), "clock-pause", f"{at}postpone/", "leads.postpone", "P"),
        Key(_("Reject"), "circle-x", f"{at}reject/", "leads.reject", "R"),
        Key(_("Spam"), "ban", f"{at}spam/", "leads.mark_spam", "S"),
    ]


def _of_closed(lead: Lead) -> list[Key]:
    if lead.deal_id:
        return [Key(_("Open the deal"), "briefcase", f"/deals/{lead.deal_id}/", is_dialog=False, letter="D")]
    return [Key(_("Bring back into work"), "rotate", f"/leads/{lead.pk}/reopen/", "leads.reopen", "B")]


def button(one: Key, *, is_first: bool) -> dict[str, Any]:
    """A button as its template needs it; the first one is the next likely step."""
    return {
        "label": one.label,
        "icon": one.icon,
        "url": one.url,
        "key": f"Key{one.letter}" if one.letter else "",
        "letter": one.letter,
        "primary": is_first,
        "post": one.is_post,
        "dialog": one.is_dialog,
    }


def _last(actor: Actor, lead: Lead) -> Sequence[Entry]:
    """The latest that happened with the client, else with the enquiry."""
    client_id = panels.seen_client(actor, lead)
    found = entries.feed(actor, CLIENT.name, client_id) if client_id else entries.feed(actor, LEAD.name, lead.pk)
    return found[:LAST]


def _entry(entry: Entry, moment: Moment) -> dict[str, Any]:
    known = kinds.KINDS.get(entry.kind)
    return {
        "icon": known.icon if known else "point",
        "who": kinds.told_name(entry.actor_name),
        "what": capfirst(kinds.told(entry.kind, entry.payload)),
        "when": formats.moment_text(entry.at, moment.at, moment.zone),
        "title": formats.moment_full(entry.at, moment.zone),
    }
