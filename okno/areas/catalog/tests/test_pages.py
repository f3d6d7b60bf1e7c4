"""Pages of the catalogue: the record contract, prices and rests in the list, groups, pictures, the default prices."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.catalog import commands
from okno.areas.catalog.commands import Batch
from okno.areas.catalog.models import Group, Item, Offer, Picture, PriceType
from okno.areas.catalog.web import pages
from okno.kit import files
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import RecordContract

pytestmark = pytest.mark.django_db

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


class TestItem(RecordContract):
    page, hidden, api, is_everyones = pages.ItemList, "article", "/api/v1/catalog/items", True

    def make(self, cast: Cast, owner: Any) -> Item:
        return commands.add_item(actor=SYSTEM, name="Стеллаж", article="ST-1", price=Decimal(10))


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


@pytest.fixture
def item(cast: Cast) -> Item:
    return commands.add_item(actor=SYSTEM, name="Стеллаж", price=Decimal("1234.5"))


def cells(browser: Browser, url: str) -> list[str]:
    (row,) = browser.get(url).context["page"]["rows"]
    return ["".join(str(one["text"]).split()) for one in row["cells"]]


def test_the_list_shows_the_lowest_price_and_the_rest_of_all_offers(anna: Browser, item: Item) -> None:
    second = Offer.objects.create(item=item, name="Стеллаж, белый", characteristic="white")
    commands.set_price(actor=SYSTEM, offer=second, price=Decimal(999))
    totals = Batch([(offer.pk, Decimal(3)) for offer in item.offers.all()])
    commands.take_rests(actor=SYSTEM, totals=totals, places=Batch([]))

    shown = cells(anna, "/items/")

    assert "999,00₽" in shown
    assert "6" in shown


def test_an_item_marked_for_deletion_leaves_the_list_and_can_be_brought_back(anna: Browser, item: Item) -> None:
    anna.post(f"/mark/catalog.item/{item.pk}/")
    assert anna.get("/items/?tab=all").context["page"]["rows"] == []

    anna.post(f"/items/{item.pk}/bring-back/")

    assert len(anna.get("/items/?tab=all").context["page"]["rows"]) == 1


def test_a_group_opens_the_items_of_the_groups_inside(anna: Browser, item: Item) -> None:
    [(root, _)] = commands.take_in_batch(actor=SYSTEM, kind="group", batch=Batch([(None, {"name": "Мебель"})]))
    commands.take_in_batch(
        actor=SYSTEM, kind="group", batch=Batch([(None, {"name": "Складская мебель", "parent_id": root})])
    )
    Item.objects.update(group=Group.objects.get(parent_id=root))

    answer = anna.get(f"/groups/{root}/", follow=True)

    assert [one["id"] for one in answer.context["page"]["rows"]] == [item.pk]


def test_a_picture_is_shown_and_one_of_another_item_is_missing(anna: Browser, item: Item) -> None:
    stored = files.store(io.BytesIO(PNG), "shelf.png")
    row = (item.pk, "import_files/shelf.png", stored.sha256, "image/png", "Стеллаж", 0)
    commands.take_pictures(actor=SYSTEM, batch=Batch([row]))
    picture = Picture.objects.get()
    other = commands.add_item(actor=SYSTEM, name="Стол")

    answer = anna.get(f"/items/{item.pk}/pictures/{picture.pk}/")

    assert (answer.status_code, answer.getvalue()) == (200, PNG)
    assert anna.get(f"/items/{other.pk}/pictures/{picture.pk}/").status_code == 404


def test_prices_of_another_type_are_used_by_default(anna: Browser, item: Item) -> None:
    wholesale = PriceType.objects.create(name="Оптовая")

    anna.post(f"/price-types/{wholesale.pk}/default/")

    assert list(PriceType.objects.filter(is_default=True)) == [wholesale]


def test_a_price_below_zero_is_refused_beside_the_price(anna: Browser) -> None:
    answer = anna.post("/items/new/", {"name": "Стол", "kind": "goods", "unit": "шт", "price": "-1"})

    assert answer.status_code == 422
    assert not Item.objects.filter(name="Стол").exists()
