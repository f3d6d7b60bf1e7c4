"""The address of a card is kept in parts among the addresses of its client, and stays one when it is changed."""

from __future__ import annotations

import pytest

from okno.access.tests.cast import Cast
from okno.areas.addresses.models import Place
from okno.areas.clients import commands
from okno.areas.clients.models import Client, ClientAddress
from okno.kit import journal
from okno.kit.models import CommandRun

pytestmark = pytest.mark.django_db
TEXT = "170100, г. Тверь, ул. Советская, д. 5, кв. 7"


def addresses_of(client: Client) -> list[ClientAddress]:
    return list(ClientAddress.objects.filter(client=client).order_by("pk"))


def test_address_of_a_new_client_is_kept_in_parts(cast: Cast) -> None:
    client = commands.add(actor=cast.actor("anna"), name="Клён", address=TEXT)

    (kept,) = addresses_of(client)
    assert kept.parts == {
        "post_index": "170100",
        "city": "г. Тверь",
        "street": "ул. Советская",
        "house": "5",
        "flat": "кв. 7",
    }
    assert kept.text == TEXT


def test_address_changed_on_a_card_stays_one_and_leaves_the_map(cast: Cast) -> None:
    client = commands.add(actor=cast.actor("anna"), name="Клён", address=TEXT)
    place = {"latitude": "56.858", "longitude": "35.917", "address_id": addresses_of(client)[0].pk}
    commands.set_coordinates.run(cast.actor("director"), client=client.pk, **place)

    commands.update(actor=cast.actor("anna"), client=client, values={"address": "г. Орёл, пл. Мира, 2"})

    (kept,) = addresses_of(client)
    assert (kept.parts["city"], kept.parts["house"], kept.latitude) == ("г. Орёл", "2", None)


def test_address_that_cannot_be_told_stays_as_text(cast: Cast) -> None:
    client = commands.add(actor=cast.actor("anna"), name="Клён")

    commands.update(actor=cast.actor("anna"), client=client, values={"address": "!!! ???"})

    assert [(one.text, one.parts) for one in addresses_of(client)] == [("!!! ???", {})]


def test_change_of_an_address_is_taken_back_with_its_parts(cast: Cast) -> None:
    client = commands.add(actor=cast.actor("anna"), name="Клён", address=TEXT)
    commands.update(actor=cast.actor("anna"), client=client, values={"address": "г. Орёл, пл. Мира, 2"})

    run = CommandRun.objects.filter(name="clients.update").latest("pk")
    journal.undo.run(cast.actor("director"), run_id=run.pk)

    client.refresh_from_db()
    assert (client.address, addresses_of(client)[0].text) == (TEXT, TEXT)


def test_address_of_a_card_is_named_by_the_classifier_where_it_is_loaded(cast: Cast) -> None:
    city = Place.objects.create(
        region="69", code="6900000100000", level=5, full="Тверская обл, г Тверь", words="тверская тверь"
    )

    client = commands.add(actor=cast.actor("anna"), name="Клён", address="Тверь, д. 7")

    (kept,) = addresses_of(client)
    assert (kept.code, kept.precision, kept.parts["house"]) == (city.code, "settlement", "7")
