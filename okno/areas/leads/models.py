"""Tables of enquiries: sources, queues with their people, reasons of rejection, and leads."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.kit.models.base import Reach, RecordModel
from okno.kit.search import Trigrams


class LeadQueue(RecordModel):
    """People who take enquiries in turn, and the working time they have to react and to handle one."""

    code = models.SlugField(_("Code"), unique=True)
    name = models.CharField(_("Name"), max_length=100)
    react_minutes = models.PositiveIntegerField(_("Reaction norm, working minutes"), default=15)
    handle_minutes = models.PositiveIntegerField(_("Handling norm, working minutes"), default=240)
    to_client_owner = models.BooleanField(_("Known clients go to their responsible person first"), default=True)

    reach: ClassVar[Reach] = Reach(everyone=True)

    def __str__(self) -> str:
        return self.name


class QueueMember(models.Model):
    """A person in a queue; the one served longest ago gets the next enquiry."""

    queue = models.ForeignKey(LeadQueue, models.CASCADE, related_name="members")
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    served_at = models.DateTimeField(_("Last served"), null=True, blank=True)
    open_limit = models.PositiveIntegerField(_("Most open enquiries, 0 for no limit"), default=0)

    journalled: ClassVar[bool] = True
    not_journalled: ClassVar[tuple[str, ...]] = ("served_at",)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["queue", "user"], name="leads_member_once")]

    def __str__(self) -> str:
        return f"{self.queue} · {self.user}"


class LeadSource(RecordModel):
    """Where enquiries come from: a form, the API, a mailbox, by hand; and the queue they go to."""

    class Kind(models.TextChoices):
        FORM = "form", _("Form on the site")
        API = "api", _("Another system")
        MAIL = "mail", _("Mail")
        MANUAL = "manual", _("By hand")

    code = models.SlugField(_("Code"), unique=True)
    name = models.CharField(_("Name"), max_length=100)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    queue = models.ForeignKey(LeadQueue, models.PROTECT, related_name="+")
    repeat_days = models.PositiveSmallIntegerField(_("Repeats within, days"), default=30)

    reach: ClassVar[Reach] = Reach(everyone=True)

    def __str__(self) -> str:
        return self.name


class RejectReason(RecordModel):
    """Why enquiries are rejected."""

    name = models.CharField(_("Name"), max_length=100)
    position = models.PositiveSmallIntegerField(default=0)

    reach: ClassVar[Reach] = Reach(everyone=True)

    def __str__(self) -> str:
        return self.name


class Lead(RecordModel):
    """
    An enquiry as it came, who takes care of it and what became of it.

    `name`, `phone`, `email`, `company`, `inn` and `city` are kept as received even after the client is known;
    `raw` is the payload for replay; `marks` holds UTM and other marks of the visit, never edited.
    """

    class State(models.TextChoices):
        NEW = "new", _("New")
        GIVEN = "given", _("Given")
        TAKEN = "taken", _("In work")
        POSTPONED = "postponed", _("Postponed")
        CONVERTED = "converted", _("Turned into a deal")
        MERGED = "merged", _("Joined to another")
        REJECTED = "rejected", _("Rejected")
        SPAM = "spam", _("Spam")

    number = models.CharField(_("Number"), max_length=20)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.NEW)
    source = models.ForeignKey(LeadSource, models.PROTECT, null=True, blank=True, related_name="+")
    queue = models.ForeignKey(LeadQueue, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(_("Subject"), max_length=255)
    text = models.TextField(_("Text"), blank=True, default="")
    name = models.CharField(pgettext_lazy("a person", "Name"), max_length=200, blank=True, default="")
    phone = models.CharField(_("Phone"), max_length=100, blank=True, default="")
    email = models.CharField(_("E-mail"), max_length=254, blank=True, default="")
    company = models.CharField(_("Company"), max_length=255, blank=True, default="")
    inn = models.CharField(_("INN"), max_length=12, blank=True, default="")
    city = models.CharField(_("City"), max_length=100, blank=True, default="")
    marks = models.JSONField(_("Marks of the visit"), default=dict, blank=True)
    raw = models.JSONField(_("As received"), default=dict, blank=True)
    client = models.ForeignKey("clients.Client", models.SET_NULL, null=True, blank=True, related_name="+")
    contact = models.ForeignKey("clients.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    deal = models.ForeignKey("deals.Deal", models.SET_NULL, null=True, blank=True, related_name="+")
    recognised_by = models.CharField(_("Recognised by"), max_length=10, blank=True, default="")
    owner = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey("access.Department", models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(_("Received"))
    react_by = models.DateTimeField(_("React by"), null=True, blank=True)
    handle_by = models.DateTimeField(_("Handle by"), null=True, blank=True)
    reacted_at = models.DateTimeField(_("First reaction"), null=True, blank=True)
    taken_at = models.DateTimeField(_("Taken"), null=True, blank=True)
    postponed_until = models.DateTimeField(_("Postponed until"), null=True, blank=True)
    closed_at = models.DateTimeField(_("Closed"), null=True, blank=True)
    reject_reason = models.ForeignKey(RejectReason, models.PROTECT, null=True, blank=True, related_name="+")
    comment = models.TextField(_("Comment"), blank=True, default="")

    reach: ClassVar[Reach] = Reach(owner="owner_id", department="department_id")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="leads_lead_owner"),
            models.Index(fields=["department", "-id"], name="leads_lead_department"),
            models.Index(fields=["react_by"], name="leads_lead_waiting", condition=Q(reacted_at=None, closed_at=None)),
            models.Index(fields=["client", "-id"], name="leads_lead_client"),
            models.Index(fields=["queue", "owner"], name="leads_lead_open", condition=Q(closed_at=None)),
            GinIndex(Trigrams(F("subject")), name="leads_lead_subject_trgm"),
        ]

    def __str__(self) -> str:
        return self.subject


class LeadPoint(models.Model):
    """A normalised phone or mail address of an open enquiry, by which a repeated one is noticed."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="points")
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=254)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "key"], name="leads_point_key")]

    def __str__(self) -> str:
        return self.key
