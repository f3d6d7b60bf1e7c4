"""Schemathesis attacks every operation of the API from its own description: no crash, nothing undocumented."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks

from okno.access import commands as access
from okno.access.tests.cast import gathered
from okno.areas.calendar import commands as calendar
from okno.areas.clients import commands as clients
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.fronts.home.tests import factories as make
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("OKNO_API_EXAMPLES", "15"))
SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
OPERATIONS = [one.ok() for one in SCHEMA.get_all_operations()]
CHECKS: Any = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
)
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class _Undone(Exception):  # noqa: N818 - not an error: ends the tests
    """Takes back what the tests made."""


@pytest.fixture(scope="module")
def token(django_db_setup, django_db_blocker):
    """The token of a director in a company with a row of everything."""
    # A request over WSGI closes the connection at its end, and with it the transaction of the tests.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                issued = _company()
                connection.check_constraints()  # once for the company, not after each of the tests
                yield issued
                raise _Undone
        except _Undone:
            pass
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """What an attack has set up is rolled back; what this process has kept of it must not reach other tests."""
    yield
    registry.forget_custom_fields()


def _company() -> str:
    cast = gathered()
    make.scenario()
    client = clients.add(actor=SYSTEM, name="ООО «Ромашка»", owner=cast.anna)
    made = deals.open_deal(actor=SYSTEM, title="Стеллажи", client=client, owner=cast.anna)
    make.payment(make.invoice(cast.anna, 100, 60), 60, make.TODAY)
    make.lead(cast.anna)
    clients.add_contact(actor=SYSTEM, name="Пётр Кузьмин", client=client)
    calendar.add_task(actor=SYSTEM, title="Позвонить", owner=cast.anna, due_at=make.AT, client=made.client)
    return access.issue_token(actor=SYSTEM, user=cast.director, name="attack", scopes=[])


LINKS = {
    "client": "clients.client",
    "contact": "clients.contact",
    "deal": "deals.deal",
    "legal_entity": "clients.legal_entity",
    "organisation": "documents.organisation",
    "owner": "access.user",
    "user": "access.user",
}
PATHS = {
    "clients": "clients.client",
    "contacts": "clients.contact",
    "deals": "deals.deal",
    "invoices": "billing.invoice",
    "leads": "leads.lead",
    "legal-entities": "clients.legal_entity",
    "payments": "billing.payment",
    "records": "deals.deal",
    "tasks": "calendar.task",
    "users": "access.user",
}


def _existing(record: str) -> int:
    known = registry.records.get(record)
    model: Any = known.model if known else Deal
    return model._base_manager.order_by("pk").values_list("pk", flat=True).first() or 1


def _aimed(case: Any) -> Any:
    """Examples that speak of rows that are there, every other time, so that they reach further than "not found"."""
    where = case.path_parameters
    if isinstance(where.get("id"), int) and where["id"] % 2:
        where["id"] = _existing(PATHS.get(case.operation.path.split("/")[3], ""))
    if "record" in where and len(str(where["record"])) % 2:
        where["record"] = "deals.deal"
    for name, record in LINKS.items():
        if isinstance(case.body, dict) and isinstance(case.body.get(name), int):
            case.body[name] = _existing(record)
    return case


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_operation_keeps_to_its_description(token, operation):
    # Schemathesis does not unpack what a WSGI application packs.
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}

    @given(case=operation.as_strategy())
    @BOUNDED
    def attack(case: Any) -> None:
        with transaction.atomic():
            response = _aimed(case).call(headers=headers)
            case.validate_response(response, checks=CHECKS)
            # Every example meets the same company.
            transaction.set_rollback(True)

    attack()


def test_every_operation_is_described():
    """A person who reads the description finds what an operation is for, and a name for it in generated clients."""
    described = [one.definition.raw for one in OPERATIONS]
    assert [one for one in described if not (one.get("summary") and one.get("operationId") and one.get("tags"))] == []
    names = [one["operationId"] for one in described]
    assert len(names) == len(set(names))


def test_only_the_description_and_guests_need_no_token(token):
    open_ones = []
    for operation in OPERATIONS:
        with transaction.atomic():
            where = {one.name: 1 for one in operation.path_parameters}
            response = operation.Case(path_parameters=where).call()
            transaction.set_rollback(True)
        if response.status_code != 401:
            open_ones.append((operation.label, response.status_code))
    assert open_ones == []
