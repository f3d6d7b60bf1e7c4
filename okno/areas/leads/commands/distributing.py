"""Finding who gets an enquiry: the rule that holds, the people of its queue, and what is told of the choice."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import Now

from okno.access import queries as access
from okno.access.models import User
from okno.areas.calendar import queries as calendar
from okno.areas.calendar.models import Task
from okno.areas.deals.models import Deal
from okno.areas.leads import queries, rules
from okno.areas.leads.models import DistributionRule, Lead, LeadInvite, QueueMember
from okno.areas.leads.queries import workload
from okno.kit import conditions, permissions
from okno.kit.commands import moment, today
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.worktime import add_work, work_between

Method = DistributionRule.Method
CHOSEN, WAITS, BY_HAND, OPEN_TO_ALL = "chosen", "waits", "by_hand", "open"
WITHOUT: dict[str, str] = {Method.MANUAL: BY_HAND, Method.FIRST: OPEN_TO_ALL}
SUCCESS_DAYS = dt.timedelta(days=90)
MINUTE = dt.timedelta(minutes=1)


def set_rule(lead: Lead) -> None:
    """Find the rule that holds for an enquiry, and with it the queue; without one it is the queue of the source."""
    rule = _rule_for(lead)
    lead.rule = rule
    lead.queue = rule.queue if rule else (lead.source.queue if lead.source else lead.queue)


def start_deadlines(lead: Lead, now: dt.datetime) -> None:
    """Start the clocks of reaction and handling, in working time; the norms are those of the rule or its queue."""
    if lead.queue is None:
        return
    schedule = calendar.default_schedule()
    react, handle = norms(lead)
    lead.react_by, lead.handle_by, lead.late_steps = add_work(now, react, schedule), add_work(now, handle, schedule), 0


def norms(lead: Lead) -> tuple[dt.timedelta, dt.timedelta]:
    """How much working time there is to react and to handle."""
    rule, queue = lead.rule, lead.queue
    react = (rule.react_minutes if rule else 0) or (queue.react_minutes if queue else 0)
    handle = (rule.handle_minutes if rule else 0) or (queue.handle_minutes if queue else 0)
    return react * MINUTE, handle * MINUTE


def find_person(lead: Lead) -> User | None:
    """
    Whom the rule gives the enquiry to; how they were found stays with the enquiry.

    The people of the queue are locked, so that two enquiries never take one turn.
    """
    rule, queue = lead.rule, lead.queue
    if queue is None:
        return None
    told: dict[str, Any] = {"rule": rule.name if rule else "", "queue": queue.name, "skipped": []}
    method = rule.method if rule else Method.TURN
    members = hold_places([lead])
    owner = _own_person(lead, told, method, members[queue.pk])
    if owner is None:
        owner = _of_queue(lead, members[queue.pk], method, told)
    if owner is None and method not in {Method.FIRST, Method.MANUAL} and rule and rule.fallback:
        told["fallback"] = rule.fallback.name
        owner = _of_queue(lead, members[rule.fallback.pk], Method.TURN, told)
    told["outcome"] = CHOSEN if owner else WITHOUT.get(method, WAITS)
    lead.told = {**told, "chosen": owner.name if owner else "", "at": moment().isoformat()}
    return owner


def hold_places(leads: Iterable[Lead]) -> dict[int, list[QueueMember]]:
    """
    Lock the people of all queues that enquiries may go to, and bring them by queue in the order of their places.

    At once and in one order for everybody: of two queues that help each other out neither waits for the other.
    """
    found: dict[int, list[QueueMember]] = {}
    for lead in leads:
        queues = (lead.queue_id, lead.rule.fallback_id if lead.rule else None)
        found |= {queue: [] for queue in queues if queue is not None}
    rows = QueueMember.objects.select_for_update(of=("self",)).filter(queue_id__in=found).select_related("user")
    for member in rows.order_by("id"):
        found[member.queue_id].append(member)
    return found


def invite(lead: Lead) -> list[int]:
    """Let the people of the queue see an enquiry that whoever is first takes; returns their ids."""
    LeadInvite.objects.filter(lead=lead).delete()
    if lead.owner_id is not None or lead.told.get("outcome") != OPEN_TO_ALL:
        return []
    members = QueueMember.objects.filter(queue=lead.queue, user__is_active=True)
    ids = list(members.exclude(user_id__in=lead.passed).values_list("user_id", flat=True))
    LeadInvite.objects.bulk_create(LeadInvite(lead=lead, user_id=one) for one in ids)
    return ids


def department_of_queue(lead: Lead) -> int | None:
    """Whose an enquiry is that nobody was given: the department of its head, or of the first of its queue."""
    if lead.queue and lead.queue.head and lead.queue.head.department_id:
        return int(lead.queue.head.department_id)
    members = QueueMember.objects.filter(queue=lead.queue, user__department__isnull=False).order_by("id")
    found: int | None = members.values_list("user__department_id", flat=True).first()
    return found


def seconds_of_work(since: dt.datetime, until: dt.datetime) -> int:
    """Working seconds between two moments."""
    return max(int(work_between(since, until, calendar.default_schedule()).total_seconds()), 0)


def _rule_for(lead: Lead) -> DistributionRule | None:
    """The first general rule whose condition holds, else the one that the source names."""
    context, record = permissions.condition_context(SYSTEM), registry.record("leads.lead")
    for rule in queries.rules_in_use():
        if not rule.condition or conditions.matches(conditions.parse(rule.condition), record, lead, context):
            return rule
    own = lead.source.rule if lead.source and lead.source.rule_id else None
    return own if own and own.is_active and not own.is_deleted else None


def _own_person(lead: Lead, told: dict[str, Any], method: str, members: Sequence[QueueMember]) -> User | None:
    """The responsible person of the known client, or their deputy, when they come first and take work."""
    rule, queue = lead.rule, lead.queue
    comes_first = method == Method.OWNER or (rule.to_client_owner if rule else bool(queue and queue.to_client_owner))
    owner = lead.client.owner if lead.client else None
    if not comes_first or owner is None:
        return None
    found = access.who_takes(owner) or owner
    if found.pk != owner.pk:
        told["skipped"].append({"who": owner.name, "why": _why_not(owner, lead)})
    member = next((one for one in members if one.user_id == found.pk), QueueMember(user=found))
    if reason := _barred(lead, method, [member])[found.pk]:
        told["skipped"].append({"who": found.name, "why": reason})
        return None
    told["method"] = Method.OWNER
    return found


def _of_queue(lead: Lead, members: Sequence[QueueMember], method: str, told: dict[str, Any]) -> User | None:
    """One of the people of a queue by the method; those passed over are told with the reason, each once."""
    asked = rules.Asked(
        text=f"{lead.subject} {lead.text}",
        city=lead.city,
        phone=lead.phone,
        draw=random.random() if method == Method.SUCCESS else 0.0,  # noqa: S311 - shares work, guards nothing
    )
    choice = rules.choose(method, _people(lead, method, members), asked)
    told["method"] = Method.TURN if method == Method.OWNER else method
    skipped = [{"who": person.name, "why": reason} for person, reason in choice.skipped]
    told["skipped"] += [one for one in skipped if one not in told["skipped"]]
    if choice.chosen is None:
        return None
    member = next(one for one in members if one.user_id == choice.chosen.user_id)
    _note_served(member, method)
    return member.user


def _note_served(member: QueueMember, method: str) -> None:
    # The clock of the statement, not of the command: of two commands that began together one waits for the turn.
    served: dict[str, Any] = {"served_at": Now()}
    if method == Method.WEIGHT:
        day = today()
        served |= {"served_on": day, "served_count": F("served_count") + 1 if member.served_on == day else 1}
    QueueMember.objects.filter(pk=member.pk).update(**served)


def _people(lead: Lead, method: str, members: Sequence[QueueMember]) -> list[rules.Person]:
    """The members as the method needs to know them."""
    ids = [member.user_id for member in members]
    loads = _loads(ids) if method == Method.LOAD else {}
    wins = _wins(ids) if method == Method.SUCCESS else {}
    barred = _barred(lead, method, members)
    day = today()
    return [
        rules.Person(
            user_id=member.user_id,
            name=member.user.name,
            served_at=member.served_at,
            served_today=member.served_count if member.served_on == day else 0,
            weight=member.weight,
            skills=tuple(member.skills),
            regions=tuple(member.regions),
            barred=barred[member.user_id],
            load=loads.get(member.user_id, Decimal(0)),
            success=wins.get(member.user_id, 0.0),
        )
        for member in members
    ]


def _barred(lead: Lead, method: str, members: Sequence[QueueMember]) -> dict[int, str]:
    """Why each member may take nothing now; an empty text for those who may."""
    asks_hours = method == Method.SHIFT or bool(lead.rule and lead.rule.asks_hours)
    open_now = _open_now([one.user_id for one in members]) if any(one.open_limit for one in members) else {}
    found = {}
    for one in members:
        reason = _why_not(one.user, lead)
        if not reason and asks_hours and not _works_now(one):
            reason = "off_hours"
        if not reason and one.open_limit and open_now.get(one.user_id, 0) >= one.open_limit:
            reason = "full"
        found[one.user_id] = reason
    return found


def _why_not(user: User, lead: Lead) -> str:
    """Why a person may not take this enquiry now, wherever they are found."""
    if not user.is_active:
        return "inactive"
    if not user.is_available:
        return "away"
    if user.pk in lead.passed:
        return "passed"
    asks_reach = lead.rule.asks_reach if lead.rule else False
    if asks_reach and lead.client and not permissions.reaches(access.actor_of(user), lead.client):
        return "no_reach"
    return ""


def _works_now(member: QueueMember) -> bool:
    now = moment()
    return work_between(now, now + MINUTE, workload.shift_of(member)) > dt.timedelta(0)


def _open_now(users: Sequence[int]) -> dict[int, int]:
    rows = Lead.objects.filter(owner_id__in=users, closed_at=None, is_deleted=False).order_by()
    return dict(rows.values_list("owner_id").annotate(Count("id")))


def _loads(users: Sequence[int]) -> dict[int, Decimal]:
    """How busy each person is: open enquiries, open deals and overdue tasks, each with its weight."""
    deals = Deal.objects.filter(owner_id__in=users, closed_at=None, is_deleted=False).order_by()
    tasks = Task.objects.filter(owner_id__in=users, state=Task.State.OPEN, due_at__lt=moment(), is_deleted=False)
    counted = (
        (_open_now(users), rules.LEAD_LOAD),
        (dict(deals.values_list("owner_id").annotate(Count("id"))), rules.DEAL_LOAD),
        (dict(tasks.order_by().values_list("owner_id").annotate(Count("id"))), rules.TASK_LOAD),
    )
    return {user: sum((found.get(user, 0) * weight for found, weight in counted), Decimal(0)) for user in users}


def _wins(users: Sequence[int]) -> dict[int, float]:
    """The share of each person's enquiries of the last 90 days that became deals."""
    since = moment() - SUCCESS_DAYS
    rows = Lead.objects.filter(owner_id__in=users, closed_at__gte=since, is_deleted=False).exclude(
        state=Lead.State.SPAM
    )
    won = Count("id", filter=Q(state=Lead.State.CONVERTED))
    counted = rows.order_by().values_list("owner_id").annotate(won=won, ended=Count("id"))
    return {user: good / of for user, good, of in counted}
