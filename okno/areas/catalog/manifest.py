"""What the catalogue puts on the shelf."""

from okno.areas.catalog.record import ITEM, OFFER
from okno.kit.registry import registry

registry.add_record(ITEM)
registry.add_record(OFFER)
