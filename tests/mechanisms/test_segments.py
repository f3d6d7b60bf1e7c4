"""Segments as commands keep them: lists, conditions that follow changes, set operations, snapshots."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from okno.access.models import Role, RoleGrant
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.engines.segments import commands, queries
from okno.engines.segments.models import Membership, Passage, Segment
from okno.kit import conditions, journal, permissions
from okno.kit.changing import running
from okno.kit.changing.asked import Asked
from okno.kit.commands import opened
from okno.kit.conditions import to_q
from okno.kit.errors import Missing, Refused
from okno.kit.fields import beside, following
from okno.kit.models.following import Mark
from okno.kit.models.journal import CommandRun, EventRow
from okno.kit.permissions import SYSTEM, ReachKind
from okno.kit.registry import registry
from tests.mechanisms.conftest import STAGES

CLIENTS = "clients.client"
VIP = {"field": "is_vip", "op": "eq", "value": True}
RICH = {"some": "deals", "where": {"field": "amount", "op": "ge", "value": "1000"}}


def client_of(owner, name="ООО «Ромашка»", **more) -> Client:
    return Client.objects.create(name=name, owner=owner, department=owner.department, **more)


def filled(condition=VIP, name="Важные", **more) -> Segment:
    made = commands.add(actor=SYSTEM, name=name, record=CLIENTS, condition=condition, **more)
    return commands.recount(actor=SYSTEM, segment=made)


def ids(segment: Segment) -> set[int]:
    return set(queries.member_ids(segment))


def follow() -> None:
    following.catch_up("segments")


def told(name: str) -> list[list[int]]:
    return [one.payload["row_ids"] for one in EventRow.objects.filter(name=name).order_by("pk")]


def test_a_dynamic_segment_is_filled_without_telling_who_came(cast):
    vip, _plain = client_of(cast.anna, is_vip=True), client_of(cast.anna)
    segment = filled()
    assert ids(segment) == {vip.pk}
    segment.refresh_from_db()
    assert segment.size == 1
    assert told("segments.SegmentEntered") == []


def test_a_change_of_a_row_moves_it_and_nobody_else(cast):
    row = client_of(cast.anna)
    other = client_of(cast.anna, is_vip=True)
    segment = filled()
    clients.update(actor=SYSTEM, client=row, values={"is_vip": True})
    assert Mark.objects.exists()
    follow()
    assert ids(segment) == {row.pk, other.pk}
    assert told("segments.SegmentEntered") == [[row.pk]]

    clients.update(actor=SYSTEM, client=row, values={"is_vip": False})
    follow()
    assert ids(segment) == {other.pk}
    assert told("segments.SegmentLeft") == [[row.pk]]
    passed = Passage.objects.filter(segment=segment, row_id=row.pk).order_by("pk").values_list("is_entry", flat=True)
    assert list(passed) == [True, False]
    assert not Mark.objects.exists()


def test_a_row_marked_for_deletion_leaves(cast):
    row = client_of(cast.anna, is_vip=True)
    segment = filled()
    clients.delete(actor=SYSTEM, client=row)
    follow()
    assert ids(segment) == set()


def test_a_related_row_moves_both_whose_it_is_and_whose_it_was(cast):
    registry.add_relation(CLIENTS, "deals", "deals.deal", "client")
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    one, other = client_of(cast.anna, "Первый"), client_of(cast.anna, "Второй")
    segment = filled(RICH, "С деньгами")
    deal = deals.open_deal(actor=SYSTEM, title="Поставка", client=one, owner=cast.anna, amount=Decimal(5000))
    follow()
    assert ids(segment) == {one.pk}
    with opened("tests.give", SYSTEM, {}, ""):
        Deal.objects.filter(pk=deal.pk).update(client=other)
    follow()
    assert ids(segment) == {other.pk}


def test_a_change_that_is_rolled_back_leaves_no_mark(cast):
    row = client_of(cast.anna)
    filled()
    registry.commands["clients.update"].preview(SYSTEM, client=row.pk, values={"is_vip": True})
    assert not Mark.objects.exists()


def test_segments_of_segments_follow_in_their_turn(cast):
    row = client_of(cast.anna)
    vip = filled()
    both = filled(
        {"all": [{"field": "segment", "op": "in", "value": [vip.pk]}, {"field": "city", "op": "eq", "value": "Тула"}]},
        "VIP из Тулы",
    )
    clients.update(actor=SYSTEM, client=row, values={"city": "Тула"})
    follow()
    assert ids(both) == set()
    clients.update(actor=SYSTEM, client=row, values={"is_vip": True})
    follow()
    assert ids(both) == {row.pk}


def test_a_list_that_changes_moves_what_looks_at_it(cast):
    row = client_of(cast.anna)
    listed = commands.add(actor=SYSTEM, name="Выставка", record=CLIENTS)
    rest = filled({"not": {"field": "segment", "op": "in", "value": [listed.pk]}}, "Не с выставки")
    assert ids(rest) == {row.pk}
    commands.include(actor=SYSTEM, segment=listed, row_id=row.pk)
    follow()
    assert ids(rest) == set()


def test_a_circle_of_segments_is_refused(cast):
    one = filled()
    other = filled({"field": "segment", "op": "in", "value": [one.pk]}, "Второй")
    with pytest.raises(Refused) as refusal:
        commands.set_condition(
            actor=SYSTEM, segment=one, condition={"field": "segment", "op": "in", "value": [other.pk]}
        )
    assert refusal.value.code == "segments.circle"


def test_the_segment_is_a_field_of_conditions_in_both_forms(cast):
    row, _other = client_of(cast.anna, is_vip=True), client_of(cast.anna)
    segment = filled()
    record = registry.record(CLIENTS)
    for raw, wanted in (
        ({"field": "segment", "op": "in", "value": [segment.pk]}, True),
        ({"field": "segment", "op": "not_in", "value": [segment.pk]}, False),
        ({"field": "segment", "op": "empty"}, False),
    ):
        tree, context = conditions.parse(raw), permissions.watching_context(SYSTEM)
        assert (row in Client.objects.filter(to_q(tree, record, context))) is wanted
        assert conditions.matches(tree, record, row, context) is wanted


def test_who_is_me_in_a_condition_is_who_made_the_segment(cast):
    mine, _theirs = client_of(cast.anna), client_of(cast.boris)
    actor = cast.actor("anna")
    made = commands.add(
        actor=actor, name="Мои", record=CLIENTS, condition={"field": "owner", "op": "eq", "value": {"me": True}}
    )
    commands.recount(actor=SYSTEM, segment=made)
    assert ids(made) == {mine.pk}


def test_a_condition_that_is_broken_moves_nobody_and_says_so(cast):
    row = client_of(cast.anna, is_vip=True)
    segment = filled()
    Segment.objects.filter(pk=segment.pk).update(condition={"field": "x_gone", "op": "eq", "value": "1"})
    segment.refresh_from_db()
    commands.recount(actor=SYSTEM, segment=segment)
    assert ids(segment) == {row.pk}
    segment.refresh_from_db()
    assert "x_gone" in segment.problem


def test_a_condition_that_asks_nothing_or_of_a_hidden_field_is_refused(cast):
    cast.hide("anna", "clients.client.is_vip")
    with pytest.raises(Refused):
        commands.add(actor=cast.actor("anna"), name="VIP", record=CLIENTS, condition=VIP)
    with pytest.raises(Refused):
        commands.add(actor=SYSTEM, name="Все", record=CLIENTS, condition={"all": []})


def test_names_are_given_once_for_a_record(cast):
    commands.add(actor=SYSTEM, name="Выставка", record=CLIENTS)
    with pytest.raises(Refused) as refusal:
        commands.add(actor=SYSTEM, name=" выставка ", record=CLIENTS)
    assert refusal.value.params["missing"] == ["name"]


def test_a_row_is_put_in_and_taken_out_and_undo_takes_that_back(cast):
    row = client_of(cast.anna)
    segment = commands.add(actor=SYSTEM, name="Выставка", record=CLIENTS)
    commands.include(actor=SYSTEM, segment=segment, row_id=row.pk)
    commands.include(actor=SYSTEM, segment=segment, row_id=row.pk)
    assert ids(segment) == {row.pk}
    segment.refresh_from_db()
    assert segment.size == 1
    run = CommandRun.objects.filter(name="segments.include").order_by("pk").first()
    journal.undo(actor=SYSTEM, run_id=run.pk)
    assert ids(segment) == set()


def test_rows_out_of_reach_are_put_nowhere(cast):
    row = client_of(cast.boris)
    segment = commands.add(actor=SYSTEM, name="Выставка", record=CLIENTS)
    with pytest.raises(Missing):
        commands.include(actor=cast.actor("anna"), segment=segment, row_id=row.pk)


def test_nobody_is_put_by_hand_into_what_a_condition_fills(cast):
    row = client_of(cast.anna)
    with pytest.raises(Refused):
        commands.include(actor=SYSTEM, segment=filled(), row_id=row.pk)


def test_a_pasted_list_finds_rows_within_reach_and_tells_the_rest(cast):
    one, two = client_of(cast.anna, "ООО «Ёлка»", inn="7707083893"), client_of(cast.anna, "Ромашка")
    client_of(cast.anna, "Дубль"), client_of(cast.anna, "дубль")
    client_of(cast.boris, "Чужой")
    segment = commands.add(actor=SYSTEM, name="Выставка", record=CLIENTS)
    text = "ооо «елка»\tТула\n Ромашка \n\nдубль\nЧужой\nРомашка\n"
    came = commands.paste(actor=cast.actor("anna"), segment=segment, text=text)
    assert ids(segment) == {one.pk, two.pk}
    assert came["unclear"] == ["дубль"]
    assert came["unknown"] == ["Чужой"]
    by_inn = commands.paste(actor=cast.actor("anna"), segment=segment, text="7707083893", field="inn")
    assert (by_inn["came"], by_inn["there"]) == (0, 1)


@pytest.mark.parametrize(
    ("operation", "wanted"),
    [("union", {"a", "b", "c"}), ("intersection", {"b"}), ("difference", {"a"})],
)
def test_two_segments_make_a_third_as_a_list_and_as_a_condition(cast, operation, wanted):
    rows = {name: client_of(cast.anna, name) for name in ("a", "b", "c")}
    first, second = (commands.add(actor=SYSTEM, name=name, record=CLIENTS) for name in ("Первый", "Второй"))
    for segment, names in ((first, "ab"), (second, "bc")):
        for name in names:
            commands.include(actor=SYSTEM, segment=segment, row_id=rows[name].pk)
    listed = commands.combine(actor=SYSTEM, name="Список", first=first, second=second, operation=operation)
    living = commands.combine(
        actor=SYSTEM, name="Условие", first=first, second=second, operation=operation, is_dynamic=True
    )
    commands.recount(actor=SYSTEM, segment=living)
    assert ids(listed) == ids(living) == {rows[name].pk for name in wanted}


def test_a_snapshot_keeps_who_was_there_and_is_compared_with_now(cast):
    went, stays = client_of(cast.anna, "Ушёл", is_vip=True), client_of(cast.anna, "Остался", is_vip=True)
    came = client_of(cast.anna, "Пришёл")
    segment = filled()
    kept = commands.snapshot(actor=SYSTEM, segment=segment)
    clients.update(actor=SYSTEM, client=went, values={"is_vip": False})
    clients.update(actor=SYSTEM, client=came, values={"is_vip": True})
    follow()
    found = queries.compared(SYSTEM, kept, segment)
    assert [list(part) for part in (found.left, found.entered, found.both)] == [[went], [came], [stays]]
    with pytest.raises(Refused):
        commands.include(actor=SYSTEM, segment=kept, row_id=came.pk)


def test_a_segment_that_others_look_at_is_not_deleted(cast):
    one = filled()
    filled({"field": "segment", "op": "in", "value": [one.pk]}, "Второй")
    with pytest.raises(Refused) as refusal:
        commands.delete(actor=SYSTEM, segment=one)
    assert "Второй" in refusal.value.message


def test_a_segment_that_rights_look_at_is_not_deleted(cast):
    # Without its rows a right to all but them would be a right to all.
    one = filled()
    all_but = {"not": {"field": "segment", "op": "in", "value": [one.pk]}}
    role = Role.objects.create(code="all-but", name="Все, кроме важных")
    grant = RoleGrant.objects.create(role=role, permission="clients.view", reach=ReachKind.CONDITION, condition=all_but)
    with pytest.raises(Refused) as refusal:
        commands.delete(actor=SYSTEM, segment=one)
    assert "Права ролей" in refusal.value.message
    grant.delete()
    commands.delete(actor=SYSTEM, segment=one)
    assert ids(one) == set()


def test_a_deleted_list_is_empty_and_full_again_after_undo(cast):
    row = client_of(cast.anna)
    segment = commands.add(actor=SYSTEM, name="Выставка", record=CLIENTS)
    commands.include(actor=SYSTEM, segment=segment, row_id=row.pk)
    commands.delete(actor=SYSTEM, segment=segment)
    assert not Membership.objects.exists()
    run = CommandRun.objects.get(name="segments.delete")
    journal.undo(actor=SYSTEM, run_id=run.pk)
    segment.refresh_from_db()
    assert not segment.is_deleted
    assert ids(segment) == {row.pk}


def test_the_night_works_out_what_only_time_changes(cast):
    row = client_of(cast.anna)
    Client.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=40))
    segment = commands.add(
        actor=SYSTEM,
        name="Старые",
        record=CLIENTS,
        condition={"field": "created_at", "op": "lt", "value": {"rel": "-30d"}},
    )
    assert ids(segment) == set()
    assert commands.recount_due() == 1
    assert ids(segment) == {row.pk}
    assert commands.recount_due(hourly=True) == 0


def test_the_night_sets_right_what_an_undo_has_left(cast):
    row = client_of(cast.anna, is_vip=True)
    segment = filled()
    journal.undo(actor=SYSTEM, run_id=CommandRun.objects.get(name="segments.add").pk)
    commands.tidy(actor=SYSTEM)
    assert ids(segment) == set()
    clients.update(actor=SYSTEM, client=row, values={"is_vip": False})
    assert not Mark.objects.exists()


def test_values_beside_rows_are_followed_when_their_keeper_tells(cast):
    row = client_of(cast.anna)
    filled()
    beside.tell(registry.record(CLIENTS), [row.pk])
    assert Mark.objects.filter(row_id=row.pk, record=CLIENTS).exists()
    follow()
    assert not Mark.objects.exists()


def test_counts_and_members_are_those_within_reach(cast):
    mine, _theirs = client_of(cast.anna, is_vip=True), client_of(cast.boris, is_vip=True)
    segment = filled()
    segment.refresh_from_db()
    anna, director = cast.actor("anna"), cast.actor("director")
    assert list(queries.members(anna, segment)) == [mine]
    assert queries.counts(anna, [segment]) == {segment.pk: 1}
    assert queries.counts(director, [segment]) == {segment.pk: 2}
    assert [one.row_id for one in queries.passages(anna, segment)] == [mine.pk]


def test_bulk_changes_and_handlers_leave_marks_too(cast):
    row = client_of(cast.anna)
    segment = filled()
    asked = Asked(
        record=CLIENTS,
        ids=[row.pk],
        label="",
        command="clients.update",
        on="client",
        given={"values": {"is_vip": True}},
    )
    running.Batches(asked, SYSTEM, is_preview=False).act([row.pk], "once")
    follow()
    assert ids(segment) == {row.pk}
