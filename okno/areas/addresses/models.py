"""Tables of addresses: places of the classifiers with everything above them, and houses."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Place(models.Model):
    """
    A region, district, town, village or street.

    `code` is its lasting id: a GUID of ГАР or a code of КЛАДР. `level` goes by ГАР: 1 a region, 2 and 3 districts,
    4 a rural council, 5 a town, 6 a village, 7 a territory, 8 a street. `full` is the whole address down to it,
    `words` the same as it is searched.
    """

    code = models.CharField(max_length=40, unique=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")
    source = models.CharField(max_length=10)
    region = models.CharField(max_length=2)
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=250)
    kind = models.CharField(max_length=50)
    full = models.CharField(max_length=1000)
    words = models.CharField(max_length=1000)
    post_index = models.CharField(max_length=6, default="")
    kladr = models.CharField(max_length=20, default="")

    is_derived: ClassVar[bool] = True

    class Meta:
        indexes: ClassVar = [
            GinIndex(SearchVector("words", config="simple"), name="addresses_place_words"),
            models.Index(fields=["region", "source"], name="addresses_place_region"),
        ]

    def __str__(self) -> str:
        return self.full


class House(models.Model):
    """A house of a place; `number` is as it is written (`19 корп. 2`), `key` as it is searched (`19к2`)."""

    place = models.ForeignKey(Place, models.CASCADE, db_index=False, related_name="+")
    code = models.CharField(max_length=40)
    number = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    post_index = models.CharField(max_length=6, default="")

    is_derived: ClassVar[bool] = True

    class Meta:
        indexes: ClassVar = [models.Index(fields=["place", "key"], name="addresses_house_key")]

    def __str__(self) -> str:
        return self.number


class LoadedRegion(models.Model):
    """A region that was loaded: from what, when, and how much of it there is."""

    region = models.CharField(_("Region"), max_length=2)
    source = models.CharField(_("Classifier"), max_length=10)
    name = models.CharField(_("Name"), max_length=250, default="")
    places = models.PositiveIntegerField(_("Places"), default=0)
    houses = models.PositiveIntegerField(_("Houses"), default=0)
    loaded_at = models.DateTimeField(_("Loaded"), db_default=Now())

    is_derived: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["region"], name="addresses_region_once")]

    def __str__(self) -> str:
        return f"{self.region} {self.name}"


class GeoAnswer(models.Model):
    """
    What a service of coordinates said of an address, by the address as it is compared: it is not asked again. Without
    coordinates the service does not know it.
    """

    service = models.CharField(max_length=200)
    key = models.CharField(max_length=500)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    precision = models.CharField(max_length=12, default="")
    name = models.CharField(max_length=500, default="")
    answered_at = models.DateTimeField(db_default=Now())

    is_derived: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["service", "key"], name="addresses_answer_once")]

    def __str__(self) -> str:
        return self.key


class GeoTurn(models.Model):
    """The one row by which all processes take turns to ask the service: the moment of the latest question."""

    asked_at = models.DateTimeField()

    is_derived: ClassVar[bool] = True

    def __str__(self) -> str:
        return f"{self.asked_at:%d.%m.%Y %H:%M:%S}"
