"""Whoever asks: found over clients, contacts and deals by one box, and what one has to know of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from okno.areas.billing import queries as billing
from okno.areas.clients import queries as clients
from okno.areas.clients.models import Client, Prospect
from okno.areas.clients.record import CLIENT, CONTACT, PROSPECT
from okno.areas.deals import queries as deals
from okno.areas.deals.record import DEAL
from okno.areas.leads.web import panels
from okno.areas.leads.web.forms import split
from okno.kit import formats
from okno.kit.permissions import Actor, facing
from okno.kit.rows import searching
from okno.kit.rows.cells import short_name
from okno.kit.rows.layouts import on_other_layout

FEW, MOST = 5, 8
# Digits before it press the buttons that are there for any caller.
FIRST_KEY = 5
# What was typed into the box goes along to whatever is chosen.
FACTS = ("phone", "email", "city")
TYPED = ("name", "phone", "email", "inn")


def search(actor: Actor, who: str) -> dict[str, Any]:
    """
    Clients, contacts and deals that a phone, a mail address, an INN, a name or a number belongs to; what finds nobody
    is tried as typed on the other keyboard layout.
    """
    if not who:
        return {"people": [], "others": [], "who": ""}
    parts = split(who)
    people, others = _known(actor, who)
    if not people and (other := on_other_layout(who)):
        people, others = _known(actor, other)
    fresh: dict[str, Any] = {
        "title": who,
        "hint": _("somebody new"),
        "icon": "user-plus",
        "query": {},
        "client": None,
        "is_new": True,
    }
    typed = {key: parts.get(key, "") for key in TYPED}
    found = [*people[:MOST], fresh]
    for one in found:
        # A part of a name that found somebody is not the name of whoever asks.
        given = typed if one.get("is_new") else {**typed, "name": ""}
        one["query"] = {name: value for name, value in {**given, **one["query"]}.items() if value}
        one["url"] = f"/leads/intake/?{urlencode({'part': 'about', **one['query']})}"
    return {"people": found, "others": others, "who": who}


def _known(actor: Actor, who: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Those whom a text may mean, and open enquiries of theirs."""
    known = panels.known_of(actor, split(who), who)
    people = [_client_line(one) for one in known.get("people", [])]
    for more in (_contacts(actor, who), _by_deal(actor, who), _prospects(actor, who)):
        seen = {(one["client"], one["title"]) for one in people}
        people += [one for one in more if (one["client"], one["title"]) not in seen]
    return people, known.get("others", [])


def is_one(found: Mapping[str, Any]) -> bool:
    """Whether one known person alone was found, besides somebody new."""
    people = found["people"]
    return len(people) == 2 and people[0]["client"] is not None


def title_of(typed: Mapping[str, str]) -> str:
    """What somebody new is called."""
    return typed["name"] or typed["phone"] or typed["email"] or typed["inn"] or _("Somebody new")


def client_context(actor: Actor, client: Client) -> dict[str, Any]:
    """What one has to know of a client before saying anything."""
    owner, facing_client = client.owner, facing(actor, client)
    open_deals = deals.open_deals_of_client(actor, client.pk)[:FEW] if actor.may("deals.view") else []
    return {
        "id": client.pk,
        "url": CLIENT.url_of(client.pk),
        "name": client.name,
        "status": client.get_status_display(),
        "facts": [
            value for key in FACTS if facing_client.sees_field(CLIENT.name, key) and (value := getattr(client, key))
        ],
        "owner": short_name(owner.name) if owner else "",
        "is_redirectable": bool(owner and owner.pk != actor.user_id),
        "is_here": bool(owner and owner.is_active and owner.is_available),
        "debts": _unpaid(actor, client),
        "deals": [
            {
                "id": one.pk,
                "url": DEAL.url_of(one.pk),
                "title": one.title,
                "stage": one.stage.name,
                "colour": one.stage.colour,
                "key": key,
            }
            for key, one in enumerate(open_deals, FIRST_KEY)
        ],
    }


def _client_line(one: Mapping[str, Any]) -> dict[str, Any]:
    hint = " · ".join(str(part) for part in (one["reason"], one["owner"]) if part)
    query = {"client": one["id"]} if one["id"] else {}
    title = one["name"] or _("somebody else's client")
    return {"title": title, "hint": hint, "icon": "building", "query": query, "client": one["id"]}


def _contacts(actor: Actor, who: str) -> list[dict[str, Any]]:
    rows = searching.matching(actor, CONTACT, clients.contacts(actor), who).select_related("client").order_by("-id")
    return [
        {
            "title": one.name,
            "hint": " · ".join(part for part in (one.post, one.client.name if one.client else "") if part),
            "icon": "user",
            "query": {"contact": one.pk, "client": one.client_id},
            "client": one.client_id,
        }
        for one in rows[:FEW]
    ]


def _prospects(actor: Actor, who: str) -> list[dict[str, Any]]:
    """Prospects of this name or phone that are no clients yet: what they said of themselves goes along."""
    rows = searching.matching(actor, PROSPECT, clients.prospects(actor).filter(client=None), who).order_by("-id")
    return [
        {
            "title": one.name,
            "hint": " · ".join([str(PROSPECT.label), one.get_status_display(), one.batch][: 3 if one.batch else 2]),
            "icon": "user-search",
            "query": {"name": one.person or ("" if one.kind == "company" else one.name), "prospect": one.pk}
            | _open(actor, one),
            "client": None,
        }
        for one in rows[:FEW]
    ]


def prospect_context(actor: Actor, prospect: Prospect) -> dict[str, Any]:
    """What one has to know of a prospect before saying anything."""
    facing_prospect, owner = facing(actor, prospect), prospect.owner
    return {
        "id": prospect.pk,
        "url": PROSPECT.url_of(prospect.pk),
        "name": prospect.name if facing_prospect.sees_field(PROSPECT.name, "name") else "",
        "status": prospect.get_status_display(),
        "facts": [
            value
            for key in (*FACTS, "batch")
            if facing_prospect.sees_field(PROSPECT.name, key) and (value := getattr(prospect, key))
        ],
        "owner": short_name(owner.name) if owner else "",
    }


def _open(actor: Actor, one: Any) -> dict[str, str]:
    return {key: getattr(one, key) for key in ("phone", "email", "inn") if actor.sees_field(PROSPECT.name, key)}


def _by_deal(actor: Actor, who: str) -> list[dict[str, Any]]:
    """Clients by the number of their deal."""
    if not actor.may("deals.view"):
        return []
    rows = deals.deals(actor).filter(number=who).exclude(number="").select_related("client")
    return [
        {
            "title": one.client.name,
            "hint": _("deal %(number)s: %(title)s") % {"number": one.number, "title": one.title},
            "icon": "briefcase",
            "query": {"client": one.client_id},
            "client": one.client_id,
        }
        for one in rows[:FEW]
    ]


def _unpaid(actor: Actor, client: Client) -> str:
    """How many invoices of the client are not paid."""
    count = billing.unpaid(actor).filter(client_id=client.pk).count() if actor.may("billing.view") else 0
    return formats.quantity_text(count) if count else ""
