"""What tells duplicates: keys kept by triggers, pairs found by the search, requests for access to a known client."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from okno.areas.clients.models.cards import Client, Contact
from okno.kit.models.base import Reach, RecordModel


class MatchKey(models.Model):
    """
    A normalised key by which a client is found: phone, mail address, domain, INN, INN with KPP, tax number of another
    country with the country, messenger.

    Rows are kept by triggers of the database in the transaction of the change, whoever writes: keys of clients and
    contacts that are marked for deletion are not here. `contact` says whose of the client's people the key is;
    `is_further` that this person is mainly at another client.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        DOMAIN = "domain", _("Domain")
        INN = "inn", _("INN")
        KPP = "kpp", _("INN and KPP")
        FOREIGN = "foreign", _("Tax number abroad")
        MESSENGER = "messenger", _("Messenger")

    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=254)
    client = models.ForeignKey(Client, models.CASCADE, null=True, related_name="+", db_constraint=False)
    contact = models.ForeignKey(
        Contact, models.CASCADE, null=True, db_index=False, related_name="+", db_constraint=False
    )
    is_further = models.BooleanField(default=False, db_default=False)

    # Rows follow what they are made of: nobody points them anywhere else.
    is_derived: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "key", "client", "contact"], name="clients_match_key_once", nulls_distinct=False
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["contact"], name="clients_match_contact", condition=Q(contact__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.key}"


class DuplicatePair(models.Model):
    """
    Two clients that may be one, with the score of what they have in common; the first has the smaller id.

    Pairs of one group have the smallest id of its clients as `group`. A pair that people called different stays
    here, so that the next search does not bring it back.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To be looked at")
        DIFFERENT = "different", _("Different clients")
        GONE = "gone", _("Not alike any more")

    first = models.ForeignKey(Client, models.CASCADE, db_index=False, related_name="+")
    second = models.ForeignKey(Client, models.CASCADE, related_name="+")
    group = models.BigIntegerField()
    score = models.PositiveSmallIntegerField(_("Score"))
    reasons = models.JSONField(default=list)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField(_("Found"), db_default=Now())

    is_derived: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="clients_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="clients_pair_in_order"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["group", "-score"], name="clients_pair_group", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}: {self.score}"


class AccessRequest(RecordModel):
    """A colleague asks to be let in to a client that is somebody else's."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for an answer")
        GRANTED = "granted", _("Let in")
        REFUSED = "refused", _("Refused")

    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    text = models.CharField(_("What for"), max_length=500, blank=True, default="")
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    answered_at = models.DateTimeField(_("Answered"), null=True, blank=True)

    reach: ClassVar[Reach] = Reach(via=("client",))

    class Meta:
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client", "user"], name="clients_request_waits_once", condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.client}"
