"""Tables of portraits: questionnaires with their questions, how much is answered, topics and interests."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.kit.models.base import Reach, RecordModel
from okno.kit.search import Folded

MOST_WEIGHT = 100


class Questionnaire(RecordModel):
    """Questions for rows of a record that hold a condition; for all of them without one."""

    record = models.CharField(max_length=60)
    name = models.CharField(_("Name"), max_length=100)
    condition = models.JSONField(_("For which cards"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    reach: ClassVar[Reach] = Reach(everyone=True, permission="portraits.view")

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """A field of the record as it is asked; its answer is the value of that field."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="questions")
    field = models.CharField(_("Field"), max_length=60)
    text = models.CharField(_("Question"), max_length=300, blank=True, default="")
    section = models.CharField(_("Section"), max_length=100, blank=True, default="")
    weight = models.PositiveSmallIntegerField(_("Weight"), default=1)
    position = models.PositiveSmallIntegerField(default=0)

    journalled: ClassVar[bool] = True

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["questionnaire", "field"], name="portraits_question_once"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=MOST_WEIGHT), name="portraits_weight"),
        ]

    def __str__(self) -> str:
        return self.text or self.field


class Fill(models.Model):
    """How much of its portrait a row has: per cent by weight, and how many questions are answered of how many."""

    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    value = models.PositiveSmallIntegerField(_("Portrait, %"))
    answered = models.PositiveSmallIntegerField()
    asked = models.PositiveSmallIntegerField()

    is_derived: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "row_id"], name="portraits_fill_once")]
        indexes: ClassVar = [models.Index(fields=["record", "value"], name="portraits_fill_value")]

    def __str__(self) -> str:
        return f"{self.record} {self.row_id}: {self.value}"


class Topic(RecordModel):
    """What one may be interested in; `about_record` and `about_id` name a row that it stands for."""

    name = models.CharField(_("Name"), max_length=200)
    about_record = models.CharField(max_length=60, blank=True, default="")
    about_id = models.BigIntegerField(null=True, blank=True)

    reach: ClassVar[Reach] = Reach(everyone=True, permission="portraits.view")

    class Meta:
        verbose_name = _("topic of interest")
        verbose_name_plural = _("topics of interest")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["about_record", "about_id"],
                condition=Q(about_id__isnull=False, is_deleted=False),
                name="portraits_topic_of_row",
            ),
        ]
        indexes: ClassVar = [models.Index(Folded(F("name")), F("id"), name="portraits_topic_by_name")]

    def __str__(self) -> str:
        return self.name


class Interest(models.Model):
    """A topic that a row is interested in."""

    class Level(models.TextChoices):
        LOW = "low", pgettext_lazy("an interest", "Low")
        MIDDLE = "middle", pgettext_lazy("an interest", "Middle")
        HIGH = "high", pgettext_lazy("an interest", "High")

    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+")
    need = models.CharField(_("What exactly"), max_length=300, blank=True, default="")
    level = models.CharField(_("How much"), max_length=6, choices=Level, default=Level.MIDDLE)
    since = models.DateField(_("Since"))
    source = models.CharField(_("Where it is known from"), max_length=150, blank=True, default="")
    supplier = models.CharField(_("Who supplies it now"), max_length=150, blank=True, default="")
    author = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    journalled: ClassVar[bool] = True

    class Meta:
        verbose_name = _("interest")
        verbose_name_plural = _("interests")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "row_id", "topic"], name="portraits_interest_once")
        ]
        indexes: ClassVar = [models.Index(fields=["topic", "record"], name="portraits_interest_topic")]

    def __str__(self) -> str:
        return f"{self.topic}"
