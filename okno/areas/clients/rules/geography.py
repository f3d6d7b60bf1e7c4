"""Addresses, and coordinates as people write them. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from okno.areas.clients.models import ClientAddress
from okno.kit.errors import Refused

NORTH, EAST = Decimal(90), Decimal(180)
_PAIR = re.compile(r"(?P<latitude>-?\d{1,2}(?:[.,]\d+)?)[\s,;]+(?P<longitude>-?\d{1,3}(?:[.,]\d+)?)")


def check_on_earth(latitude: Decimal | None, longitude: Decimal | None) -> None:
    """:raises Refused: the point lies nowhere on the earth, or only one coordinate is given."""
    if (latitude is None) != (longitude is None):
        raise Refused("clients.half_point", _("Give both coordinates, or none."), missing=["point"])
    if latitude is not None and longitude is not None and (abs(latitude) > NORTH or abs(longitude) > EAST):
        raise Refused("clients.not_on_earth", _("There is no such point on the earth."), missing=["point"])


def check_address(kind: str, text: str) -> None:
    """:raises Refused: an address is empty, or there is no such kind of addresses."""
    if kind not in ClientAddress.Kind.values:
        raise Refused("clients.bad_address", _("There is no such kind of address."), missing=["kind"])
    if not text.strip():
        raise Refused("clients.no_address", _("Write the address."), missing=["text"])


def read_point(text: str) -> tuple[Decimal, Decimal] | None:
    """
    Latitude and longitude as maps give them: `56.858, 35.917`; None for an empty text.

    :raises Refused: they cannot be read.
    """
    if not text.strip():
        return None
    found = _PAIR.fullmatch(text.strip())
    if found is None:
        raise Refused("clients.bad_point", _("Write latitude and longitude: 56.858, 35.917."), missing=["point"])
    latitude, longitude = (Decimal(found[name].replace(",", ".")) for name in ("latitude", "longitude"))
    check_on_earth(latitude, longitude)
    return round(latitude, 6), round(longitude, 6)


def check_can_locate(*, is_open: bool) -> None:
    """:raises Refused: no service of coordinates is set up, or the address may not be looked at."""
    if not settings.OKNO_GEOCODER:
        raise Refused(
            "addresses.no_geocoder",
            _("No service of coordinates is set up: the administrator names it by OKNO_GEOCODER."),
        )
    check_sees_addresses(is_open=is_open)


def check_sees_addresses(*, is_open: bool) -> None:
    """:raises Refused: addresses may not be looked at."""
    if not is_open:
        raise Refused("clients.address_closed", _("Addresses are closed to you."))
