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
from okno.areas.catalog.commands.pricing import drop_price_rule, order_price_rules, set_price_rule

__all__ = [
    "Batch",
    "add_item",
    "archive",
    "archive_lost",
    "bring_back",
    "drop_price_rule",
    "name_units",
    "order_price_rules",
    "set_default_price_type",
    "set_price",
    "set_price_rule",
    "take_in_batch",
    "take_pictures",
    "take_prices",
    "take_rests",
    "update",
    "update_price_type",
    "update_warehouse",
]
