"""Conditions about related rows of the records of the house: the same answer in SQL and in memory."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Model

from okno.access.tests.cast import Cast
from okno.areas.billing import commands as billing
from okno.areas.billing.record import INVOICE
from okno.areas.billing.tests.factories import an_invoice
from okno.areas.clients import commands as clients
from okno.areas.clients.record import CLIENT
from okno.areas.clients.tests.factories import a_client
from okno.areas.deals import commands as deals
from okno.areas.deals.record import DEAL
from okno.areas.deals.tests.factories import a_deal
from okno.kit import conditions
from okno.kit.permissions import SYSTEM, condition_context
from okno.kit.registry import Record

pytestmark = pytest.mark.django_db


def held_by(record: Record, raw: dict[str, Any], rows: list[Model]) -> list[Model]:
    """The rows that hold a condition, after both evaluators have agreed on them."""
    tree, context = conditions.parse(raw), condition_context(SYSTEM)
    assert conditions.problems(tree, record) == []
    found = list(record.model._default_manager.filter(conditions.to_q(tree, record, context)))
    assert found == [row for row in rows if conditions.matches(tree, record, row, context)]
    return found


def test_clients_are_found_by_the_number_of_their_contacts(cast: Cast) -> None:
    one, two = a_client(cast.anna), a_client(cast.anna)
    for client, names in ((one, ["Анна"]), (two, ["Пётр", "Нина"])):
        for name in names:
            clients.add_contact(actor=SYSTEM, name=name, client=client)

    assert held_by(CLIENT, {"count": "contacts", "op": "ge", "value": 2}, [one, two]) == [two]


def test_clients_are_found_by_their_legal_entities(cast: Cast) -> None:
    one, two = a_client(cast.anna), a_client(cast.anna)
    clients.add_legal_entity(actor=SYSTEM, client=two, name="ООО «Луч»", values={"inn": "7707083893"})
    where = {"field": "inn", "op": "starts", "value": "77"}

    assert held_by(CLIENT, {"some": "legal_entities", "where": where}, [one, two]) == [two]


def test_deals_are_found_by_the_stages_they_have_been_on(cast: Cast) -> None:
    one, two = a_deal(cast.anna), a_deal(cast.anna)
    deals.move(actor=SYSTEM, deal=two, stage="invoice")
    deals.move(actor=SYSTEM, deal=two, stage="new")
    where = {"field": "stage_code", "op": "eq", "value": "invoice"}

    assert held_by(DEAL, {"some": "stays", "where": where}, [one, two]) == [two]


def test_invoices_are_found_by_their_payments(cast: Cast) -> None:
    one, two = an_invoice(cast.anna), an_invoice(cast.anna)
    billing.record_payment(actor=SYSTEM, invoice=one, amount=Decimal(100))
    billing.record_payment(actor=SYSTEM, invoice=two, amount=Decimal(5000))
    where = {"field": "amount", "op": "gt", "value": 1000}

    assert held_by(INVOICE, {"some": "payments", "where": where}, [one, two]) == [two]
    assert held_by(INVOICE, {"every": "payments", "where": {"not": where}}, [one, two]) == [one]
