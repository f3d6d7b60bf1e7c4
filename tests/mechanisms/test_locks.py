"""The worker writes while others do: nobody waits for whom they block, nothing of theirs is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from okno.areas.deals import commands as deals
from okno.areas.deals.events import DealMoved
from okno.areas.deals.models import Deal
from okno.kit import events, formulas
from okno.kit.fields import computing, custom, indexing
from okno.kit.models import FieldDef
from okno.kit.models.journal import Delivery
from okno.kit.permissions import SYSTEM
from okno.kit.registry import Hearing, registry
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.usefixtures("transactional_db", "fields_of_this_test")
TABLE = Deal._meta.db_table
PATIENCE_SECONDS = 20


@pytest.fixture
def beside() -> Iterator[Callable[[Callable[[], Any]], Future[Any]]]:
    """Does work in a thread with a connection of its own."""
    with ThreadPoolExecutor() as pool:

        def start(work: Callable[[], Any]) -> Future[Any]:
            def done() -> Any:
                try:
                    return work()
                finally:
                    connection.close()

            return pool.submit(done)

        yield start


def wait_for(statement: str) -> None:
    """Wait until a statement that begins so waits for a lock of another."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            # Within a transaction statistics stand still.
            cursor.execute("select pg_stat_clear_snapshot()")
            cursor.execute(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ilike %s",
                [f"{statement}%"],
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError(statement)


def formula(company: Company) -> formulas.Formula:
    settings = {"formula": "amount * 2"}
    custom.add(actor=SYSTEM, record="deals.deal", key="twice", label="Вдвое", kind="formula", settings=settings)
    return next(one for one in formulas.formulas() if one.field.key == "x_twice")


def compute(made: formulas.Formula, ids: list[int]) -> set[int]:
    with transaction.atomic():
        return computing.compute(made, ids)


def test_rows_are_computed_in_the_order_in_which_commands_lock_them(company: Company, beside: Any) -> None:
    made = formula(company)
    second = deals.open_deal(actor=SYSTEM, title="Вторая", client=company.client, owner=company.anna)
    # Written anew, the first row lies behind the second one in the table.
    deals.update(actor=SYSTEM, deal=company.deal, values={"amount": "7"})
    Deal.objects.update(extra={})

    with transaction.atomic():
        Deal.objects.select_for_update().get(pk=company.deal.pk)
        computed = beside(lambda: compute(made, [second.pk, company.deal.pk]))
        wait_for("select")
        Deal.objects.select_for_update(nowait=True).get(pk=second.pk)

    assert company.deal.pk in computed.result()
    assert Deal.objects.get(pk=company.deal.pk).extra == {"x_twice": 14}


def test_a_value_is_computed_from_what_is_being_written(company: Company, beside: Any) -> None:
    made = formula(company)

    with transaction.atomic():
        Deal.objects.filter(pk=company.deal.pk).update(amount=50, updated_at=timezone.now())
        computed = beside(lambda: compute(made, [company.deal.pk]))
        wait_for("select")

    computed.result()
    assert Deal.objects.get(pk=company.deal.pk).extra["x_twice"] == 100


def test_whoever_holds_a_row_that_a_new_formula_waits_for_gets_all_others(company: Company, beside: Any) -> None:
    made = formula(company)
    second = deals.open_deal(actor=SYSTEM, title="Вторая", client=company.client, amount=Decimal(5))
    third = deals.open_deal(actor=SYSTEM, title="Третья", client=company.client, amount=Decimal(6))
    Deal.objects.update(extra={})

    with transaction.atomic():
        Deal.objects.select_for_update().get(pk=second.pk)
        computed = beside(lambda: computing.compute_all(made, lambda _done: None))
        wait_for("select")
        for one in (company.deal, third):
            Deal.objects.select_for_update(nowait=True).get(pk=one.pk)

    assert computed.result() == {company.deal.pk, second.pk, third.pk}
    assert list(Deal.objects.order_by("pk").values_list("extra__x_twice", flat=True)) == [0, 10, 12]


@pytest.fixture
def touching() -> Iterator[None]:
    """A handler that writes the deal that it is told of."""

    def touch(event: DealMoved) -> None:
        Deal.objects.filter(pk=event.deal_id).update(comment=event.to_stage)

    known = registry.handlers.get(DealMoved.name(), [])
    registry.handlers[DealMoved.name()] = [Hearing(touch)]
    yield
    registry.handlers[DealMoved.name()] = known


@pytest.mark.usefixtures("touching")
def test_deliveries_of_one_transaction_give_way_to_whoever_wants_their_rows(company: Company, beside: Any) -> None:
    second = deals.open_deal(actor=SYSTEM, title="Вторая", client=company.client)
    for deal in (second, company.deal):
        deals.move(actor=SYSTEM, deal=deal, stage="invoice")

    with transaction.atomic():
        Deal.objects.select_for_update().get(pk=company.deal.pk)
        delivered = beside(events.deliver_due)
        wait_for("update")
        Deal.objects.select_for_update().get(pk=second.pk)

    assert delivered.result() == 2
    assert list(Deal.objects.order_by("pk").values_list("comment", flat=True)) == ["", "invoice"]
    events.drain()
    assert set(Deal.objects.values_list("comment", flat=True)) == {"invoice"}
    assert list(Delivery.objects.order_by("pk").values_list("state", "tries", "error")) == [
        ("done", 1, ""),
        ("done", 2, ""),
    ]


def test_an_index_is_built_though_somebody_gathers_statistics(company: Company, beside: Any) -> None:
    field = custom.add(actor=SYSTEM, record="deals.deal", key="code", label="Код", kind="text", is_sortable=True)

    with transaction.atomic():
        Deal.objects.filter(pk=company.deal.pk).update(amount=1)
        built = beside(lambda: indexing.build(FieldDef.objects.get(pk=field.pk)))
        wait_for("create index concurrently")
        analyzed = beside(analyze)
        wait_for("analyze")

    assert built.result() == ""
    assert indexing.missing(field) == []
    analyzed.result()


def analyze() -> None:
    """The other one is left to find out that they wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(f"set deadlock_timeout = '{PATIENCE_SECONDS}s'")
        cursor.execute(f"analyze {TABLE}")
