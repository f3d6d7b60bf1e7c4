"""What the catalogue puts on the shelf."""

from okno.areas.catalog import commands
from okno.areas.catalog.record import GROUP, ITEM, OFFER, PRICE_TYPE, WAREHOUSE
from okno.kit.registry import registry

for record in (GROUP, ITEM, OFFER, PRICE_TYPE, WAREHOUSE):
    registry.add_record(record)

__all__ = ["commands"]
