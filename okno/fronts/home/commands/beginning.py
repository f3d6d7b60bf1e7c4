"""What a new company begins with: ways of sales, reasons, a queue of enquiries, letters; all may be changed."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from okno.access.models import User
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Scenario, Stage
from okno.areas.documents import commands as documents
from okno.areas.leads import commands as leads
from okno.areas.leads.models import LeadSource
from okno.kit.permissions import SYSTEM


def _task(title: str, kind: str, hours: int, *, mandatory: bool = False) -> dict[str, Any]:
    return {"title": title, "kind": kind, "hours": hours, "is_mandatory": mandatory}


def _stage(code: str, name: str, probability: int, days: int, **more: Any) -> dict[str, Any]:
    """A stage of `days` working days of nine hours less lunch."""
    return {
        "code": code,
        "name": name,
        "kind": Stage.Kind.OPEN,
        "probability": probability,
        "norm_hours": days * 8,
        **more,
    }


END = [
    {
        "code": "won",
        "name": "Успех",
        "kind": Stage.Kind.WON,
        "probability": 100,
        "moves_on": Stage.Fact.SHIPPED,
        "colour": 5,
    },
    {"code": "lost", "name": "Отказ", "kind": Stage.Kind.LOST, "required": ["refusal"], "colour": 9},
]
# domain.md 3.7: stages, probabilities and norms of the shipped scenario.
B2B = [
    _stage("new", "Новый", 5, 1, colour=1, tasks=[_task("Связаться с клиентом", "call", 2)]),
    _stage("qualified", "Квалификация", 10, 2, colour=2, tasks=[_task("Выяснить задачу, бюджет и сроки", "call", 8)]),
    _stage("need", "Выявление потребности", 25, 3, colour=3, required=["contact"]),
    _stage(
        "quote", "КП отправлено", 45, 5, colour=4, required=["lines"], tasks=[_task("Обсудить предложение", "call", 16)]
    ),
    _stage("contract", "Согласование договора", 65, 7, colour=11, required=["expected_date"]),
    _stage("invoice", "Счёт выставлен", 80, 5, colour=6, required=["lines"], moves_on=Stage.Fact.INVOICE_SENT),
    _stage("payment", "Оплата", 95, 5, colour=7, moves_on=Stage.Fact.PAID_PARTLY),
    _stage(
        "work",
        "Исполнение",
        98,
        10,
        colour=8,
        moves_on=Stage.Fact.PAID,
        tasks=[_task("Согласовать дату отгрузки", "call", 8)],
    ),
    *END,
    {"code": "postponed", "name": "Отложено", "kind": Stage.Kind.POSTPONED, "probability": 5, "colour": 11},
]
SHORT = [
    _stage("new", "Запрос", 30, 1, colour=1),
    _stage("invoice", "Счёт выставлен", 70, 3, colour=4, required=["lines"], moves_on=Stage.Fact.INVOICE_SENT),
    _stage("work", "Отгрузка", 95, 3, colour=7, moves_on=Stage.Fact.PAID),
    *END,
]
REFUSALS = (
    "Цена",
    "Сроки",
    "Нет товара",
    "Выбран конкурент",
    "Нет бюджета",
    "Потребность отпала",
    "Нет связи",
    "Качество",
    "Условия оплаты",
    "Другое",
)
REJECTIONS = (
    "Не наш профиль",
    "Нет связи",
    "Дубль",
    "Ищет работу",
    "Предлагает услуги",
    "Нет нужного товара",
    "Другое",
)
LETTER = """Здравствуйте!

Направляем счёт № {{ number }} от {{ date | long_date }} Срок оплаты и код для приложения банка — в самом счёте.

Если изменились количество или реквизиты, просто ответьте на это письмо.

{{ owner }}
"""
REMINDER = """Здравствуйте!

Счёт № {{ number }} на {{ total | money }} ещё не оплачен. Всё ли в порядке? Подсказать что-нибудь?

{{ owner }}
"""


def begin(first: User) -> None:
    """
    Set up, in an empty company, what the way from an enquiry to a paid invoice asks for.

    :param first: whom enquiries are given to until others are named.
    """
    if Scenario.objects.exists():
        return
    with transaction.atomic():
        _begin(first)


def _begin(first: User) -> None:
    scenarios()
    reasons()
    queue = leads.set_queue(actor=SYSTEM, code="sales", name="Продажи", people=[first])
    leads.set_source(actor=SYSTEM, code="call", name="Звонок", kind=LeadSource.Kind.CALL, queue=queue)
    leads.set_source(actor=SYSTEM, code="manual", name="Вручную", kind=LeadSource.Kind.MANUAL, queue=queue)
    leads.set_source(actor=SYSTEM, code="api", name="Другая система", kind=LeadSource.Kind.API, queue=queue)
    letters(LETTER)


def scenarios() -> dict[str, tuple[Scenario, dict[str, Stage]]]:
    """The two ways of sales that are shipped, by their codes, each with its stages."""
    return {
        "b2b": _scenario("b2b", "B2B продажа", B2B, is_default=True),
        "short": _scenario("short", "Короткая продажа", SHORT),
    }


def reasons() -> None:
    """Why deals are lost and enquiries rejected."""
    deals.set_refusal_reasons(actor=SYSTEM, names=list(REFUSALS))
    leads.set_reject_reasons(actor=SYSTEM, names=list(REJECTIONS))


def _scenario(
    code: str, name: str, stages: list[dict[str, Any]], *, is_default: bool = False
) -> tuple[Scenario, dict[str, Stage]]:
    made = deals.set_scenario(
        actor=SYSTEM, code=code, name=name, stages=[dict(one) for one in stages], is_default=is_default
    )
    return made, {one.code: one for one in made.stages.all()}


def letters(invoice: str) -> None:
    """The letter with an invoice, and the reminder of one."""
    documents.set_template(
        actor=SYSTEM,
        record="billing.invoice",
        name="Счёт на оплату",
        subject="Счёт № {{ number }} от {{ date | long_date }}",
        body=invoice,
        is_default=True,
    )
    documents.set_template(
        actor=SYSTEM,
        record="billing.invoice",
        name="Напоминание об оплате",
        subject="Напоминаем о счёте № {{ number }}",
        body=REMINDER,
    )
