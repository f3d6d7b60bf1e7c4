"""Pages of the catalogue: lists, the card of an item, its pictures."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okno.areas.catalog import commands, queries
from okno.areas.catalog.models import Item
from okno.areas.catalog.record import ITEM, WAREHOUSE
from okno.areas.catalog.web import forms, look
from okno.kit import files
from okno.kit.errors import Missing
from okno.kit.web import pages
from okno.kit.web.files import download

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
        pages.Section(
            gettext_lazy("Item"), ("name", "full_name", "group", "kind", "article", "code", "barcode"), then=("offers",)
        ),
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
