"""How groups, items, offers, price types and warehouses are read everywhere."""

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from okno.areas.catalog.models import Group, Item, Offer, PriceType, Warehouse
from okno.kit import money
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record


def _title(code: str) -> str:
    return money.vat_rate(code).title


# Titles are asked for in the language of whoever reads.
VAT_TITLES = [(rate.code, lazy(_title, str)(rate.code)) for rate in money.VAT_RATES]

GROUP = Record(
    name="catalog.group",
    model=Group,
    label=_("Group"),
    plural=_("Groups of the catalogue"),
    title="name",
    url="/groups/{id}/",
    icon="folder",
    lacks={
        "card": "a group opens the list of its goods",
        "search": "a group is found in the list of groups",
        "tree": "no document comes of a group",
    },
    fields={
        "name": Field(_("Name"), "name", editable=True),
        "parent": Field(_("Parent group"), "parent__name", Kind.LINK, link="catalog.group", editable=True),
        "path": Field(_("Path"), "path"),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)

ITEM = Record(
    name="catalog.item",
    model=Item,
    label=_("Item"),
    plural=_("Catalogue"),
    title="name",
    subtitle="article",
    url="/items/{id}/",
    icon="package",
    search=("name",),
    type_field="kind",
    lacks={
        "tree": "goods stand in lines of documents: none comes of them alone",
    },
    fields={
        "name": Field(_("Name"), "name", trigram=True, editable=True),
        "full_name": Field(_("Full name"), "full_name", editable=True),
        "group": Field(_("Group"), "group__name", Kind.LINK, link="catalog.group", editable=True),
        "group_path": Field(_("Path of the group"), "group__path"),
        "kind": Field(_("Kind"), "kind", Kind.CHOICE, choices=Item.Kind.choices, editable=True),
        "article": Field(_("Article"), "article", editable=True),
        "code": Field(_("Code"), "code", editable=True),
        "barcode": Field(_("Barcode"), "barcode", editable=True),
        "unit": Field(_("Unit"), "unit", editable=True),
        "vat": Field(_("VAT"), "vat", Kind.CHOICE, choices=VAT_TITLES),
        "weight": Field(_("Weight"), "weight", Kind.DECIMAL),
        "country": Field(_("Country"), "country", editable=True),
        "maker": Field(_("Maker"), "maker", editable=True),
        "description": Field(_("Description"), "description", Kind.LONG_TEXT, editable=True),
        "updated_at": Field(_("Changed"), "updated_at", Kind.MOMENT),
    },
)

OFFER = Record(
    name="catalog.offer",
    model=Offer,
    label=_("Offer"),
    plural=_("Offers"),
    title="name",
    subtitle="article",
    icon="tag",
    search=("name",),
    lacks={
        "list": "offers are variants of an item, on its card",
        "card": "offers are variants of an item, on its card",
        "create": "an offer is made with its item, or comes from 1C",
        "change": "an offer is named by its item, or in 1C",
        "import": "offers are made with their items",
        "search": "an offer is found by its item",
        "tree": "offers stand in lines of documents: none comes of them alone",
    },
    fields={
        "name": Field(_("Name"), "name", trigram=True),
        "item": Field(_("Item"), "item__name", Kind.LINK, link="catalog.item"),
        "article": Field(_("Article"), "article"),
        "barcode": Field(_("Barcode"), "barcode"),
        "unit": Field(_("Unit"), "unit"),
        "rest": Field(_("Rest"), "rest", Kind.DECIMAL),
        "characteristic": Field(_("Characteristic"), "characteristic"),
    },
)

PRICE_TYPE = Record(
    name="catalog.price_type",
    model=PriceType,
    label=_("Price type"),
    plural=_("Price types"),
    title="name",
    url="/price-types/{id}/",
    icon="tags",
    lacks={
        "search": "there are few: all stand in one list",
        "tree": "no document comes of a price type",
    },
    fields={
        "name": Field(_("Name"), "name", editable=True),
        "currency": Field(_("Currency"), "currency", Kind.CHOICE, choices=money.CHOICES, editable=True),
        "includes_vat": Field(_("Includes VAT"), "includes_vat", Kind.BOOLEAN, editable=True),
        "is_default": Field(_("Used by default"), "is_default", Kind.BOOLEAN),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)

WAREHOUSE = Record(
    name="catalog.warehouse",
    model=Warehouse,
    label=_("Warehouse"),
    plural=_("Warehouses"),
    title="name",
    url="/warehouses/{id}/",
    icon="building-warehouse",
    lacks={
        "create": "warehouses come from 1C with their rests",
        "import": "warehouses come from 1C with their rests",
        "search": "there are few: all stand in one list",
        "tree": "no document comes of a warehouse",
    },
    fields={
        "name": Field(_("Name"), "name"),
        "address": Field(_("Address"), "address"),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)
