"""What the catalogue puts on the shelf."""

from django.utils.translation import gettext_lazy as _

from okno.areas.catalog import commands, rules
from okno.areas.catalog.commands import travelling
from okno.areas.catalog.record import GROUP, ITEM, OFFER, PRICE_TYPE, WAREHOUSE
from okno.areas.catalog.web import look
from okno.kit import conditions, portrayal, sold
from okno.kit.registry import CreateItem, MenuItem, Panel, Portable, registry

for record in (GROUP, ITEM, OFFER, PRICE_TYPE, WAREHOUSE):
    registry.add_record(record)
registry.add_marking(ITEM.name, commands.archive, commands.bring_back)
registry.add_marking(GROUP.name, commands.archive_group, commands.bring_back_group)
registry.add_marking(PRICE_TYPE.name, commands.archive_price_type, commands.bring_back_price_type)
conditions.keep("catalog.PriceType", "condition", record=rules.CUSTOMERS, label=_("Rules of prices"))
# After segments, which rules of prices name.
registry.add_portable(
    Portable(
        "catalog.price_types",
        _("Price types"),
        travelling.read_types,
        travelling.write_type,
        149,
        travelling.PriceTypePart,
    )
)
registry.add_portable(
    Portable(
        "catalog.price_rules", _("Rules of prices"), travelling.read, travelling.write, 150, travelling.PriceRulePart
    )
)
portrayal.SUBJECTS.append(GROUP.name)
sold.put_into(sold.Folders(GROUP.name, way="offer__item__group", path="path"))
PRICING = (
    commands.set_price_rule,
    commands.drop_price_rule,
    commands.order_price_rules,
    commands.add_price_type,
    commands.update_price_type,
    commands.set_default_price_type,
    commands.archive_price_type,
    commands.bring_back_price_type,
    commands.set_price,
    commands.set_prices,
    commands.add_group,
    commands.update_group,
    commands.archive_group,
    commands.bring_back_group,
)
registry.add_rights("sales-head", "all", *(one.name for one in PRICING))
registry.add_menu(
    MenuItem("goods", _("Catalogue"), "/items/", icon="package", permission="catalog.view", position=10),
    MenuItem("goods", _("Groups of the catalogue"), "/groups/", icon="folder", permission="catalog.view", position=11),
    MenuItem("goods", _("Price types"), "/price-types/", icon="tags", permission="catalog.view", position=12),
    MenuItem(
        "goods", _("Warehouses"), "/warehouses/", icon="building-warehouse", permission="catalog.view", position=13
    ),
)
registry.add_create(CreateItem(_("Item"), "/items/new/", "catalog.add_item", 40))
registry.add_panel(
    "catalog.item",
    Panel("offers", _("Prices and rests"), "catalog/offers.html", look.offers, "catalog.view", side="left"),
)
registry.add_panel(
    "catalog.item", Panel("properties", _("Properties"), "catalog/properties.html", look.properties, "catalog.view")
)

__all__ = ["commands"]
