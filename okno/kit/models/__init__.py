"""Tables of the kit: journal, events, custom fields, views, files, feed, jobs, rates, notices."""

from okno.kit.models.base import Reach, RecordModel, RecordQuerySet
from okno.kit.models.feed import Entry, EntryLink
from okno.kit.models.files import Attachment, FileVersion
from okno.kit.models.following import Mark, WatchedTable
from okno.kit.models.journal import Change, CommandRun, Delivery, EventRow
from okno.kit.models.merges import Merge
from okno.kit.models.notices import (
    Notice,
    NoticeChoice,
    NoticeDelivery,
    NoticeEscalation,
    NoticeHours,
    PushKey,
    PushSubscription,
    Reminder,
    Unfollowed,
)
from okno.kit.models.rates import CurrencyRate
from okno.kit.models.registry import FieldDef, FieldLink, FieldLogic, FieldSet, JobRun
from okno.kit.models.troubles import JobFailure
from okno.kit.models.views import CardLayout, PersonalView, SavedView
from okno.kit.models.webhooks import Webhook, WebhookAttempt, WebhookCall

__all__ = [
    "Attachment",
    "CardLayout",
    "Change",
    "CommandRun",
    "CurrencyRate",
    "Delivery",
    "Entry",
    "EntryLink",
    "EventRow",
    "FieldDef",
    "FieldLink",
    "FieldLogic",
    "FieldSet",
    "FileVersion",
    "JobFailure",
    "JobRun",
    "Mark",
    "Merge",
    "Notice",
    "NoticeChoice",
    "NoticeDelivery",
    "NoticeEscalation",
    "NoticeHours",
    "PersonalView",
    "PushKey",
    "PushSubscription",
    "Reach",
    "RecordModel",
    "RecordQuerySet",
    "Reminder",
    "SavedView",
    "Unfollowed",
    "WatchedTable",
    "Webhook",
    "WebhookAttempt",
    "WebhookCall",
]
