"""What is done about enquiries that nobody reacts to: their person, then their head, then somebody else."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy

from okno.areas.calendar import queries as calendar
from okno.areas.leads.commands import distributing, handing
from okno.areas.leads.events import LeadLate
from okno.areas.leads.models import Lead
from okno.kit.commands import command, moment
from okno.kit.events import emit
from okno.kit.permissions import Actor
from okno.kit.timeline import entries
from okno.kit.worktime import Schedule, add_work

# Steps of the chain: its person at the norm, the head at one and a half, somebody else at twice the norm.
TO_PERSON, TO_HEAD, TO_OTHER = 1, 2, 3
MOST_AT_ONCE = 500


@command("leads.escalate", label=gettext_lazy("Tell of enquiries without a reaction"))
def escalate(*, actor: Actor) -> int:
    """Take the next step about every enquiry that waits for its reaction too long; returns how many steps."""
    now, schedule = moment(), calendar.default_schedule()
    rows = Lead.objects.filter(reacted_at=None, closed_at=None, is_deleted=False, react_by__lt=now)
    rows = rows.filter(late_steps__lt=TO_OTHER).exclude(state=Lead.State.POSTPONED)
    locked = rows.select_for_update(of=("self",), skip_locked=True).select_related(*handing.WITH)
    late = list(locked.order_by("late_steps", "react_by", "id")[:MOST_AT_ONCE])
    distributing.hold_places(one for one in late if one.rule and one.rule.gives_on)
    return sum(_step(lead, now, schedule) for lead in late)


def _step(lead: Lead, now: dt.datetime, schedule: Schedule) -> int:
    due = _due(lead, now, schedule)
    if due == TO_OTHER and lead.rule and lead.rule.gives_on and lead.owner_id is not None:
        if _give_on(lead, now):
            return 1
        # Its person keeps it until somebody else is free: that is asked again at the next run.
        due = TO_HEAD
    if due <= lead.late_steps:
        return 0
    lead.late_steps = due
    lead.save(update_fields=["late_steps"])
    told_head = due >= TO_HEAD and (lead.rule is None or lead.rule.escalates)
    head = lead.queue.head_id if lead.queue and told_head else None
    if head and due == TO_HEAD:
        entries.tell("leads.late", [lead], source=lead)
    emit(LeadLate(lead_id=lead.pk, owner_id=lead.owner_id, head_id=head, step=due))
    return 1


def _due(lead: Lead, now: dt.datetime, schedule: Schedule) -> int:
    """The step that the enquiry should have come to by now."""
    norm, _handle = distributing.norms(lead)
    react_by = lead.react_by or now
    if add_work(react_by, norm, schedule) <= now:
        return TO_OTHER
    return TO_HEAD if add_work(react_by, norm / 2, schedule) <= now else TO_PERSON


def _give_on(lead: Lead, now: dt.datetime) -> bool:
    """Somebody else gets the enquiry, with the time that its first person had; says whether there was anybody."""
    told, passed = lead.told, lead.passed
    lead.passed = [*passed, lead.owner_id]
    person = distributing.find_person(lead)
    if person is None and lead.told["outcome"] == distributing.WAITS:
        lead.told, lead.passed = told, passed
        return False
    handing.hand_to(lead, person)
    distributing.start_deadlines(lead, now)
    lead.save(update_fields=handing.CLOCKS)
    entries.tell("leads.given_on", [lead], source=lead, owner=lead.owner.name if lead.owner else "")
    return True
