"""What the demo company shows of the exchange: each of its pages has something to look at."""

from __future__ import annotations

import pytest
from django.utils import timezone

from okno.areas.billing import commands as billing
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.documents.models import Organisation
from okno.fronts.exchange.commands import demo
from okno.fronts.exchange.models import Connection, ExternalLink, Outcome, Outgoing, Package, Waiting
from okno.fronts.exchange.tests.conftest import DAY
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(organisation: Organisation) -> Connection:
    """A company with an invoice that money is awaited for, and a client with two cards."""
    client, _double = [
        clients.add(actor=SYSTEM, name=name, inn="7728168971") for name in ("ООО «Ромашка» & Ко", "Ромашка")
    ]
    lines = [{"name": "Доставка", "unit": "шт", "quantity": "1", "price": "300"}]
    drawn = billing.draw(actor=SYSTEM, client=client, lines=lines, date=DAY)
    billing.note_sent(actor=SYSTEM, invoice=drawn, to="buyer@romashka.test")
    demo.fill(at=timezone.now())
    return Connection.objects.get(code=demo.CODE)


def test_files_of_every_state_stand_in_the_journal(company: Connection):
    states = set(Package.objects.values_list("direction", "state"))
    assert states == {("in", "done"), ("in", "failed"), ("out", "done")}
    assert set(Outcome.objects.filter(result="refused").values_list("kind", flat=True)) == {
        "counterparty",
        "Предложение",
    }


def test_something_waits_and_something_has_to_be_decided(company: Connection):
    conflict = ExternalLink.objects.get(state="conflict")
    assert sorted(conflict.details["clients"]) == sorted(Client.objects.values_list("pk", flat=True))
    assert Waiting.objects.filter(for_id=demo.UNDESCRIBED).count() == len(demo.DEALER)


def test_half_of_an_invoice_is_paid_by_1c_and_nothing_is_sent_any_more(company: Connection):
    sent = Outgoing.objects.select_related("invoice").get(connection=company)
    assert (sent.invoice.state, sent.invoice.paid) == ("paid_partly", 150)
    assert not company.is_active


def test_it_is_made_once(company: Connection):
    before = Package.objects.count()
    demo.fill(at=timezone.now())
    assert Package.objects.count() == before
