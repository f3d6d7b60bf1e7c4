"""How a way to reach somebody is read by its kind. Pure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from okno.areas.clients.rules.cards import Point, email_point, phone_point
from okno.kit import contacts
from okno.kit.errors import Refused


def messenger_point(text: str) -> Point:
    """A name in a messenger as it is shown and compared. :raises Refused: it is none."""
    found = contacts.normal_messenger(text)
    if found is None:
        raise Refused(
            "clients.bad_messenger",
            _("“%(text)s” is no messenger: write @name, t.me/name or “WhatsApp: +7…”."),
            text=text,
            missing=["value"],
        )
    return Point("messenger", found.shown, found.key)


def site_point(text: str) -> Point:
    """A site as it is shown and by the domain by which it is compared. :raises Refused: it is none."""
    tidy = text.strip()
    domain = contacts.domain_key(tidy)
    if not domain:
        raise Refused("clients.bad_site", _("“%(text)s” is no site of a company."), text=text, missing=["value"])
    return Point("site", tidy[:254], domain)


READERS = {"phone": phone_point, "email": email_point, "messenger": messenger_point, "site": site_point}


def point_like(text: str) -> Point:
    """
    A way to reach somebody, by what it looks like: a mail address, a messenger, a phone or a site.

    :raises Refused: it looks like none of them.
    """
    for kind in ("email", "messenger", "phone", "site"):
        try:
            return READERS[kind](text)
        except Refused:
            continue
    raise Refused(
        "clients.bad_way",
        _("“%(text)s” is neither a phone nor a mail address, a messenger or a site."),
        text=text,
        missing=["value"],
    )


def point_of(kind: str, text: str) -> Point:
    """
    A way to reach somebody, by its kind.

    :raises Refused: there is no such kind, or the text cannot be read.
    """
    if kind not in READERS:
        raise Refused("clients.bad_point", _("There is no such way to reach somebody."), missing=["kind"])
    return READERS[kind](text)
