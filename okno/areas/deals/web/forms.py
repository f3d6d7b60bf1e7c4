"""Forms of deals: they check the shape of what is typed, commands do the work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from okno.areas.catalog import queries as catalog
from okno.areas.deals import queries
from okno.areas.deals.models import Deal
from okno.kit import money
from okno.kit.permissions import Actor
from okno.kit.web.days import DayField
from okno.kit.web.forms import AmountField, LinkField


class Open(forms.Form):
    """A new deal."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"] = forms.CharField(label=_("Title"), max_length=255)
        self.fields["client"] = LinkField(actor, "clients.client", label=_("Client"))
        self.fields["contact"] = LinkField(actor, "clients.contact", label=_("Contact"), required=False)
        self.fields["amount"] = AmountField(label=_("Amount"), required=False)
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency"), choices=money.CHOICES, initial=catalog.default_currency(), required=False
        )
        self.fields["expected_date"] = DayField(label=_("Expected sale"), required=False)
        self.fields["scenario"] = forms.TypedChoiceField(
            label=_("Scenario"),
            coerce=int,
            empty_value=None,
            required=False,
            choices=[(one.pk, one.name) for one in queries.scenarios()],
        )
        self.fields["need"] = forms.CharField(label=_("Need"), required=False, widget=forms.Textarea({"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """An amount left empty is not given."""
        cleaned = super().clean() or {}
        return {name: value for name, value in cleaned.items() if not (name == "amount" and value is None)}


class Assign(forms.Form):
    """Whom to make responsible."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = LinkField(actor, "access.user", label=_("Responsible"))


class Currency(forms.Form):
    """Another currency, and what becomes of the numbers."""

    currency = forms.ChoiceField(label=_("Currency"), choices=money.CHOICES)
    recount = forms.BooleanField(
        label=_("Recount the amount and the prices by the rates of today"),
        required=False,
        initial=True,
        help_text=_("Otherwise the numbers stay as they are."),
    )


class Move(forms.Form):
    """To which stage."""

    def __init__(self, *args: Any, row: Deal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = queries.stages(row.scenario) if row is not None else []
        self.fields["stage"] = forms.ChoiceField(
            label=_("Stage"), choices=[(one.code, one.name) for one in stages if row and one.pk != row.stage_id]
        )
