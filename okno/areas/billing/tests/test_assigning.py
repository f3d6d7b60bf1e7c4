"""Giving invoices to another person: by the card, the list, the API; the receiver hears of it, and it is taken back."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.billing import commands
from okno.areas.billing.models import Invoice
from okno.areas.billing.tests.factories import an_invoice
from okno.kit import events, journal
from okno.kit.errors import Denied
from okno.kit.models import CommandRun, Entry, Notice
from okno.kit.testing.forms import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(cast: Cast) -> Invoice:
    return an_invoice(cast.anna)


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


def test_invoice_is_given_by_its_card_and_its_receiver_hears_of_it(cast: Cast, anna: Browser, invoice: Invoice) -> None:
    page = anna.get(f"/invoices/{invoice.pk}/assign/")
    anna.post(f"/invoices/{invoice.pk}/assign/", {**filled(page), "owner": cast.boris.pk})
    events.drain()

    invoice.refresh_from_db()
    assert (invoice.owner_id, invoice.department_id) == (cast.boris.pk, cast.boris.department_id)
    assert Notice.objects.get(kind="billing.assigned").user_id == cast.boris.pk
    assert Entry.objects.filter(kind="billing.assigned", scope_id=invoice.pk).exists()


def test_invoice_that_was_given_comes_back_by_undo(cast: Cast, invoice: Invoice) -> None:
    commands.assign(actor=cast.actor("director"), invoice=invoice, owner=cast.boris)

    journal.undo.run(cast.actor("director"), run_id=CommandRun.objects.filter(name="billing.assign").latest("pk").pk)

    invoice.refresh_from_db()
    assert (invoice.owner_id, invoice.department_id) == (cast.anna.pk, cast.anna.department_id)


def test_invoice_of_another_is_not_given(cast: Cast, client: Browser, invoice: Invoice) -> None:
    client.force_login(cast.boris)
    assert client.post(f"/invoices/{invoice.pk}/assign/", {"owner": cast.boris.pk}).status_code == 404

    with pytest.raises(Denied):
        commands.assign.run(cast.actor("stranger"), invoice=invoice.pk, owner=cast.boris.pk)


def test_list_and_api_offer_to_give_invoices(cast: Cast, client: Browser, invoice: Invoice) -> None:
    client.force_login(cast.director)

    assert "billing.assign" in client.get("/invoices/?tab=all").content.decode()
    assert "/api/v1/invoices/{id}/assign" in client.get("/api/v1/openapi.json").json()["paths"]
