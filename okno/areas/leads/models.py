"""Tables of enquiries: sources, campaigns, queues with their people, rules, reasons of rejection, and leads."""

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
    """
    People who take enquiries, and the working time they have to react and to handle one.

    `head` hears of what nobody takes and of what is late.
    """

    code = models.SlugField(_("Code"), unique=True)
    name = models.CharField(_("Name"), max_length=100)
    react_minutes = models.PositiveIntegerField(_("Reaction norm, working minutes"), default=15)
    handle_minutes = models.PositiveIntegerField(_("Handling norm, working minutes"), default=240)
    to_client_owner = models.BooleanField(_("Known clients go to their responsible person first"), default=True)
    head = models.ForeignKey(
        "access.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Head")
    )

    reach: ClassVar[Reach] = Reach(everyone=True)

    def __str__(self) -> str:
        return self.name


class QueueMember(models.Model):
    """
    A person in a queue; the one served longest ago gets the next enquiry.

    `skills` and `regions` are words by which an enquiry is known to be theirs: of its text, and of its city or the
    beginning of its phone. `shift` has seven texts like `09:00-21:00` from Monday on; empty means the office hours.
    `served_count` counts the enquiries given on the day `served_on`, for sharing by weights.
    """

    queue = models.ForeignKey(LeadQueue, models.CASCADE, related_name="members")
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    served_at = models.DateTimeField(_("Last served"), null=True, blank=True)
    served_on = models.DateField(null=True, blank=True)
    served_count = models.PositiveIntegerField(default=0, db_default=0)
    open_limit = models.PositiveIntegerField(_("Most open enquiries, 0 for no limit"), default=0)
    weight = models.PositiveSmallIntegerField(_("Weight"), default=1)
    skills = models.JSONField(_("Skills"), default=list, blank=True)
    regions = models.JSONField(_("Regions"), default=list, blank=True)
    shift = models.JSONField(_("Shifts"), default=list, blank=True)

    journalled: ClassVar[bool] = True
    not_journalled: ClassVar[tuple[str, ...]] = ("served_at", "served_on", "served_count")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["queue", "user"], name="leads_member_once")]

    def __str__(self) -> str:
        return f"{self.queue} · {self.user}"


class DistributionRule(RecordModel):
    """
    Who gets the enquiries that hold a condition: of the people of its queue one, chosen by its method.

    Rules are asked in order; one that is not `is_general` is asked only for the sources that name it. Norms of 0 are
    those of the queue. What nobody of the queue may take goes to `fallback`.
    """

    class Method(models.TextChoices):
        TURN = "turn", _("In turn")
        WEIGHT = "weight", _("By weights")
        LOAD = "load", _("To the least busy")
        SUCCESS = "success", _("By success")
        OWNER = "owner", _("To the client's responsible person")
        SKILL = "skill", _("By skill")
        REGION = "region", _("By region")
        SHIFT = "shift", _("To whoever is on shift")
        FIRST = "first", _("Whoever takes it first")
        MANUAL = "manual", _("By hand")

    name = models.CharField(_("Name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("Order"), default=0)
    is_active = models.BooleanField(_("In use"), default=True)
    is_general = models.BooleanField(_("For all sources"), default=True)
    condition = models.JSONField(_("Condition"), default=dict, blank=True)
    method = models.CharField(_("Method"), max_length=10, choices=Method, default=Method.TURN)
    queue = models.ForeignKey(LeadQueue, models.PROTECT, related_name="+", verbose_name=_("Queue"))
    fallback = models.ForeignKey(
        LeadQueue, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("If nobody is free")
    )
    to_client_owner = models.BooleanField(_("Known clients go to their responsible person first"), default=True)
    asks_hours = models.BooleanField(_("Only in working hours"), default=False)
    asks_reach = models.BooleanField(_("Only to those who may see the client"), default=True)
    react_minutes = models.PositiveIntegerField(_("Reaction norm, working minutes"), default=0)
    handle_minutes = models.PositiveIntegerField(_("Handling norm, working minutes"), default=0)
    escalates = models.BooleanField(_("Tell the head of late ones"), default=True)
    gives_on = models.BooleanField(_("Give on what is twice late"), default=False)

    reach: ClassVar[Reach] = Reach(everyone=True)

    def __str__(self) -> str:
        return self.name


class LeadSource(RecordModel):
    """
    Where enquiries come from: a form, the API, a mailbox, by hand; and the queue they go to.

    `mapping` says from where in the payload a field is read: `{"phone": "contact.phone"}`; `template` is a letter of
    the form on the site with `{phone}` and the like in place of values; `campaign_path` is where the id of the campaign
    stands. `rule` is asked when no general rule holds; without it enquiries go to `queue` in turn.
    """

    class Kind(models.TextChoices):
        FORM = "form", _("Form on the site")
        WIDGET = "widget", _("Widget on the site")
        CHAT = "chat", _("Chat")
        CALL = "call", pgettext_lazy("where enquiries come from", "Call")
        MISSED = "missed", _("Missed call")
        MAIL = "mail", _("Mail")
        MESSENGER = "messenger", _("Messenger")
        SOCIAL = "social", _("Social network")
        ANALYTICS = "analytics", _("Call tracking and analytics")
        CAMPAIGN = "campaign", _("Mailing or calling round")
        API = "api", _("Another system")
        MANUAL = "manual", _("By hand")

    code = models.SlugField(_("Code"), unique=True)
    name = models.CharField(_("Name"), max_length=100)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    queue = models.ForeignKey(LeadQueue, models.PROTECT, related_name="+")
    rule = models.ForeignKey(
        DistributionRule, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Rule by default")
    )
    repeat_days = models.PositiveSmallIntegerField(_("Repeats within, days"), default=30)
    joins_deals = models.BooleanField(_("Repeats go into open deals too"), default=True)
    mapping = models.JSONField(_("Where fields stand in what is received"), default=dict, blank=True)
    template = models.TextField(_("Template of a letter"), blank=True, default="")
    campaign_path = models.CharField(_("Where the campaign stands"), max_length=100, default="utm_campaign", blank=True)

    reach: ClassVar[Reach] = Reach(everyone=True)

    def __str__(self) -> str:
        return self.name


class LeadCampaign(RecordModel):
    """
    A campaign by the id that other systems call it; one that nobody has named yet is not matched.

    `same_as` says that the id is another name of a campaign that is there: enquiries go to that one.
    """

    code = models.CharField(_("External code"), max_length=200, unique=True)
    name = models.CharField(_("Name"), max_length=200)
    is_matched = models.BooleanField(_("Matched"), default=False)
    same_as = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")

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
    `raw` is the payload for replay; `marks` holds UTM and other marks of the visit, never edited. `told` is how the
    responsible person was found: the rule, its method, who was passed over and why. `passed` are people who had it
    and have it no more. `amount` is what it may bring, in the management currency, when that is known.
    `react_seconds` and `handle_seconds` are the working time it took.
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

    class Kind(models.TextChoices):
        SALE = "sale", pgettext_lazy("a kind of enquiry", "Sale")
        SUPPORT = "support", pgettext_lazy("a kind of enquiry", "Support")
        CLAIM = "claim", pgettext_lazy("a kind of enquiry", "Claim")
        PURCHASE = "purchase", pgettext_lazy("a kind of enquiry", "Purchase")
        VACANCY = "vacancy", pgettext_lazy("a kind of enquiry", "Vacancy")
        OTHER = "other", pgettext_lazy("a kind of enquiry", "Other")

    number = models.CharField(_("Number"), max_length=20)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.NEW)
    kind = models.CharField(_("Kind of enquiry"), max_length=10, choices=Kind, default=Kind.SALE)
    source = models.ForeignKey(LeadSource, models.PROTECT, null=True, blank=True, related_name="+")
    campaign = models.ForeignKey(LeadCampaign, models.PROTECT, null=True, blank=True, related_name="+")
    rule = models.ForeignKey(DistributionRule, models.SET_NULL, null=True, blank=True, related_name="+")
    told = models.JSONField(_("How the responsible person was found"), default=dict, blank=True)
    passed = models.JSONField(default=list, blank=True)
    queue = models.ForeignKey(LeadQueue, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(_("Subject"), max_length=255)
    text = models.TextField(_("Text"), blank=True, default="")
    name = models.CharField(pgettext_lazy("a person", "Name"), max_length=200, blank=True, default="")
    phone = models.CharField(_("Phone"), max_length=100, blank=True, default="")
    email = models.CharField(_("E-mail"), max_length=254, blank=True, default="")
    company = models.CharField(_("Company"), max_length=255, blank=True, default="")
    inn = models.CharField(_("INN"), max_length=12, blank=True, default="")
    city = models.CharField(_("City"), max_length=100, blank=True, default="")
    amount = models.DecimalField(_("Expected amount"), max_digits=18, decimal_places=2, null=True, blank=True)
    marks = models.JSONField(_("Marks of the visit"), default=dict, blank=True)
    raw = models.JSONField(_("As received"), default=dict, blank=True)
    client = models.ForeignKey("clients.Client", models.SET_NULL, null=True, blank=True, related_name="+")
    contact = models.ForeignKey("clients.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    prospect = models.ForeignKey("clients.Prospect", models.SET_NULL, null=True, blank=True, related_name="+")
    deal = models.ForeignKey("deals.Deal", models.SET_NULL, null=True, blank=True, related_name="+")
    recognised_by = models.CharField(_("Recognised by"), max_length=10, blank=True, default="")
    owner = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey("access.Department", models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(_("Received"))
    react_by = models.DateTimeField(_("React by"), null=True, blank=True)
    handle_by = models.DateTimeField(_("Handle by"), null=True, blank=True)
    reacted_at = models.DateTimeField(_("First reaction"), null=True, blank=True)
    taken_at = models.DateTimeField(_("Taken"), null=True, blank=True)
    react_seconds = models.PositiveIntegerField(_("Working time to react, s"), null=True, blank=True)
    handle_seconds = models.PositiveIntegerField(_("Working time to handle, s"), null=True, blank=True)
    late_steps = models.PositiveSmallIntegerField(default=0)
    postponed_at = models.DateTimeField(null=True, blank=True)
    postponed_until = models.DateTimeField(_("Postponed until"), null=True, blank=True)
    closed_at = models.DateTimeField(_("Closed"), null=True, blank=True)
    reject_reason = models.ForeignKey(RejectReason, models.PROTECT, null=True, blank=True, related_name="+")
    comment = models.TextField(_("Comment"), blank=True, default="")

    reach: ClassVar[Reach] = Reach(
        owner="owner_id", department="department_id", participants=("leads.LeadInvite", "lead_id", "user_id")
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="leads_lead_owner"),
            models.Index(fields=["department", "-id"], name="leads_lead_department"),
            models.Index(fields=["react_by"], name="leads_lead_waiting", condition=Q(reacted_at=None, closed_at=None)),
            models.Index(fields=["client", "-id"], name="leads_lead_client"),
            models.Index(fields=["queue", "owner"], name="leads_lead_open", condition=Q(closed_at=None)),
            models.Index(fields=["received_at"], name="leads_lead_received"),
            GinIndex(Trigrams(F("subject")), name="leads_lead_subject_trgm"),
        ]

    def __str__(self) -> str:
        return self.subject


class LeadPoint(models.Model):
    """A normalised phone or mail address of an open enquiry, by which a repeated one is noticed."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="points")
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=254)

    same_when: ClassVar[tuple[str, ...]] = ("kind", "key")

    class Meta:
        verbose_name = _("way to reach")
        verbose_name_plural = _("ways to reach")
        indexes: ClassVar = [
            models.Index(fields=["kind", "key"], name="leads_point_key"),
            GinIndex(Trigrams(F("key")), name="leads_point_key_trgm"),
        ]

    def __str__(self) -> str:
        return self.key


class LeadInvite(models.Model):
    """A person who may take an enquiry that nobody has: whoever is first gets it, and the invitations go."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="invites")
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")

    same_when: ClassVar[tuple[str, ...]] = ("user",)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["lead", "user"], name="leads_invite_once")]

    def __str__(self) -> str:
        return f"{self.lead} · {self.user}"
