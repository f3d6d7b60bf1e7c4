"""Rows for tests of the desktop, written as they stand after commands of the past."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from okno.access.models import User
from okno.areas.billing.models import Invoice, Payment
from okno.areas.calendar.models import Task
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal, Scenario, Stage, StageInterval
from okno.areas.documents.models import Organisation
from okno.areas.leads.models import Lead
from okno.kit.permissions import SYSTEM

ZONE = ZoneInfo("Europe/Moscow")
AT = datetime(2026, 11, 18, 15, 30, tzinfo=ZONE)
TODAY = AT.date()
STAGES = [
    {"code": "talk", "name": "Переговоры", "kind": "open", "probability": 20},
    {"code": "quote", "name": "КП", "kind": "open", "probability": 50},
    {"code": "invoice", "name": "Счёт", "kind": "open", "probability": 80},
    {"code": "won", "name": "Успех", "kind": "won", "probability": 100},
    {"code": "lost", "name": "Отказ", "kind": "lost"},
]


def scenario(code: str = "b2b", *, is_default: bool = True) -> Scenario:
    return deals.set_scenario(actor=SYSTEM, code=code, name=code.upper(), stages=STAGES, is_default=is_default)


def stage(code: str, path: str = "b2b") -> Stage:
    return Stage.objects.get(scenario__code=path, code=code)


def client(owner: User | None = None) -> Client:
    return Client.objects.create(
        name="ООО «Ромашка»", owner=owner, department_id=owner.department_id if owner else None
    )


def deal(owner: User, at_stage: str = "talk", amount: int = 100, **more: Any) -> Deal:
    """A deal on a stage; `closed` days ago when the stage ends it."""
    closed = more.pop("closed", None)
    found = stage(at_stage, more.pop("path", "b2b"))
    return Deal.objects.create(
        title="Поставка",
        client=more.pop("client", None) or client(owner),
        scenario=found.scenario,
        stage=found,
        owner=owner,
        department_id=owner.department_id,
        amount=Decimal(amount),
        stage_since=AT,
        closed_at=AT - timedelta(days=closed) if closed is not None else None,
        **more,
    )


def walked(owner: User, *codes: str, closed: int = 0) -> Deal:
    """A deal that walked these stages in this order, the last of which ended it some days ago."""
    made = deal(owner, codes[-1], closed=closed)
    for code in codes:
        StageInterval.objects.create(deal=made, stage=stage(code), entered_at=AT - timedelta(days=closed))
    return made


def organisation() -> Organisation:
    found, _made = Organisation.objects.get_or_create(inn="7707083893", defaults={"name": "Светлый склад"})
    return found


def invoice(owner: User, total: int, paid: int = 0, *, due: date | None = None, state: str = "sent") -> Invoice:
    return Invoice.objects.create(
        number="1",
        date=TODAY,
        organisation=organisation(),
        client=client(owner),
        owner=owner,
        department_id=owner.department_id,
        total=Decimal(total),
        paid=Decimal(paid),
        due_date=due,
        state=state,
    )


def payment(of: Invoice, amount: int, on: date, **more: Any) -> Payment:
    return Payment.objects.create(invoice=of, amount=Decimal(amount), date=on, **more)


def lead(owner: User | None, *, late: bool = False, state: str = "given") -> Lead:
    return Lead.objects.create(
        number="1",
        subject="Нужны стеллажи",
        state=state,
        owner=owner,
        department_id=owner.department_id if owner else None,
        received_at=AT - timedelta(hours=5),
        react_by=AT + timedelta(hours=-1 if late else 1),
    )


def task(owner: User, due: datetime, state: str = "open") -> Task:
    return Task.objects.create(
        title="Позвонить", owner=owner, department_id=owner.department_id, due_at=due, state=state
    )
