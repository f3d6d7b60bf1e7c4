"""Coordinates of addresses from a service: asked in turn, at most one question a second, answers kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.addresses import rules
from okno.areas.addresses.models import GeoAnswer
from okno.areas.addresses.parts.geocoders import Found, Nominatim
from okno.kit.commands import command, moment
from okno.kit.errors import Refused
from okno.kit.http import Door, door
from okno.kit.permissions import Actor

# How long it is remembered that the service does not know an address.
UNKNOWN_FOR = timedelta(days=30)
# All processes take turns by this one row; each is given the moment of its question in seconds from now.
TURN = """
insert into addresses_geoturn (id, asked_at) values (1, clock_timestamp())
on conflict (id) do update set
    asked_at = greatest(clock_timestamp(), addresses_geoturn.asked_at + make_interval(secs => %(pause)s))
returning greatest(0, extract(epoch from asked_at - clock_timestamp()))
"""
PAUSE = 1.0


@dataclass(frozen=True)
class Geocoder:
    """The service with a way out to it, open for as long as there are questions."""

    service: Nominatim
    out: Door


@contextmanager
def geocoder() -> Iterator[Geocoder]:
    """The service that the settings name. :raises Refused: they name none."""
    if not settings.OKNO_GEOCODER:
        raise Refused(
            "addresses.no_geocoder",
            _("No service of coordinates is set up: the administrator names it by OKNO_GEOCODER."),
        )
    with door(attempts=1) as out:
        yield Geocoder(Nominatim(settings.OKNO_GEOCODER, settings.OKNO_GEOCODER_EMAIL), out)


def coordinates_of(asked: Geocoder, text: str) -> Found | None:
    """
    Where an address is: as was answered before, else as the service says when it is our turn; that takes a second and
    more, so only jobs ask. None when the service does not know it.

    :raises TransportError: the service does not answer, or refuses.
    """
    key = rules.geo_key(text)
    known = GeoAnswer.objects.filter(service=asked.service.url, key=key).first()
    if known is not None:
        return _found(known)
    with _turn():
        found = asked.service.ask(asked.out, text)
    keep_answer(service=asked.service.url, key=key, found=found)
    return found


def keep_answer(*, service: str, key: str, found: Found | None) -> GeoAnswer:
    """Keep what a service said of an address, also that it does not know it."""
    told = {
        "latitude": found.latitude if found else None,
        "longitude": found.longitude if found else None,
        "precision": found.precision if found else "",
        "name": found.name[:500] if found else "",
        "answered_at": Now(),
    }
    kept, _made = GeoAnswer.objects.update_or_create(service=service, key=key, defaults=told)
    return kept


@command("addresses.forget_unknown", told_as=gettext_lazy("Ask of unknown addresses anew"))
def forget_unknown(*, actor: Actor) -> int:
    """Ask anew of addresses that were not known a month ago; returns of how many."""
    forgotten, _rows = GeoAnswer.objects.filter(latitude=None, answered_at__lt=moment() - UNKNOWN_FOR).delete()
    return forgotten


def _found(known: GeoAnswer) -> Found | None:
    if known.latitude is None or known.longitude is None:
        return None
    return Found(known.latitude, known.longitude, known.precision, known.name)


@contextmanager
def _turn() -> Iterator[None]:
    """Take the next turn and wait for it; the one after it counts from the answer: a slow way shortens no pause."""
    with connection.cursor() as cursor:
        cursor.execute(TURN, {"pause": PAUSE})
        (seconds,) = cursor.fetchone()
    time.sleep(float(seconds))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("update addresses_geoturn set asked_at = greatest(asked_at, clock_timestamp())")
