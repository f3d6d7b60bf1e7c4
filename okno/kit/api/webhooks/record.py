"""How a webhook is read in lists; its secret is no field."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okno.kit.kinds import Kind
from okno.kit.models.webhooks import Webhook
from okno.kit.registry import Field, Record

WEBHOOK = Record(
    name="kit.webhook",
    model=Webhook,
    label=_("Webhook"),
    plural=_("Webhooks"),
    title="name",
    subtitle="url",
    url="/settings/webhooks/{id}/",
    icon="world",
    lacks={
        "card": "its page is the log of its calls",
        "change": "a webhook is set as a whole, for it is called at once",
        "import": "its secret is told once, to a person",
        "mark": "its own command marks it on its card, and drops the calls that wait",
        "search": "there are few: all stand in one list",
        "tree": "no document comes of a webhook",
    },
    fields={
        "name": Field(_("Name"), "name"),
        "url": Field(_("Address"), "url"),
        "events": Field(_("Events"), "events", Kind.JSON, sortable=False),
        "is_active": Field(_("Active"), "is_active", Kind.BOOLEAN),
        "is_inside": Field(_("Stands in our own network"), "is_inside", Kind.BOOLEAN),
        "failures": Field(_("Failures in a row"), "failures", Kind.INTEGER),
        "trouble": Field(_("Why it was switched off"), "trouble"),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)
