"""What the catalogue puts on the shelf."""

from django.utils.translation import gettext_lazy as _

from okno.areas.catalog import commands
from okno.areas.catalog.record import GROUP, ITEM, OFFER, PRICE_TYPE, WAREHOUSE
from okno.areas.catalog.web import look
from okno.kit import portrayal, sold
from okno.kit.registry import CreateItem, MenuItem, Panel, registry

for record in (GROUP, ITEM, OFFER, PRICE_TYPE, WAREHOUSE):
    registry.add_record(record)
registry.add_marking(ITEM.name, commands.archive, commands.bring_back)
portrayal.SUBJECTS.append(GROUP.name)
sold.put_into(sold.Folders(GROUP.name, way="offer__item__group", path="path"))
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
    "catalog.item", Panel("offers", _("Offers"), "catalog/offers.html", look.offers, "catalog.view", side="left")
)
registry.add_panel(
    "catalog.item", Panel("properties", _("Properties"), "catalog/properties.html", look.properties, "catalog.view")
)

__all__ = ["commands"]
