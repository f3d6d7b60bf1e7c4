"""The floor: bare Django views as one writes them first, with the same SQL, and plain templates of comparable HTML."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from okno.areas.calendar import queries as calendar
from okno.areas.calendar.models import Task, WorkSchedule
from okno.areas.clients.models import ContactPoint
from okno.areas.deals import queries
from okno.areas.deals.models import Deal, DealLine, Stage, StageInterval
from okno.areas.documents.models import Numbering
from okno.areas.leads.models import Lead, LeadPoint, LeadSource, QueueMember
from okno.fronts.home import queries as home
from okno.fronts.home import rules as periods
from okno.kit.models.feed import Entry, EntryLink
from okno.kit.models.journal import CommandRun, EventRow
from okno.kit.timeline import entries

CAP = 10_001
# What was searched for, and the statement by which the product finds it.
SEARCHES: dict[str, str] = {}


def _open(request: HttpRequest, *, narrow: bool = False) -> Any:
    """Open deals within reach: the same predicates as those of the product."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    return queries.deals(actor, narrow=narrow).filter(stage__kind=Stage.Kind.OPEN)


def _list(request: HttpRequest, **more: Any) -> HttpResponse:
    part = _open(request, narrow=True).filter(**more).order_by()[:CAP]
    totals = part.aggregate(count=Count("pk"), sum=Sum("amount"))
    page = _open(request).filter(**more).select_related("client", "owner", "stage").order_by("-id")[:51]
    return render(request, "bench/list.html", {"deals": page, "totals": totals})


def deals(request: HttpRequest) -> HttpResponse:
    """The list of open deals: 50 rows, the capped count and sum."""
    return _list(request)


def filtered(request: HttpRequest) -> HttpResponse:
    """The list of one person's deals from a sum on."""
    return _list(request, amount__gte=100_000, owner_id=int(request.GET["owner"]))


def by_text(request: HttpRequest) -> HttpResponse:
    """The list under a filter that no index serves."""
    return _list(request, amount__gte=100_000, source__icontains="почта")


def card(request: HttpRequest, pk: int) -> HttpResponse:
    """A deal with its stays, lines, tasks and feed, as far as they are within reach."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    deal = queries.deal_for_card(actor, pk)
    if deal is None:
        raise Http404
    context = {
        "deal": deal,
        "stages": Stage.objects.filter(scenario=deal.scenario, is_deleted=False).order_by("position"),
        "stays": StageInterval.objects.filter(deal=deal).select_related("stage").order_by("entered_at"),
        "lines": DealLine.objects.filter(deal=deal).order_by("position"),
        "tasks": calendar.tasks_about(actor, "deals.deal", pk),
        "feed": entries.feed(actor, "deals.deal", pk),
    }
    return render(request, "bench/card.html", context)


def board(request: HttpRequest) -> HttpResponse:
    """Eight columns with totals and the states of next steps, the first 25 cards of each."""
    now = timezone.now()
    tomorrow = now + dt.timedelta(days=1)
    stages = list(Stage.objects.filter(scenario__code="b2b", kind=Stage.Kind.OPEN).order_by("position"))
    late, soon = Q(next_task_at__lt=now), Q(next_task_at__gte=now, next_task_at__lt=tomorrow)
    sums = (
        _open(request, narrow=True)
        .filter(stage__in=stages)
        .order_by()
        .values("stage_id")
        .annotate(
            count=Count("id"),
            sum=Sum("amount"),
            late=Count("id", filter=late),
            soon=Count("id", filter=soon),
            planned=Count("id", filter=Q(next_task_at__gte=tomorrow)),
        )
    )
    totals = {one["stage_id"]: one for one in sums}
    columns = [
        {
            "stage": stage,
            "totals": totals.get(stage.pk),
            "deals": _open(request).filter(stage=stage).select_related("client", "owner").order_by("-id")[:25],
        }
        for stage in stages
    ]
    return render(request, "bench/board.html", {"columns": columns, "now": now})


def desktop(request: HttpRequest) -> HttpResponse:
    """The figures of the desktop, as their queries give them, in plain tables."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    figures = home.Figures(actor, now, periods.period("", now.astimezone(actor.zone).date()))
    context = {
        "funnel": figures.funnel(),
        "months": figures.months,
        "people": figures.people,
        "tasks": figures.tasks,
        "unpaid": figures.unpaid,
    }
    return render(request, "bench/desktop.html", context)


def search(request: HttpRequest) -> HttpResponse:
    """Rows of all records by a fragment, by the statement of the product."""
    with connection.cursor() as cursor:
        cursor.execute(SEARCHES[request.GET["q"]])
        return render(request, "bench/search.html", {"found": cursor.fetchall()})


def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another stage for a deal: what the product reads and leaves behind, written down without mechanisms."""
    now = timezone.now()
    with transaction.atomic():
        run = _run(request, "deals.move")
        deal = Deal.objects.select_for_update(of=("self",)).select_related("stage", "client").get(pk=pk)
        target = Stage.objects.get(scenario_id=deal.scenario_id, code=request.POST["stage"])
        list(Task.objects.filter(about_record="deals.deal", about_id=pk, state="open", is_mandatory=True))
        WorkSchedule.objects.filter(is_default=True).first()
        StageInterval.objects.filter(deal=deal, left_at=None).update(left_at=now)
        deal.stage, deal.stage_since, deal.closed_at = target, now, None
        deal.save(update_fields=["stage", "stage_since", "closed_at"])
        StageInterval.objects.create(deal=deal, stage=target, entered_at=now, amount=deal.amount)
        _tell(deal, "deals.moved", [("deals.deal", deal.pk), ("clients.client", deal.client_id)])
        _told("deals.DealMoved", {"deal_id": pk}, run)
    fresh = Deal.objects.select_related("client", "owner").get(pk=pk)
    return render(request, "bench/moved.html", {"deal": fresh})


def receive(request: HttpRequest) -> HttpResponse:
    """A new enquiry: what the product reads and leaves behind, written down without mechanisms."""
    now, sent = timezone.now(), request.POST
    with transaction.atomic():
        run = _run(request, "leads.receive")
        source = LeadSource.objects.select_related("queue").get(code=sent["source"])
        Lead.objects.filter(points__key=sent["phone"], closed_at=None).first()
        list(ContactPoint.objects.filter(kind="phone", key=sent["phone"]).values_list("client_id", "contact_id")[:20])
        WorkSchedule.objects.filter(is_default=True).first()
        number, _made = Numbering.objects.select_for_update().get_or_create(
            kind="bench", year=now.year, organisation=None
        )
        number.last += 1
        number.save(update_fields=["last"])
        member = (
            QueueMember.objects.select_for_update(of=("self",))
            .filter(queue=source.queue)
            .select_related("user")
            .first()
        )
        lead = Lead.objects.create(
            number=str(number.last), source=source, queue=source.queue, subject=sent["subject"], name=sent["name"],
            phone=sent["phone"], owner=member.user if member else None, received_at=now, react_by=now, handle_by=now,
        )  # fmt: skip
        LeadPoint.objects.create(lead=lead, kind="phone", key=sent["phone"])
        _tell(lead, "leads.received", [("leads.lead", lead.pk)])
        _told("leads.LeadReceived", {"lead_id": lead.pk}, run)
    return redirect(f"/leads/{lead.pk}/")


def _run(request: HttpRequest, name: str) -> CommandRun:
    user: Any = request.user
    return CommandRun.objects.create(
        name=name, actor_kind="person", user_id=user.pk, actor_name=user.name, key=uuid4().hex
    )


def _told(name: str, payload: dict[str, int], run: CommandRun) -> None:
    EventRow.objects.create(name=name, payload=payload, run=run, order_key="bench")
    with connection.cursor() as cursor:
        for _number in range(3):
            cursor.execute(
                "select pg_notify('okno_live', %s)", ['{"users":null,"topic":"bench","id":null,"kind":"changed"}']
            )


def _tell(row: Any, kind: str, on: list[tuple[str, int]]) -> None:
    now = timezone.now()
    entry = Entry.objects.create(
        at=now, kind=kind, scope_record=on[0][0], scope_id=on[0][1], payload={"title": str(row)}
    )
    EntryLink.objects.bulk_create(EntryLink(entry=entry, record=record, row_id=row_id, at=now) for record, row_id in on)
