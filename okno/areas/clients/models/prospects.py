"""Prospects: those whom one would like to sell to, kept apart until they are clients."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.areas.clients.models.cards import Client
from okno.kit.models.base import Reach, RecordModel
from okno.kit.search import Folded, Trigrams


class Prospect(RecordModel):
    """
    Somebody of a list, a fair, a purchased base: not a client until somebody is interested.

    `person` is whom one talks to there; `batch` names the list it came with. The keys are the contact data as they are
    compared. Once it is handed to sales, `client` is what became of it, and nothing of it changes any more.
    """

    class Status(models.TextChoices):
        NEW = "new", pgettext_lazy("a prospect", "New")
        WORKING = "working", pgettext_lazy("a prospect", "In work")
        INTERESTED = "interested", pgettext_lazy("a prospect", "Interested")
        CONVERTED = "converted", pgettext_lazy("a prospect", "Handed to sales")
        NOT_NOW = "not_now", pgettext_lazy("a prospect", "Not interested")
        SILENT = "silent", pgettext_lazy("a prospect", "Do not disturb")
        WRONG = "wrong", pgettext_lazy("a prospect", "Wrong data")

    name = models.CharField(pgettext_lazy("a company", "Name"), max_length=255)
    kind = models.CharField(_("Kind"), max_length=10, choices=Client.Kind, default=Client.Kind.COMPANY)
    status = models.CharField(_("Status"), max_length=12, choices=Status, default=Status.NEW)
    revisit_date = models.DateField(_("Come back on"), null=True, blank=True)
    person = models.CharField(_("Whom to talk to"), max_length=200, blank=True, default="")
    post = models.CharField(_("Post"), max_length=150, blank=True, default="")
    phone = models.CharField(_("Phone"), max_length=40, blank=True, default="")
    phone_key = models.CharField(max_length=10, blank=True, default="", editable=False)
    email = models.CharField(_("E-mail"), max_length=254, blank=True, default="")
    email_key = models.CharField(max_length=254, blank=True, default="", editable=False)
    inn = models.CharField(_("INN"), max_length=12, blank=True, default="")
    site = models.CharField(_("Site"), max_length=200, blank=True, default="")
    city = models.CharField(_("City"), max_length=100, blank=True, default="")
    address = models.CharField(_("Address"), max_length=500, blank=True, default="")
    source = models.CharField(_("Source"), max_length=100, blank=True, default="")
    batch = models.CharField(_("List"), max_length=150, blank=True, default="")
    score = models.PositiveSmallIntegerField(_("Interest, points"), default=0, db_default=0)
    comment = models.TextField(_("Comment"), blank=True, default="")
    client = models.ForeignKey(Client, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")
    converted_at = models.DateTimeField(_("Handed to sales"), null=True, blank=True)
    owner = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )

    reach: ClassVar[Reach] = Reach(owner="owner_id", department="department_id")

    class Meta:
        verbose_name = _("prospect")
        verbose_name_plural = _("prospects")
        indexes: ClassVar = [
            models.Index(Folded(F("name")), F("id"), name="clients_prospect_by_name"),
            models.Index(fields=["owner", "-id"], name="clients_prospect_owner"),
            models.Index(fields=["department", "-id"], name="clients_prospect_department"),
            models.Index(fields=["status", "-id"], name="clients_prospect_status"),
            models.Index(fields=["phone_key"], name="clients_prospect_phone", condition=~Q(phone_key="")),
            models.Index(fields=["email_key"], name="clients_prospect_email", condition=~Q(email_key="")),
            models.Index(fields=["inn"], name="clients_prospect_inn", condition=~Q(inn="")),
            models.Index(fields=["client"], name="clients_prospect_client", condition=Q(client__isnull=False)),
            GinIndex(Trigrams(F("name")), name="clients_prospect_name_trgm"),
        ]

    def __str__(self) -> str:
        return self.name
