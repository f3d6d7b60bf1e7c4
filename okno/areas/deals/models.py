"""Tables of deals: scenarios with stages, deals with lines, and the time each deal spent on each stage."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from okno.areas.catalog.models import Line
from okno.kit.models.base import Reach, RecordModel, RecordQuerySet, money
from okno.kit.money import CODES
from okno.kit.search import Trigrams


class Scenario(RecordModel):
    """A configurable path of deals from the first contact to the end."""

    code = models.SlugField(_("Code"), unique=True)
    name = models.CharField(_("Name"), max_length=100)
    is_default = models.BooleanField(_("Used by default"), default=False)
    idle_days = models.PositiveSmallIntegerField(_("Idle norm, working days"), default=7)

    reach: ClassVar[Reach] = Reach(everyone=True)

    def __str__(self) -> str:
        return self.name


class Stage(RecordModel):
    """
    A column of the board.

    `required` are keys of deal fields that must be filled before the stage is entered. `tasks` are templates
    `{"title", "kind", "hours", "is_mandatory"}` of tasks made on entering, due after working hours.
    `moves_on` is a fact that brings a deal here by itself: an invoice sent, paid or shipped.
    """

    class Kind(models.TextChoices):
        OPEN = "open", _("In work")
        WON = "won", _("Success")
        LOST = "lost", _("Refusal")
        POSTPONED = "postponed", _("Postponed")

    class Fact(models.TextChoices):
        NONE = "", _("Nothing")
        INVOICE_SENT = "invoice_sent", _("The invoice is sent")
        PAID_PARTLY = "paid_partly", _("The invoice is partly paid")
        PAID = "paid", _("The invoice is paid")
        SHIPPED = "shipped", _("The order is shipped")

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="stages")
    code = models.SlugField(_("Code"))
    name = models.CharField(_("Name"), max_length=100)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.OPEN)
    position = models.PositiveSmallIntegerField(default=0)
    colour = models.PositiveSmallIntegerField(_("Colour"), default=1)
    probability = models.PositiveSmallIntegerField(_("Probability, %"), default=0)
    norm_hours = models.PositiveIntegerField(_("Norm, working hours"), default=0)
    required = models.JSONField(_("Fields to fill"), default=list, blank=True)
    tasks = models.JSONField(_("Tasks"), default=list, blank=True)
    moves_on = models.CharField(_("Moves here when"), max_length=20, choices=Fact, blank=True, default=Fact.NONE)

    reach: ClassVar[Reach] = Reach(everyone=True)

    class Meta:
        ordering: ClassVar = ["scenario", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["scenario", "code"], name="deals_stage_code_once")]

    def __str__(self) -> str:
        return self.name


class RefusalReason(RecordModel):
    """Why deals are lost."""

    name = models.CharField(_("Name"), max_length=100)
    position = models.PositiveSmallIntegerField(default=0)

    reach: ClassVar[Reach] = Reach(everyone=True)

    def __str__(self) -> str:
        return self.name


class Deal(RecordModel):
    """A possible sale to a client that walks the stages of its scenario."""

    number = models.CharField(_("Number"), max_length=20, blank=True, default="")
    title = models.CharField(_("Title"), max_length=255)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+", db_index=False)
    contact = models.ForeignKey("clients.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey("documents.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="+")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    owner = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    amount = money(_("Amount"), default=0)
    currency = models.CharField(_("Currency"), max_length=3, default="RUB", choices=[(one, one) for one in CODES])
    price_type = models.ForeignKey("catalog.PriceType", models.PROTECT, null=True, blank=True, related_name="+")
    # A trigger writes it: by the rate of the day the deal was closed, of an open one by that of its last change or of
    # the last rates that came; nothing where there is no rate.
    managed = models.DecimalField(_("Amount in roubles"), max_digits=24, decimal_places=2, default=0, editable=False)
    need = models.TextField(_("Need"), blank=True, default="")
    source = models.CharField(_("Source"), max_length=100, blank=True, default="")
    utm = models.JSONField(default=dict, blank=True)
    expected_date = models.DateField(_("Expected sale"), null=True, blank=True)
    stage_since = models.DateTimeField(_("On the stage since"))
    stage_due_at = models.DateTimeField(_("Stage norm ends"), null=True, blank=True)
    next_task_at = models.DateTimeField(_("Next step"), null=True, blank=True)
    next_task_kind = models.CharField(max_length=10, blank=True, default="")
    closed_at = models.DateTimeField(_("Closed"), null=True, blank=True)
    refusal = models.ForeignKey(RefusalReason, models.PROTECT, null=True, blank=True, related_name="+")
    comment = models.TextField(_("Comment"), blank=True, default="")

    not_journalled: ClassVar = ("managed",)
    kept_from: ClassVar = {"managed": ("amount", "currency", "closed_at")}
    reach: ClassVar[Reach] = Reach(
        owner="owner_id", department="department_id", participants=("deals.DealMember", "deal_id", "user_id")
    )

    class Meta:
        # Client, owner and department are found by the indexes of their lists: keys of their own would only cost.
        indexes: ClassVar = [
            models.Index(
                # A filtered board adds up its columns and the states of next steps in this index alone.
                fields=["stage", "-id"],
                name="deals_deal_board",
                include=["managed", "next_task_at"],
                condition=Q(is_deleted=False),
            ),
            models.Index(
                # "My deals" are counted and added up in this index alone.
                fields=["owner", "-id"],
                name="deals_deal_owner",
                include=["is_deleted", "stage", "amount", "currency", "managed"],
            ),
            models.Index(fields=["department", "-id"], name="deals_deal_department"),
            models.Index(fields=["client", "-id"], name="deals_deal_client"),
            models.Index(fields=["-managed", "-id"], name="deals_deal_managed"),
            models.Index(fields=["-amount", "-id"], name="deals_deal_amount"),
            models.Index(
                # What is overdue, and the next steps of a day by stage, without a look at the deals themselves.
                fields=["next_task_at", "id"],
                name="deals_deal_next",
                include=["stage", "owner", "department"],
                condition=Q(is_deleted=False),
            ),
            models.Index(
                # What the desktop says of a month is added up in this index alone.
                fields=["expected_date", "id"],
                name="deals_deal_expected",
                include=["stage", "managed"],
                condition=Q(is_deleted=False),
            ),
            models.Index(fields=["closed_at"], name="deals_deal_closed", condition=Q(closed_at__isnull=False)),
            GinIndex(Trigrams(F("title")), name="deals_deal_title_trgm"),
        ]

    def __str__(self) -> str:
        return self.title


class Totals(models.Model):
    """
    How many deals there are, and for how much in roubles, of a stage, a person, a department and a day.

    Triggers of `deals_deal` write rows and never change them, so that nobody waits for anybody; rows that agree in
    all four columns add up, and some of them take away. Deals marked for deletion are not counted.
    """

    # Constraints would be asked for every change of a deal, though the deal itself answers for them.
    stage = models.ForeignKey(Stage, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    owner = models.ForeignKey(
        "access.User", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    department = models.ForeignKey(
        "access.Department", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    day = models.DateField(null=True)
    count = models.IntegerField()
    managed = models.DecimalField(max_digits=24, decimal_places=2)

    objects: ClassVar[models.Manager[Any]] = RecordQuerySet.as_manager()
    # Whoever takes part in a deal is not known here: such deals are read one by one.
    reach: ClassVar[Reach] = Reach(owner="owner_id", department="department_id")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.stage_id} · {self.count}"


class DealTotal(Totals):
    """Deals by the UTC day of the next step: figures of the board."""


class DealExpectation(Totals):
    """Deals that have a day of the expected sale, by the first day of its month: figures of the desktop."""


class DealMember(models.Model):
    """A colleague who works on a deal besides the responsible one."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="members")
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")

    journalled: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["deal", "user"], name="deals_member_once")]

    def __str__(self) -> str:
        return f"{self.deal} · {self.user}"


class DealLine(Line):
    """A line of what the client wants, in the currency of the deal."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="lines")


class StageInterval(models.Model):
    """A stay of a deal on a stage; the fact behind funnels, which cannot be rebuilt later."""

    class How(models.TextChoices):
        MADE = "made", _("Created")
        HAND = "hand", _("By hand")
        FACT = "fact", _("By a fact")

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="stays")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("Entered"))
    left_at = models.DateTimeField(_("Left"), null=True, blank=True)
    user_id = models.BigIntegerField(null=True)
    how = models.CharField(max_length=10, choices=How, default=How.HAND)
    amount = money(_("Amount on entering"), default=0)

    objects: ClassVar[models.Manager[Any]] = RecordQuerySet.as_manager()
    reach: ClassVar[Reach] = Reach(via=("deal",))
    # An undone move has to leave no stay behind.
    journalled: ClassVar[bool] = True

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["deal", "entered_at"], name="deals_stay_of_deal"),
            models.Index(fields=["stage", "entered_at"], name="deals_stay_on_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.deal} · {self.stage}"
