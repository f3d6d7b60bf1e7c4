"""What cards come to: the formula, the colours, and that they follow every change."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from okno.access.tests.cast import Cast
from okno.areas.calendar import commands as calendar
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, Contact
from okno.areas.clients.record import CLIENT
from okno.areas.clients.tests.factories import a_client
from okno.areas.clients.web.pages import ClientList
from okno.engines.quality import commands, queries, rules
from okno.engines.quality.models import Norm, Past, Score, Snapshot
from okno.kit import journal
from okno.kit.fields import following
from okno.kit.models import CommandRun, Mark
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

CLIENTS = "clients.client"


@pytest.fixture
def shipped(cast: Cast) -> Cast:
    """The criteria that are shipped."""
    commands.take_shipped(actor=SYSTEM, record=CLIENTS)
    return cast


def score_of(row: Any, record: str = CLIENTS) -> Score | None:
    """The score as the worker leaves it."""
    following.catch_up()
    return Score.objects.filter(record=record, row_id=row.pk).first()


def full_prospect(cast: Cast, **fields: Any) -> Client:
    """A potential client with all that the shipped criteria ask for."""
    said = {"phone": "+7 921 000-00-01", "city": "Тула", "source": "Выставка", **fields}
    client = a_client(cast.anna, **said)
    clients.update(actor=SYSTEM, client=client, values={"x_industry": "Торговля"})
    clients.add_contact(actor=SYSTEM, name="Лучев Пётр", client=client)
    return client


def plan(cast: Cast, client: Client) -> Any:
    due = timezone.now() + dt.timedelta(days=1)
    return calendar.add_task(actor=SYSTEM, title="Позвонить", owner=cast.anna, client=client, due_at=due)


@pytest.mark.parametrize(
    ("earned", "whole", "value"), [(0, 100, 0), (1, 200, 1), (70, 100, 70), (2, 3, 67), (5, 5, 100)]
)
def test_per_cent_rounds_halves_up(earned: int, whole: int, value: int) -> None:
    assert rules.per_cent(earned, whole) == value


@pytest.mark.parametrize(("value", "colour"), [(0, "red"), (49, "red"), (50, "yellow"), (79, "yellow"), (80, "green")])
def test_colour_changes_at_its_bounds(value: int, colour: str) -> None:
    assert rules.colour_of(value) == colour


def test_prospect_without_source_and_next_action_has_seventy(shipped: Cast) -> None:
    client = full_prospect(shipped, source="")

    score = score_of(client)

    assert score is not None
    assert (score.value, score.colour) == (70, "yellow")
    assert {Norm.objects.get(pk=one).weight for one in score.missed} == {15}


def test_score_follows_rows_beside_the_card(shipped: Cast) -> None:
    client = full_prospect(shipped)

    task = plan(shipped, client)
    planned = score_of(client)
    calendar.finish(actor=SYSTEM, task=task, result="Договорились")

    assert planned is not None
    assert planned.value == 100
    assert score_of(client).value == 85


def test_score_follows_the_status(shipped: Cast) -> None:
    client = full_prospect(shipped)

    clients.update(actor=SYSTEM, client=client, values={"status": "sleeping"})

    assert score_of(client).value == 20


def test_card_without_criteria_is_not_judged(shipped: Cast) -> None:
    client = full_prospect(shipped)

    clients.update(actor=SYSTEM, client=client, values={"status": "lost"})

    assert score_of(client) is None
    assert "Потерян" in queries.why(SYSTEM, CLIENT, client.pk).reason


def test_undo_brings_the_score_back(shipped: Cast) -> None:
    client = full_prospect(shipped)
    clients.update(actor=SYSTEM, client=client, values={"phone": ""})
    run = CommandRun.objects.filter(name="clients.update").latest("pk")
    lower = score_of(client)

    journal.undo(actor=SYSTEM, run_id=run.pk)

    assert lower is not None
    assert (lower.value, score_of(client).value) == (60, 85)


def test_a_broken_criterion_counts_for_nobody(shipped: Cast) -> None:
    client = full_prospect(shipped, source="")
    Norm.objects.filter(status="prospect", field="source").update(condition={"field": "nowhere", "op": "not_empty"})

    following.catch_up()
    commands.judge_all(CLIENT, lambda *_told: None)

    # 70 of the 85 points that are left
    assert score_of(client).value == 82


def test_a_command_leaves_the_judging_to_the_worker(shipped: Cast) -> None:
    client = full_prospect(shipped)
    following.catch_up()

    clients.update(actor=SYSTEM, client=client, values={"phone": ""})

    assert Score.objects.get(record=CLIENTS, row_id=client.pk).value == 85
    assert score_of(client).value == 60
    assert not Mark.objects.exists()


def test_a_burst_of_changes_is_judged_at_once(shipped: Cast) -> None:
    client = full_prospect(shipped)
    for phone in ("", "+7 921 000-00-02", ""):
        clients.update(actor=SYSTEM, client=client, values={"phone": phone})

    following.catch_up("quality")

    assert CommandRun.objects.filter(name="following.follow").count() == 1
    assert score_of(client).value == 60


def test_criteria_that_an_undo_brings_back_are_followed_again(shipped: Cast) -> None:
    commands.drop_all(actor=SYSTEM, record=CLIENTS)
    journal.undo(actor=SYSTEM, run_id=CommandRun.objects.get(name="quality.drop_all").pk)
    following.catch_up()

    client = full_prospect(shipped)

    assert score_of(client).value == 85


def test_preview_leaves_scores_as_they_are(shipped: Cast) -> None:
    client = full_prospect(shipped)

    clients.update.preview(SYSTEM, client=client.pk, values={"phone": ""})

    assert score_of(client).value == 85


def test_deleted_card_has_no_score(shipped: Cast) -> None:
    client = full_prospect(shipped)

    clients.delete(actor=SYSTEM, client=client)

    assert score_of(client) is None


def test_changed_criteria_start_one_job(shipped: Cast) -> None:
    said = {"label": "Сайт", "weight": 10, "group": "requisites", "status": "prospect"}
    condition = {"field": "site", "op": "not_empty"}

    for _time in range(2):
        commands.set_norm(actor=SYSTEM, record=CLIENTS, condition=condition, **said)

    assert JobRun.objects.filter(work="quality.recount").count() == 1


def test_recount_judges_all_and_keeps_the_day(shipped: Cast) -> None:
    client = full_prospect(shipped)
    Score.objects.all().delete()

    told = registry.works["quality.recount"](_Silent(), SYSTEM, record=CLIENTS)

    assert told["rows"] == 1
    kept = Snapshot.objects.get()
    assert (kept.rows, kept.total, kept.green, kept.owner) == (1, 85, 1, shipped.anna)
    assert score_of(client).value == 85


def test_list_sorts_and_filters_by_quality(shipped: Cast) -> None:
    poor = a_client(shipped.anna, name="ООО «Пусто»")
    rich = full_prospect(shipped)
    following.catch_up()
    actor = shipped.actor("anna")

    def ids(**asked: str) -> list[int]:
        selection = ClientList.select(actor, asked)
        return list(selection.order.apply(selection.rows()).values_list("pk", flat=True))

    assert ids(sort="quality") == [poor.pk, rich.pk]
    assert ids(sort="-quality") == [rich.pk, poor.pk]
    assert ids(f='{"field": "quality", "op": "ge", "value": 80}') == [rich.pk]
    assert ids(f='{"field": "quality_colour", "op": "in", "value": ["red"]}') == [poor.pk]


def test_contacts_are_judged_alike(cast: Cast) -> None:
    commands.take_shipped(actor=SYSTEM, record="clients.contact")

    contact: Contact = clients.add_contact(actor=SYSTEM, name="Лучев Пётр", client=a_client(cast.anna), post="Директор")

    score = score_of(contact, "clients.contact")
    assert score is not None
    assert (score.value, score.groups) == (35, {"requisites": 100, "contacts": 0, "portrait": 0})


class _Silent:
    """Progress that nobody looks at."""

    def tell(self, _done: int, _total: int | None = None) -> None:
        return None


def test_what_a_card_had_come_to_stays_by_day(shipped: Cast) -> None:
    client = full_prospect(shipped)
    following.catch_up()
    Past.objects.update(day=F("day") - dt.timedelta(days=2))

    for values in ({"phone": ""}, {"status": "lost"}, {"status": "prospect"}):
        clients.update(actor=SYSTEM, client=client, values=values)
        following.catch_up()

    assert [one.value for one in queries.past_of(CLIENT, client.pk)] == [85, 60]


def test_what_speaks_of_the_day_is_judged_by_the_present_one(cast: Cast) -> None:
    lately = {"field": "created_at", "op": "ge", "value": {"rel": "-2d"}}
    said = {"label": "Новый", "weight": 10, "group": "activity", "status": "prospect"}
    commands.set_norm(actor=SYSTEM, record=CLIENTS, condition=lately, **said)
    row = a_client(cast.anna)

    assert queries.judge(CLIENT, [row.pk])[row.pk].value == 100
    with time_machine.travel(timezone.now() + dt.timedelta(days=5), tick=False):
        assert queries.judge(CLIENT, [row.pk])[row.pk].value == 0
