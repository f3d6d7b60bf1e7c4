"""VAT on its way from price types into deals and invoices: prices go along with the sums of the document."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.billing import commands
from okno.areas.billing.models import Invoice
from okno.areas.billing.tests.factories import ACCOUNT, an_organisation
from okno.areas.catalog import commands as catalog
from okno.areas.catalog.models import Item, Offer, PriceType
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.deals.tests.factories import a_deal
from okno.areas.documents import commands as documents
from okno.areas.documents.models import Organisation
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import HTMX

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


@pytest.fixture
def ours() -> Organisation:
    return an_organisation()


@pytest.fixture
def other(ours: Organisation) -> Organisation:
    """Another organisation of ours, which adds VAT on top."""
    values = {"name": "ООО «Окно-Опт»", "vat": "on_top"}
    return documents.set_organisation(actor=SYSTEM, inn="7728168971", values=values, accounts=[ACCOUNT])


@pytest.fixture
def offer() -> Offer:
    """Goods for 122 roubles with the 22 per cent of VAT that are in them."""
    found = catalog.add_item(actor=SYSTEM, name="Весы", price=Decimal(122)).offers.get()
    Item.objects.update(vat="22")
    return found


@pytest.fixture
def deal(cast: Cast, ours: Organisation) -> Deal:
    return a_deal(cast.anna)


def of_mode(ours: Organisation, mode: str, *, is_inside: bool) -> None:
    Organisation.objects.filter(pk=ours.pk).update(vat=mode)
    PriceType.objects.update(includes_vat=is_inside)


@pytest.mark.parametrize(
    ("is_inside", "mode", "price", "total"),
    [
        (True, "included", "122", "122"),
        (True, "on_top", "100", "122"),
        (True, "none", "122", "122"),
        (False, "included", "148.84", "148.84"),
        (False, "on_top", "122", "148.84"),
        (False, "none", "122", "122"),
    ],
)
def test_deals_invoices_and_new_prices_agree_with_the_organisation(
    deal: Deal, ours: Organisation, offer: Offer, *, is_inside: bool, mode: str, price: str, total: str
) -> None:
    of_mode(ours, mode, is_inside=is_inside)
    line = {"offer": offer.pk, "quantity": "1"}

    deals.set_lines(actor=SYSTEM, deal=deal, lines=[line])
    of_deal = commands.draw(actor=SYSTEM, client=deal.client, deal=deal)
    direct = commands.draw(actor=SYSTEM, client=deal.client, lines=[line])
    commands.set_lines(actor=SYSTEM, invoice=direct, lines=[{**line, "price": "5"}])
    commands.reprice(actor=SYSTEM, invoice=direct)
    deals.reprice(actor=SYSTEM, deal=deal)

    kept = [one.lines.get() for one in (deal, of_deal, direct)]
    assert {one.price for one in kept} == {Decimal(price)}
    assert {bool(one.price_note) for one in kept} == {Decimal(price) != 122}
    assert {Invoice.objects.get(pk=one.pk).total for one in (of_deal, direct)} == {Decimal(total)}


def test_an_invoice_of_another_organisation_recasts_the_lines_of_the_deal(
    deal: Deal, other: Organisation, offer: Offer
) -> None:
    wanted = [{"offer": offer.pk, "quantity": "2"}, {"name": "Доставка", "quantity": "1", "price": "61"}]
    deals.set_lines(actor=SYSTEM, deal=deal, lines=wanted)

    invoice = commands.draw(actor=SYSTEM, client=deal.client, deal=deal, organisation=other)

    assert [one.price for one in invoice.lines.order_by("position")] == [Decimal(100), Decimal(50)]
    assert (invoice.total, Deal.objects.get(pk=deal.pk).amount) == (Decimal(305), Decimal(305))


def test_what_went_there_and_back_says_nothing_of_it(deal: Deal, other: Organisation, offer: Offer) -> None:
    PriceType.objects.update(includes_vat=False)
    deals.set_lines(actor=SYSTEM, deal=deal, lines=[{"offer": offer.pk, "quantity": "1"}])

    line = commands.draw(actor=SYSTEM, client=deal.client, deal=deal, organisation=other).lines.get()

    assert (deal.lines.get().price, line.price) == (Decimal("148.84"), Decimal(122))
    assert ("22" in deal.lines.get().price_note, line.price_note) == (True, "")


def test_a_row_of_a_new_invoice_goes_with_the_organisation_that_is_chosen(
    anna: Browser, other: Organisation, offer: Offer
) -> None:
    url = f"/invoices/new/?part=row&choice={offer.pk}&number=1"

    usual = anna.get(url, headers=HTMX).content.decode()
    chosen = anna.get(f"{url}&organisation={other.pk}", headers=HTMX).content.decode()

    assert 'value="122,00"' in usual
    assert 'value="100,00"' in chosen


def test_a_new_invoice_begins_with_the_organisation_of_the_deal(anna: Browser, deal: Deal, other: Organisation) -> None:
    Deal.objects.update(organisation=other)

    page = anna.get(f"/invoices/new/?deal={deal.pk}").context["form_page"]

    (field,) = (one for one in page["fields"] if one["name"] == "organisation")
    assert f'value="{other.pk}" selected' in str(field["widget"])


def test_a_deal_says_that_vat_goes_on_top_of_its_sums(
    anna: Browser, deal: Deal, ours: Organisation, offer: Offer
) -> None:
    url = f"/deals/{deal.pk}/lines/"
    before = anna.get(url).context["form_page"]["table_note"]
    of_mode(ours, "on_top", is_inside=True)

    row = anna.get(f"{url}?part=row&choice={offer.pk}&number=1", headers=HTMX).content.decode()

    assert "без НДС" not in before
    assert "без НДС" in anna.get(url).context["form_page"]["table_note"]
    assert 'value="100,00"' in row
    assert "вычтен НДС 22" in row


def test_the_note_of_vat_is_kept_by_the_form_until_the_price_is_typed_anew(
    anna: Browser, deal: Deal, ours: Organisation, offer: Offer
) -> None:
    of_mode(ours, "on_top", is_inside=True)
    deals.set_lines(actor=SYSTEM, deal=deal, lines=[{"offer": offer.pk, "quantity": "1"}])
    url = f"/deals/{deal.pk}/lines/"
    (line,) = anna.get(url).context["form_page"]["lines"]
    sent = {one["name"]: str(one["value"]) for one in line["hidden"]}
    sent |= {"lines-0-name": "Весы", "lines-0-quantity": "3", "lines-0-price": "100,00", "lines-0-vat": "22"}

    anna.post(url, sent)
    same = deal.lines.get()
    anna.post(url, sent | {"lines-0-price": "99"})
    typed = deal.lines.get()

    assert (int(same.quantity), same.vat_turn) == (3, -22)
    assert (int(typed.price), typed.vat_turn) == (99, 0)
