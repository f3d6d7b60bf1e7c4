"""The address of a card among the addresses of its client: in parts, as the classifier or its own words tell them."""

from __future__ import annotations

from typing import Any

from okno.areas.addresses import queries as addresses
from okno.areas.addresses.queries import Recognised
from okno.areas.clients.models import Client, ClientAddress

ACTUAL = ClientAddress.Kind.ACTUAL
# The place on the map was that of the former text.
NOWHERE: dict[str, Any] = {"latitude": None, "longitude": None, "geo_source": "", "geo_precision": ""}


def told(found: Recognised) -> dict[str, Any]:
    """What is kept beside the text of an address; what could not be told stays in the text."""
    return {"code": found.code[:40], "parts": found.parts, "precision": found.precision}


def follow(client: Client, before: str) -> None:
    """Keep what was typed on a card as the actual address; one that is changed stays the same address of the client."""
    text = client.address.strip()
    if not text or text == before.strip():
        return
    held = ClientAddress.objects.filter(client=client, kind=ACTUAL)
    if held.filter(text__iexact=text).exists():
        return
    values = {"text": text, **told(addresses.recognised(text))}
    was = held.filter(text=before.strip()).order_by("pk").first() if before.strip() else None
    if was is None:
        ClientAddress.objects.create(client=client, kind=ACTUAL, **values)
        return
    ClientAddress.objects.filter(pk=was.pk).update(**values, **NOWHERE)
