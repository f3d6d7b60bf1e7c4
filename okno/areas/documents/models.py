"""Tables of documents: own organisations with bank accounts, numbering, text templates."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from okno.kit.models.base import Reach, RecordModel
from okno.kit.money import VatMode


class Organisation(RecordModel):
    """One of our own legal entities, in whose name documents are made."""

    name = models.CharField(_("Name"), max_length=255)
    full_name = models.CharField(_("Full name"), max_length=500, blank=True, default="")
    inn = models.CharField(_("INN"), max_length=12, blank=True, default="")
    kpp = models.CharField(_("KPP"), max_length=9, blank=True, default="")
    ogrn = models.CharField(_("OGRN"), max_length=15, blank=True, default="")
    address = models.CharField(_("Address"), max_length=500, blank=True, default="")
    phone = models.CharField(_("Phone"), max_length=40, blank=True, default="")
    head_name = models.CharField(_("Head"), max_length=150, blank=True, default="")
    head_post = models.CharField(_("Post of the head"), max_length=150, blank=True, default="")
    bookkeeper_name = models.CharField(_("Chief bookkeeper"), max_length=150, blank=True, default="")
    vat = models.CharField(_("VAT"), max_length=10, choices=VatMode, default=VatMode.INCLUDED)
    prefix = models.CharField(_("Number prefix"), max_length=10, blank=True, default="")
    is_default = models.BooleanField(_("Used by default"), default=False)

    reach: ClassVar[Reach] = Reach(everyone=True)

    def __str__(self) -> str:
        return self.name


class OrganisationAccount(RecordModel):
    """A bank account of our organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="accounts")
    bank_name = models.CharField(_("Bank"), max_length=255)
    bic = models.CharField(_("BIC"), max_length=9)
    account = models.CharField(_("Account"), max_length=20)
    corr_account = models.CharField(_("Correspondent account"), max_length=20, blank=True, default="")
    is_default = models.BooleanField(_("Used by default"), default=False)

    reach: ClassVar[Reach] = Reach(everyone=True)

    def __str__(self) -> str:
        return f"{self.bank_name} {self.account}"


class Numbering(models.Model):
    """The last number given to documents of a kind in a year; `organisation` is empty for those of nobody."""

    kind = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "organisation", "year"], name="documents_numbering_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class TextTemplate(RecordModel):
    """A template of a letter about a record, with expressions of the record in `{{ }}`."""

    record = models.CharField(_("About"), max_length=60)
    name = models.CharField(_("Name"), max_length=150)
    subject = models.CharField(_("Subject"), max_length=300)
    body = models.TextField(_("Text"))
    is_default = models.BooleanField(_("Used by default"), default=False)

    reach: ClassVar[Reach] = Reach(everyone=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record"], name="documents_one_default_template", condition=Q(is_default=True, is_deleted=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name
