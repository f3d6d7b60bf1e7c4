"""Coordinates of addresses from a service: asked of what is within reach, in turn, once, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.addresses.models import GeoAnswer
from okno.areas.clients import commands
from okno.areas.clients.commands.locating import find
from okno.areas.clients.models import Client, ClientAddress
from okno.areas.clients.tests.factories import a_client
from okno.kit.errors import Refused
from okno.kit.jobs import Progress
from okno.kit.models import JobRun
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.testing.fakes.nominatim import NominatimPeer, nominatim_peer
from okno.kit.testing.record_contract import HTMX

pytestmark = [pytest.mark.django_db, pytest.mark.allow_hosts(["127.0.0.1"])]
TVER, ORYOL = "Тверь, Советская, 5", "Орёл, Ленина, 1"


@pytest.fixture
def peer(settings: Any) -> Iterator[NominatimPeer]:
    with nominatim_peer() as found:
        settings.OKNO_GEOCODER, settings.OKNO_GEOCODER_EMAIL = found.url, "admin@romashka.example"
        settings.OKNO_HTTP_PRIVATE = ("127.0.0.1",)
        yield found


def address(client: Client, text: str) -> ClientAddress:
    return commands.add_address(actor=SYSTEM, client=client, text=text)


def found(actor: Actor, **args: Any) -> dict[str, Any]:
    return find(Progress(JobRun.objects.create(work="x", label="x")), actor, **args)


def test_coordinates_are_found_with_how_exact_they_are(cast: Cast, peer: NominatimPeer) -> None:
    house, town = (address(a_client(cast.anna), text) for text in (TVER, ORYOL))
    peer.knows(TVER, "56.8587123", "35.9176")
    peer.knows(ORYOL, "52.9668", "36.0624", rank=16)

    told = found(cast.actor("anna"))

    for row in (house, town):
        row.refresh_from_db()
    assert (told["done"], told["refused"], peer.refused) == (2, [], [])
    assert (house.latitude, house.geo_precision, house.geo_source) == (Decimal("56.858712"), "house", "geocoder")
    assert (town.longitude, town.geo_precision) == (Decimal("36.062400"), "settlement")


def test_the_same_address_is_asked_of_once(cast: Cast, peer: NominatimPeer) -> None:
    first, second = (address(a_client(cast.anna), text) for text in (TVER, TVER.upper()))
    peer.knows(TVER, "56.8587", "35.9176")

    found(cast.actor("anna"), ids=[first.pk])
    found(cast.actor("anna"), ids=[second.pk])

    second.refresh_from_db()
    assert (peer.asked, second.latitude) == ([TVER], Decimal("56.858700"))


@pytest.mark.parametrize("rank", [None, 8])
def test_what_the_service_does_not_know_stays_without_coordinates(
    cast: Cast, peer: NominatimPeer, rank: int | None
) -> None:
    row = address(a_client(cast.anna), TVER)
    if rank:
        peer.knows(TVER, "56.8587", "35.9176", rank=rank)

    told = found(cast.actor("anna"))
    found(cast.actor("anna"))

    row.refresh_from_db()
    assert (row.latitude, told["done"], told["refused_count"], len(peer.asked)) == (None, 0, 1, 1)
    assert GeoAnswer.objects.get().latitude is None


def test_only_clients_within_reach_without_coordinates_are_asked_of(cast: Cast, peer: NominatimPeer) -> None:
    placed = address(a_client(cast.anna), ORYOL)
    point = {"latitude": Decimal(50), "longitude": Decimal(40)}
    commands.set_coordinates(actor=SYSTEM, client=placed.client, address_id=placed.pk, **point)
    address(a_client(cast.boris), "Тайная, 1")
    address(a_client(cast.anna), TVER)

    found(cast.actor("anna"))

    assert peer.asked == [TVER]


@pytest.mark.parametrize(("status", "body"), [(403, None), (200, b"<html>"), (200, b'[{"lat": "here"}]')])
def test_a_service_that_refuses_is_left_alone_and_nothing_is_kept(
    cast: Cast, peer: NominatimPeer, status: int, body: bytes | None
) -> None:
    address(a_client(cast.anna), TVER)
    peer.status, peer.body = status, body

    told = ""
    try:
        told = str(found(cast.actor("anna"))["refused"])
    except Refused as refusal:
        told = refusal.message

    assert told != ""
    assert not GeoAnswer.objects.exists()
    assert ClientAddress.objects.get().latitude is None


def test_without_a_service_nothing_is_asked(cast: Cast) -> None:
    row = address(a_client(cast.anna), TVER)

    with pytest.raises(Refused):
        commands.locate(actor=cast.actor("anna"), client=row.client, address_id=row.pk)
    with pytest.raises(Refused):
        commands.locate_all(actor=cast.actor("anna"))


def test_hidden_addresses_are_not_sent_anywhere(cast: Cast, peer: NominatimPeer) -> None:
    row = address(a_client(cast.anna), TVER)
    cast.hide("anna", "clients.client.address")

    with pytest.raises(Refused):
        commands.locate(actor=cast.actor("anna"), client=row.client, address_id=row.pk)
    with pytest.raises(Refused):
        commands.locate_all(actor=cast.actor("anna"))


def test_the_card_and_the_map_offer_it_where_a_service_is_set_up(
    cast: Cast, peer: NominatimPeer, client: Browser
) -> None:
    row = address(a_client(cast.anna), TVER)
    client.force_login(cast.anna)
    card = client.get(
        f"/clients/{row.client_id}/", {"part": "panel", "panel": "addresses"}, headers=HTMX
    ).content.decode()

    one = client.post(f"/clients/{row.client_id}/locate/", {"row": row.pk}, headers=HTMX)
    all_ = client.post("/clients/locate/")

    jobs = list(JobRun.objects.order_by("pk").values_list("pk", "args"))
    assert f"/clients/{row.client_id}/locate/" in card
    assert "/clients/locate/" in client.get("/clients/?mode=map").content.decode()
    assert [args for _pk, args in jobs] == [{"ids": [row.pk]}, {}]
    assert (one["HX-Redirect"], all_["Location"]) == (f"/jobs/{jobs[0][0]}/", f"/jobs/{jobs[1][0]}/")
    assert client.post("/clients/locate/").status_code != 302
