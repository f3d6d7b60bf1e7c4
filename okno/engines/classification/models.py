"""Tables of classification: schemes, what each counting came to, the classes of rows then and now."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.kit.models.base import Reach, RecordModel, money

MOST_SPREAD = 1_000


def _per_cent(label: Any, default: int, most: int = 100) -> models.DecimalField[Decimal, Decimal]:
    validators = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(most))]
    return models.DecimalField(label, max_digits=6, decimal_places=2, default=Decimal(default), validators=validators)


class Scheme(RecordModel):
    """
    How rows of `record` are classified: by rows of the record `of` that point to them by the field `link`, counted at
    the day `day` where `condition` holds, over the last `months` whole months.

    `amount` is the field that is summed; without one rows are counted. The bounds are shares in per cent: `a_share` and
    `b_share` of the sum, `x_spread` and `y_spread` of the mean, `drop` of what was before.
    """

    name = models.CharField(_("Name"), max_length=100)
    record = models.CharField(_("Of what"), max_length=60)
    of = models.CharField(_("By which rows"), max_length=60)
    link = models.CharField(max_length=60)
    amount = models.CharField(_("What is summed"), max_length=60, blank=True, default="")
    day = models.CharField(_("By which day"), max_length=60)
    condition = models.JSONField(_("Which rows count"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(
        _("Months"), default=12, validators=[MinValueValidator(2), MaxValueValidator(60)]
    )
    a_share = _per_cent(_("Share of A, %"), 80)
    b_share = _per_cent(_("Share of A and B, %"), 95)
    x_spread = _per_cent(_("Spread of X, up to %"), 25, MOST_SPREAD)
    y_spread = _per_cent(_("Spread of Y, up to %"), 60, MOST_SPREAD)
    drop = _per_cent(_("Declining from a drop of, %"), 30)
    is_main = models.BooleanField(_("Its classes are fields"), default=False)

    reach: ClassVar[Reach] = Reach(everyone=True, permission="classification.view")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], condition=Q(is_deleted=False), name="classification_name_once"),
            models.UniqueConstraint(
                fields=["record"], condition=Q(is_main=True, is_deleted=False), name="classification_main_once"
            ),
            models.CheckConstraint(condition=Q(a_share__lte=F("b_share")), name="classification_a_before_b"),
            models.CheckConstraint(condition=Q(x_spread__lte=F("y_spread")), name="classification_x_before_y"),
        ]

    def __str__(self) -> str:
        return self.name


class Counting(models.Model):
    """One working out of a scheme: the first day after its period, and how many rows of which sum it classified."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="countings")
    day = models.DateField(_("Up to"))
    since = models.DateField(_("From"))
    rows = models.PositiveIntegerField(default=0)
    total = money(_("Sum"), default=0)
    made_at = models.DateTimeField(_("Worked out"), db_default=Now())

    is_history: ClassVar = True

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["scheme", "day"], name="classification_day_once")]

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.day}"


class Class(models.Model):
    """
    What a counting has made of a row. `spread` is the standard deviation in per cent of the mean by month, empty when
    nothing came in; `recency`, `frequency` and `value` are quintiles from 1 to 5, the best is 5.
    """

    class Abc(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"

    class Xyz(models.TextChoices):
        X = "X", "X"
        Y = "Y", "Y"
        Z = "Z", "Z"

    class Life(models.TextChoices):
        NEW = "new", pgettext_lazy("by sales", "New")
        GROWING = "growing", pgettext_lazy("by sales", "Growing")
        STABLE = "stable", pgettext_lazy("by sales", "Stable")
        DECLINING = "declining", pgettext_lazy("by sales", "Declining")
        SLEEPING = "sleeping", pgettext_lazy("by sales", "Sleeping")
        LOST = "lost", pgettext_lazy("by sales", "Lost")

    class Group(models.TextChoices):
        """Groups of RFM, the best one first; `rules.GROUPS` says whom each takes in."""

        CHAMPION = "champion", pgettext_lazy("by RFM", "Champions")
        LOYAL = "loyal", pgettext_lazy("by RFM", "Loyal")
        PROMISING = "promising", pgettext_lazy("by RFM", "Promising")
        NEW = "new", pgettext_lazy("by RFM", "New")
        COOLING = "cooling", pgettext_lazy("by RFM", "Cooling down")
        RISK = "risk", pgettext_lazy("by RFM", "At risk")
        SLEEPING = "sleeping", pgettext_lazy("by RFM", "Sleeping")
        LOST = "lost", pgettext_lazy("by RFM", "Lost")

    counting = models.ForeignKey(Counting, models.CASCADE, related_name="classes")
    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    total = money(_("Sum"), default=0)
    count = models.PositiveIntegerField(_("How many"), default=0)
    last_day = models.DateField(_("The last one"), null=True)
    share = models.DecimalField(_("Share, %"), max_digits=7, decimal_places=4, default=0)
    spread = models.DecimalField(_("Spread, %"), max_digits=8, decimal_places=2, null=True)
    abc = models.CharField(_("ABC"), max_length=1, choices=Abc, blank=True, default="")
    xyz = models.CharField(_("XYZ"), max_length=1, choices=Xyz, blank=True, default="")
    recency = models.PositiveSmallIntegerField(null=True)
    frequency = models.PositiveSmallIntegerField(null=True)
    value = models.PositiveSmallIntegerField(null=True)
    rfm = models.CharField(_("RFM"), max_length=3, blank=True, default="")
    rfm_group = models.CharField(_("RFM group"), max_length=10, choices=Group, blank=True, default="")
    life = models.CharField(_("Lifecycle"), max_length=10, choices=Life)
    is_present = models.BooleanField(default=False)

    is_derived: ClassVar = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["counting", "record", "row_id"], name="classification_class_once"),
            # Fields of rows lead here: at most one class stands beside a row.
            models.UniqueConstraint(
                fields=["record", "row_id"], condition=Q(is_present=True), name="classification_present_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["counting", "abc", "xyz"], name="classification_matrix")]

    def __str__(self) -> str:
        return f"{self.record} {self.row_id} {self.abc}{self.xyz}"
