"""VAT rates and exchange rates, for looking at."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.areas.documents import commands, queries
from okno.kit import formats, money
from okno.kit.web import htmx
from okno.kit.web.pages.base import Page

RATES = "/settings/rates/"


class Rates(Page):
    """What rates hold."""

    permission = commands.load_rates.name
    actions: ClassVar[dict[str, str]] = {"load": "load"}

    def show(self, **_address: Any) -> HttpResponse:
        """Both lists."""
        today = timezone.localdate()
        context = {
            "vat": [
                {
                    "title": one.title,
                    "since": formats.date_text(one.since),
                    "until": formats.date_text(one.until),
                    "holds": one.holds(today),
                }
                for one in money.VAT_RATES
            ],
            "rates": [
                {
                    "currency": one.currency,
                    "nominal": one.nominal,
                    "value": formats.quantity_text(one.value),
                    "since": formats.date_text(one.since),
                }
                for one in queries.latest_rates()
            ],
            "page_title": _("VAT and currencies"),
        }
        return self.answer("documents/rates.html", context)

    def load(self, **_address: Any) -> HttpResponse:
        """Have the worker ask the Bank of Russia now."""
        commands.fetch_rates_now.defer()
        return htmx.redirect(self.request, RATES, toast=_("The rates are being loaded: they will be here in a moment."))
