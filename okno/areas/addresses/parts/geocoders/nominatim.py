"""
Coordinates from a service that speaks as Nominatim does: `/search?q=…&format=jsonv2`.

The format is that of https://nominatim.org/release-docs/latest/api/Search/ and …/api/Output/; whoever asks names
themselves and a contact, as the terms of use of the public service want it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from okno.kit.http import Door, TransportError

AGENT = "Okno CRM (contact: {email})"
# Ranks of places in the answer: what stands below a street is a house or a thing at it, below a village a street.
HOUSE_RANK, STREET_RANK, SETTLEMENT_RANK = 28, 26, 12


@dataclass(frozen=True, slots=True)
class Found:
    """Where an address is, in degrees of WGS 84, how exact that is, and the place as the service calls it."""

    latitude: Decimal
    longitude: Decimal
    precision: str
    name: str = ""


class _Place(BaseModel):
    """A place of the answer; what else there is in it is left alone."""

    lat: Annotated[Decimal, Field(ge=-90, le=90)]
    lon: Annotated[Decimal, Field(ge=-180, le=180)]
    place_rank: int
    display_name: str = ""


PLACES = TypeAdapter(list[_Place])


@dataclass(frozen=True, slots=True)
class Nominatim:
    """A service by the address of its root, and who is to be written to when our questions are in its way."""

    url: str
    email: str

    def ask(self, out: Door, text: str) -> Found | None:
        """
        Where an address is; None when the service does not know it, or knows no more than its region.

        :raises TransportError: the service was not reached, refused, or its answer cannot be read.
        """
        params = {"q": text, "format": "jsonv2", "limit": "1", "accept-language": "ru", "email": self.email}
        headers = {"User-Agent": AGENT.format(email=self.email)}
        answer = out.get(f"{self.url.rstrip('/')}/search", params=params, headers=headers).checked()
        try:
            places = PLACES.validate_python(answer.json())
        except ValidationError as error:
            raise TransportError(_("The answer cannot be read."), permanent=False, status=answer.status) from error
        precision = precision_of(places[0].place_rank) if places else ""
        if not precision:
            return None
        first = places[0]
        return Found(round(first.lat, 6), round(first.lon, 6), precision, first.display_name)


def precision_of(rank: int) -> str:
    """How exact a place of this rank is; empty for regions and larger ones, whose middle is nobody's address."""
    if rank >= HOUSE_RANK:
        return "house"
    if rank >= STREET_RANK:
        return "street"
    return "settlement" if rank >= SETTLEMENT_RANK else ""
