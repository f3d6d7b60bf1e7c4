"""What the leads area puts on the shelf."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okno.areas.communications.events import MailReceived
from okno.areas.leads import commands, handlers, queries
from okno.areas.leads.record import LEAD
from okno.areas.leads.web import panels, queues
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import CreateItem, MenuItem, Panel, registry
from okno.kit.timeline import kinds


def late(actor: Actor) -> int:
    """How many enquiries wait for their first answer too long."""
    return queries.overdue(actor, timezone.now()).count()


registry.add_record(LEAD)
registry.add_settings(*queues.PAGES)
registry.on(MailReceived, handlers.receive_letter)
registry.every("* * * * *", lambda: commands.wake(actor=SYSTEM), name="leads.wake")
registry.add_menu(
    MenuItem("sales", _("Enquiries"), "/leads/", icon="inbox", permission="leads.view", position=10, count=late)
)
registry.add_create(CreateItem(_("Enquiry"), "/leads/new/", "leads.receive", 5))
registry.add_panel(
    "leads.lead",
    Panel("recognition", _("Who it is"), "leads/recognition.html", panels.recognition, "leads.view", position=5),
)
registry.add_panel(
    "leads.lead", Panel("received", _("As received"), "leads/received.html", panels.received, "leads.view", position=90)
)
registry.add_panel(
    "clients.client", Panel("leads", _("Enquiries"), "leads/panel.html", panels.of_client, "leads.view", position=30)
)
registry.add_panel(
    "deals.deal", Panel("leads", _("Enquiry"), "leads/panel.html", panels.of_deal, "leads.view", position=60)
)

kinds.add("leads.received", _("the enquiry came: “%(subject)s”"), icon="inbox", group="messages")
kinds.add("leads.repeated", _("the same person asked again: “%(subject)s”"), icon="repeat", group="messages")
kinds.add("leads.given", _("gave the enquiry to %(owner)s"), icon="user")
kinds.add("leads.returned", _("returned the enquiry to the queue: %(reason)s"), icon="arrow-back-up")
kinds.add("leads.postponed", _("postponed the enquiry: %(reason)s"), icon="clock-pause")
kinds.add("leads.woken", _("the postponed enquiry is back in work"), icon="clock-play")
kinds.add("leads.reopened", _("brought the enquiry back into work"), icon="rotate")
kinds.add("leads.ended", _("closed the enquiry"), icon="circle-check")

__all__ = ["commands"]
