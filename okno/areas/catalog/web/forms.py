"""Forms of the catalogue: they check the shape of what is typed, commands do the work."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okno.areas.catalog import queries
from okno.areas.catalog.models import Item, PriceType
from okno.kit import money
from okno.kit.permissions import Actor
from okno.kit.web.conditions import ConditionField
from okno.kit.web.forms import AmountField, LinkField
from okno.kit.web.lines import NUMBER


class Add(forms.Form):
    """A new good or service."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=_("Name"), max_length=500)
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=Item.Kind.choices)
        self.fields["group"] = LinkField(actor, "catalog.group", label=_("Group"), required=False)
        self.fields["article"] = forms.CharField(label=_("Article"), max_length=100, required=False)
        self.fields["unit"] = forms.CharField(label=_("Unit"), max_length=50, required=False, initial="шт")
        rates = [(rate.code, rate.title) for rate in money.vat_rates(timezone.localdate())]
        self.fields["vat"] = forms.ChoiceField(label=_("VAT"), choices=[("", "—"), *rates], required=False)
        self.fields["price"] = AmountField(label=_("Price"), required=False)
        self.fields["description"] = forms.CharField(
            label=_("Description"), required=False, widget=forms.Textarea({"rows": 3})
        )


class Whom(forms.Form):
    """Which clients get prices of a type."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _("Of several types that fit a client, the one that stands higher in the list of rules is taken.")
        self.fields["condition"] = ConditionField(
            actor, queries.customers(), label=_("Which clients get them"), help_text=help_text
        )


class AddPriceType(forms.Form):
    """A new type of prices."""

    name = forms.CharField(label=_("Name"), max_length=100)
    currency = forms.ChoiceField(label=_("Currency"), choices=money.CHOICES, initial="RUB")
    includes_vat = forms.BooleanField(label=_("Includes VAT"), required=False, initial=True)


class PriceRow(forms.Form):
    """A price: of which type, how much, in which currency, from which quantity on."""

    def __init__(self, *args: Any, types: Sequence[PriceType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price_type"] = forms.ChoiceField(
            label=_("Price type"), choices=[(one.pk, _of(one)) for one in types]
        )
        self.fields["value"] = AmountField(label=_("Price"), widget=forms.TextInput(NUMBER))
        currencies = [("", _("that of the type")), *((code, code) for code in money.CODES)]
        self.fields["currency"] = forms.ChoiceField(label=_("Currency"), choices=currencies, required=False)
        self.fields["min_quantity"] = AmountField(
            label=_("From quantity"), required=False, widget=forms.TextInput(NUMBER)
        )

    def clean(self) -> dict[str, Any]:
        """Numbers as texts: the command reads them, and JSON keeps them."""
        cleaned = super().clean() or {}
        return {name: format(value, "f") if isinstance(value, Decimal) else value for name, value in cleaned.items()}


class GroupForm(forms.Form):
    """What a group is called, and inside which one it stands."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=_("Name"), max_length=255)
        self.fields["parent"] = LinkField(
            actor, "catalog.group", label=_("Parent group"), required=False, help_text=_("Empty: at the top.")
        )


def _of(one: PriceType) -> str:
    told = _("with VAT inside") if one.includes_vat else _("without VAT")
    return f"{one.name} · {one.currency} · {told}"
