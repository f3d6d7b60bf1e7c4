"""Tables of communications: mail accounts and messages."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from okno.kit.models.base import Reach, RecordModel
from okno.kit.search import Trigrams


class MailAccount(RecordModel):
    """
    A mailbox that is read and written. Passwords are kept encrypted; `folders` maps a folder to what was read of it:
    `{"INBOX": {"uidvalidity", "last_uid", "highest_modseq"}}`.
    """

    class Security(models.TextChoices):
        SSL = "ssl", "SSL/TLS"
        STARTTLS = "starttls", "STARTTLS"
        NONE = "none", _("None")

    address = models.EmailField(_("Address"), unique=True)
    name = models.CharField(_("Name of the sender"), max_length=150, blank=True, default="")
    owner = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="+")
    imap_host = models.CharField(_("IMAP server"), max_length=200, blank=True, default="")
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=10, choices=Security, default=Security.SSL)
    smtp_host = models.CharField(_("SMTP server"), max_length=200, blank=True, default="")
    smtp_port = models.PositiveIntegerField(default=465)
    smtp_security = models.CharField(max_length=10, choices=Security, default=Security.SSL)
    username = models.CharField(_("User name"), max_length=200, blank=True, default="")
    secret = models.TextField(blank=True, default="", editable=False)
    lead_source = models.CharField(_("Source of enquiries"), max_length=50, blank=True, default="")
    depth_days = models.PositiveIntegerField(_("At first read letters of the last days"), default=0)
    signature = models.TextField(_("Signature"), blank=True, default="")
    folders = models.JSONField(default=dict)
    is_active = models.BooleanField(_("In use"), default=True)
    is_default = models.BooleanField(_("Used by default"), default=False)
    polled_at = models.DateTimeField(_("Last read"), null=True, blank=True)
    error = models.TextField(_("What is wrong"), blank=True, default="")

    reach: ClassVar[Reach] = Reach(owner="owner_id", everyone=True, permission="communications.view_accounts")
    not_journalled: ClassVar[tuple[str, ...]] = ("secret", "folders", "polled_at")

    def __str__(self) -> str:
        return self.address


class Mail(RecordModel):
    """
    A message, received or sent. `raw` names the bytes as they came in the file store; `html` is cleaned.

    `about_record` and `about_id` name what it is about besides the client: a deal, an invoice, a lead. A letter of a
    mailing has the address by which its reader gets out of mailings.
    """

    class Direction(models.TextChoices):
        IN = "in", _("Incoming")
        OUT = "out", _("Outgoing")

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        QUEUED = "queued", _("Being sent")
        SENT = "sent", _("Sent")
        UNSURE = "unsure", _("Perhaps sent: the connection broke")
        FAILED = "failed", _("Not sent")
        BOUNCED = "bounced", _("Returned")

    account = models.ForeignKey(MailAccount, models.PROTECT, related_name="+")
    direction = models.CharField(_("Direction"), max_length=3, choices=Direction)
    state = models.CharField(_("State"), max_length=10, choices=State)
    message_id = models.CharField(max_length=500, blank=True, default="")
    in_reply_to = models.CharField(max_length=500, blank=True, default="")
    references = models.JSONField(default=list)
    subject = models.CharField(_("Subject"), max_length=500, blank=True, default="")
    from_address = models.CharField(_("From"), max_length=320, blank=True, default="")
    from_name = models.CharField(max_length=200, blank=True, default="")
    to = models.JSONField(_("To"), default=list)
    cc = models.JSONField(_("Copy"), default=list)
    at = models.DateTimeField(_("When"))
    text = models.TextField(_("Text"), blank=True, default="")
    quoted = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    raw = models.CharField(max_length=64, blank=True, default="")
    problems = models.JSONField(default=list)
    auto_reply = models.CharField(max_length=20, blank=True, default="")
    error = models.TextField(blank=True, default="")
    unsubscribe_url = models.CharField(max_length=500, blank=True, default="")
    client = models.ForeignKey("clients.Client", models.SET_NULL, null=True, blank=True, related_name="+")
    contact = models.ForeignKey("clients.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    about_record = models.CharField(max_length=60, blank=True, default="")
    about_id = models.BigIntegerField(null=True, blank=True)
    owner = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey("access.Department", models.PROTECT, null=True, blank=True, related_name="+")
    is_handled = models.BooleanField(_("Handled"), default=False)

    reach: ClassVar[Reach] = Reach(owner="owner_id", department="department_id", via=("client",))
    is_over: ClassVar[Q] = Q(is_handled=True) | Q(direction=Direction.OUT)
    not_journalled: ClassVar[tuple[str, ...]] = ("html", "quoted", "text", "unsubscribe_url")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "direction", "message_id"],
                name="communications_mail_once",
                condition=~Q(message_id=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["message_id"], name="communications_mail_id"),
            models.Index(fields=["owner", "-at"], name="communications_mail_owner"),
            models.Index(
                fields=["owner"],
                name="communications_mail_waiting",
                condition=Q(direction="in", is_handled=False, is_deleted=False),
            ),
            models.Index(fields=["client", "-at"], name="communications_mail_client"),
            models.Index(fields=["about_record", "about_id"], name="communications_mail_about"),
            GinIndex(Trigrams(F("subject")), name="communications_mail_subject"),
        ]

    def __str__(self) -> str:
        return self.subject
