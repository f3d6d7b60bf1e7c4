"""A command: permission, locked re-read, journal, cause, idempotency, preview, undo."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okno.access import commands as access
from okno.areas.calendar.models import Task
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal, Stage, StageInterval
from okno.kit import journal
from okno.kit.errors import Conflict, Denied, Missing, Refused
from okno.kit.models import Change, CommandRun, EventRow
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.django_db


def test_a_stranger_is_denied(company: Company) -> None:
    nobody = Actor(kind="person", name="Никто", user_id=company.boris.pk)

    with pytest.raises(Denied):
        deals.move(actor=nobody, deal=company.deal, stage="offer")


def test_a_row_out_of_reach_reads_as_missing(company: Company) -> None:
    with pytest.raises(Missing):
        deals.move(actor=company.actor("boris"), deal=company.deal, stage="lost")


def test_the_head_reaches_rows_of_departments_below(company: Company) -> None:
    deals.update(actor=company.actor("head"), deal=company.deal, values={"amount": "100"})

    assert Deal.objects.get().amount == Decimal(100)


def test_a_missing_field_is_refused_with_its_key(company: Company) -> None:
    with pytest.raises(Refused) as refusal:
        deals.move(actor=company.actor("anna"), deal=company.deal, stage="offer")

    assert refusal.value.params["missing"] == ["amount"]
    assert Deal.objects.get().stage.code == "new"


def test_a_move_keeps_before_and_after_with_its_run(company: Company) -> None:
    deals.move(actor=company.actor("anna"), deal=company.deal, stage="offer", values={"amount": "5000"})

    run = CommandRun.objects.get(name="deals.move")
    changes = Change.objects.filter(run=run, table_name="deals_deal").order_by("id")
    stages = {stage.pk: stage.code for stage in Stage.objects.all()}
    moved = next(change for change in changes if "stage_id" in (change.after or {}))
    assert run.user_id == company.anna.pk
    before, after = moved.before or {}, moved.after or {}
    assert (stages[before["stage_id"]], stages[after["stage_id"]]) == ("new", "offer")


def test_a_bulk_statement_is_seen_by_the_journal(company: Company) -> None:
    Deal.objects.update(title="Другое")

    change = Change.objects.filter(table_name="deals_deal", op="U").latest("id")
    assert (change.before, change.after) == ({"title": "Поставка"}, {"title": "Другое"})


def test_tasks_of_the_stage_are_caused_by_the_move(company: Company) -> None:
    deals.move(actor=company.actor("anna"), deal=company.deal, stage="offer", values={"amount": 1})

    planned, moved = (CommandRun.objects.get(name=name) for name in ("calendar.add_task", "deals.move"))
    assert (planned.cause_id, planned.depth, planned.actor_kind) == (moved.pk, 1, "system")
    assert Task.objects.get().owner == company.anna


def test_a_key_that_was_seen_returns_the_first_result(company: Company) -> None:
    raw = {"title": "Ещё", "client": company.client.pk}

    first = registry.commands["deals.open"].run(SYSTEM, idempotency_key="form-1", **raw)
    again = registry.commands["deals.open"].run(SYSTEM, idempotency_key="form-1", **raw)

    assert first.pk == again.pk
    assert Deal.objects.filter(title="Ещё").count() == 1


def test_a_preview_tells_changes_and_events_and_keeps_nothing(company: Company) -> None:
    seen = deals.move.preview(company.actor("anna"), deal=company.deal.pk, stage="offer", values={"amount": "7"})

    assert {change["table_name"] for change in seen.changes} >= {"deals_deal", "calendar_task"}
    assert [event["event"] for event in seen.events] == ["calendar.TaskPlanned", "deals.DealMoved"]
    assert Deal.objects.get().stage.code == "new"
    assert not Task.objects.exists()
    assert not EventRow.objects.filter(name="deals.DealMoved").exists()


def test_a_preview_tells_the_refusal(company: Company) -> None:
    seen = deals.move.preview(company.actor("anna"), deal=company.deal.pk, stage="offer")

    assert seen.refusal


def test_giving_a_deal_away_is_allowed_but_pushing_it_out_of_reach_is_not(company: Company) -> None:
    deals.assign(actor=company.actor("anna"), deal=company.deal, owner=company.boris)

    assert Deal.objects.get().owner == company.boris


def test_undo_restores_what_is_as_it_was_left_and_keeps_the_rest(company: Company) -> None:
    deals.update(actor=company.actor("anna"), deal=company.deal, values={"amount": "10", "need": "Сервер"})
    run = CommandRun.objects.get(name="deals.update")
    deals.update(actor=company.actor("anna"), deal=company.deal, values={"need": "Два сервера"})

    kept_whole = journal.undo(actor=company.actor("head"), run_id=run.pk)

    assert [kept.table for kept in kept_whole.kept] == ["deals_deal"]
    assert Deal.objects.get().need == "Два сервера"


def test_undo_of_a_move_brings_the_deal_back_and_its_task_away(company: Company) -> None:
    deals.move(actor=company.actor("anna"), deal=company.deal, stage="offer", values={"amount": "10"})
    run = CommandRun.objects.get(name="deals.move")

    journal.undo(actor=SYSTEM, run_id=run.pk)

    deal = Deal.objects.get()
    assert (deal.stage.code, deal.amount) == ("new", Decimal(0))
    assert Task.objects.get().is_deleted


def test_a_stale_edit_of_the_same_field_is_a_conflict_and_of_another_merges(company: Company) -> None:
    seen = Deal.objects.get().version
    deals.update(actor=company.actor("anna"), deal=company.deal, values={"need": "Сервер"}, base_version=seen)

    deals.update(actor=company.actor("head"), deal=company.deal, values={"source": "Сайт"}, base_version=seen)
    with pytest.raises(Conflict) as conflict:
        deals.update(actor=company.actor("head"), deal=company.deal, values={"need": "Ноутбук"}, base_version=seen)

    assert conflict.value.params["fields"]["need"] == {
        "label": "Need",
        "mine": "Ноутбук",
        "theirs": "Сервер",
        "was": "",
    } | {"label": conflict.value.params["fields"]["need"]["label"]}
    assert Deal.objects.get().source == "Сайт"


def test_a_fact_moves_a_deal_forward_only(company: Company) -> None:
    deals.advance(actor=SYSTEM, deal=company.deal, fact="paid")
    deals.advance(actor=SYSTEM, deal=company.deal, fact="invoice_sent")

    assert Deal.objects.get().stage.code == "won"
    assert list(StageInterval.objects.order_by("id").values_list("stage__code", "how")) == [
        ("new", "made"),
        ("won", "fact"),
    ]


def test_rights_taken_away_work_at_once(company: Company) -> None:
    access.take_role(actor=SYSTEM, user=company.anna, role="seller")

    with pytest.raises(Denied):
        deals.update(actor=company.actor("anna"), deal=company.deal, values={"amount": "1"})


def test_nobody_undoes_what_they_may_not_do(company: Company) -> None:
    access.set_role(actor=SYSTEM, code="seller", name="Продавец", grants=[], hidden=[])
    run = CommandRun.objects.filter(name="access.set_role").latest("id")
    everyone = [{"permission": name, "reach": "all"} for name in ("journal.undo", "deals.view", "access.view")]
    access.set_role(actor=SYSTEM, code="guest", name="Гость", grants=everyone, hidden=[])
    access.give_role(actor=SYSTEM, user=company.boris, role="guest")

    with pytest.raises(Denied):
        journal.undo(actor=company.actor("boris"), run_id=run.pk)


def test_undo_keeps_rows_that_the_actor_only_sees(company: Company) -> None:
    deals.update(actor=company.actor("anna"), deal=company.deal, values={"need": "Сервер"})
    run = CommandRun.objects.get(name="deals.update")
    look = [{"permission": "deals.view", "reach": "all"}, {"permission": "deals.update", "reach": "own"}]
    grants = [*look, {"permission": "journal.undo", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="looker", name="Наблюдатель", grants=grants, hidden=[])
    access.take_role(actor=SYSTEM, user=company.boris, role="seller")
    access.give_role(actor=SYSTEM, user=company.boris, role="looker")

    undone = journal.undo(actor=company.actor("boris"), run_id=run.pk)

    assert (undone.restored, [kept.table for kept in undone.kept]) == (0, ["deals_deal"])
