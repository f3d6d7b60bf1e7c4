"""Tables of the catalogue: groups, items, offers, price types, prices, warehouses, rests; lines of documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okno.kit.models.base import Reach, RecordModel, money
from okno.kit.money import measures, told_turn
from okno.kit.search import Trigrams

EVERYONE = Reach(everyone=True)


class Group(RecordModel):
    """A folder of the catalogue; `path` holds the ids from the root to itself."""

    name = models.CharField(_("Name"), max_length=255)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=255, default="", editable=False)

    reach: ClassVar[Reach] = EVERYONE

    class Meta:
        indexes: ClassVar = [models.Index(fields=["path"], name="catalog_group_path")]

    def __str__(self) -> str:
        return self.name


class Item(RecordModel):
    """A good or a service. `properties` holds values by the key of the property; `vat` is a rate or "none"."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICE = "service", _("Service")
        SET = "set", _("Set")

    group = models.ForeignKey(Group, models.SET_NULL, null=True, blank=True, related_name="items")
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.GOODS)
    name = models.CharField(_("Name"), max_length=500)
    full_name = models.CharField(_("Full name"), max_length=1000, blank=True, default="")
    article = models.CharField(_("Article"), max_length=100, blank=True, default="")
    code = models.CharField(_("Code"), max_length=50, blank=True, default="")
    barcode = models.CharField(_("Barcode"), max_length=50, blank=True, default="")
    unit = models.CharField(_("Unit"), max_length=50, blank=True, default="")
    unit_code = models.CharField(_("Unit code (OKEI)"), max_length=10, blank=True, default="")
    vat = models.CharField(_("VAT"), max_length=10, blank=True, default="")
    weight = models.DecimalField(_("Weight"), max_digits=18, decimal_places=4, null=True, blank=True)
    country = models.CharField(_("Country"), max_length=100, blank=True, default="")
    maker = models.CharField(_("Maker"), max_length=255, blank=True, default="")
    description = models.TextField(_("Description"), blank=True, default="")
    properties = models.JSONField(_("Properties"), default=dict, blank=True)

    reach: ClassVar[Reach] = EVERYONE

    class Meta:
        indexes: ClassVar = [
            GinIndex(Trigrams(F("name")), name="catalog_item_name_trgm"),
            models.Index(fields=["article"], name="catalog_item_article", condition=~Q(article="")),
            models.Index(fields=["group", "-id"], name="catalog_item_group"),
        ]

    def __str__(self) -> str:
        return self.name


class Offer(RecordModel):
    """What is sold: an item as it is (empty characteristic), or one of its variants."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="offers")
    characteristic = models.CharField(_("Characteristic"), max_length=100, blank=True, default="")
    name = models.CharField(_("Name"), max_length=500)
    article = models.CharField(_("Article"), max_length=100, blank=True, default="")
    barcode = models.CharField(_("Barcode"), max_length=50, blank=True, default="")
    unit = models.CharField(_("Unit"), max_length=50, blank=True, default="")
    details = models.JSONField(_("Characteristics"), default=dict, blank=True)
    rest = models.DecimalField(_("Rest"), max_digits=18, decimal_places=3, null=True, blank=True)

    reach: ClassVar[Reach] = EVERYONE

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "characteristic"], name="catalog_offer_once")]
        indexes: ClassVar = [GinIndex(Trigrams(F("name")), name="catalog_offer_name_trgm")]

    def __str__(self) -> str:
        return self.name


class PriceType(RecordModel):
    """
    A kind of price: retail, wholesale, purchase. Clients that hold its condition get it; conditions are asked by
    position, and one without a condition is for nobody in particular.
    """

    name = models.CharField(_("Name"), max_length=100)
    currency = models.CharField(_("Currency"), max_length=3, default="RUB")
    includes_vat = models.BooleanField(_("Includes VAT"), default=True)
    is_default = models.BooleanField(_("Used by default"), default=False)
    condition = models.JSONField(_("Which clients"), default=dict, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    reach: ClassVar[Reach] = EVERYONE

    def __str__(self) -> str:
        return self.name

    def told_instead_of(self, lacked: PriceType) -> str:
        """What is said of goods that have no price of a type and take that of this one."""
        told = {"taken": self.name, "lacked": lacked.name}
        return gettext("price of the type “%(taken)s”: the goods have none of the type “%(lacked)s”") % told


class Price(models.Model):
    """A price of an offer by type, from a minimal quantity on."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="prices")
    price_type = models.ForeignKey(PriceType, models.CASCADE, related_name="+")
    value = models.DecimalField(_("Price"), max_digits=18, decimal_places=4)
    currency = models.CharField(_("Currency"), max_length=3, default="RUB")
    unit = models.CharField(_("Unit"), max_length=50, blank=True, default="")
    coefficient = models.DecimalField(max_digits=18, decimal_places=6, default=1)
    min_quantity = models.DecimalField(_("From quantity"), max_digits=18, decimal_places=3, default=0)

    journalled: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offer", "price_type", "min_quantity"], name="catalog_price_once"),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.currency}"


class Warehouse(RecordModel):
    """A place where goods lie."""

    name = models.CharField(_("Name"), max_length=255)
    address = models.CharField(_("Address"), max_length=500, blank=True, default="")

    reach: ClassVar[Reach] = EVERYONE

    def __str__(self) -> str:
        return self.name


class Rest(models.Model):
    """How much of an offer lies in a warehouse. No row means unknown, not zero."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="rests")
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="+")
    quantity = models.DecimalField(_("Quantity"), max_digits=18, decimal_places=3)

    journalled: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["offer", "warehouse"], name="catalog_rest_once")]

    def __str__(self) -> str:
        return f"{self.quantity}"


class Property(RecordModel):
    """A property that items may have. `options` are `{"id": text, "name": text}` for properties with a list."""

    name = models.CharField(_("Name"), max_length=255)
    kind = models.CharField(_("Kind"), max_length=20, default="text")
    options = models.JSONField(_("Options"), default=list, blank=True)

    reach: ClassVar[Reach] = EVERYONE

    def __str__(self) -> str:
        return self.name


class Picture(models.Model):
    """A picture of an item: its content is kept by hash; `path` is how the other system names it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="pictures")
    path = models.CharField(max_length=500)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    mime = models.CharField(max_length=100, blank=True, default="")
    text = models.CharField(_("Caption"), max_length=500, blank=True, default="")
    position = models.PositiveIntegerField(default=0)

    journalled: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "path"], name="catalog_picture_once")]

    def __str__(self) -> str:
        return self.path


class Line(models.Model):
    """
    A line of a document: what, how much, at which price per unit, the discount in percent, the code of the VAT rate
    (empty where the document decides), and the sum after the discount. Where the goods had no price of the type that
    the document takes, `lacked_type` is that type, and `taken_type` the one whose price was taken instead. `vat_turn`
    is how many per cent of VAT the price was given, or below zero let go of, to go with the sums of the document.
    """

    position = models.PositiveSmallIntegerField(default=0)
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("Name"), max_length=500)
    unit = models.CharField(_("Unit"), max_length=50, blank=True, default="")
    quantity = models.DecimalField(_("Quantity"), max_digits=18, decimal_places=3)
    price = money(_("Price"))
    discount = models.DecimalField(_("Discount, %"), max_digits=5, decimal_places=2, default=0)
    vat_rate = models.CharField(_("VAT rate"), max_length=10, blank=True, default="")
    total = money(_("Sum"), default=0)
    taken_type = models.ForeignKey(PriceType, models.SET_NULL, null=True, blank=True, related_name="+")
    lacked_type = models.ForeignKey(PriceType, models.SET_NULL, null=True, blank=True, related_name="+")
    vat_turn = models.SmallIntegerField(default=0)

    journalled: ClassVar[bool] = True

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="%(app_label)s_line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=100), name="%(app_label)s_line_discount_percent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def fill(self, raw: Mapping[str, Any]) -> Self:
        """
        Take what was typed: `{"offer": id or absent, "name", "unit", "quantity", "price", "discount", "vat"}`, and
        `taken_type` with `lacked_type` where the price is of another type than the document takes, `vat_turn` where
        it was given VAT or let go of it.

        :raises Refused: a number cannot be read, or is none that a line may have.
        """
        told = measures(raw)
        self.offer_id = raw.get("offer")
        self.name, self.unit = str(raw["name"])[:500], str(raw.get("unit") or "")[:50]
        self.quantity, self.price, self.discount = told.quantity, told.price, told.discount
        self.vat_rate, self.total = str(raw.get("vat") or ""), told.total
        self.taken_type_id, self.lacked_type_id = raw.get("taken_type"), raw.get("lacked_type")
        self.vat_turn = int(raw.get("vat_turn") or 0)
        return self

    @property
    def price_note(self) -> str:
        """Of which type the price is, where it is not the one that the document takes, and how VAT changed it."""
        return told_price(self.taken_type, self.lacked_type, self.vat_turn)

    def typed(self) -> dict[str, Any]:
        """What `fill` takes to make the same line of another document."""
        names = ("name", "unit", "quantity", "price", "discount", "vat_turn")
        linked = {"offer": self.offer_id, "taken_type": self.taken_type_id, "lacked_type": self.lacked_type_id}
        return {**linked, "vat": self.vat_rate, **{name: getattr(self, name) for name in names}}


def told_price(taken: PriceType | None, lacked: PriceType | None, vat_turn: int) -> str:
    """What is said of a price that does not stand in a document as the type that it takes has it."""
    instead = taken.told_instead_of(lacked) if taken is not None and lacked is not None else ""
    return "; ".join(one for one in (instead, told_turn(vat_turn)) if one)
