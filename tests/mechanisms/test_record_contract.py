"""The record contract itself, tried on deals with the pages and the API of these tests."""

from __future__ import annotations

import pytest

from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.deals.record import DEAL
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.testing.record_contract import RecordContract
from tests.mechanisms.conftest import STAGES
from tests.mechanisms.deal_pages import AllDeals


@pytest.mark.urls("tests.mechanisms.deal_doors")
class TestDeals(RecordContract):
    page, hidden, api = AllDeals, "amount", "/api/deals"

    @pytest.fixture(autouse=True)
    def scenario(self, cast):
        deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
        assert registry.record("deals.deal") is DEAL

    def make(self, cast, owner):
        client = Client.objects.create(name="ООО «Ромашка»", owner=owner, department=owner.department)
        return deals.open_deal(actor=SYSTEM, title="Поставка", client=client, owner=owner)
