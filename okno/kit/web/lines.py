"""Lines of goods and services in forms: the inputs of a row, and what is shown of its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import formats, money
from okno.kit.web.forms import AmountField

NUMBER = {"class": "form-control num-input", "inputmode": "decimal", "autocomplete": "off"}


class LineForm(forms.Form):
    """
    A row: what, how much, at which price, discount in percent, VAT rate. `offer` is the id of what was picked; `note`
    says of which type the price is that `came` with it, where it is none of `lacked_type`, and what of VAT was added
    to it or taken out of it.
    """

    offer = forms.IntegerField(required=False, widget=forms.HiddenInput())
    taken_type = forms.IntegerField(required=False, widget=forms.HiddenInput())
    lacked_type = forms.IntegerField(required=False, widget=forms.HiddenInput())
    vat_turn = forms.IntegerField(required=False, min_value=-100, max_value=100, widget=forms.HiddenInput())
    came = AmountField(required=False, widget=forms.HiddenInput())
    note = forms.CharField(required=False, widget=forms.HiddenInput())
    name = forms.CharField(label=gettext_lazy("Goods and services"), max_length=500)
    quantity = AmountField(label=gettext_lazy("Quantity"), widget=forms.TextInput(NUMBER))
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=50, required=False)
    price = AmountField(label=gettext_lazy("Price"), widget=forms.TextInput(NUMBER))
    discount = AmountField(label=gettext_lazy("Discount, %"), required=False, widget=forms.TextInput(NUMBER))
    vat = forms.ChoiceField(label=gettext_lazy("VAT"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {rate.code: rate.title for rate in money.vat_rates(timezone.localdate())}
        kept = self.initial.get("vat") or self.data.get(self.add_prefix("vat"), "")
        if kept in {rate.code for rate in money.VAT_RATES}:
            # A line of an older document keeps its rate.
            known.setdefault(kept, money.vat_rate(kept).title)
        # Under the name there is room for a sentence.
        self.fields["name"].help_text = self.initial.get("note") or self.data.get(self.add_prefix("note"), "")
        self.fields["vat"].choices = [("", _("By default")), *known.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Numbers as texts: commands read them, and JSON keeps them. A price typed anew is as it is typed."""
        cleaned = super().clean() or {}
        cleaned.pop("note", None)
        if cleaned.pop("came", None) != cleaned.get("price"):
            cleaned |= {"taken_type": None, "lacked_type": None, "vat_turn": None}
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in cleaned.items()}


def initial(line: Any) -> dict[str, Any]:
    """A stored line as its row shows it; `line` has the columns of a line of a deal or of an invoice."""
    return {
        "offer": line.offer_id,
        "name": line.name,
        "unit": line.unit,
        "quantity": formats.quantity_text(line.quantity),
        "price": shown_number(line.price),
        "came": shown_number(line.price),
        "taken_type": line.taken_type_id,
        "lacked_type": line.lacked_type_id,
        "vat_turn": line.vat_turn,
        "note": line.price_note,
        "discount": formats.quantity_text(line.discount) if line.discount else "",
        "vat": line.vat_rate,
    }


def panel(lines: Iterable[Any], total: Decimal, currency: str, *, is_priced: bool) -> dict[str, Any]:
    """What `kit/lines.html` shows of stored lines; without their prices for those from whom the sum is hidden."""

    def priced(amount: Decimal) -> str:
        return formats.money_text(amount, currency) if is_priced else ""

    return {
        "lines": [
            {
                "name": line.name,
                "quantity": f"{formats.quantity_text(line.quantity)} {line.unit}".strip(),
                "price": priced(line.price),
                "discount": f"{formats.quantity_text(line.discount)} %" if line.discount else "",
                "total": priced(line.total),
                "note": line.price_note if is_priced else "",
            }
            for line in lines
        ],
        "total": priced(total),
    }


def shown_number(amount: Decimal) -> str:
    """A price as it is typed: `1999,99`."""
    return f"{amount:.2f}".replace(".", ",")


def shown_sum(row: Mapping[str, Any]) -> str:
    """The sum of a row after its discount, without the sign of the currency. :raises Refused: a number is too large."""
    return formats.money_text(total([row]), "").strip()


def total(rows: Sequence[Mapping[str, Any]]) -> Decimal:
    """The sum of rows after discounts. :raises Refused: a number cannot be read."""
    return sum((money.measures(row).total for row in rows), Decimal(0))
