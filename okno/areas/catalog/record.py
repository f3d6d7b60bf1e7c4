"""How goods, services and their variants are read everywhere."""

from django.utils.translation import gettext_lazy as _

from okno.areas.catalog.models import Item, Offer
from okno.kit.fields import Kind
from okno.kit.registry import Field, Record

ITEM = Record(
    name="catalog.item",
    model=Item,
    label=_("Item"),
    plural=_("Goods and services"),
    title="name",
    subtitle="article",
    url="/items/{id}/",
    icon="package",
    search=("name",),
    order="name",
    fields={
        "name": Field(_("Name"), "name", trigram=True),
        "article": Field(_("Article"), "article"),
        "code": Field(_("Code"), "code"),
        "group": Field(_("Group"), "group__name"),
        "kind": Field(_("Kind"), "kind", Kind.CHOICE, choices=Item.Kind.choices),
        "unit": Field(_("Unit"), "unit"),
        "vat": Field(_("VAT"), "vat"),
        "barcode": Field(_("Barcode"), "barcode"),
        "country": Field(_("Country"), "country"),
        "maker": Field(_("Maker"), "maker"),
        "description": Field(_("Description"), "description", Kind.LONG_TEXT),
        "updated_at": Field(_("Changed"), "updated_at", Kind.MOMENT),
    },
)

OFFER = Record(
    name="catalog.offer",
    model=Offer,
    label=_("Offer"),
    plural=_("Goods and services"),
    title="name",
    subtitle="article",
    icon="package",
    search=("name",),
    order="name",
    fields={
        "name": Field(_("Name"), "name", trigram=True),
        "article": Field(_("Article"), "article"),
        "item": Field(_("Item"), "item__name", Kind.LINK, link="catalog.item"),
        "unit": Field(_("Unit"), "unit"),
        "rest": Field(_("Rest"), "rest", Kind.DECIMAL),
    },
)
