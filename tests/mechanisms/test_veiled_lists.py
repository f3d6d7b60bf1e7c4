"""Fields closed in some rows, in lists: order, totals, groups and cursors tell nothing of them, and all of others."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal, Scenario
from okno.areas.deals.web.pages import DealBoard
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry
from okno.kit.rows import keyset, totals
from okno.kit.rows.columns import Reader
from okno.kit.web.pages.export import file_columns, rows_of
from okno.kit.web.pages.selection import Selection
from tests.mechanisms.conftest import STAGES

pytestmark = pytest.mark.django_db

PAGE = 2
DAY = dt.date(2026, 5, 4)
SINCE = dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)
FIELDS = ("amount", "source", "expected_date")
OF_VIP = {"field": "client.is_vip", "op": "eq", "value": True}


@dataclass(frozen=True)
class Made:
    """What a deal holds, and whether its client is a VIP."""

    is_vip: bool
    amount: Decimal
    source: str
    day: dt.date | None

    def value(self, key: str) -> Any:
        return {"amount": self.amount, "source": self.source, "expected_date": self.day}[key]


GUARDS: dict[str, tuple[dict[str, Any], Callable[[Made], bool]]] = {
    "of a VIP": (OF_VIP, lambda one: one.is_vip),
    "of a plain one": ({"not": OF_VIP}, lambda one: not one.is_vip),
    "large": ({"field": "amount", "op": "gt", "value": 100}, lambda one: one.amount > 100),
    "from the site": ({"field": "source", "op": "eq", "value": "сайт"}, lambda one: one.source == "сайт"),
    "without a day": ({"field": "expected_date", "op": "empty"}, lambda one: one.day is None),
}
MADE = st.builds(
    Made,
    is_vip=st.booleans(),
    amount=st.sampled_from([Decimal(0), Decimal(50), Decimal(100), Decimal(150), Decimal("150.50")]),
    source=st.sampled_from(["сайт", "выставка", "звонок"]),
    day=st.sampled_from([None, DAY, DAY + dt.timedelta(1)]),
)
CLOSING = st.lists(st.tuples(st.sampled_from(sorted(GUARDS)), st.sets(st.sampled_from(FIELDS), min_size=1)), max_size=2)
SORTS = st.sampled_from(["amount", "-amount", "source,-amount", "-expected_date", "expected_date,source", "-source"])


@pytest.fixture
def office(cast: Cast) -> Cast:
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    access.set_role(
        actor=SYSTEM,
        code="seller",
        name="Продавец",
        grants=[{"permission": name, "reach": "own"} for name in ("deals.*", "clients.*")],
        hidden=[],
    )
    Client.objects.create(name="Обычный", owner=cast.anna)
    Client.objects.create(name="Особый", owner=cast.anna, is_vip=True)
    return cast


def make(office: Cast, rows: list[Made]) -> list[int]:
    """Deals with these values, in the order of their ids."""
    Deal.objects.all().delete()
    clients = {one.is_vip: one for one in Client.objects.all()}
    scenario = Scenario.objects.get()
    stage = scenario.stages.order_by("position").first()
    made = [
        Deal(
            title=f"Сделка {number}",
            client=clients[one.is_vip],
            owner=office.anna,
            scenario=scenario,
            stage=stage,
            stage_since=SINCE,
            amount=one.amount,
            source=one.source,
            expected_date=one.day,
        )
        for number, one in enumerate(rows)
    ]
    return [one.pk for one in Deal.objects.bulk_create(made)]


def guard(closing: list[tuple[str, set[str]]]) -> None:
    for number, (name, fields) in enumerate(closing):
        access.watch_rows(
            actor=SYSTEM,
            name=f"{name} {number}",
            record="deals.deal",
            condition=GUARDS[name][0],
            is_kept=False,
            hidden=sorted(fields),
        )


def unguard() -> None:
    from okno.access.models import SensitiveRows

    for one in SensitiveRows.objects.all():
        access.stop_watching(actor=SYSTEM, watch_id=one.pk)


def is_closed(one: Made, key: str, closing: list[tuple[str, set[str]]]) -> bool:
    return any(key in fields and GUARDS[name][1](one) for name, fields in closing)


def pages(selection: Selection) -> tuple[list[int], list[str]]:
    """Ids of all rows, read page by page, and the cursors between the pages."""
    reader, cursor = Reader([], selection.order), ""
    found: list[int] = []
    cursors: list[str] = []
    while True:
        page = selection.order.read(selection.rows(), reader.values, PAGE, cursor)
        found += [one[0] for one in page]
        if len(page) < PAGE:
            return found, cursors
        cursor = keyset.encode(reader.sort_values(page[-1]))
        cursors.append(cursor)


def sorted_by_hand(rows: dict[int, Made], sort: str, seen: Callable[[Made, str], Any]) -> list[int]:
    """Ids in the order of seen values: empty ones last, equal ones by the id in the direction of the last key."""
    parts = sort.split(",")
    found = sorted(rows, reverse=parts[-1].startswith("-"))
    for part in reversed(parts):
        key = part.lstrip("-")
        filled = [one for one in found if seen(rows[one], key) is not None]
        empty = [one for one in found if seen(rows[one], key) is None]
        values = {one: seen(rows[one], key) for one in filled}
        found = [*sorted(filled, key=values.__getitem__, reverse=part.startswith("-")), *empty]
    return found


def selected(actor: Actor, **given: str) -> Selection:
    return DealBoard.select(actor, {"cols": "title,amount", **given}, "/deals/")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(MADE, max_size=7), closing=CLOSING, sort=SORTS, group=st.sampled_from(FIELDS))
def test_lists_say_what_a_list_without_the_closed_values_would(
    office: Cast, rows: list[Made], closing: list[tuple[str, set[str]]], sort: str, group: str
) -> None:
    unguard()
    made = dict(zip(make(office, rows), rows, strict=True))
    guard(closing)
    actor = office.actor("anna")

    def seen(one: Made, key: str) -> Any:
        return None if is_closed(one, key, closing) else one.value(key)

    assert pages(selected(actor, sort=sort))[0] == sorted_by_hand(made, sort, seen)
    whole = selected(actor, sort=sort).order.apply(selected(actor).rows())
    assert list(whole.values_list("pk", flat=True)) == sorted_by_hand(made, sort, seen)
    backward = selected(actor, sort=sort).order.backward.apply(selected(actor).rows())
    assert list(backward.values_list("pk", flat=True)) == sorted_by_hand(made, sort, seen)[::-1]

    selection = selected(actor, group=group, sort=sort)
    for summed in (
        totals.whole(selection.rows(), selection.columns),
        totals.capped(selection.rows(), selection.columns),
    ):
        assert summed.count == len(made)
        assert summed.sums["amount"] == sum((seen(one, "amount") or 0 for one in made.values()), Decimal(0))
        assert summed.closed.get("amount", 0) == sum(is_closed(one, "amount", closing) for one in made.values())

    assert selection.group is not None
    expected: dict[Any, list[Made]] = {}
    for one in made.values():
        key = (seen(one, group), int(is_closed(one, group, closing)))
        expected.setdefault(key if selection.group.closed is not None else key[:1], []).append(one)
    found = totals.grouped(selection.rows(), selection.group, selection.columns)
    assert {key: one.count for key, one in found.items()} == {key: len(ones) for key, ones in expected.items()}
    for key, ones in expected.items():
        assert found[key].sums["amount"] == sum((seen(one, "amount") or 0 for one in ones), Decimal(0))
        assert found[key].closed.get("amount", 0) == sum(is_closed(one, "amount", closing) for one in ones)
    in_groups = [(seen(made[one], group), is_closed(made[one], group, closing)) for one in pages(selection)[0]]
    assert len([one for number, one in enumerate(in_groups) if one not in in_groups[:number]]) == len(
        [one for number, one in enumerate(in_groups) if number == 0 or in_groups[number - 1] != one]
    )


def told(actor: Actor) -> Any:
    """All that lists tell of order, totals, groups and cursors."""
    answers: list[Any] = []
    for key in FIELDS:
        for sort in (key, f"-{key}"):
            selection = selected(actor, sort=sort, group=key, cols=",".join(("title", *FIELDS)))
            answers += [pages(selected(actor, sort=sort)), pages(selection)]
            assert selection.group is not None
            answers.append(totals.grouped(selection.rows(), selection.group, selection.columns))
            answers.append(totals.whole(selection.rows(), selection.columns))
            answers.append(list(rows_of(selection, file_columns(selection, whole=True))))
    return repr(answers)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(MADE, min_size=1, max_size=5), others=st.lists(MADE, min_size=5, max_size=5))
def test_other_values_in_closed_rows_change_no_answer(office: Cast, rows: list[Made], others: list[Made]) -> None:
    unguard()
    guard([("of a VIP", set(FIELDS))])
    ids = make(office, rows)
    actor = office.actor("anna")
    before = told(actor)

    for pk, one, other in zip(ids, rows, others, strict=False):
        if one.is_vip:
            secret = replace(other, is_vip=True)
            Deal.objects.filter(pk=pk).update(amount=secret.amount, source=secret.source, expected_date=secret.day)
    moments = Deal.objects.values_list("updated_at", flat=True).first()
    Deal.objects.update(updated_at=moments)

    assert told(actor) == before


@pytest.fixture
def anna(office: Cast, client: Browser) -> Browser:
    amounts = ((True, "987654.32"), (False, "1000.10"), (False, "2000.20"))
    make(office, [Made(vip, Decimal(amount), "сайт" if vip else "звонок", DAY) for vip, amount in amounts])
    guard([("of a VIP", set(FIELDS))])
    client.force_login(office.anna)
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def test_a_list_says_how_many_rows_its_sum_leaves_out(anna: Browser) -> None:
    page = text_of(anna.get("/deals/?mode=list&cols=title,amount"))

    assert "3 000,30 ₽ · без закрытых: 1" in page
    assert "3 000,30 ₽ · без закрытых: 1" in text_of(anna.get("/deals/?mode=list&cols=title,amount&part=totals"))


def test_whoever_sees_guarded_rows_whole_reads_of_no_closed_ones(office: Cast, anna: Browser) -> None:
    anna.force_login(office.director)

    assert "без закрытых" not in text_of(anna.get("/deals/?mode=list&cols=title,amount"))


def test_rows_closed_to_somebody_stand_in_a_group_of_their_own(anna: Browser) -> None:
    page = text_of(anna.get("/deals/?mode=list&cols=title,amount&group=source"))

    assert "Закрыто от вас" in page
    assert page.index("звонок") < page.index("Закрыто от вас")
    assert "сайт" not in page


def test_a_board_sums_what_is_open_and_says_so(anna: Browser) -> None:
    page = text_of(anna.get("/deals/?mode=board&scenario=b2b"))

    assert "без закрытых: 1" in page
    assert "1 000,10 ₽" in page
    assert not re.search(r"(987|988|989|990)\s*\d{3}[.,]\d", page), "the closed amount or a sum that holds it"


def test_a_calendar_leaves_out_rows_whose_day_is_closed(anna: Browser) -> None:
    page = text_of(anna.get("/deals/?mode=calendar&by=expected_date&day=2026-05-04"))

    assert "Сделка 1" in page
    assert "Сделка 0" not in page


def test_a_row_whose_day_is_closed_is_not_put_on_another(anna: Browser) -> None:
    vip = Deal.objects.get(client__is_vip=True)

    answer = anna.post(f"/deals/?mode=calendar&by=expected_date&part=shift&id={vip.pk}", {"day": "2026-05-07"})

    assert answer.status_code == 404
    vip.refresh_from_db()
    assert vip.expected_date == DAY


def test_the_colour_of_a_row_tells_nothing_of_a_closed_deadline(office: Cast, anna: Browser) -> None:
    actor = office.actor("anna")
    record = registry.record("deals.deal")
    due = DealBoard.due
    assert due is not None
    plain = len(due.sources(actor, record))
    access.watch_rows(
        actor=SYSTEM, name="Сроки", record="deals.deal", condition=OF_VIP, is_kept=False, hidden=["stage_due_at"]
    )
    Deal.objects.update(stage_due_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))

    assert len(due.sources(office.actor("anna"), record)) == plain + 1
    page = text_of(anna.get("/deals/?mode=list&cols=title"))
    assert page.count("due-red") == 2


def test_a_column_that_is_closed_in_some_rows_is_chosen_as_others_are(anna: Browser) -> None:
    answer = anna.get("/deals/?tab=all&mode=list&part=columns")

    assert "Сумма" in answer.content.decode()
