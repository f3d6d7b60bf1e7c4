"""How groups, items, offers, price types and warehouses are read everywhere."""

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from okno.areas.catalog.models import Group, Item, Offer, PriceType, Warehouse
from okno.kit import money
from okno.kit.fields import Kind
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
    fields={
        "name": Field(_("Name"), "name"),
        "parent": Field(_("Parent group"), "parent__name", Kind.LINK, link="catalog.group"),
        "path": Field(_("Path"), "path"),
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
    fields={
        "name": Field(_("Name"), "name", trigram=True, editable=True),
        "full_name": Field(_("Full name"), "full_name", editable=True),
        "group": Field(_("Group"), "group__name", Kind.LINK, link="catalog.group"),
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
    icon="tags",
    fields={
        "name": Field(_("Name"), "name"),
        "currency": Field(_("Currency"), "currency"),
        "includes_vat": Field(_("Includes VAT"), "includes_vat", Kind.BOOLEAN),
        "is_default": Field(_("Used by default"), "is_default", Kind.BOOLEAN),
    },
)

WAREHOUSE = Record(
    name="catalog.warehouse",
    model=Warehouse,
    label=_("Warehouse"),
    plural=_("Warehouses"),
    title="name",
    icon="building-warehouse",
    fields={"name": Field(_("Name"), "name"), "address": Field(_("Address"), "address")},
)
