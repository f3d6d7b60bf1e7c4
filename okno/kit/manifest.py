"""What the kit itself puts on the shelf: commands of views and files, jobs, custom fields, the long work of lists."""

from django.utils.translation import gettext_lazy as _

from okno.kit import jobs, journal
from okno.kit.api.webhooks import commands as webhooks
from okno.kit.api.webhooks.record import WEBHOOK
from okno.kit.attachments import commands as attachments
from okno.kit.fields import custom, reading, settling, travelling
from okno.kit.merging import events as merging
from okno.kit.permissions import SYSTEM
from okno.kit.registry import Portable, registry
from okno.kit.saved_views import commands as saved_views
from okno.kit.timeline import entries, kinds
from okno.kit.web.pages import bulk, export

registry.read_custom_fields = reading.load
registry.read_logic = reading.load_logic
registry.settling.append(settling.settle)
registry.every("20 0 * * *", lambda: custom.compute(actor=SYSTEM), "fields.compute")
kinds.add("merging.merged", _("merged the card “%(title)s” into this one"), icon="git-merge")
kinds.add("merging.parted", _("took the merged card “%(title)s” apart"), icon="git-branch")
registry.add_portable(Portable("kit.fields", _("Custom fields"), travelling.read, travelling.write, 100))
registry.add_record(WEBHOOK)
registry.every("40 3 * * *", lambda: webhooks.forget_old(actor=SYSTEM), "webhooks.forget_old")

__all__ = ["attachments", "bulk", "entries", "export", "jobs", "journal", "merging", "saved_views", "webhooks"]
