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
    update,
    update_warehouse,
)
from okno.areas.catalog.commands.groups import add_group, archive_group, bring_back_group, update_group
from okno.areas.catalog.commands.price_types import (
    add_price_type,
    archive_price_type,
    bring_back_price_type,
    set_default_price_type,
    set_price,
    set_prices,
    update_price_type,
)
from okno.areas.catalog.commands.pricing import drop_price_rule, order_price_rules, set_price_rule

__all__ = [
    "Batch",
    "add_group",
    "add_item",
    "add_price_type",
    "archive",
    "archive_group",
    "archive_lost",
    "archive_price_type",
    "bring_back",
    "bring_back_group",
    "bring_back_price_type",
    "drop_price_rule",
    "name_units",
    "order_price_rules",
    "set_default_price_type",
    "set_price",
    "set_price_rule",
    "set_prices",
    "take_in_batch",
    "take_pictures",
    "take_prices",
    "take_rests",
    "update",
    "update_group",
    "update_price_type",
    "update_warehouse",
]
