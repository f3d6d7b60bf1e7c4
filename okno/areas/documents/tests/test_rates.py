"""Rates of the Bank of Russia: asked over HTTP, kept for the day they hold from."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from okno.areas.documents import commands
from okno.kit.errors import Refused
from okno.kit.models import CurrencyRate
from okno.kit.models.journal import EventRow
from okno.kit.permissions import SYSTEM
from okno.kit.tests.fakes.web import Said, serving

pytestmark = pytest.mark.django_db
DAY = (
    '<?xml version="1.0" encoding="windows-1251"?><ValCurs Date="21.11.2026" name="Foreign Currency Market">'
    '<Valute ID="R01235"><NumCode>840</NumCode><CharCode>USD</CharCode><Nominal>1</Nominal><Name>Доллар США</Name>'
    "<Value>80,1234</Value><VunitRate>80,1234</VunitRate></Valute>"
    '<Valute ID="R01820"><NumCode>392</NumCode><CharCode>JPY</CharCode><Nominal>100</Nominal><Name>Иен</Name>'
    "<Value>55,7100</Value><VunitRate>0,5571</VunitRate></Valute></ValCurs>"
).encode("cp1251")


def fetched(monkeypatch: pytest.MonkeyPatch, settings, said: Said) -> None:
    """Ask a bank that answers so."""
    settings.OKNO_HTTP_PRIVATE = ("127.0.0.1",)
    with serving(lambda _asked: said) as bank:
        monkeypatch.setattr(commands, "CBR_DAILY", bank.url("/scripts/XML_daily.asp"))
        commands.fetch_rates()
        assert "okno" in bank.asked[0].headers["user-agent"].lower()


def test_fetch_rates_keeps_what_the_bank_says_for_its_day(monkeypatch, settings):
    for _twice in range(2):
        fetched(
            monkeypatch, settings, Said(body=DAY, headers={"content-type": "application/xml; charset=windows-1251"})
        )

    kept = CurrencyRate.objects.order_by("currency").values_list("currency", "since", "nominal", "value")
    day = dt.date(2026, 11, 21)
    assert list(kept) == [("JPY", day, 100, Decimal("55.7100")), ("USD", day, 1, Decimal("80.1234"))]


def test_fetch_rates_waits_when_the_bank_is_out(monkeypatch, settings):
    fetched(monkeypatch, settings, Said(status=404))

    assert not CurrencyRate.objects.exists()


def test_fetch_rates_refuses_a_page_instead_of_rates(monkeypatch, settings):
    with pytest.raises(Refused):
        fetched(monkeypatch, settings, Said(body=b"<html>Technical works</html>"))


def test_load_rates_tells_of_them():
    commands.load_rates(
        actor=SYSTEM, on=dt.date(2026, 11, 21), rates=[{"currency": "USD", "nominal": 1, "value": "80.5"}]
    )

    assert EventRow.objects.get(name="documents.RatesLoaded").payload == {"since": "2026-11-21"}
