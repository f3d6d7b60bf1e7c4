"""Pages of the catalogue: lists, the card of an item, its pictures."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okno.areas.catalog import commands, queries
from okno.areas.catalog.models import Item
from okno.areas.catalog.record import GROUP, ITEM, PRICE_TYPE, WAREHOUSE
from okno.areas.catalog.web import forms, look
from okno.kit import files
from okno.kit.errors import Missing
from okno.kit.web import pages
from okno.kit.web.files import download
from okno.kit.web.pages.address import compact

ALL = pages.Tab("all", gettext_lazy("All"))


class ItemList(pages.ListPage):
    """Goods and services with the lowest price and the rest of each."""

    record, query = ITEM, queries.items
    columns = ("name", "article", "group", look.PRICE, look.REST, "unit", "vat")
    tabs = (
        pages.Tab("all", gettext_lazy("All")),
        pages.Tab("goods", pgettext_lazy("of a list", "Goods"), where={"field": "kind", "op": "eq", "value": "goods"}),
        pages.Tab("services", gettext_lazy("Services"), where={"field": "kind", "op": "eq", "value": "service"}),
        pages.Tab("no-group", gettext_lazy("Without a group"), where={"field": "group", "op": "empty"}),
    )
    sort = "name"
    create_url, create_label, create_permission = "/items/new/", gettext_lazy("Item"), "catalog.add_item"

    @property
    def empty(self) -> dict[str, Any]:  # type: ignore[override]
        """What an empty catalogue says."""
        return {
            "title": _("The catalogue is empty"),
            "text": _("Goods, prices and rests come from 1C by themselves; without it they are added by hand."),
            "icon": ITEM.icon,
            "doors": [
                {"label": _("Add an item"), "url": "/items/new/", "icon": "plus"},
                {
                    "label": _("Connect 1C"),
                    "url": "/exchange/connections/",
                    "icon": "plug",
                    "permission": "exchange.view",
                },
            ],
        }


class GroupList(pages.ListPage):
    """Groups: each opens its items and those of the groups inside."""

    record, query = GROUP, queries.groups
    columns = ("name", "parent")
    tabs = (ALL,)
    sort = "name"


class GroupItems(pages.Page):
    """A group opens its items with those of the groups inside."""

    permission = "catalog.view"

    def show(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """The list of items. :raises Missing: there is no such group."""
        inside = list(queries.groups_inside(self.actor, id).values_list("pk", flat=True))
        if id not in inside:
            raise Missing("not_found", _("Not found, or out of your reach."))
        where = {"field": "group", "op": "in", "value": inside}
        return HttpResponseRedirect(f"/items/?{urlencode({'tab': 'all', 'f': compact(where)})}")


class PriceTypeList(pages.ListPage):
    """Price types."""

    record, query = PRICE_TYPE, queries.price_types
    columns = ("name", "currency", "includes_vat", "is_default")
    tabs = (ALL,)
    beside = (
        pages.Action(
            gettext_lazy("Who gets which prices"),
            icon="users-group",
            url="/price-types/rules/",
            permission="catalog.set_price_rule",
            is_dialog=False,
        ),
    )
    row_actions = (
        pages.Action(
            gettext_lazy("Say who gets them"),
            icon="users-group",
            url="/price-types/{id}/whom/",
            permission="catalog.set_price_rule",
            is_dialog=False,
        ),
        pages.Action(
            gettext_lazy("Use these prices by default"),
            icon="check",
            url="/price-types/{id}/default/",
            permission="catalog.set_default_price_type",
        ),
    )


class PriceTypeCard(pages.CardPage):
    """A price type: what came from 1C, and what people have added to it."""

    record, query = PRICE_TYPE, queries.price_type
    sections = (pages.Section(gettext_lazy("Price type"), ("name", "currency", "includes_vat", "is_default")),)
    update, update_on = commands.update_price_type, "price_type"


class WarehouseList(pages.ListPage):
    """Warehouses."""

    record, query = WAREHOUSE, queries.warehouses
    columns = ("name", "address")
    tabs = (ALL,)


class WarehouseCard(pages.CardPage):
    """A warehouse: what came from 1C, and what people have added to it."""

    record, query = WAREHOUSE, queries.warehouse
    sections = (pages.Section(gettext_lazy("Warehouse"), ("name", "address")),)
    update, update_on = commands.update_warehouse, "warehouse"


class ItemCard(pages.CardPage):
    """An item with its offers, prices, rests, properties and pictures."""

    record, query = ITEM, queries.item_for_card
    sections = (
        pages.Section(gettext_lazy("Item"), ("name", "full_name", "group", "kind", "article", "code", "barcode")),
        pages.Section(gettext_lazy("More"), ("unit", "vat", "weight", "country", "maker", "updated_at")),
        pages.Section(gettext_lazy("Description"), ("description",)),
    )
    update, update_on = commands.update, "item"
    more_actions = (
        pages.Action(
            gettext_lazy("Bring back"), icon="refresh", url="/items/{id}/bring-back/", permission="catalog.bring_back"
        ),
    )

    def head(self) -> dict[str, Any]:
        """Whether it is marked for deletion."""
        return {"badge": {"label": _("Marked for deletion"), "due": "grey"}} if self.row.is_deleted else {}


class AddItem(pages.CommandPage):
    """A new good or service."""

    command, form = commands.add_item, forms.Add
    title = gettext_lazy("New item")


class BringItemBack(pages.CommandPage):
    """Take the mark for deletion off."""

    command, on, query = commands.bring_back, "item", queries.item_for_card


class SetDefaultPriceType(pages.CommandPage):
    """Use prices of this type by default."""

    command, on, query = commands.set_default_price_type, "price_type", queries.price_type
    is_single = True
    stays = True


class Picture(pages.Page):
    """A picture of an item that the actor may view."""

    permission = "catalog.view"

    def show(self, *, id: int, picture: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """The content. :raises Missing: there is no such item or picture, or its file has not come."""
        item: Item | None = queries.item_for_card(self.actor, id)
        found = queries.pictures_of(item).filter(pk=picture).first() if item else None
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        answer = FileResponse(files.open_stored(found.sha256))
        response: HttpResponse = download(answer, found.path.rpartition("/")[2], found.mime)  # type: ignore[assignment]
        return response
