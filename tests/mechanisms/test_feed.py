"""The feed of a card: it does not tell the values of fields that are hidden from its reader."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.billing import commands as billing
from okno.areas.billing.tests.factories import an_organisation
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.deals.tests.factories import a_deal
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.timeline import entries, kinds

pytestmark = pytest.mark.django_db

LINES = [{"name": "Сервер", "quantity": "1", "price": "54321"}]


@pytest.fixture
def deal(cast: Cast) -> Deal:
    """A deal of Anna's with an invoice that is paid in part."""
    made = a_deal(cast.anna)
    deals.set_lines(actor=SYSTEM, deal=made, lines=LINES)
    an_organisation()
    invoice = billing.draw(actor=SYSTEM, client=made.client, deal=made)
    billing.record_payment(actor=SYSTEM, invoice=invoice, amount=Decimal(12345))
    return made


def told(cast: Cast, deal: Deal) -> dict[str, str]:
    found = entries.feed(cast.actor("anna"), "deals.deal", deal.pk)
    return {one.kind: kinds.told(one.kind, one.payload) for one in found}


def test_open_fields_are_told(cast: Cast, deal: Deal) -> None:
    assert "345" in told(cast, deal)["billing.paid"]


def test_values_of_hidden_fields_are_left_out_of_words(cast: Cast, deal: Deal) -> None:
    cast.hide("anna", "billing.invoice.paid")

    words = told(cast, deal)["billing.paid"]
    assert words.endswith(kinds.UNTOLD)
    assert "345" not in words


def test_values_of_hidden_fields_are_left_out_of_what_a_template_is_given(cast: Cast, deal: Deal) -> None:
    cast.hide("anna", "deals.deal.amount")

    found = entries.feed(cast.actor("anna"), "deals.deal", deal.pk)

    opened = next(one for one in found if one.kind == "deals.opened")
    assert set(opened.payload) == {"title"}


def test_the_card_does_not_tell_hidden_sums(cast: Cast, deal: Deal, client: Browser) -> None:
    cast.hide("anna", "billing.invoice.paid", "billing.invoice.total", "deals.deal.amount")
    client.force_login(cast.anna)

    page = client.get(f"/deals/{deal.pk}/?part=feed").content.decode()

    assert "12 345" not in page.replace("\u00a0", " ").replace("\u202f", " ")


def test_kinds_name_fields_that_exist() -> None:
    named = {one for kind in kinds.KINDS.values() for one in kind.fields.values()}

    unknown = [one for one in named if registry.record(one.rpartition(".")[0]).field(one.rpartition(".")[2]) is None]
    assert unknown == []
