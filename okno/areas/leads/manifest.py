"""What the leads area puts on the shelf."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from okno.areas.calendar.events import TaskEnded
from okno.areas.communications.events import MailReceived, MailSent
from okno.areas.leads import commands, handlers, queries, rules
from okno.areas.leads.commands import merging as own
from okno.areas.leads.commands import travelling as brought
from okno.areas.leads.events import (
    LeadBroughtBack,
    LeadGiven,
    LeadLate,
    LeadOffered,
    LeadReceived,
    LeadRepeated,
    LeadStuck,
)
from okno.areas.leads.models import Lead
from okno.areas.leads.queries import travelling
from okno.areas.leads.record import LEAD
from okno.areas.leads.web import panels, queues
from okno.kit import chains, conditions, merging, notices
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import CreateItem, MenuItem, Panel, Portable, registry
from okno.kit.timeline import kinds


def late(actor: Actor) -> RecordQuerySet[Lead]:
    """Enquiries that wait for their first answer too long."""
    return queries.overdue(actor, timezone.now())


registry.add_record(LEAD)
conditions.keep("leads.DistributionRule", "condition", record="leads.lead", label=_("Rules of distribution"))
registry.add_settings(*queues.PAGES)
for _portable in (
    Portable(
        "leads.queues",
        _("Queues of enquiries"),
        travelling.queues_to_take_out,
        brought.bring_queue,
        300,
        travelling.QueuePart,
    ),
    Portable(
        "leads.reasons",
        _("Reasons of rejection"),
        travelling.reasons_to_take_out,
        brought.bring_reasons,
        310,
        travelling.ReasonsPart,
    ),
    Portable(
        "leads.rules",
        _("Rules of distribution"),
        travelling.rules_to_take_out,
        brought.bring_rule,
        320,
        travelling.RulePart,
    ),
    Portable(
        "leads.sources",
        _("Sources of enquiries"),
        travelling.sources_to_take_out,
        brought.bring_source,
        330,
        travelling.SourcePart,
    ),
):
    registry.add_portable(_portable)
registry.on(TaskEnded, handlers.note_talk, when=handlers.is_done)
registry.on(MailReceived, handlers.receive_letter, when=handlers.is_enquiry)
registry.on(MailSent, handlers.note_answer, when=lambda event: event.about_record == LEAD.name)
merging.add(
    LEAD,
    check=rules.check_can_merge,
    along={"owner": ("department_id",)},
    merged=own.note_merged,
    parted=own.note_parted,
)
merging.name_parts("leads.LeadPoint", panels.points_parted)
registry.every("* * * * *", lambda: commands.wake(actor=SYSTEM), name="leads.wake")
registry.every("* * * * *", lambda: commands.escalate(actor=SYSTEM), name="leads.escalate")
registry.every("* * * * *", lambda: commands.distribute_waiting(actor=SYSTEM), name="leads.distribute_waiting")
registry.add_menu(
    MenuItem("sales", _("Enquiries"), "/leads/", icon="inbox", permission="leads.view", position=10, count=late)
)
registry.add_menu(
    MenuItem("sales", _("Intake of inquiries"), "/leads/intake/", "headset", commands.intake.name, position=11)
)
registry.add_create(CreateItem(_("Inquiry: intake"), "/leads/intake/", commands.intake.name, 4, icon="headset"))
registry.add_create(CreateItem(_("Enquiry"), "/leads/new/", "leads.receive", 5))
registry.add_panel(
    "leads.lead",
    Panel("recognition", _("Who it is"), "leads/recognition.html", panels.recognition, "leads.view", position=5),
)
registry.add_panel(
    "leads.lead", Panel("received", _("As received"), "leads/received.html", panels.received, "leads.view", position=90)
)
registry.add_panel(
    "leads.lead", Panel("told", _("Why this person"), "leads/told.html", panels.told, "leads.view", position=40)
)
registry.add_panel(
    "clients.client", Panel("leads", _("Enquiries"), "leads/panel.html", panels.of_client, "leads.view", position=30)
)
registry.add_panel(
    "deals.deal", Panel("leads", _("Enquiry"), "leads/panel.html", panels.of_deal, "leads.view", position=60)
)

# What was received stands in an entry whole, so it goes with the text: whoever may not read this is told none of it.
SAID = {"subject": "leads.lead.subject", "text": "leads.lead.text", "raw": "leads.lead.text"}
OUTCOME = {"state": "leads.lead.state", "outcome": "leads.lead.reject_reason", "deal": "leads.lead.deal"}
for kind, words, icon, group, fields in (
    ("received", _("the enquiry came: “%(subject)s”"), "inbox", "messages", SAID),
    ("repeated", _("the same person asked again: “%(subject)s”"), "repeat", "messages", SAID),
    ("given", _("gave the enquiry to %(owner)s"), "user", "changes", {"owner": "leads.lead.owner"}),
    ("returned", _("returned the enquiry to the queue: %(reason)s"), "arrow-back-up", "changes", {}),
    ("postponed", _("postponed the enquiry: %(reason)s"), "clock-pause", "changes", {}),
    ("linked", _("linked the enquiry to “%(client)s”"), "building", "changes", {"client": "leads.lead.client"}),
    ("woken", _("the postponed enquiry is back in work"), "clock-play", "changes", {}),
    ("reopened", _("brought the enquiry back into work: %(reason)s"), "rotate", "changes", {}),
    ("redistributed", _("had the enquiry distributed anew"), "arrows-shuffle", "changes", {}),
    ("late", _("nobody has reacted to the enquiry in time: its head is told"), "alert-triangle", "changes", {}),
    ("given_on", _("gave the enquiry on to %(owner)s: no reaction"), "user", "changes", {"owner": "leads.lead.owner"}),
    ("ended", _("closed the enquiry"), "circle-check", "changes", OUTCOME),
):
    kinds.add(f"leads.{kind}", words, icon=icon, group=group, fields=fields)


GIVEN = ngettext_lazy("%(who)s gave you %(number)s enquiry", "%(who)s gave you %(number)s enquiries", "count")
RETURNED = ngettext_lazy(
    "%(who)s returned %(number)s enquiry, it is yours now", "%(who)s returned %(number)s enquiries, they are yours now",
    "count",
)  # fmt: skip
TAKE = notices.Act(_("Take"), "leads.take", "lead")
# A repeat that went to the deal of the client is told of that deal; what was returned, with the reason of that.
_WHEN = {
    "given": lambda event: not event.text,
    "returned": lambda event: bool(event.text),
    "repeated": lambda event: event.deal_id is None,
}
_MANY = {"given": GIVEN, "returned": RETURNED}
for _event, _code, _label, _text, _to, _tab, _icon in (
    (
        LeadGiven,
        "given",
        _("An enquiry is given to me"),
        _("%(who)s gave you the enquiry"),
        ("owner_id", notices.OWNER),
        notices.MINE,
        "inbox",
    ),
    (
        LeadGiven,
        "returned",
        _("An enquiry that somebody returned is mine now"),
        _("%(who)s returned the enquiry, it is yours now"),
        ("owner_id", notices.OWNER),
        notices.MINE,
        "arrow-back-up",
    ),
    (
        LeadReceived,
        "received",
        _("A new enquiry came to me"),
        _("a new enquiry"),
        ("owner_id", notices.OWNER),
        notices.MINE,
        "inbox",
    ),
    (
        LeadOffered,
        "offered",
        _("An enquiry is open to me"),
        _("whoever is first takes the enquiry"),
        ("user_ids", notices.INVITED),
        notices.MINE,
        "inbox",
    ),
    (
        LeadBroughtBack,
        "brought_back",
        _("A postponed enquiry of mine is back"),
        _("the postponed enquiry is back in work"),
        ("owner_id", notices.OWNER),
        notices.MINE,
        "clock-play",
    ),
    (
        LeadRepeated,
        "repeated",
        _("A client of my enquiry asks again"),
        _("the same person asked again"),
        ("owner_id", notices.OWNER),
        notices.MINE,
        "repeat",
    ),
    (
        LeadStuck,
        "stuck",
        _("Nobody has an enquiry"),
        _("nobody has the enquiry"),
        ("head_id", notices.HEAD),
        notices.ROBOTS,
        "alert-triangle",
    ),
    (
        LeadLate,
        "late",
        _("An enquiry waits too long"),
        _("nobody has reacted to the enquiry in time"),
        ("owner_id", notices.OWNER),
        notices.ROBOTS,
        "alarm",
    ),
):
    notices.add(
        f"leads.{_code}",
        _label,
        _text,
        event=_event,
        record="leads.lead",
        row="lead_id",
        to=[_to],
        when=_WHEN.get(_code),
        tab=_tab,
        icon=_icon,
        pops=_tab == notices.MINE,
        acts=[TAKE] if _code in {"given", "returned", "received", "offered"} else [],
        values=["text"] if _code == "returned" else [],
        modes={"mail": notices.Mode.NOW} if _code in _MANY else None,
        many=_MANY.get(_code, ""),
    )
notices.add(
    "leads.repeated_in_deal",
    _("A client of my deal asks again"),
    _("the client of the deal sent an enquiry"),
    event=LeadRepeated,
    record="deals.deal",
    row="deal_id",
    icon="repeat",
    pops=True,
)
notices.add(
    "leads.late_below",
    _("An enquiry of my people waits too long"),
    _("nobody has reacted to the enquiry in time"),
    event=LeadLate,
    record="leads.lead",
    row="lead_id",
    to=[("head_id", notices.HEAD)],
    when=lambda event: event.step > 1,
    tab=notices.ROBOTS,
    icon="alarm",
)
chains.link("clients.client", "leads.lead", "client", is_about=True)
chains.link("leads.lead", "deals.deal", "deal", is_above=True)
notices.ends("leads.lead", _("End when the enquiry is closed"), {"field": "closed_at", "op": "not_empty"})

__all__ = ["commands"]
