"""What a base of 1C keeps is not changed here by hand, until the exchange with it stops."""

from __future__ import annotations

import pytest

from okno.areas.catalog import commands as catalog
from okno.areas.catalog.models import Group, Item, PriceType
from okno.fronts.exchange.models import Connection
from okno.fronts.exchange.tests import files
from okno.kit import masters
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM
from okno.kit.testing.fakes.onec import OneC

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def base(onec: OneC) -> Connection:
    onec.exchange_catalogue(files.SET)
    return Connection.objects.get()


def kinds() -> list[int]:
    return list(PriceType.objects.values_list("pk", flat=True))


def test_price_types_and_groups_of_1c_are_changed_in_1c(base: Connection) -> None:
    kind, group = PriceType.objects.earliest("pk"), Group.objects.earliest("pk")

    with pytest.raises(Refused, match=base.name):
        catalog.update_price_type(actor=SYSTEM, price_type=kind, values={"name": "Наша"})
    with pytest.raises(Refused, match=base.name):
        catalog.update_group(actor=SYSTEM, group=group, values={"name": "Наша"})


def test_a_connection_that_works_no_more_keeps_nothing(base: Connection) -> None:
    kept = masters.of("catalog.price_type", kinds())

    Connection.objects.update(is_active=False)

    assert set(kept.values()) == {base.name}
    assert masters.of("catalog.price_type", kinds()) == {}


def test_a_column_that_is_left_to_us_is_changed_here(base: Connection) -> None:
    item = Item.objects.earliest("pk")
    with pytest.raises(Refused, match=base.name):
        catalog.update(actor=SYSTEM, item=item, values={"group": None})

    Connection.objects.update(options={"crm_fields": ["group_id"]})
    catalog.update(actor=SYSTEM, item=item, values={"group": None})

    assert Item.objects.get(pk=item.pk).group is None
