"""Tables of the exchange: connections, their sessions and packages, what became of each object, links, and queues."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from okno.kit.models.base import Reach, RecordModel, RecordQuerySet

EVERYONE = Reach(everyone=True)


class Connection(RecordModel):
    """
    One accounting base that exchanges with us.

    `identity` holds the ids of catalogues and classifiers that the base has shown; another base is refused.
    `options` are `crm_fields` (fields of items that 1C does not overwrite), `statuses` (status of 1C → what it means
    here, see `rules.CANCELS`), `status_names` (our state → its name in 1C) and `answer_encoding`.
    """

    class Encoding(models.TextChoices):
        UTF8_BOM = "utf-8-sig", _("UTF-8 with BOM")
        UTF8 = "utf-8", _("UTF-8")
        CP1251 = "windows-1251", _("Windows-1251")

    class Container(models.TextChoices):
        AUTO = "auto", _("By the version of 1C")
        ALWAYS = "always", _("Always")
        NEVER = "never", _("Never")

    code = models.SlugField(_("Code"), unique=True)
    name = models.CharField(_("Name"), max_length=150)
    login = models.CharField(_("Sign-in name"), max_length=100, unique=True)
    password = models.CharField(max_length=200, editable=False, default="")
    zone = models.CharField(_("Time zone of the 1C server"), max_length=60, default="Europe/Moscow")
    encoding = models.CharField(_("Encoding"), max_length=15, choices=Encoding, default=Encoding.UTF8_BOM)
    version_out = models.CharField(_("CommerceML version"), max_length=5, blank=True, default="")
    container = models.CharField(_("Container"), max_length=6, choices=Container, default=Container.AUTO)
    organisation = models.ForeignKey("documents.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    responsible = models.ForeignKey(
        "access.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Responsible for what is made in 1C"),
    )
    creates_orders = models.BooleanField(_("Takes orders born in 1C"), default=False)
    sends_drafts = models.BooleanField(_("Sends invoices that are not sent to the client yet"), default=False)
    most_archived = models.PositiveSmallIntegerField(_("Archive at most, % of the catalogue"), default=20)
    alarm_hours = models.PositiveSmallIntegerField(_("Alarm after hours without exchange"), default=26)
    identity = models.JSONField(default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(_("Works"), default=True)

    reach: ClassVar[Reach] = EVERYONE
    not_journalled: ClassVar[tuple[str, ...]] = ("password",)

    def __str__(self) -> str:
        return self.name


class SignInFailure(models.Model):
    """Failed sign-ins of one name from one address: after several of them it has to wait."""

    login = models.CharField(max_length=100)
    address = models.CharField(max_length=60)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["login", "address"], name="exchange_sign_in_failure_once")
        ]

    def __str__(self) -> str:
        return f"{self.login}: {self.count}"


class Row(models.Model):
    """The base of what the journal of exchange shows: no version is kept, since nobody edits it."""

    version = models.PositiveIntegerField(db_default=1, default=1, editable=False)
    objects: ClassVar[models.Manager[Any]] = RecordQuerySet.as_manager()
    reach: ClassVar[Reach] = EVERYONE

    class Meta:
        abstract = True


class ExchangeSession(Row):
    """One run of exchange from `checkauth` on. The cookie is known by its hash only."""

    class State(models.TextChoices):
        GREETED = "greeted", _("Signed in")
        OPEN = "open", _("Under way")
        IDLE = "idle", _("Everything received is done")
        CLOSED = "closed", _("Finished")
        FAILED = "failed", _("Broken off")

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="sessions")
    secret = models.CharField(max_length=64, unique=True)
    sessid = models.CharField(max_length=64)
    type = models.CharField(_("Type"), max_length=20)
    client_version = models.CharField(_("Version of 1C"), max_length=10, blank=True, default="")
    address = models.CharField(_("Address"), max_length=60, blank=True, default="")
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.GREETED)
    error = models.TextField(_("Error"), blank=True, default="")
    started_at = models.DateTimeField(_("Started"))
    last_call_at = models.DateTimeField(_("Last call"))
    queried_at = models.DateTimeField(_("Orders were asked for"), null=True)
    is_confirmed = models.BooleanField(_("Orders were confirmed"), default=False)
    seen_with = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["connection", "-id"], name="exchange_session_of")]

    def __str__(self) -> str:
        return f"{self.type} {self.started_at:%d.%m.%Y %H:%M}"


class Package(Row):
    """One file of an exchange with its raw bytes in the file store; `checkpoint` is where the work goes on."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DOING = "doing", _("In work")
        DONE = "done", _("Done")
        FAILED = "failed", _("Refused")

    class Direction(models.TextChoices):
        IN = "in", _("From 1C")
        OUT = "out", _("To 1C")

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="packages")
    session = models.ForeignKey(ExchangeSession, models.SET_NULL, null=True, related_name="packages")
    name = models.CharField(_("File"), max_length=255)
    type = models.CharField(_("Type"), max_length=20, default="catalog")
    direction = models.CharField(_("Direction"), max_length=3, choices=Direction, default=Direction.IN)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.BigIntegerField(_("Size"), default=0)
    format_version = models.CharField(_("CommerceML version"), max_length=20, blank=True, default="")
    full_parts = models.JSONField(default=list)
    checkpoint = models.PositiveBigIntegerField(_("Objects done"), default=0)
    expected = models.PositiveBigIntegerField(_("Objects in the file"), default=0)
    counts = models.JSONField(_("Counts"), default=dict)
    total = models.PositiveBigIntegerField(_("Objects"), default=0)
    refused = models.PositiveBigIntegerField(_("Refused objects"), default=0)
    error = models.TextField(_("Error"), blank=True, default="")
    at = models.DateTimeField(_("When"))
    finished_at = models.DateTimeField(_("Finished"), null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["session", "name"], name="exchange_package_of_session"),
            models.Index(fields=["connection", "-id"], name="exchange_package_of"),
        ]

    def __str__(self) -> str:
        return self.name


class Outcome(Row):
    """What became of one object of a package."""

    class Result(models.TextChoices):
        CREATED = "created", _("Created")
        UPDATED = "updated", _("Changed")
        UNCHANGED = "unchanged", _("Without changes")
        ARCHIVED = "archived", _("Archived")
        IGNORED = "ignored", _("Not read")
        WAITING = "waiting", _("Waits for another object")
        REFUSED = "refused", _("Refused")
        SENT = "sent", _("Sent to 1C")

    package = models.ForeignKey(Package, models.CASCADE, related_name="outcomes")
    kind = models.CharField(_("Object"), max_length=20)
    foreign_id = models.CharField(_("Id in 1C"), max_length=200, blank=True, default="")
    name = models.CharField(_("Name"), max_length=300, blank=True, default="")
    record = models.CharField(_("Record"), max_length=60, blank=True, default="")
    row_id = models.BigIntegerField(_("Row"), null=True)
    result = models.CharField(_("Result"), max_length=10, choices=Result)
    message = models.TextField(_("Message"), blank=True, default="")
    line = models.PositiveIntegerField(_("Line"), default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["package", "id"], name="exchange_outcome_of"),
            models.Index(fields=["package", "result", "id"], name="exchange_outcome_result"),
            models.Index(fields=["foreign_id"], name="exchange_outcome_foreign", condition=~Q(foreign_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.foreign_id}: {self.result}"


class ExternalLink(Row):
    """
    An object of theirs and the row of ours that it is. Several of theirs may be one of ours, never the reverse.

    `prints` are fingerprints of what was applied last, by aspect: the object itself, its prices, its rests.
    """

    class State(models.TextChoices):
        LINKED = "linked", _("Linked")
        ARCHIVED = "archived", _("Archived in 1C")
        LOST = "lost", _("Lost: a full package lacks it")
        CONFLICT = "conflict", _("Conflict")

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="links")
    foreign_type = models.CharField(_("Object"), max_length=20)
    foreign_id = models.CharField(_("Id in 1C"), max_length=200)
    record = models.CharField(_("Record"), max_length=60, blank=True, default="")
    row_id = models.BigIntegerField(_("Row"), null=True)
    foreign_version = models.CharField(_("Version in 1C"), max_length=100, blank=True, default="")
    prints = models.JSONField(default=dict)
    details = models.JSONField(default=dict)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.LINKED)
    how_matched = models.CharField(_("Matched by"), max_length=20, default="id")
    seen_in = models.BigIntegerField(null=True)
    first_seen = models.DateTimeField(_("First seen"), db_default=Now())
    last_seen = models.DateTimeField(_("Last seen"), db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "foreign_type", "foreign_id"], name="exchange_link_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["record", "row_id"], name="exchange_link_of_row")]

    def __str__(self) -> str:
        return f"{self.foreign_type} {self.foreign_id}"


class Decision(models.Model):
    """
    What a person has decided an object of theirs to be. A trigger makes the link say the same, and takes the row out of
    it when the decision goes: so an undo of what was matched by hand is followed.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    foreign_type = models.CharField(_("Object"), max_length=20)
    foreign_id = models.CharField(_("Id in 1C"), max_length=200)
    record = models.CharField(_("Record"), max_length=60)
    row_id = models.BigIntegerField(_("Row"))

    journalled: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "foreign_type", "foreign_id"], name="exchange_decision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.foreign_type} {self.foreign_id}"


class Waiting(Row):
    """A part of an object that came before what it belongs to: applied when that comes."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="waiting")
    package = models.ForeignKey(Package, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(_("What waits"), max_length=20)
    subject_id = models.CharField(_("Id in 1C"), max_length=200)
    for_type = models.CharField(_("Waits for"), max_length=20)
    for_id = models.CharField(_("Id of what it waits for"), max_length=200)
    payload = models.JSONField(default=dict)
    line = models.PositiveIntegerField(_("Line"), default=0)
    at = models.DateTimeField(_("Since"), db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "kind", "subject_id", "for_type", "for_id"], name="exchange_waiting_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["connection", "for_type", "for_id"], name="exchange_waiting_for")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} → {self.for_type} {self.for_id}"


class Outgoing(Row):
    """
    An invoice on its way to 1C. `changes` grows with every change here; what is sent and confirmed is a change
    counter too, so that a change between sending and confirmation stays in the queue.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="outgoing")
    invoice = models.ForeignKey("billing.Invoice", models.CASCADE, related_name="+")
    changes = models.PositiveIntegerField(_("Changes"), default=1)
    confirmed_changes = models.PositiveIntegerField(_("Confirmed changes"), default=0)
    sent_changes = models.PositiveIntegerField(_("Sent changes"), default=0)
    sent_in = models.ForeignKey(ExchangeSession, models.SET_NULL, null=True, related_name="+")
    sent_print = models.CharField(max_length=64, blank=True, default="")
    confirmed_print = models.CharField(max_length=64, blank=True, default="")
    changed_at = models.DateTimeField(_("Changed"), db_default=Now())
    confirmed_at = models.DateTimeField(_("Confirmed"), null=True)
    excluded_by = models.CharField(_("Not sent because"), max_length=200, blank=True, default="")
    is_due = models.GeneratedField(
        expression=models.ExpressionWrapper(Q(changes__gt=F("confirmed_changes")), models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    reach: ClassVar[Reach] = Reach(via=("invoice",), permission="exchange.view")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "invoice"], name="exchange_outgoing_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["connection", "id"], name="exchange_outgoing_due",
                condition=Q(changes__gt=F("confirmed_changes")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.changes}/{self.confirmed_changes}"
