"""Tables of the portal: public forms and what was sent through them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from okno.kit.models.base import Reach, RecordModel


class PublicForm(RecordModel):
    """
    A form that anybody may fill in at `/f/<code>`.

    `fields` is a list of `{"key", "label", "required"}`, that of a consent to mailings with its `channels`; `origins`
    are the sites that may show it in a frame.
    """

    class Accent(models.TextChoices):
        TEAL = "teal", _("Teal")
        BLUE = "blue", _("Blue")
        GREEN = "green", _("Green")
        VIOLET = "violet", _("Violet")
        ORANGE = "orange", _("Orange")
        RED = "red", _("Red")
        INK = "ink", _("Ink")

    code = models.SlugField(_("Code"), unique=True)
    title = models.CharField(_("Title"), max_length=200)
    text = models.TextField(_("Text above the form"), blank=True, default="")
    fields = models.JSONField(_("Fields"), default=list)
    source = models.SlugField(_("Source of enquiries"))
    thanks = models.TextField(_("Text of thanks"), blank=True, default="")
    is_active = models.BooleanField(_("Takes enquiries"), default=True)
    origins = models.JSONField(_("Sites that may show it"), default=list, blank=True)
    accent = models.CharField(_("Colour"), max_length=10, choices=Accent, default=Accent.TEAL)

    reach: ClassVar[Reach] = Reach(everyone=True)

    def __str__(self) -> str:
        return self.title


class Submission(models.Model):
    """
    One sending of a form, by which repeated and too frequent ones are noticed.

    `sender` is a keyed hash of the address: enough to count, useless to find a person. `consented` are the channels by
    which the sender agreed to mailings, `consent_text` is what they ticked, word by word; `is_noted` says that it
    stands on the card of a client.
    """

    form = models.ForeignKey(PublicForm, models.CASCADE, related_name="+")
    sender = models.CharField(max_length=64)
    lead = models.ForeignKey("leads.Lead", models.CASCADE, related_name="+")
    suspicion = models.CharField(_("Why it is taken for spam"), max_length=200, blank=True, default="")
    at = models.DateTimeField(_("When"))
    consented = models.JSONField(_("Agreed to mailings by"), default=list, blank=True)
    consent_text = models.TextField(_("What was agreed to"), blank=True, default="")
    is_noted = models.BooleanField(_("Stands on the card of a client"), default=False)

    class Meta:
        verbose_name = _("sending of a form")
        verbose_name_plural = _("sendings of forms")
        indexes: ClassVar = [models.Index(fields=["sender", "-at"], name="portal_submission_sender")]

    def __str__(self) -> str:
        return f"{self.form} · {self.at:%d.%m.%Y %H:%M}"


class Leaving(models.Model):
    """
    That somebody got out of mailings by the link in a letter, by which too frequent ones are noticed; `sender` is as
    that of a submission. Who it was stands in the history of consents.
    """

    sender = models.CharField(max_length=64)
    at = models.DateTimeField(_("When"))

    class Meta:
        verbose_name = _("way out of mailings")
        verbose_name_plural = _("ways out of mailings")
        indexes: ClassVar = [models.Index(fields=["sender", "-at"], name="portal_leaving_sender")]

    def __str__(self) -> str:
        return f"{self.at:%d.%m.%Y %H:%M}"
