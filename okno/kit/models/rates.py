"""Dated currency rates in roubles, as the Bank of Russia sets them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class CurrencyRate(models.Model):
    """The price of `nominal` units of a currency in roubles from this date on."""

    currency = models.CharField(_("Currency"), max_length=3)
    since = models.DateField(_("Since"))
    nominal = models.PositiveIntegerField(_("Nominal"), default=1)
    value = models.DecimalField(_("Rate"), max_digits=18, decimal_places=6)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["currency", "since"], name="kit_rate_once_a_day")]

    def __str__(self) -> str:
        return f"{self.currency} {self.since}"
