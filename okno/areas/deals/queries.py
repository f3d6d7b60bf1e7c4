"""Reads of deals: each starts from what the actor may see and brings all that its page shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from okno.areas.catalog.queries import Terms
from okno.areas.deals.models import (
    Deal,
    DealExpectation,
    DealLine,
    DealMember,
    DealTotal,
    RefusalReason,
    Scenario,
    Stage,
    StageInterval,
    Totals,
)
from okno.areas.documents import queries as documents
from okno.kit.models.base import RecordQuerySet
from okno.kit.money import VatMode
from okno.kit.permissions import Actor
from okno.kit.rows import kept
from okno.kit.rows.kept import Kept

KEPT = Kept(DealTotal, frozenset({"stage", "stage_code", "stage_kind", "owner", "department"}))
Added = tuple[int, Decimal]


def deals(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Deal]:
    """Deals within reach that are not marked for deletion."""
    rows: RecordQuerySet[Deal] = RecordQuerySet(Deal)
    return rows.visible_to(actor, narrow=narrow).alive()


def deal_for_card(actor: Actor, deal_id: int) -> Deal | None:
    """A deal with everything the card names, or None when it is out of reach."""
    rows = deals(actor).select_related(
        "client", "contact", "owner", "department", "scenario", "stage", "refusal", "price_type"
    )
    return rows.filter(pk=deal_id).first()


def deals_of_client(actor: Actor, client_id: int) -> RecordQuerySet[Deal]:
    """Deals of a client, open ones first, newest first."""
    rows = deals(actor).filter(client_id=client_id).select_related("stage", "owner")
    return rows.order_by("closed_at", "-id")


def open_deals_of_client(actor: Actor, client_id: int) -> RecordQuerySet[Deal]:
    """Deals of a client that are still in work, newest first."""
    return deals_of_client(actor, client_id).filter(stage__kind=Stage.Kind.OPEN)


def scenarios() -> QuerySet[Scenario]:
    """Scenarios in use, the default one first."""
    # ast-grep-ignore: unscoped-read scenarios are the same for everybody
    return Scenario.objects.filter(is_deleted=False).order_by("-is_default", "name")


def default_scenario() -> Scenario | None:
    """The scenario of new deals."""
    return scenarios().first()


def stages(scenario: Scenario) -> list[Stage]:
    """Stages of a scenario in order."""
    # ast-grep-ignore: unscoped-read stages are the same for everybody
    return list(Stage.objects.filter(scenario=scenario, is_deleted=False).order_by("position"))


def stages_with_time(deal: Deal, at: datetime) -> list[tuple[Stage, timedelta | None]]:
    """Stages of the scenario of a deal in order, each with the time that the deal spent there up to the moment."""
    # ast-grep-ignore: unscoped-read stays of a deal that was read for the actor
    here = StageInterval.objects.filter(deal=deal, stage=OuterRef("pk")).order_by().values("stage")
    lasted = ExpressionWrapper(Coalesce("left_at", Value(at)) - F("entered_at"), DurationField())
    spent = Subquery(here.annotate(sum=Sum(lasted)).values("sum"), output_field=DurationField())
    # ast-grep-ignore: unscoped-read stages are the same for everybody
    found = Stage.objects.filter(scenario_id=deal.scenario_id, is_deleted=False).annotate(spent=spent)
    return [(stage, stage.spent) for stage in found.order_by("position")]


def lines_of(deal: Deal) -> list[DealLine]:
    """Lines of a deal in order."""
    return list(deal.lines.select_related("taken_type", "lacked_type").order_by("position", "id"))


def vat_mode(deal: Deal) -> str:
    """
    How VAT goes in the sums of a deal: as in the invoices of the organisation that it names, else of the default one,
    so that its amount is that of their lines. Where there is no organisation yet, prices are as the catalogue has them.
    """
    ours = deal.organisation or documents.default_organisation()
    return ours.vat if ours else VatMode.NONE


def terms_of(deal: Deal, on: date) -> Terms:
    """How a deal takes prices on a day."""
    return Terms(
        client_id=deal.client_id, price_type=deal.price_type, currency=deal.currency, vat=vat_mode(deal), on=on
    )


def members_of(deal: Deal) -> QuerySet[DealMember]:
    """Colleagues who work on a deal besides the responsible person."""
    # ast-grep-ignore: unscoped-read members of a deal that was read for the actor
    return DealMember.objects.filter(deal=deal).select_related("user").order_by("user__name", "id")


def refusal_reasons() -> QuerySet[RefusalReason]:
    """Reasons of refusal in order."""
    # ast-grep-ignore: unscoped-read reasons are the same for everybody
    return RefusalReason.objects.filter(is_deleted=False).order_by("position", "name")


def stays(deal: Deal) -> QuerySet[StageInterval]:
    """The stays of a deal on stages, oldest first."""
    # ast-grep-ignore: unscoped-read stays of a deal that was read for the actor
    return StageInterval.objects.filter(deal=deal).select_related("stage").order_by("entered_at", "id")


def sums_by_stage(
    actor: Actor, expected: tuple[date, date], *closed: tuple[datetime, datetime]
) -> dict[int, list[Added]]:
    """
    Deals of each stage as counts with their sums in roubles: those in work; of these, those expected between two days,
    both included; then, for each two moments, those closed between them, the second one not included.

    :param expected: the first day of a month and the last one of the same or a later month.
    """
    work = Q(stage__kind=Stage.Kind.OPEN)
    rows = deals(actor, narrow=True)
    parts = [
        _added(rows.filter(closed_at__gte=begins, closed_at__lt=ends), 2 + at)
        for at, (begins, ends) in enumerate(closed)
    ]
    parts += _kept(actor, DealTotal, work, work, 0)
    awaited, months = (
        Q(**{f"{name}__gte": expected[0], f"{name}__lte": expected[1]}) for name in ("expected_date", "day")
    )
    parts += _kept(actor, DealExpectation, work & months, work & awaited, 1)
    found: dict[int, list[Added]] = defaultdict(lambda: [(0, Decimal(0))] * (len(closed) + 2))
    for stage_id, place, count, amount in parts[0].union(*parts[1:], all=True):
        known = found[stage_id][place]
        found[stage_id][place] = (known[0] + count, known[1] + amount)
    return found


def _kept(actor: Actor, model: type[Totals], where: Q, of_deals: Q, place: int) -> list[QuerySet[Any, Any]]:
    """Deals by stage, out of kept totals where they tell what the actor reaches; both conditions say the same."""
    if not kept.is_known(actor, Deal):
        return [_added(deals(actor, narrow=True).filter(of_deals), place)]
    reached = kept.within(actor, Deal, model)
    manager: Any = model._default_manager
    # ast-grep-ignore: unscoped-read the filter is the reach
    totals = manager.filter(where, reached or Q()).order_by().values_list("stage_id", Value(place))
    parts = [totals.annotate(_count=Sum("count"), _sum=Sum("managed"))]
    besides = kept.besides(actor, deals(actor).filter(of_deals), reached)
    return parts if besides is None else [*parts, _added(besides, place)]


def _added(rows: QuerySet[Any], place: int) -> QuerySet[Any, Any]:
    placed = rows.order_by().values_list("stage_id", Value(place))
    added: QuerySet[Any, Any] = placed.annotate(_count=Count("pk"), _sum=Sum("managed"))
    return added


def closed_funnel(
    actor: Actor, scenario: Scenario, since: date, until: date, *, path: Sequence[Stage] | None = None
) -> list[dict[str, Any]]:
    """
    For each stage: how many of the deals closed in the period reached it or a further one, and the share of the
    stage before. Skipped stages count as reached, returns do not count twice.

    :param path: the stages of the scenario in order, when they are at hand.
    """
    path = [one for one in path or stages(scenario) if one.kind in {Stage.Kind.OPEN, Stage.Kind.WON}]
    # Moments are compared, as an index has them.
    begins, ends = (datetime.combine(day, time.min, actor.zone) for day in (since, until + timedelta(days=1)))
    closed = deals(actor, narrow=True).filter(closed_at__gte=begins, closed_at__lt=ends, scenario=scenario)
    # ast-grep-ignore: unscoped-read stays of deals that are within reach
    stays_there = StageInterval.objects.filter(deal__in=closed.order_by().values("pk"), stage__in=path)
    furthest = stays_there.order_by().values("deal_id").annotate(position=Max("stage__position"))
    reached = Counter(furthest.values_list("position", flat=True))
    counts = [sum(times for at, times in reached.items() if at >= stage.position) for stage in path]
    shares = [None, *(Decimal(now) / was if was else None for was, now in pairwise(counts))]
    return [
        {"stage": stage, "count": count, "share": share}
        for stage, count, share in zip(path, counts, shares, strict=False)
    ]


STAGE_PARTS = ("code", "name", "kind", "colour", "probability", "norm_hours", "required", "tasks", "moves_on")


def parts_of(stage: Stage) -> dict[str, Any]:
    """A stage as the command that sets its scenario takes it."""
    return {name: getattr(stage, name) for name in STAGE_PARTS}


def scenarios_to_take_out() -> dict[str, Any]:
    """Scenarios with their stages by code, as plain values that mean the same in every installation."""
    # ast-grep-ignore: unscoped-read settings: whoever takes them out has the right to all of them
    found = Scenario.objects.filter(is_deleted=False).prefetch_related("stages")
    return {
        one.code: {
            "name": one.name,
            "is_default": one.is_default,
            "idle_days": one.idle_days,
            "stages": [
                parts_of(stage)
                for stage in sorted(one.stages.all(), key=lambda stage: stage.position)
                if not stage.is_deleted
            ],
        }
        for one in found
    }
