"""Reads of home: the figures of a desktop, each group in one statement, within the reach of whoever asks; events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Case, Count, DecimalField, F, IntegerField, Q, Sum, Value, When, Window
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy

from okno.areas.billing import queries as billing
from okno.areas.calendar import queries as calendar
from okno.areas.clients import queries as clients
from okno.areas.deals import queries as deals
from okno.areas.deals.models import Scenario, Stage
from okno.areas.leads import queries as leads
from okno.areas.leads.models import Lead
from okno.fronts.home import rules
from okno.fronts.home.models import DesktopBlock
from okno.fronts.home.rules import Period
from okno.kit.api.webhooks.commands import PING
from okno.kit.events import Event
from okno.kit.permissions import Actor

ZERO = Decimal(0)
MONTHS = 12
FEW = 6
WAITING = (Lead.State.NEW, Lead.State.GIVEN)
OPEN, WON, LOST = Stage.Kind.OPEN, Stage.Kind.WON, Stage.Kind.LOST
EVENTS: Mapping[str, object] = {
    "*": gettext_lazy("All events, those to come too"),
    "access.ManyCardsOpened": gettext_lazy("Somebody opened very many cards"),
    "automation.RobotStopped": gettext_lazy("A robot cannot act any more and has stopped"),
    "billing.InvoiceAssigned": gettext_lazy("An invoice got another responsible person"),
    "billing.InvoiceChanged": gettext_lazy("An invoice was changed or cancelled"),
    "billing.InvoiceDrawn": gettext_lazy("An invoice was drawn"),
    "billing.InvoicePaid": gettext_lazy("Money came for an invoice"),
    "billing.InvoiceSent": gettext_lazy("An invoice went to the client"),
    "billing.InvoiceShipped": gettext_lazy("Goods were shipped by an invoice"),
    "calendar.TaskEnded": gettext_lazy("A task was done or cancelled"),
    "calendar.TaskLate": gettext_lazy("The deadline of a task has passed"),
    "calendar.TaskPlanned": gettext_lazy("A task was planned or changed"),
    "clients.AccessAsked": gettext_lazy("A colleague asks for access to a client"),
    "clients.AccessGranted": gettext_lazy("Access to a client was given"),
    "clients.AccessRefused": gettext_lazy("Access to a client was refused"),
    "clients.BirthdayComes": gettext_lazy("A contact has their birthday soon"),
    "clients.ClientAdded": gettext_lazy("A client was added"),
    "clients.ClientAssigned": gettext_lazy("A client got another responsible person"),
    "clients.ConsentNoted": gettext_lazy("Somebody agreed to mailings or refused them"),
    "clients.DuplicatesSearched": gettext_lazy("The base was searched for duplicates"),
    "clients.ProspectConverted": gettext_lazy("A prospect became a client"),
    "communications.MailAssigned": gettext_lazy("A letter was handed to another person"),
    "communications.MailFailed": gettext_lazy("A letter was not sent"),
    "communications.MailReceived": gettext_lazy("A letter came"),
    "communications.MailSent": gettext_lazy("A letter was sent"),
    "deals.DealAssigned": gettext_lazy("A deal got another responsible person"),
    "deals.DealLost": gettext_lazy("A deal was lost"),
    "deals.DealMoved": gettext_lazy("A deal came to another stage"),
    "deals.DealOpened": gettext_lazy("A deal was opened"),
    "deals.DealWon": gettext_lazy("A deal was won"),
    "documents.RatesLoaded": gettext_lazy("Exchange rates came"),
    "leads.LeadBroughtBack": gettext_lazy("A postponed enquiry came back"),
    "leads.LeadEnded": gettext_lazy("An enquiry ended"),
    "leads.LeadGiven": gettext_lazy("An enquiry was given to a person"),
    "leads.LeadLate": gettext_lazy("An enquiry waits longer than its norm"),
    "leads.LeadLinked": gettext_lazy("It was said whom an enquiry is from"),
    "leads.LeadOffered": gettext_lazy("An enquiry was offered to several people"),
    "leads.LeadReceived": gettext_lazy("An enquiry came"),
    "leads.LeadRepeated": gettext_lazy("The same person asked again"),
    "leads.LeadStuck": gettext_lazy("An enquiry has nobody responsible"),
    "merging.RowsMerged": gettext_lazy("Cards were merged"),
    "merging.RowsParted": gettext_lazy("Merged cards were parted"),
    "purging.RowBroughtBack": gettext_lazy("The mark for deletion was taken off"),
    "purging.RowMarked": gettext_lazy("A card was marked for deletion"),
    "segments.SegmentEntered": gettext_lazy("Cards came into a segment"),
    "segments.SegmentLeft": gettext_lazy("Cards left a segment"),
    "timeline.NoteWritten": gettext_lazy("A note was written"),
    PING: gettext_lazy("Test call"),
}


def arrangement(actor: Actor) -> list[DesktopBlock]:
    """How the actor has arranged the blocks, in order; empty when they never did."""
    # ast-grep-ignore: unscoped-read own arrangement of the actor, or reference data
    return list(DesktopBlock.objects.filter(user_id=actor.user_id or 0).order_by("position"))


def is_empty(actor: Actor) -> bool:
    """Whether the actor reaches neither a deal nor a client nor an enquiry: nothing to count yet."""
    return not any(rows.exists() for rows in (deals.deals(actor), clients.clients(actor), leads.leads(actor)))


class Sums(NamedTuple):
    """Deals of a stage: now, expected in the period, closed in it, closed in the period before."""

    deals: int = 0
    amount: Decimal = ZERO
    expected_count: int = 0
    expected: Decimal = ZERO
    closed_count: int = 0
    closed: Decimal = ZERO
    before_count: int = 0
    before: Decimal = ZERO


class Month(NamedTuple):
    """Money that came in a month, of it in the period, and in the one before."""

    first: date
    amount: Decimal
    payments: int
    now: Decimal
    now_count: int
    before: Decimal


class Person(NamedTuple):
    """Whose work waits: new enquiries, enquiries and tasks that are late. Nobody's when the id is None."""

    user_id: int | None
    name: str
    new: int
    late_leads: int
    late_tasks: int


class Owed(NamedTuple):
    """Invoices that wait for money, and those of them whose day has passed."""

    invoices: int
    amount: Decimal
    late_count: int
    late: Decimal


@dataclass
class Figures:
    """The figures of a desktop: each is read when it is first asked for, and once."""

    actor: Actor
    at: datetime
    period: Period
    scenario_code: str = ""

    @property
    def today(self) -> date:
        """The day where the actor is."""
        return self.at.astimezone(self.actor.zone).date()

    def start_of(self, day: date) -> datetime:
        """The moment when a day begins where the actor is."""
        return datetime.combine(day, time.min, self.actor.zone)

    @cached_property
    def stages(self) -> list[Stage]:
        """Stages of all scenarios, those out of use too: deals may have ended on them."""
        # ast-grep-ignore: unscoped-read own arrangement of the actor, or reference data
        rows = Stage.objects.select_related("scenario").order_by("-scenario__is_default", "scenario__name", "position")
        return list(rows)

    @cached_property
    def scenarios(self) -> list[Scenario]:
        """Scenarios in use, the default one first."""
        found = {stage.scenario_id: stage.scenario for stage in self.stages if not stage.scenario.is_deleted}
        return list(found.values())

    @cached_property
    def scenario(self) -> Scenario | None:
        """The scenario whose funnels are shown: the one asked for, else the default one."""
        named = [one for one in self.scenarios if one.code == self.scenario_code]
        return next(iter([*named, *self.scenarios]), None)

    @cached_property
    def sums(self) -> dict[int, Sums]:
        """Deals by the id of their stage."""
        begins, ends, was_begun, was_ended = self._moments()
        days = (self.period.since, self.period.until)
        found = deals.sums_by_stage(self.actor, days, (begins, ends), (was_begun, was_ended))
        return {
            stage_id: Sums(*work, *expected, *closed, *before)
            for stage_id, (work, expected, closed, before) in found.items()
        }

    def _moments(self) -> tuple[datetime, datetime, datetime, datetime]:
        day, period = timedelta(days=1), self.period
        edges = (period.since, period.until + day, period.before_since, period.before_until + day)
        first, second, third, fourth = (self.start_of(edge) for edge in edges)
        return first, second, third, fourth

    def funnel(self) -> list[tuple[Stage, Sums]]:
        """The open stages of the scenario with the deals that stand on them."""
        shown = [one for one in self.stages if one.scenario == self.scenario and not one.is_deleted]
        return [(stage, self.sums.get(stage.pk, Sums())) for stage in shown if stage.kind == OPEN]

    def of_kind(self, *kinds: str) -> Sums:
        """Sums of all stages of these kinds together."""
        found = [self.sums[stage.pk] for stage in self.stages if stage.kind in kinds and stage.pk in self.sums]
        return Sums(*(sum(column) for column in zip(*found, strict=True))) if found else Sums()

    def forecast(self) -> Decimal:
        """What is won in the period and the open deals expected in it by their probability."""
        awaited = [(self.sums[one.pk].expected, one.probability) for one in self.stages if self._is_open(one)]
        return rules.forecast(self.of_kind(WON).closed, awaited)

    def _is_open(self, stage: Stage) -> bool:
        return stage.kind == OPEN and stage.pk in self.sums

    @cached_property
    def passed(self) -> list[dict[str, Any]]:
        """The closed funnel of the scenario: how many deals closed in the period reached each stage."""
        if self.scenario is None:
            return []
        path = [one for one in self.stages if one.scenario == self.scenario and not one.is_deleted]
        return deals.closed_funnel(self.actor, self.scenario, self.period.since, self.period.until, path=path)

    @cached_property
    def months(self) -> list[Month]:
        """Money that came in the last twelve months, this one included, and in the period."""
        since = rules.moved(self.today.replace(day=1), 1 - MONTHS)
        rows = billing.payments(self.actor, narrow=True).filter(is_withdrawn=False).order_by()
        now = Q(date__gte=self.period.since, date__lte=self.period.until)
        before = Q(date__gte=self.period.before_since, date__lte=self.period.before_until)
        found = (
            rows.filter(Q(date__gte=since) | now | before)
            .annotate(first=TruncMonth("date"))
            .values_list("first")
            .annotate(
                all_sum=Sum(billing.RECEIVED, default=ZERO),
                all=Count("id"),
                now_sum=Sum(billing.RECEIVED, filter=now, default=ZERO),
                now=Count("id", filter=now),
                before_sum=Sum(billing.RECEIVED, filter=before, default=ZERO),
            )
        )
        return sorted(Month(*values) for values in found)

    @cached_property
    def people(self) -> list[Person]:
        """Whose work waits, those with most of it first; nobody's enquiries before all."""
        found: dict[int | None, Person] = {}
        for user_id, name, new, late_leads, late_tasks in self._waiting():
            known = found.get(user_id, Person(user_id, name or "", 0, 0, 0))
            found[user_id] = known._replace(
                new=known.new + new,
                late_leads=known.late_leads + late_leads,
                late_tasks=known.late_tasks + late_tasks,
            )
        return sorted(found.values(), key=lambda one: (one.user_id is not None, -one.late_leads - one.late_tasks))

    def _waiting(self) -> Iterable[tuple[int | None, str, int, int, int]]:
        """Enquiries and tasks by person, in one statement."""
        nothing = Value(0, output_field=IntegerField())
        late = Q(reacted_at=None, closed_at=None, react_by__lt=self.at)
        new = Q(state__in=WAITING)
        of_leads = leads.leads(self.actor, narrow=True).filter(late | new).order_by()
        by_leads = of_leads.values("owner_id", "owner__name").annotate(
            new=Count("id", filter=new), leads=Count("id", filter=late), tasks=nothing
        )
        of_tasks = calendar.late_by_person(self.actor, self.at)
        by_tasks = [part.annotate(new=nothing, leads=nothing) for part in of_tasks]
        columns = ("owner_id", "owner__name", "new", "leads", "tasks")
        return by_leads.values_list(*columns).union(*(part.values_list(*columns) for part in by_tasks), all=True)

    @cached_property
    def tasks(self) -> list[dict[str, Any]]:
        """The actor's own open tasks of today and earlier; each row knows how many there are of them in `all`."""
        rows = calendar.my_open_tasks(self.actor).filter(due_at__lt=self.start_of(self.today + timedelta(days=1)))
        shown = rows.values("id", "title", "kind", "due_at", "client__name")
        return list(shown.annotate(all=Window(Count("id")))[: FEW + 2])

    @cached_property
    def unpaid(self) -> list[dict[str, Any]]:
        """Invoices that wait for money, the oldest deadline first; each row knows the sums of all of them."""
        owed, late = F("total") - F("paid"), Q(due_date__lt=self.today)
        money: DecimalField = DecimalField(max_digits=20, decimal_places=2)
        rows = billing.unpaid(self.actor).values("id", "number", "client__name", "due_date", "currency")
        return list(
            rows.annotate(
                owed=owed,
                all=Window(Count("id")),
                sum=Window(Sum(billing.OWED, output_field=money)),
                late=Window(Count(Case(When(late, then=F("id"))))),
                late_sum=Window(Sum(Case(When(late, then=billing.OWED), output_field=money))),
            )[:FEW]
        )

    def owed(self) -> Owed:
        """What clients owe in all, and what is late of it."""
        if not self.unpaid:
            return Owed(0, ZERO, 0, ZERO)
        first = self.unpaid[0]
        return Owed(first["all"], first["sum"], first["late"], first["late_sum"] or ZERO)


def known_events() -> Iterator[tuple[str, str]]:
    """Names of events that webhooks may ask for, with what they tell; `*` is all of them."""
    known = sorted(name for name, one in Event.known.items() if ".tests." not in one.__module__)
    return ((name, f"{EVENTS.get(name, name)}") for name in ("*", *known))
