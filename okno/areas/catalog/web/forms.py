"""Forms of the catalogue: they check the shape of what is typed, commands do the work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okno.areas.catalog import queries
from okno.areas.catalog.models import Item
from okno.kit import money
from okno.kit.permissions import Actor
from okno.kit.web.conditions import ConditionField
from okno.kit.web.forms import AmountField, LinkField


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
