"""Giving enquiries to people: by rule, by hand, back to the queue."""

from __future__ import annotations

import datetime as dt

from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.areas.calendar import queries as calendar
from okno.areas.leads import rules
from okno.areas.leads.commands import distributing
from okno.areas.leads.events import LeadBroughtBack, LeadGiven, LeadOffered, LeadStuck
from okno.areas.leads.models import Lead, LeadInvite
from okno.kit import live
from okno.kit.commands import command, current, moment
from okno.kit.errors import Refused
from okno.kit.events import emit
from okno.kit.permissions import Actor
from okno.kit.timeline import entries
from okno.kit.worktime import add_work, work_between

PAUSE = ["handle_by", "postponed_at", "postponed_until"]
PLACE = ["owner", "department", "state", "queue", "rule", "told", "passed", *PAUSE]
CLOCKS = ["react_by", "handle_by", "late_steps"]
# What finding a person asks of an enquiry.
WITH = ("queue__head", "rule__fallback", "client__owner", "source", "owner")
MOST_AT_ONCE = 200
ZERO = dt.timedelta(0)


@command("leads.give", label=gettext_lazy("Give to a person"), hands_over=True)
def give(*, actor: Actor, lead: Lead, owner: User) -> Lead:
    """Give an enquiry to a person. :raises Refused: it has ended."""
    rules.check_is_open(lead)
    lead.told = {"outcome": "given", "by": actor.name, "chosen": owner.name}
    keep_place(lead, owner)
    entries.tell("leads.given", [lead], source=lead, owner=owner.name)
    emit(LeadGiven(lead_id=lead.pk, owner_id=owner.pk))
    return lead


@command("leads.return_to_queue", label=gettext_lazy("Return to the queue"), hands_over=True)
def return_to_queue(*, actor: Actor, lead: Lead, reason: str) -> Lead:
    """
    Give an enquiry back: the rule finds somebody who has not had it yet.

    :raises Refused: it has ended, or no reason is given.
    """
    rules.check_can_return(lead, reason)
    if lead.owner_id is not None:
        lead.passed = [*lead.passed, lead.owner_id]
    give_by_rule(lead, because=reason.strip())
    entries.tell("leads.returned", [lead], source=lead, reason=reason.strip())
    return lead


@command("leads.redistribute", label=gettext_lazy("Distribute anew"), hands_over=True)
def redistribute(*, actor: Actor, lead: Lead) -> Lead:
    """
    Ask the rules anew who gets an enquiry, as if it had just come; its deadlines stay.

    :raises Refused: it has ended.
    """
    rules.check_is_open(lead)
    lead.passed = []
    distributing.set_rule(lead)
    give_by_rule(lead)
    entries.tell("leads.redistributed", [lead], source=lead, rule=lead.told.get("rule", ""))
    return lead


@command("leads.try_rules", label=gettext_lazy("Try the rules of distribution"))
def try_rules(*, actor: Actor, lead: Lead) -> Lead:
    """
    Find to whom the rules of now would give an enquiry, closed ones too; it is asked as a preview only.

    :raises Refused: it is run in earnest.
    """
    run = current()
    if run is None or not run.is_preview:
        raise Refused("leads.only_tried", _("The rules are only tried here: distribute the enquiry anew instead."))
    lead.passed = []
    distributing.set_rule(lead)
    distributing.find_person(lead)
    lead.save(update_fields=["told"])
    return lead


@command("leads.distribute_waiting", label=gettext_lazy("Give what waits for somebody free"))
def distribute_waiting(*, actor: Actor) -> int:
    """
    Give enquiries that nobody was free for to whoever is free by now; returns how many.

    Queues take turns: one in which nobody is free for days keeps no other waiting.
    """
    rows = Lead.objects.filter(owner=None, closed_at=None, is_deleted=False, told__outcome=distributing.WAITS)
    rows = rows.exclude(state=Lead.State.POSTPONED)
    turn = Window(RowNumber(), partition_by="queue_id", order_by=["received_at", "id"])
    ids = rows.annotate(turn=turn).order_by("turn", "received_at", "id").values_list("pk", flat=True)[:MOST_AT_ONCE]
    locked = rows.filter(pk__in=list(ids)).select_for_update(of=("self",), skip_locked=True).select_related(*WITH)
    waiting, given = list(locked.order_by("received_at", "id")), 0
    distributing.hold_places(waiting)
    for lead in waiting:
        owner = distributing.find_person(lead)
        if owner is None:
            continue
        keep_place(lead, owner)
        emit(LeadGiven(lead_id=lead.pk, owner_id=owner.pk))
        given += 1
    return given


def give_by_rule(lead: Lead, because: str = "") -> None:
    """Give an enquiry to whomever its rule finds, as somebody returned it `because`; else its head hears of it."""
    hand_to(lead, distributing.find_person(lead), because)


def hand_to(lead: Lead, owner: User | None, because: str = "") -> None:
    """Give an enquiry to the person that was found and tell them, or the head that there is nobody."""
    keep_place(lead, owner)
    if owner is not None:
        emit(LeadGiven(lead_id=lead.pk, owner_id=owner.pk, text=because))
    else:
        tell_stuck(lead)


def keep_place(lead: Lead, owner: User | None) -> None:
    """Make a person responsible and keep it: whatever was done before, for them the enquiry is a new one."""
    place(lead, owner)
    lead.save(update_fields=PLACE)
    offer(lead)
    show(lead)


def place(lead: Lead, owner: User | None) -> None:
    """Make a person responsible for an enquiry that is kept later."""
    end_pause(lead, moment())
    lead.owner, lead.department_id = owner, owner.department_id if owner else distributing.department_of_queue(lead)
    lead.state = Lead.State.GIVEN if owner else Lead.State.NEW


def end_pause(lead: Lead, now: dt.datetime) -> None:
    """End a postponement, if it is one: the working time that was left for handling begins to run again."""
    if lead.handle_by and lead.postponed_at:
        schedule = calendar.default_schedule()
        left = work_between(lead.postponed_at, lead.handle_by, schedule)
        lead.handle_by = add_work(now, left, schedule) if left > ZERO else lead.handle_by
    lead.postponed_at = lead.postponed_until = None


def bring_back(lead: Lead) -> None:
    """Put an enquiry that was postponed back into the work of its person."""
    end_pause(lead, moment())
    lead.state = Lead.State.TAKEN if lead.taken_at else Lead.State.GIVEN if lead.owner_id else Lead.State.NEW
    lead.save(update_fields=["state", *PAUSE])
    live.tell_topic("leads.lead")
    emit(LeadBroughtBack(lead_id=lead.pk, owner_id=lead.owner_id))


def drop_invites(lead: Lead) -> None:
    """Nobody else may take the enquiry any more."""
    LeadInvite.objects.filter(lead=lead).delete()


def offer(lead: Lead) -> None:
    """Let the people of the queue take an enquiry that is open to all of them, and nobody else any more."""
    invited = distributing.invite(lead)
    if invited:
        emit(LeadOffered(lead_id=lead.pk, user_ids=invited))


def tell_stuck(lead: Lead) -> None:
    """Tell the head of the queue that nobody has an enquiry."""
    head = lead.queue.head_id if lead.queue else None
    emit(LeadStuck(lead_id=lead.pk, head_id=head, outcome=lead.told.get("outcome", "")))


def show(lead: Lead) -> None:
    """Let open pages ask again."""
    live.tell_topic("leads.lead")
    live.tell_users([lead.owner_id], "leads.lead", lead.pk)
