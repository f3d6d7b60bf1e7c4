"""Commands of the catalogue: batches that write only what differs, items by hand, units and VAT in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okno.areas.catalog import commands, queries, rules
from okno.areas.catalog.commands import Batch
from okno.areas.catalog.models import Group, Item, Offer, Price, PriceType, Warehouse
from okno.kit.errors import Refused
from okno.kit.models import Change, CommandRun
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db


def take(kind: str, *rows: tuple[int | None, dict[str, object]]) -> list[tuple[int, str]]:
    return commands.take_in_batch(actor=SYSTEM, kind=kind, batch=Batch(list(rows)))


def test_take_in_batch_makes_changes_and_leaves_alone() -> None:
    (first, _), (second, _) = take("item", (None, {"name": "Ботинки"}), (None, {"name": "Шнурки", "article": "L-1"}))
    before = Item.objects.get(pk=second)

    taken = take("item", (first, {"name": "Сапоги"}), (second, {"name": "Шнурки"}), (None, {"name": "Стельки"}))

    assert [result for _row_id, result in taken] == ["updated", "unchanged", "created"]
    assert Item.objects.get(pk=first).version == 2
    assert Item.objects.values().get(pk=second) == {**Item.objects.values().get(pk=second), "version": before.version}
    assert Item.objects.get(pk=second).article == "L-1"


def test_take_in_batch_is_one_run_with_all_its_changes() -> None:
    take("item", *((None, {"name": f"Товар {number}"}) for number in range(7)))

    run = CommandRun.objects.get(name="catalog.take_in_batch")
    assert run.args["batch"] == "7 rows"
    assert Change.objects.filter(run=run, op="I", table_name="catalog_item").count() == 7


def test_take_in_batch_merges_properties() -> None:
    [(row_id, _)] = take("item", (None, {"name": "Ботинки", "properties": {"1": ["red"]}}))

    take("item", (row_id, {"properties": {"2": ["41"]}}))

    assert Item.objects.get().properties == {"1": ["red"], "2": ["41"]}


def test_groups_know_their_path() -> None:
    [(root, _), (child, _)] = take("group", (None, {"name": "Обувь"}), (None, {"name": "Зимняя"}))

    take("group", (child, {"parent_id": root}))

    assert Group.objects.get(pk=child).path == f"/{root}/{child}/"


def test_take_prices_and_rests_tell_only_what_changed() -> None:
    item = commands.add_item(actor=SYSTEM, name="Ботинки", price=Decimal(10))
    offer, price_type = item.offers.get(), PriceType.objects.get()
    place = Warehouse.objects.create(name="Склад")
    prices = Batch([(offer.pk, price_type.pk, Decimal(0), Decimal(12), "RUB", "", Decimal(1))])
    totals, places = Batch([(offer.pk, Decimal(3))]), Batch([(offer.pk, place.pk, Decimal(3))])

    first = (commands.take_prices(actor=SYSTEM, batch=prices),
             commands.take_rests(actor=SYSTEM, totals=totals, places=places))  # fmt: skip
    second = (commands.take_prices(actor=SYSTEM, batch=prices),
              commands.take_rests(actor=SYSTEM, totals=totals, places=places))  # fmt: skip

    assert (first, second) == (({offer.pk}, {offer.pk}), (set(), set()))
    assert (Price.objects.get().value, Offer.objects.get().rest) == (Decimal(12), Decimal(3))


def test_price_of_takes_the_price_from_the_quantity_on() -> None:
    item = commands.add_item(actor=SYSTEM, name="Ботинки", price=Decimal(10))
    offer, price_type = item.offers.get(), PriceType.objects.get()
    wholesale = (offer.pk, price_type.pk, Decimal(100), Decimal(8), "RUB", "", Decimal(1))
    commands.take_prices(actor=SYSTEM, batch=Batch([wholesale]))

    found = [queries.price_of(offer, quantity=Decimal(number)) for number in (1, 100)]

    assert [one.value for one in found if one] == [10, 8]


def test_add_item_asks_for_a_name() -> None:
    with pytest.raises(Refused):
        commands.add_item(actor=SYSTEM, name="  ")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("20", "20"),
        ("20%", "20"),
        ("НДС 10%", "10"),
        ("Без НДС", "none"),
        ("0", "0"),
        ("", ""),
        ("33", ""),
        ("20/120", ""),
    ],
)
def test_vat_is_read_as_1c_writes_it(text: str, code: str) -> None:
    assert rules.vat_code(text) == code


@pytest.mark.parametrize(("code", "name"), [("796", "шт"), ("6", "м"), ("0796", ""), ("999", "")])
def test_unit_is_named_by_its_code(code: str, name: str) -> None:
    assert rules.unit_name(code) == name
