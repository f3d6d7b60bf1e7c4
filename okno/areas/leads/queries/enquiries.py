"""Reads of leads: each starts from what the actor may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet
from django.utils.text import slugify

from okno.areas.clients.queries import Point
from okno.areas.leads.models import (
    DistributionRule,
    Lead,
    LeadCampaign,
    LeadPoint,
    LeadQueue,
    LeadSource,
    QueueMember,
    RejectReason,
)
from okno.areas.leads.record import LEAD
from okno.areas.leads.rules import ENDED
from okno.kit import conditions, permissions
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor

OF_DEPARTMENT = conditions.parse({"field": "owner", "op": "in", "value": {"department": "subtree"}})


def leads(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Lead]:
    """Enquiries within reach that are not marked for deletion."""
    rows: RecordQuerySet[Lead] = RecordQuerySet(Lead)
    return rows.visible_to(actor, narrow=narrow).alive()


def lead_for_card(actor: Actor, lead_id: int) -> Lead | None:
    """An enquiry with everything the card names, or None when it is out of reach."""
    rows = leads(actor).select_related(
        "client", "contact", "deal", "owner", "source", "queue", "reject_reason", "rule", "campaign"
    )
    return rows.filter(pk=lead_id).first()


def waiting(actor: Actor) -> RecordQuerySet[Lead]:
    """Enquiries within reach that have not ended, the nearest reaction deadline first."""
    return leads(actor).exclude(state__in=ENDED).order_by("react_by", "-id")


def overdue(actor: Actor, at: datetime) -> RecordQuerySet[Lead]:
    """Enquiries within reach to which nobody has reacted in time."""
    return leads(actor, narrow=True).filter(reacted_at=None, closed_at=None, react_by__lt=at)


def counts(actor: Actor, at: datetime) -> dict[str, int]:
    """How many open enquiries are new, the actor's own, of their department, late and postponed: for the tabs."""
    open_ones = leads(actor, narrow=True).filter(closed_at=None).order_by()
    theirs = conditions.to_q(OF_DEPARTMENT, LEAD, permissions.condition_context(actor))
    late = Q(reacted_at=None, react_by__lt=at) | Q(handle_by__lt=at)
    found: dict[str, int] = open_ones.aggregate(
        new=Count("id", filter=Q(state__in=[Lead.State.NEW, Lead.State.GIVEN])),
        mine=Count("id", filter=Q(owner_id=actor.user_id) & ~Q(state=Lead.State.POSTPONED)),
        department=Count("id", filter=theirs & ~Q(state=Lead.State.POSTPONED)),
        late=Count("id", filter=late & ~Q(state=Lead.State.POSTPONED)),
        postponed=Count("id", filter=Q(state=Lead.State.POSTPONED)),
    )
    return found


def leads_of_client(actor: Actor, client_id: int) -> RecordQuerySet[Lead]:
    """Enquiries of a client, open ones first, newest first."""
    return (
        leads(actor)
        .filter(client_id=client_id)
        .select_related("owner")
        .order_by(F("closed_at").asc(nulls_first=True), "-id")
    )


def leads_of_deal(actor: Actor, deal_id: int) -> RecordQuerySet[Lead]:
    """Enquiries that led to a deal, the first one first."""
    return leads(actor).filter(deal_id=deal_id).select_related("source").order_by("id")


def open_with(actor: Actor, points: Sequence[Point]) -> RecordQuerySet[Lead]:
    """Open enquiries within reach that left one of these phones or mail addresses, newest first."""
    same = Q(pk__in=[])
    for point in points:
        # ast-grep-ignore: unscoped-read the ids only narrow enquiries within reach
        same |= Q(pk__in=LeadPoint.objects.filter(kind=point.kind, key=point.key).values("lead_id"))
    return leads(actor).filter(same, closed_at=None).order_by("-id")


def sources() -> QuerySet[LeadSource]:
    """Sources in use."""
    # ast-grep-ignore: unscoped-read reference data: whoever opens the page sees all of it
    return LeadSource.objects.filter(is_deleted=False).select_related("queue", "rule__queue").order_by("name")


def source(code: str) -> LeadSource | None:
    """A source by its code; few of them have a rule of their own, which is read when it is asked."""
    # ast-grep-ignore: unscoped-read reference data: whoever sends an enquiry names its source
    return LeadSource.objects.filter(is_deleted=False, code=code).select_related("queue").first()


def source_by_name(name: str) -> LeadSource | None:
    """The source of this name when there is one alone."""
    # ast-grep-ignore: unscoped-read reference data: a file of enquiries names their source
    found = list(LeadSource.objects.filter(is_deleted=False, name__iexact=name.strip()).select_related("queue")[:2])
    return found[0] if len(found) == 1 else None


def rules_in_use() -> QuerySet[DistributionRule]:
    """General rules of distribution that are asked, in their order."""
    return all_rules().filter(is_active=True, is_general=True)


def all_rules() -> QuerySet[DistributionRule]:
    """Rules of distribution in their order."""
    # ast-grep-ignore: unscoped-read reference data: whoever opens the page sees all of it
    rows = DistributionRule.objects.filter(is_deleted=False)
    return rows.select_related("queue", "fallback").order_by("position", "id")


def leads_by_campaign() -> dict[int, int]:
    """How many enquiries each campaign has brought, by its id."""
    # ast-grep-ignore: unscoped-read whoever names campaigns sees how many enquiries they brought, none of them
    rows = Lead.objects.filter(is_deleted=False, campaign__isnull=False).order_by()
    return dict(rows.values_list("campaign_id").annotate(Count("id")))


def member(queue_id: int, user_id: int) -> QueueMember | None:
    """A person of a queue in use."""
    # ast-grep-ignore: unscoped-read reference data: whoever opens the page sees all of it
    rows = QueueMember.objects.filter(queue_id=queue_id, user_id=user_id, queue__is_deleted=False)
    return rows.select_related("queue", "user").first()


def rule_for_card(_actor: Actor, rule_id: int) -> DistributionRule | None:
    """A rule of distribution by its id."""
    return all_rules().filter(pk=rule_id).first()


def campaigns() -> QuerySet[LeadCampaign]:
    """Campaigns that are met under a name of their own, those nobody has named yet first."""
    # ast-grep-ignore: unscoped-read reference data: whoever opens the page sees all of it
    rows = LeadCampaign.objects.filter(is_deleted=False, same_as=None)
    return rows.order_by("is_matched", "name")


def campaign_for_card(_actor: Actor, campaign_id: int) -> LeadCampaign | None:
    """A campaign by its id."""
    return campaigns().filter(pk=campaign_id).first()


def last_received(source_id: int) -> Lead | None:
    """The latest enquiry of a source that came with a payload, as a sample of what it sends."""
    # ast-grep-ignore: unscoped-read whoever sets up a source sees what it sends
    rows = Lead.objects.filter(source_id=source_id, is_deleted=False).exclude(raw={})
    return rows.order_by("-id").first()


def queues() -> QuerySet[LeadQueue]:
    """Queues in use."""
    # ast-grep-ignore: unscoped-read reference data: whoever opens the page sees all of it
    return LeadQueue.objects.filter(is_deleted=False).order_by("name")


def queues_with_people() -> QuerySet[LeadQueue]:
    """Queues in use with their people by name, two statements for any number of them."""
    # ast-grep-ignore: unscoped-read reference data: whoever opens the page sees all of it
    people = QueueMember.objects.select_related("user").order_by("user__name")
    return queues().select_related("head").prefetch_related(Prefetch("members", people))


def queue_for_card(_actor: Actor, queue_id: int) -> LeadQueue | None:
    """A queue in use by its id."""
    return queues().filter(pk=queue_id).first()


def source_for_card(_actor: Actor, source_id: int) -> LeadSource | None:
    """A source in use by its id."""
    return sources().filter(pk=source_id).first()


def free_code(model: type[LeadQueue | LeadSource], name: str, word: str) -> str:
    """A code that no row has yet: Latin letters of the name, else the word and a number."""
    # ast-grep-ignore: unscoped-read codes are taken by rows that are out of use as well
    rows = model.objects.order_by()
    made = slugify(name)[:40]
    if made and not rows.filter(code=made).exists():
        return made
    return f"{word}-{(rows.aggregate(last=Max('pk'))['last'] or 0) + 1}"


def reject_reasons() -> QuerySet[RejectReason]:
    """Reasons of rejection in order."""
    # ast-grep-ignore: unscoped-read reference data: whoever opens the page sees all of it
    return RejectReason.objects.filter(is_deleted=False).order_by("position", "name")
