"""The tree of linked documents: whole from any of its rows, without those out of reach, in few statements."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.billing import commands
from okno.areas.billing.models import Payment
from okno.areas.billing.record import INVOICE
from okno.areas.billing.tests.factories import a_deal_with_lines, an_organisation
from okno.areas.clients.record import CLIENT
from okno.areas.deals import commands as deals
from okno.areas.deals.record import DEAL
from okno.kit import chains
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(cast: Cast):
    """A deal of Anna's with two invoices, one of them paid."""
    an_organisation()
    deal = a_deal_with_lines(cast.anna)
    first, second = (commands.draw(actor=SYSTEM, client=deal.client, deal=deal) for _number in range(2))
    commands.record_payment(actor=SYSTEM, invoice=second, amount=Decimal(100))
    return deal, first, second


def shape(node: chains.Node) -> tuple:
    return (node.record.name, node.row_id, [shape(one) for one in node.parts])


def test_tree_is_the_same_from_each_of_its_rows(cast: Cast, chain):
    deal, first, second = chain
    payment = Payment.objects.get()
    whole: Any = (
        "deals.deal",
        deal.pk,
        [
            ("billing.invoice", first.pk, []),
            ("billing.invoice", second.pk, [("billing.payment", payment.pk, [])]),
        ],
    )
    anna = cast.actor("anna")
    assert shape(chains.tree(anna, DEAL, deal)) == whole
    below = chains.tree(anna, INVOICE, second)
    assert shape(below) == whole
    assert [one.is_here for one in below.parts] == [False, True]


def test_document_out_of_reach_is_only_said_to_be_there(cast: Cast, chain):
    deal, _first, second = chain
    deals.assign(actor=SYSTEM, deal=deal, owner=cast.boris)
    seen = chains.tree(cast.actor("anna"), INVOICE, second)
    assert seen.is_cut == (not type(deal).objects.visible_to(cast.actor("anna")).filter(pk=deal.pk).exists())
    assert seen.record is (INVOICE if seen.is_cut else DEAL)


def test_client_has_all_its_chains_and_begins_none(cast: Cast, chain):
    deal, first, second = chain
    anna, payment = cast.actor("anna"), Payment.objects.get()
    apart = commands.draw(actor=anna, client=deal.client)
    found = chains.tree(anna, CLIENT, deal.client)
    invoices: Any = [
        ("billing.invoice", first.pk, []),
        ("billing.invoice", second.pk, [("billing.payment", payment.pk, [])]),
    ]
    assert sorted(shape(found)[2]) == [("billing.invoice", apart.pk, []), ("deals.deal", deal.pk, invoices)]
    assert shape(chains.tree(anna, INVOICE, apart)) == ("billing.invoice", apart.pk, [])


def test_client_shows_none_whose_client_is_hidden(cast: Cast, chain):
    deal, _first, _second = chain
    cast.hide("anna", "deals.deal.client", "billing.invoice.client")
    assert shape(chains.tree(cast.actor("anna"), CLIENT, deal.client))[2] == []


def test_panel_shows_the_tree_and_what_may_be_made(cast: Cast, chain, client: Browser):
    deal, first, _second = chain
    client.force_login(cast.anna)
    url = f"/deals/{deal.pk}/?part=panel&panel=structure"
    text = client.get(url).content.decode()
    assert f"/invoices/{first.pk}/" in text
    assert f"/invoices/new/?deal={deal.pk}" in text
    few = len(statements(lambda: client.get(url)))
    assert few <= 12
    for _number in range(3):
        commands.draw(actor=SYSTEM, client=deal.client, deal=deal)
    assert len(statements(lambda: client.get(url))) == few


def test_offer_carries_what_is_filled(cast: Cast, chain):
    deal, *_rest = chain
    offers = chains.offers_for(cast.actor("anna"), DEAL, deal)
    assert [one["url"] for one in offers] == [f"/invoices/new/?deal={deal.pk}"]
    assert chains.offers_for(cast.actor("stranger"), DEAL, deal) == []
