"""Clients on the map: reach and filter hold there too, many points come together, coordinates are kept."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.test import override_settings

from okno.access.tests.cast import Cast
from okno.areas.clients import commands, rules
from okno.areas.clients.models import Client, ClientAddress
from okno.areas.clients.tests.factories import a_client
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import SYSTEM
from okno.kit.rows import mapping
from okno.kit.testing.query_counts import check_few, statements
from okno.kit.testing.record_contract import HTMX

pytestmark = pytest.mark.django_db


def placed(client: Client, latitude: str, longitude: str, precision: str = "house") -> ClientAddress:
    address = commands.add_address(actor=SYSTEM, client=client, text="Тверь, Советская, 5")
    point = {"latitude": Decimal(latitude), "longitude": Decimal(longitude), "precision": precision}
    made: ClientAddress = commands.set_coordinates(actor=SYSTEM, client=client, address_id=address.pk, **point)
    return made


@pytest.fixture
def shown(cast: Cast) -> Client:
    client = a_client(cast.anna, name="ООО «Ромашка»")
    placed(client, "56.858700", "35.917600")
    return client


def points_of(browser: Browser, url: str = "/clients/?mode=map") -> list[dict[str, Any]]:
    points: list[dict[str, Any]] = browser.get(url).context["page"]["map"]["points"]
    return points


def names(points: list[dict[str, Any]]) -> list[str]:
    return sorted(row["name"] for one in points for row in one["rows"])


def seen(browser: Browser, box: str) -> list[dict[str, Any]]:
    points: list[dict[str, Any]] = browser.get(f"/clients/?part=points&box={box}", headers=HTMX).json()["points"]
    return points


def test_a_point_keeps_where_it_is_how_exactly_and_who_said_so(shown: Client) -> None:
    address = ClientAddress.objects.get()

    assert (address.latitude, address.longitude) == (Decimal("56.858700"), Decimal("35.917600"))
    assert (address.geo_precision, address.geo_source) == ("house", "hand")
    commands.set_coordinates(actor=SYSTEM, client=shown, address_id=address.pk)
    address.refresh_from_db()
    assert (address.latitude, address.geo_source) == (None, "")


@pytest.mark.parametrize(("latitude", "longitude"), [("91", "0"), ("0", "181"), ("10", None)])
def test_a_point_lies_on_the_earth(shown: Client, latitude: str, longitude: str | None) -> None:
    address = ClientAddress.objects.get()
    point = {"latitude": Decimal(latitude), "longitude": Decimal(longitude) if longitude else None}

    with pytest.raises(Refused):
        commands.set_coordinates(actor=SYSTEM, client=shown, address_id=address.pk, **point)


def test_the_address_of_another_client_gets_no_point(cast: Cast, shown: Client) -> None:
    other = a_client(cast.anna, name="Другая")

    with pytest.raises(Missing):
        commands.set_coordinates(actor=SYSTEM, client=other, address_id=ClientAddress.objects.get().pk)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("56.858, 35.917", (Decimal("56.858000"), Decimal("35.917000"))),
        ("56,858; 35,917", (Decimal("56.858000"), Decimal("35.917000"))),
        ("-33.86 151.2", (Decimal("-33.860000"), Decimal("151.200000"))),
        ("", None),
    ],
)
def test_coordinates_are_read_as_maps_give_them(text: str, point: object) -> None:
    assert rules.read_point(text) == point


@pytest.mark.parametrize("text", ["Тверь", "1", "99, 10"])
def test_what_is_no_point_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        rules.read_point(text)


def test_the_map_shows_clients_within_reach(cast: Cast, client: Browser, shown: Client) -> None:
    placed(a_client(cast.boris, name="Бориса"), "55.75", "37.61")
    client.force_login(cast.anna)

    assert names(points_of(client)) == ["ООО «Ромашка»"]
    client.force_login(cast.stranger)
    assert client.get("/clients/?mode=map").status_code == 403


def test_the_filter_of_the_list_holds_on_the_map(cast: Cast, client: Browser, shown: Client) -> None:
    placed(a_client(cast.anna, name="Луч", kind="sole"), "55.75", "37.61")
    client.force_login(cast.anna)
    where = json.dumps({"all": [{"field": "kind", "op": "in", "value": ["sole"]}]})

    assert names(points_of(client, f"/clients/?mode=map&f={where}")) == ["Луч"]
    assert names(points_of(client, "/clients/?mode=map&q=Ромашка")) == ["ООО «Ромашка»"]


def test_only_points_of_the_part_that_is_seen_are_sent(cast: Cast, client: Browser, shown: Client) -> None:
    client.force_login(cast.anna)

    near, far, spoilt = seen(client, "35.9,56.8,36,56.9"), seen(client, "37,55,38,56"), seen(client, "here")

    assert (names(near), far, spoilt) == (["ООО «Ромашка»"], [], [])


def test_neighbours_come_together_until_one_looks_closer(cast: Cast, client: Browser) -> None:
    for number in range(4):
        city = "Тверь" if number else "Ярославль"
        placed(a_client(cast.anna, name=f"Тверь {number}", city=city), f"56.85870{number}", "35.9176")
    placed(a_client(cast.anna, name="Москва"), "55.7558", "37.6173")
    client.force_login(cast.anna)

    found, closer = points_of(client), seen(client, "35.91,56.85,35.92,56.86")

    assert (found[0]["count"], found[0]["note"], found[0]["rows"]) == (4, "Тверь", [])
    assert names(found) == ["Москва"]
    assert names(closer) == [f"Тверь {number}" for number in range(4)]


def test_all_of_one_spot_are_named_however_far_one_looks_from(cast: Cast, client: Browser) -> None:
    for number in range(22):
        placed(a_client(cast.anna, name=f"Тверь {number}"), "56.8587", "35.9176")
    placed(a_client(cast.anna, name="Москва"), "55.7558", "37.6173")
    client.force_login(cast.anna)

    [many] = [one for one in points_of(client) if one["count"] > 1]

    assert (many["count"], len(many["rows"])) == (22, mapping.NAMED)
    assert "2" in many["more"]


def test_more_spots_than_a_browser_draws_come_together(
    cast: Cast, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "MOST_SPOTS", 3)
    for number in range(4):
        placed(a_client(cast.anna, name=f"Тверь {number}"), f"56.85870{number}", "35.9176")
    client.force_login(cast.anna)

    assert [one["count"] for one in points_of(client)] == [4]


def test_a_closed_address_is_not_on_the_map(cast: Cast, client: Browser, shown: Client) -> None:
    cast.hide("anna", "clients.client.address")
    client.force_login(cast.anna)
    page = client.get("/clients/?mode=map")

    assert "map" not in page.context["page"]
    assert "map" not in [one["icon"].partition("-")[0] for one in page.context["page"]["mode_links"]]
    assert client.get("/clients/?part=points&box=35.9,56.8,36,56.9", headers=HTMX).status_code == 404


def test_the_map_says_that_it_has_no_tiles_until_they_are_set(cast: Cast, client: Browser, shown: Client) -> None:
    client.force_login(cast.anna)
    bare = client.get("/clients/?mode=map").content.decode()
    with override_settings(OKNO_MAP_TILES="https://tiles.example/{z}/{x}/{y}.png", OKNO_MAP_ATTRIBUTION="© Пример"):
        full = client.get("/clients/?mode=map").content.decode()

    assert "OKNO_MAP_TILES" in bare
    assert 'data-map-tiles-value="https://tiles.example/{z}/{x}/{y}.png"' in full
    assert "OKNO_MAP_TILES" not in full


def test_the_map_is_few_statements(cast: Cast, client: Browser, shown: Client) -> None:
    for number in range(20):
        placed(a_client(cast.anna, name=f"Тверь {number}"), f"56.8{number:02}", "35.9176")
    client.force_login(cast.anna)

    check_few(statements(lambda: client.get("/clients/?mode=map")))


def test_the_form_sets_the_point_of_the_address(cast: Cast, client: Browser, shown: Client) -> None:
    address = ClientAddress.objects.get()
    client.force_login(cast.anna)
    url = f"/clients/{shown.pk}/coordinates/?row={address.pk}"

    known = client.get(url, headers=HTMX).content.decode()
    wrong = client.post(url, {"row": address.pk, "point": "Тверь", "precision": "street"}, headers=HTMX)
    right = client.post(url, {"row": address.pk, "point": "57.0, 36.0", "precision": "street"}, headers=HTMX)

    address.refresh_from_db()
    assert "56.858700, 35.917600" in known
    assert (wrong.status_code, right.status_code, address.geo_precision) == (422, 204, "street")
