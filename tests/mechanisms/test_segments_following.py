"""Dynamic segments follow every way in which rows come to be others: files, merges, undos, formulas, purges."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.clients.tests.factories import a_client
from okno.areas.deals import commands as deals
from okno.areas.deals.tests.factories import a_deal
from okno.engines.classification import commands as classification
from okno.engines.classification.models import Class, Counting
from okno.engines.imports import commands as imports
from okno.engines.imports.models import Import
from okno.engines.segments import commands, queries
from okno.engines.segments.models import Passage, Segment
from okno.kit import jobs, journal
from okno.kit.fields import custom, following
from okno.kit.merging import mergeable
from okno.kit.models.journal import CommandRun
from okno.kit.models.registry import FieldDef, JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.purging import commands as purging
from okno.kit.registry import registry

pytestmark = pytest.mark.django_db

CLIENTS, A_MINUTE = "clients.client", 60.0
TULA = {"all": [{"field": "city", "op": "eq", "value": "Тула"}]}
RICH = {"some": "deals", "where": {"field": "amount", "op": "ge", "value": "1000"}}


def segment(condition: Any = TULA) -> Segment:
    made = commands.add(actor=SYSTEM, name="Они", record=CLIENTS, condition=condition)
    return commands.recount(actor=SYSTEM, segment=made)


def followed(of: Segment) -> set[int]:
    """Members as the loop of the worker leaves them."""
    following.catch_up("segments")
    return set(queries.member_ids(of))


def passed(of: Segment) -> list[tuple[int, bool]]:
    return list(Passage.objects.filter(segment=of).order_by("pk").values_list("row_id", "is_entry"))


def last(name: str) -> int:
    return CommandRun.objects.filter(name=name).order_by("-pk").values_list("pk", flat=True)[0]


def imported(cast: Cast, text: str) -> Import:
    actor = cast.actor("director")
    return imports.run_now(actor, imports.taken_in(actor, CLIENTS, io.BytesIO(text.encode()), "Клиенты.csv"))


def test_rows_of_a_file_come_in_and_go_out_when_it_is_taken_back(cast: Cast) -> None:
    old = a_client(cast.anna, name="Старый", inn="7707083893")
    made = segment()

    done = imported(cast, "Наименование;ИНН;Город\nСтарый;7707083893;Тула\nНовый;7736050003;Тула\nДальний;;Орёл\n")

    new = Client.objects.get(inn="7736050003")
    assert followed(made) == {old.pk, new.pk}
    imports.take_back(actor=cast.actor("director"), row=done)
    jobs.do_work(JobRun.objects.filter(work="imports.take_back").latest("pk").pk)
    assert followed(made) == set()
    assert sorted(passed(made)) == sorted([(old.pk, True), (new.pk, True), (old.pk, False), (new.pk, False)])


def test_an_undo_moves_rows_back(cast: Cast) -> None:
    row, made = a_client(cast.anna), segment()
    clients.update(actor=SYSTEM, client=row, values={"city": "Тула"})
    assert followed(made) == {row.pk}

    journal.undo(actor=SYSTEM, run_id=last("clients.update"))

    assert followed(made) == set()
    assert passed(made) == [(row.pk, True), (row.pk, False)]


def test_a_merge_moves_the_survivor_in_and_back_out(cast: Cast) -> None:
    loser, survivor = a_client(cast.anna, name="Первый"), a_client(cast.anna, name="Второй")
    a_deal(cast.anna, client=loser, amount=Decimal(5_000))
    made = segment(RICH)
    assert followed(made) == {loser.pk}

    mergeable(CLIENTS).merge(actor=SYSTEM, survivor=survivor, losers=[loser])
    assert followed(made) == {survivor.pk}

    mergeable(CLIENTS).unmerge(actor=SYSTEM, survivor=survivor, loser_id=loser.pk, back=None)
    assert followed(made) == {loser.pk}


@pytest.mark.django_db(transaction=True)
def test_values_of_a_formula_are_followed_with_the_rows_and_when_it_is_changed(cast: Cast) -> None:
    field = custom.add(
        actor=SYSTEM,
        record=CLIENTS,
        key="worth",
        label="Всего",
        kind="formula",
        settings={"formula": "sum(deals, amount)"},
    )
    jobs.do_work(JobRun.objects.latest("pk").pk)
    row = a_client(cast.anna)
    made = segment({"all": [{"field": "x_worth", "op": "ge", "value": "1000"}]})
    a_deal(cast.anna, client=row, amount=Decimal(700))
    assert followed(made) == set()

    a_deal(cast.anna, client=row, amount=Decimal(400))
    assert followed(made) == {row.pk}

    custom.change(actor=SYSTEM, field=FieldDef.objects.get(pk=field.pk), settings={"formula": "1"})
    jobs.do_work(JobRun.objects.latest("pk").pk)
    assert followed(made) == set()


def test_a_purged_row_is_in_no_segment(cast: Cast) -> None:
    row, made = a_client(cast.anna, city="Тула"), segment()
    assert followed(made) == {row.pk}
    clients.delete(actor=SYSTEM, client=row)
    purging.purge(actor=SYSTEM, record=CLIENTS, ids=[row.pk])

    assert followed(made) == set()
    commands.tidy(actor=SYSTEM)
    made.refresh_from_db()
    assert made.size == 0


def test_classes_of_a_deleted_scheme_are_followed(cast: Cast) -> None:
    row = a_client(cast.anna)
    by = {"record": CLIENTS, "of": "deals.deal", "link": "client", "amount": "amount", "day": "closed_at"}
    scheme = classification.add(actor=SYSTEM, name="Схема", **by)
    counting = Counting.objects.create(scheme=scheme, day="2026-11-01", since="2025-11-01")
    Class.objects.create(counting=counting, record=CLIENTS, row_id=row.pk, abc="A", life="new", is_present=True)
    made = segment({"all": [{"field": "abc", "op": "in", "value": ["A"]}]})
    assert followed(made) == {row.pk}

    classification.delete(actor=SYSTEM, scheme=scheme)

    assert followed(made) == set()


@pytest.mark.django_db(transaction=True)
def test_the_loop_of_the_worker_lets_rows_in_and_out_by_itself_within_a_minute(cast: Cast) -> None:
    row, made, stop = a_client(cast.anna), segment(), threading.Event()

    def work() -> None:
        registry.loops["segments"](stop)
        connection.close()

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    try:
        for city, wanted in (("Тула", {row.pk}), ("Орёл", set())):
            # Nobody asks for anything anew: the loop hears of the change alone.
            clients.update(actor=SYSTEM, client=Client.objects.get(pk=row.pk), values={"city": city})
            wait_for(made, wanted)
    finally:
        stop.set()
        # Whatever wakes the loop lets it see that it is to stop.
        with connection.cursor() as cursor:
            cursor.execute(f'notify "{following.CHANNEL}segments"')
        worker.join()

    assert passed(made) == [(row.pk, True), (row.pk, False)]
    assert following.SECONDS_BETWEEN_LOOKS < A_MINUTE


def wait_for(of: Segment, wanted: set[int]) -> None:
    """Wait until these rows and no others are members, a minute at most: that is what is promised."""
    until = time.monotonic() + A_MINUTE
    while set(queries.member_ids(of)) != wanted:
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_segments_are_judged_by_one_transaction_at_a_time(cast: Cast) -> None:
    made = segment()
    a_client(cast.anna, city="Тула")
    told: list[str] = []

    def judge(name: str, work: Callable[[], object]) -> None:
        work()
        told.append(name)
        connection.close()

    recounting = threading.Thread(target=judge, args=("recount", lambda: commands.recount(actor=SYSTEM, segment=made)))
    judging = threading.Thread(target=judge, args=("follow", lambda: following.follow(actor=SYSTEM, name="segments")))
    with transaction.atomic():
        following.follow(actor=SYSTEM, name="segments")
        recounting.start()
        judging.start()
        recounting.join(0.5)
        assert told == []
    recounting.join()
    judging.join()

    assert sorted(told) == ["follow", "recount"]
    assert len(queries.member_ids(made)) == 1


def test_a_sum_in_roubles_is_followed_by_what_it_comes_from(cast: Cast) -> None:
    deal = a_deal(cast.anna, client=a_client(cast.anna), amount=Decimal(500))
    made = segment({"some": "deals", "where": {"field": "managed", "op": "ge", "value": "1000"}})
    assert followed(made) == set()

    deals.update(actor=SYSTEM, deal=deal, values={"amount": Decimal(5_000)})

    assert followed(made) == {deal.client_id}
