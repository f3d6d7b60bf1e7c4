"""What the kit itself puts on the shelf: commands of views and files, jobs, custom fields, the long work of lists."""

from okno.kit import jobs, journal
from okno.kit.api.webhooks import commands as webhooks
from okno.kit.api.webhooks.record import WEBHOOK
from okno.kit.attachments import commands as attachments
from okno.kit.fields import custom
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.saved_views import commands as saved_views
from okno.kit.timeline import entries
from okno.kit.web.pages import bulk, export

registry.read_custom_fields = custom.load
registry.add_record(WEBHOOK)
registry.every("40 3 * * *", lambda: webhooks.forget_old(actor=SYSTEM), "webhooks.forget_old")

__all__ = ["attachments", "bulk", "entries", "export", "jobs", "journal", "saved_views", "webhooks"]
