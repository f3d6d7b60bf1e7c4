"""What clients and their people have said of being written and called to: every word is kept, the last one holds."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.areas.clients.models.cards import Client, Contact
from okno.areas.clients.models.wording import Channel


class Consent(models.Model):
    """
    Somebody agreed to mailings by a channel, or refused them, on a day; `proof` says where that can be seen.

    Of the words on one channel that of the latest day holds, of one day the one noted last. A trigger shows on the card
    of the client or the contact what holds.
    """

    class Source(models.TextChoices):
        TALK = "talk", _("Said it to us")
        LETTER = "letter", _("Wrote it to us")
        FORM = "form", _("Form of the site")
        LINK = "link", _("Link in a letter")
        PAPER = "paper", _("Signed paper")
        IMPORT = "import", pgettext_lazy("of a consent", "Import")
        OTHER = "other", pgettext_lazy("of a consent", "Another way")

    client = models.ForeignKey(Client, models.CASCADE, null=True, blank=True, related_name="said_consents")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="said_consents")
    channel = models.CharField(_("Channel"), max_length=10, choices=Channel)
    is_given = models.BooleanField(_("Agrees"))
    said_date = models.DateField(_("Day"))
    source = models.CharField(_("How we know"), max_length=10, choices=Source)
    proof = models.CharField(_("Proof"), max_length=300, blank=True, default="")
    user = models.ForeignKey("access.User", models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")
    noted_at = models.DateTimeField(_("Noted"), db_default=Now())

    journalled: ClassVar[bool] = True

    class Meta:
        verbose_name = _("consent to mailings")
        verbose_name_plural = _("consents to mailings")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(client__isnull=False, contact__isnull=True) | Q(client__isnull=True, contact__isnull=False),
                name="clients_consent_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.is_given}"
