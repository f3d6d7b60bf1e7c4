"""Ties of a client: relations, people who work elsewhere too, accounts, addresses, stays in statuses."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.areas.clients.models.cards import Client, Contact, LegalEntity
from okno.kit.models.base import Reach, RecordQuerySet


class ClientRelation(models.Model):
    """
    How one client is related to another: `first` is the parent, the franchiser, the one who recommended.

    A kind has two names: as the first one is seen from the second, and the other way round.
    """

    class Kind(models.TextChoices):
        HOLDING = "holding", _("Parent company")
        PARTNER = "partner", _("Partner")
        COMPETITOR = "competitor", _("Competitor")
        REFERRER = "referrer", _("Recommended us")
        DEALER = "dealer", _("Dealer")
        FRANCHISE = "franchise", _("Franchiser")
        FOUNDER = "founder", _("Founder")
        RELATIVE = "relative", _("Relative")

    first = models.ForeignKey(Client, models.CASCADE, db_index=False, related_name="+")
    second = models.ForeignKey(Client, models.CASCADE, related_name="+")
    kind = models.CharField(_("How they are related"), max_length=12, choices=Kind)
    since = models.DateField(_("Since"), null=True, blank=True)
    until = models.DateField(_("Until"), null=True, blank=True)
    comment = models.CharField(_("Comment"), max_length=300, blank=True, default="")

    journalled: ClassVar[bool] = True

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second", "kind"], name="clients_relation_once"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="clients_relation_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.first} → {self.second}: {self.kind}"


class ContactPlace(models.Model):
    """A further client at which a contact works, and what they are there; the main one stands on the contact."""

    contact = models.ForeignKey(Contact, models.CASCADE, db_index=False, related_name="places")
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    post = models.CharField(_("Post"), max_length=150, blank=True, default="")
    role = models.CharField(_("Role"), max_length=12, choices=Contact.Role, blank=True, default=Contact.Role.NONE)

    journalled: ClassVar[bool] = True

    class Meta:
        verbose_name = _("further client of a contact")
        verbose_name_plural = _("further clients of contacts")
        constraints: ClassVar = [models.UniqueConstraint(fields=["contact", "client"], name="clients_place_once")]

    def __str__(self) -> str:
        return f"{self.contact} · {self.client}"


class BankAccount(models.Model):
    """A further account of a legal entity; the main one, which papers name, stands on the entity itself."""

    entity = models.ForeignKey(LegalEntity, models.CASCADE, db_index=False, related_name="accounts")
    bank_name = models.CharField(_("Bank"), max_length=255, blank=True, default="")
    bic = models.CharField(_("BIC"), max_length=9, blank=True, default="")
    account = models.CharField(_("Account"), max_length=20)
    corr_account = models.CharField(_("Correspondent account"), max_length=20, blank=True, default="")
    note = models.CharField(_("Note"), max_length=100, blank=True, default="")

    journalled: ClassVar[bool] = True
    same_when: ClassVar[tuple[str, ...]] = ("bic", "account")

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entity", "bic", "account"], name="clients_account_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.bank_name}"


class ClientAddress(models.Model):
    """
    A place of a client by what it is for.

    `code` names it in the state's classifier of addresses, `parts` are what it consists of and `precision` is how far
    it was found there. `geo_source` says who told the coordinates, `geo_precision` how exact they are.
    """

    class Kind(models.TextChoices):
        LEGAL = "legal", _("Legal")
        ACTUAL = "actual", _("Actual")
        POSTAL = "postal", _("Postal")
        DELIVERY = "delivery", _("Delivery")

    class GeoPrecision(models.TextChoices):
        HOUSE = "house", _("House")
        STREET = "street", _("Street")
        SETTLEMENT = "settlement", _("Settlement")

    client = models.ForeignKey(Client, models.CASCADE, related_name="addresses")
    kind = models.CharField(_("What for"), max_length=10, choices=Kind, default=Kind.ACTUAL)
    text = models.CharField(_("Address"), max_length=500)
    code = models.CharField(max_length=40, blank=True, default="")
    parts = models.JSONField(default=dict, blank=True)
    precision = models.CharField(max_length=12, blank=True, default="")
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    geo_source = models.CharField(_("Who told the coordinates"), max_length=20, blank=True, default="")
    geo_precision = models.CharField(max_length=12, choices=GeoPrecision, blank=True, default="")
    comment = models.CharField(_("Comment"), max_length=200, blank=True, default="")

    journalled: ClassVar[bool] = True
    same_when: ClassVar[tuple[str, ...]] = ("kind", "text")

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="clients_address_on_earth",
            )
        ]

    def __str__(self) -> str:
        return self.text


class StatusStay(models.Model):
    """
    A client in one status; the trigger of the table of clients writes these, whoever changes the status.

    `turn` says what a change of the status meant for the base: the client came for the first time, came back, or was
    lost. Ours are the one-off, regular, sleeping and troubled ones.
    """

    class Turn(models.TextChoices):
        NEW = "new", pgettext_lazy("a client", "New")
        RETURNED = "returned", pgettext_lazy("a client", "Returned")
        LOST = "lost", pgettext_lazy("a client", "Lost")

    client = models.ForeignKey(Client, models.CASCADE, db_index=False, related_name="+")
    status = models.CharField(_("Status"), max_length=10, choices=Client.Status)
    since = models.DateTimeField(_("Since"))
    until = models.DateTimeField(_("Until"), null=True)
    turn = models.CharField(_("What it meant for the base"), max_length=10, choices=Turn, default="", db_default="")

    objects: ClassVar[models.Manager[Any]] = RecordQuerySet.as_manager()
    reach: ClassVar[Reach] = Reach(via=("client",))
    is_derived: ClassVar[bool] = True

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["client", "-since"], name="clients_stay_client"),
            models.Index(fields=["since"], name="clients_stay_turn", condition=~Q(turn="")),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.status}"
