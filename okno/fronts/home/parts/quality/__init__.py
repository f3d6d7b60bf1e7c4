"""Criteria of complete cards that are shipped: of clients by their status, and of contacts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.kit.completeness import Criterion, Judged
from okno.kit.kinds import Kind

CONTACT, TASK = "/contacts/new/?client={id}", "/tasks/new/?client={id}"
PORTRAIT = "/portraits/clients.client/{id}/"
TOUCHED = ["call", "meeting", "letter"]


def _filled(key: str) -> dict[str, Any]:
    return {"field": key, "op": "not_empty"}


def _some(relation: str, where: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"some": relation, "where": where} if where else {"some": relation}


def _portrait(share: int) -> dict[str, Any]:
    return {"field": "portrait", "op": "ge", "value": share}


def touched_within(days: int) -> dict[str, Any]:
    """Somebody called, met or wrote to the client in the last days, or the client wrote."""
    since = {"rel": f"-{days}d"}
    done = {"all": [{"field": "kind", "op": "in", "value": TOUCHED}, {"field": "done_at", "op": "ge", "value": since}]}
    return {"any": [_some("tasks", done), _some("letters", {"field": "at", "op": "ge", "value": since})]}


NEXT = _some("tasks", {"field": "state", "op": "eq", "value": "open"})
PHONE_OR_MAIL = {"any": [_filled("phone"), _filled("email")]}
PROSPECT = (
    Criterion(_("Name"), 10, "requisites", _filled("name"), "name"),
    Criterion(_("Phone or e-mail"), 25, "contacts", PHONE_OR_MAIL, "phone"),
    Criterion(_("Source"), 15, "portrait", _filled("source"), "source"),
    Criterion(_("A contact"), 15, "contacts", _some("contacts"), url=CONTACT),
    Criterion(_("Region or city"), 5, "requisites", _filled("city"), "city"),
    Criterion(_("Industry"), 5, "portrait", _filled("x_industry"), "x_industry"),
    Criterion(_("Responsible"), 10, "activity", _filled("owner"), url="/clients/{id}/assign/"),
    Criterion(_("Next action"), 15, "activity", NEXT, url=TASK),
)
ONE_OFF = (
    *PROSPECT,
    Criterion(_("INN"), 10, "requisites", _filled("inn"), "inn"),
    Criterion(_("Post of a contact"), 5, "contacts", _some("contacts", _filled("post")), url=CONTACT),
    Criterion(_("Portrait: at least 40 %"), 10, "portrait", _portrait(40), url=PORTRAIT),
)
DECIDES = _some("contacts", {"field": "role", "op": "eq", "value": "decides"})
AGREED = {"field": "consents", "op": "not_empty"}
CONSENT = {"any": [AGREED, _some("contacts", AGREED)]}
REGULAR = (
    *ONE_OFF,
    Criterion(_("Who decides"), 10, "contacts", DECIDES, url=CONTACT),
    Criterion(_("Birthday of a contact"), 3, "contacts", _some("contacts", _filled("birthday")), url=CONTACT),
    Criterion(_("Address"), 5, "requisites", _filled("address"), "address"),
    Criterion(_("Portrait: at least 80 %"), 15, "portrait", _portrait(80), url=PORTRAIT),
    Criterion(_("Worked with in the last 60 days"), 15, "activity", touched_within(60), url=TASK),
    Criterion(_("Consent to mailings"), 5, "contacts", CONSENT, url="/clients/{id}/consent/"),
)
SLEEPING = (
    Criterion(_("Worked with in the last 180 days"), 30, "activity", touched_within(180), url=TASK),
    Criterion(_("Why they left"), 20, "portrait", _filled("x_leave_reason"), "x_leave_reason"),
    Criterion(_("Next action"), 30, "activity", NEXT, url=TASK),
    Criterion(_("Phone"), 20, "contacts", _filled("phone"), "phone"),
)
PEOPLE = (
    Criterion(_("Name"), 20, "requisites", _filled("name"), "name"),
    Criterion(_("Phone or e-mail"), 40, "contacts", PHONE_OR_MAIL, "phone"),
    Criterion(_("Post"), 15, "requisites", _filled("post"), "post"),
    Criterion(_("Role in deals"), 15, "portrait", {"field": "role", "op": "not_empty"}, "role"),
    Criterion(_("Birthday"), 10, "portrait", _filled("birthday"), "birthday"),
)
# Clients who are lost or refused are not judged until somebody says how.
CLIENTS = Judged(
    "clients.client",
    by="status",
    active=touched_within(90),
    criteria={"prospect": PROSPECT, "one_off": ONE_OFF, "regular": REGULAR, "sleeping": SLEEPING},
    fields={
        "industry": (_("Industry"), Kind.TEXT),
        "leave_reason": (_("Why they left"), Kind.TEXT),
    },
)
CONTACTS = Judged("clients.contact", criteria={"": PEOPLE})
