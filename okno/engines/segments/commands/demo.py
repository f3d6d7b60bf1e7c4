"""What the demo company shows of segments: by conditions, by hand, joined, kept, with two months behind them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection

from okno.access import queries as access
from okno.access.models import User
from okno.engines.segments import queries
from okno.engines.segments.commands import keeping, listening, making, passing
from okno.engines.segments.models import Passage, Segment
from okno.kit.commands import moment, opened, unjournalled
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry

CLIENTS, DEALS = "clients.client", "deals.deal"
VIP = {"all": [{"field": "is_vip", "op": "eq", "value": True}]}
QUIET = {
    "all": [
        {"some": "deals", "where": {"field": "stage_kind", "op": "eq", "value": "won"}},
        {"none": "deals", "where": {"field": "created_at", "op": "ge", "value": {"rel": "-120d"}}},
    ]
}
UNFIT = {"any": [{"field": "phone", "op": "empty"}, {"field": "inn", "op": "empty"}]}
LARGE = {
    "all": [
        {"field": "stage_kind", "op": "eq", "value": "open"},
        {"field": "amount", "op": "ge", "value": "1000000"},
    ]
}
FAIR = {"field": "source", "op": "eq", "value": "Выставка"}
DAYS, NEWCOMERS = 60, 3


def fill(size: str = "small", **_more: Any) -> list[str]:
    """Make the segments in the name of the head of the company, once."""
    user = User.objects.filter(roles__code="director").order_by("pk").first()
    if user is None or not {CLIENTS, DEALS} <= set(registry.records) or Segment.objects.exists():
        return []
    actor = access.actor_of(user)
    vip = _filled(actor, "VIP", CLIENTS, VIP, "Ключевые клиенты: звоним раз в месяц")
    quiet = _filled(
        actor, "Давно без сделок", CLIENTS, QUIET, "Последняя сделка — больше четырёх месяцев назад: повод позвонить"
    )
    _filled(actor, "Без телефона или ИНН", CLIENTS, UNFIT, "Дозаполнить карточки")
    _filled(actor, "Крупные сделки в работе", DEALS, LARGE, "На еженедельный разбор")
    fair = making.add(actor=actor, name="Выставка CeMAT", record=CLIENTS, note="Собран вручную после выставки")
    for one in (vip, fair):
        listening.listen(actor=actor, segment=one)
    with opened("demo.segments", SYSTEM, {}, ""), unjournalled():
        came = _holding(fair, FAIR)
        passing.enter(fair, came[NEWCOMERS:], moment() - timedelta(days=20), is_told=False)
        passing.enter(fair, came[:NEWCOMERS], moment())
        _spread(quiet)
    making.snapshot(actor=actor, segment=quiet, name="Без сделок на начало квартала")
    both = making.combine(
        actor=actor, name="VIP без сделок", first=vip, second=quiet, operation="intersection", is_dynamic=True
    )
    keeping.recount(actor=SYSTEM, segment=both)
    return []


def _filled(actor: Actor, name: str, record: str, condition: dict[str, Any], note: str) -> Segment:
    made = making.add(actor=actor, name=name, record=record, condition=condition, note=note)
    return keeping.recount(actor=SYSTEM, segment=made)


def _holding(segment: Segment, condition: dict[str, Any]) -> list[int]:
    asked = Segment(record=segment.record, condition=condition, owner_id=segment.owner_id)
    return list(queries.holding(asked).values_list("pk", flat=True))


def _spread(segment: Segment) -> None:
    """Let members have come one after another, and some rows have been there and gone."""
    with connection.cursor() as cursor:
        for table, column in (("segments_membership", "since"), ("segments_passage", "at")):
            cursor.execute(
                f"update {table} set {column} = {column} - (row_id %% %s) * interval '1 day' where segment_id = %s",  # noqa: S608 - two names of our own tables
                [DAYS, segment.pk],
            )
    now = moment()
    members = set(queries.member_ids(segment))
    manager: Any = registry.record(segment.record).model._base_manager
    others = [pk for pk in manager.order_by("pk").values_list("pk", flat=True)[:400] if pk not in members][::9]
    passed = []
    for number, row_id in enumerate(others[:40]):
        came = now - timedelta(days=DAYS - number)
        passed.append(Passage(segment=segment, record=segment.record, row_id=row_id, is_entry=True, at=came))
        went = came + timedelta(days=5 + number % 11)
        passed.append(Passage(segment=segment, record=segment.record, row_id=row_id, is_entry=False, at=went))
    Passage.objects.bulk_create(sorted(passed, key=lambda one: one.at))
