"""Writes of the catalogue: by hand one at a time, from other systems in batches."""

from okno.areas.catalog.commands.batches import (
    Batch,
    archive_lost,
    name_units,
    take_in_batch,
    take_pictures,
    take_prices,
    take_rests,
)
from okno.areas.catalog.commands.editing import (
    add_item,
    archive,
    bring_back,
    set_default_price_type,
    set_price,
    update,
    update_price_type,
    update_warehouse,
)

__all__ = [
    "Batch",
    "add_item",
    "archive",
    "archive_lost",
    "bring_back",
    "name_units",
    "set_default_price_type",
    "set_price",
    "take_in_batch",
    "take_pictures",
    "take_prices",
    "take_rests",
    "update",
    "update_price_type",
    "update_warehouse",
]
