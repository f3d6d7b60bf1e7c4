"""A company without any data: its first person walks from an enquiry to a deal without setting anything up."""

from __future__ import annotations

import pytest

from okno.access.tests.cast import Cast
from okno.areas.deals import queries as deals
from okno.areas.deals.models import Scenario, Stage
from okno.areas.documents.models import TextTemplate
from okno.areas.leads import commands as leads
from okno.areas.leads import queries as lead_queries
from okno.fronts.home.commands import beginning
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db


def test_first_enquiry_becomes_a_deal_on_the_first_stage(cast: Cast):
    beginning.begin(cast.director)
    lead = leads.receive(actor=SYSTEM, source="manual", name="Пётр", phone="+7 921 111-22-33", text="Нужны весы")
    leads.take(actor=cast.actor("director"), lead=lead)

    deal = leads.convert(actor=cast.actor("director"), lead=lead)

    assert lead.owner_id == cast.director.pk
    assert (deal.scenario.code, deal.stage.code) == ("b2b", "new")
    assert deals.stages(deal.scenario)[-1].kind != Stage.Kind.OPEN


def test_reasons_and_letters_are_there_to_choose_from(cast: Cast):
    beginning.begin(cast.director)

    assert lead_queries.reject_reasons().count() == len(beginning.REJECTIONS)
    assert TextTemplate.objects.filter(record="billing.invoice", is_default=True).exists()


def test_what_a_company_has_set_up_is_left_alone(cast: Cast):
    beginning.begin(cast.director)
    Scenario.objects.filter(code="b2b").update(name="Наш путь")

    beginning.begin(cast.director)

    assert Scenario.objects.get(code="b2b").name == "Наш путь"
