"""Events: stored with the command, delivered once in effect, in order, and stopped when poisonous."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from okno.areas.calendar import commands as calendar
from okno.areas.calendar.models import Task
from okno.areas.deals import commands as deals
from okno.areas.deals.events import DealMoved
from okno.areas.deals.models import Deal
from okno.kit import events
from okno.kit.errors import Refused
from okno.kit.models import CommandRun, Delivery, EventRow
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.django_db

seen: list[str] = []
broken = {"times": 0}


def note_move(event: DealMoved) -> None:
    """A listener that keeps what it was told and fails as often as it is asked to."""
    Deal.objects.filter(pk=event.deal_id).update(comment=event.to_stage)
    if broken["times"] > 0:
        broken["times"] -= 1
        raise RuntimeError("it does not work today")
    seen.append(event.to_stage)


@pytest.fixture
def listener() -> Iterator[Callable[[DealMoved], None]]:
    seen.clear()
    broken["times"] = 0
    known = list(registry.handlers.get(DealMoved.name(), []))
    registry.on(DealMoved, note_move)
    yield note_move
    registry.handlers[DealMoved.name()] = known


def own() -> QuerySet[Delivery]:
    """Deliveries to the listener of these tests, not to what else hears of moves."""
    return Delivery.objects.filter(event__name=DealMoved.name(), handler=events.name_of(note_move)).order_by("id")


def deliveries() -> list[tuple[str, int]]:
    return list(own().values_list("state", "tries"))


def make_due() -> None:
    Delivery.objects.filter(state=Delivery.State.WAITING).update(next_try_at=timezone.now() - dt.timedelta(hours=1))


def test_an_event_of_a_refused_command_is_not_told(company: Company, listener: object) -> None:
    with pytest.raises(Refused):
        deals.move(actor=SYSTEM, deal=company.deal, stage="offer")

    assert not EventRow.objects.filter(name=DealMoved.name()).exists()


def test_an_event_rolled_back_with_its_caller_is_not_told(company: Company, listener: object) -> None:
    with transaction.atomic():
        deals.move(actor=SYSTEM, deal=company.deal, stage="invoice")
        transaction.set_rollback(True)

    assert not EventRow.objects.filter(name=DealMoved.name()).exists()


def test_a_handler_acts_once_and_its_run_names_the_cause(company: Company, listener: object) -> None:
    deals.move(actor=SYSTEM, deal=company.deal, stage="invoice")

    events.drain()
    make_due()
    events.drain()

    run = CommandRun.objects.get(name="mechanisms.test_events.note_move")
    assert seen == ["invoice"]
    assert run.cause_id == CommandRun.objects.get(name="deals.move").pk


def test_a_failed_handler_leaves_no_effect_and_is_tried_again(company: Company, listener: object) -> None:
    broken["times"] = 1
    deals.move(actor=SYSTEM, deal=company.deal, stage="invoice")

    events.drain()
    assert Deal.objects.get().comment == ""
    make_due()
    events.drain()

    assert Deal.objects.get().comment == "invoice"
    assert deliveries() == [("done", 2)]


def test_events_of_one_record_keep_their_order_while_another_goes_on(company: Company, listener: object) -> None:
    other = deals.open_deal(actor=SYSTEM, title="Другая", client=company.client)
    broken["times"] = 1
    for stage in ("invoice", "won"):
        deals.move(actor=SYSTEM, deal=company.deal, stage=stage)
    deals.move(actor=SYSTEM, deal=other, stage="won")

    events.drain()
    assert seen == ["won"]
    make_due()
    events.drain()

    assert seen == ["won", "invoice", "won"]


def test_only_what_a_handler_wants_to_hear_is_delivered_in_its_order(company: Company) -> None:
    seen.clear()
    known = list(registry.handlers[DealMoved.name()])
    registry.on(DealMoved, note_move, when=lambda event: event.from_stage == "invoice")
    other = deals.open_deal(actor=SYSTEM, title="Другая", client=company.client)

    for deal, stage in ((company.deal, "invoice"), (other, "invoice"), (company.deal, "won"), (company.deal, "new")):
        deals.move(actor=SYSTEM, deal=deal, stage=stage)
    deals.move(actor=SYSTEM, deal=other, stage="new")
    told = deliveries()
    events.drain()
    registry.handlers[DealMoved.name()] = known

    assert told == [("waiting", 0)] * 2
    assert EventRow.objects.filter(name=DealMoved.name()).count() == 5
    assert seen == ["won", "new"]


def test_a_poisonous_delivery_stops_and_says_why(company: Company, listener: object) -> None:
    broken["times"] = 1000
    deals.move(actor=SYSTEM, deal=company.deal, stage="invoice")

    for _turn in range(events.MAX_TRIES + 2):
        events.drain()
        make_due()

    stopped = own().get()
    assert (stopped.state, stopped.tries) == ("failed", events.MAX_TRIES)
    assert "it does not work today" in stopped.error


def test_a_task_about_a_deal_shows_on_its_card(company: Company) -> None:
    due = timezone.now() + dt.timedelta(days=1)
    task = calendar.add_task(
        actor=company.actor("anna"),
        title="Позвонить",
        kind="call",
        due_at=due,
        about_record="deals.deal",
        about_id=company.deal.pk,
    )
    events.drain()
    assert Deal.objects.get().next_task_at == due

    calendar.finish(actor=company.actor("anna"), task=task, result="дозвонился")
    events.drain()

    assert Deal.objects.get().next_task_at is None
    assert Task.objects.get().state == "done"
