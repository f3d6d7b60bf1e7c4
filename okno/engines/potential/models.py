"""Tables of potential: formulas, tables of coefficients, what rows have come to, and how it moved."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.kit.models.base import Reach, RecordModel, money
from okno.kit.rates import MANAGEMENT


class Formula(RecordModel):
    """
    How much rows of a record that hold a condition could buy in a period of goods of a group, and what they did buy of
    them in the same one. `group` is the id of a row of the record that `kit.sold` names; without one the formula is
    for everything else. What was bought is told in roubles: by the expression `fact`, or by lines of the documents
    `bought`.
    """

    class Period(models.TextChoices):
        MONTH = "month", pgettext_lazy("a length of time", "Month")
        QUARTER = "quarter", pgettext_lazy("a length of time", "Quarter")
        YEAR = "year", pgettext_lazy("a length of time", "Year")

    record = models.CharField(max_length=60)
    name = models.CharField(_("Name"), max_length=100)
    group = models.BigIntegerField(_("Product group"), null=True, blank=True)
    condition = models.JSONField(_("For which cards"), null=True, blank=True)
    expression = models.CharField(_("Sales potential"), max_length=2_000)
    fact = models.CharField(_("What was bought"), max_length=2_000, blank=True, default="")
    bought = models.CharField(_("By which documents"), max_length=60, blank=True, default="")
    period = models.CharField(_("Period"), max_length=7, choices=Period, default=Period.YEAR)
    currency = models.CharField(_("Currency"), max_length=3, default=MANAGEMENT)
    valid_from = models.DateField(_("Valid from"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    reach: ClassVar[Reach] = Reach(everyone=True, permission="potential.view")

    class Meta:
        verbose_name = _("formula of potential")
        verbose_name_plural = _("formulas of potential")

    def __str__(self) -> str:
        return self.name


class Coefficients(RecordModel):
    """A table of numbers by values, which formulas look up; `rows` are `{"value": text, "number": text}`."""

    record = models.CharField(max_length=60)
    name = models.CharField(_("Name"), max_length=60)
    field = models.CharField(_("By what"), max_length=60, blank=True, default="")
    rows = models.JSONField(_("Coefficients"), default=list)

    reach: ClassVar[Reach] = Reach(everyone=True, permission="potential.view")

    class Meta:
        verbose_name = _("table of coefficients")
        verbose_name_plural = _("tables of coefficients")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "name"], condition=models.Q(is_deleted=False), name="potential_table_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Estimate(models.Model):
    """
    What a row has come to in a year: by the formula of a product group, of none when it is zero, and, `is_whole`, by
    all of them together. `problem` says why there is no value.
    """

    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    is_whole = models.BooleanField(default=False)
    group = models.BigIntegerField(default=0)
    formula = models.ForeignKey(Formula, models.CASCADE, related_name="+", null=True)
    value = money(_("Sales potential"), null=True)
    fact = money(_("What was bought"), null=True)
    reserve = money(_("Reserve"), null=True)
    share = models.DecimalField(_("Share of wallet, %"), max_digits=12, decimal_places=2, null=True)
    problem = models.CharField(max_length=300, blank=True, default="")

    is_derived: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "row_id", "is_whole", "group"], name="potential_estimate_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["record", "is_whole", "group", "-reserve"], name="potential_estimate_reserve")
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.row_id}: {self.value}"


class Past(models.Model):
    """What a row had come to, by all formulas together, at the end of a day on which it moved."""

    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    day = models.DateField()
    value = money(_("Sales potential"), null=True)
    fact = money(_("What was bought"), null=True)

    is_history: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "row_id", "day"], name="potential_past_once")
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.row_id} {self.day}: {self.value}"
