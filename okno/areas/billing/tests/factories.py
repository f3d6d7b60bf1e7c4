"""Invoices for tests, made as people make them: through commands."""

from __future__ import annotations

from typing import Any

from okno.access.models import User
from okno.areas.billing import commands
from okno.areas.billing.models import Invoice
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.deals.tests.factories import a_deal
from okno.areas.documents import commands as documents
from okno.areas.documents.models import Organisation
from okno.kit.permissions import SYSTEM

LINE = {"name": "Терминал", "unit": "шт", "quantity": "3", "price": "1999.99", "discount": "5"}
ACCOUNT = {
    "bank_name": "ПАО Сбербанк",
    "bic": "044525225",
    "account": "40702810438000060473",
    "corr_account": "30101810400000000225",
}


def an_organisation() -> Organisation:
    """Our own legal entity with an account; the same one however often it is asked for."""
    values = {"name": "ООО «Окно»", "prefix": "ОК-", "kpp": "770701001"}
    return documents.set_organisation(actor=SYSTEM, inn="7707083893", values=values, accounts=[ACCOUNT])


def a_deal_with_lines(owner: User) -> Deal:
    """A deal of this person in which the client wants three terminals for 5 699,97."""
    return deals.set_lines(actor=SYSTEM, deal=a_deal(owner), lines=[LINE])


def an_invoice(owner: User, **fields: Any) -> Invoice:
    """An invoice of this person, drawn from a deal of theirs."""
    an_organisation()
    deal = a_deal_with_lines(owner)
    return commands.draw(actor=SYSTEM, client=deal.client, deal=deal, **fields)
