"""Forms of schemes of classes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.engines.classification import rules
from okno.engines.classification.models import Scheme
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.web.conditions import ConditionField
from okno.kit.web.forms import CONTROL

SELECT = {"class": "form-select"}


class Begin(forms.Form):
    """Of what a scheme is, and by which rows."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (
                f"{record.name}:{source.key}",
                f"{record.plural} — {source.record.plural} ({source.record.fields[source.link].label})",
            )
            for record in rules.classified()
            for source in rules.sources_of(record)
            if actor.may(f"{source.record.area}.view")
        ]
        self.fields["source"] = forms.ChoiceField(
            label=_("What is classified, and by what"), choices=choices, widget=forms.Select(SELECT)
        )


class Settings(forms.Form):
    """How a scheme works; `of` is the record whose rows are counted."""

    def __init__(self, *args: Any, actor: Actor, of: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = registry.record(of)
        sums = [(key, one.label) for key, one in rules.sums_of(source).items() if actor.sees_field(of, key)]
        days = [(key, one.label) for key, one in rules.days_of(source).items() if actor.sees_field(of, key)]
        self.fields["name"] = forms.CharField(
            label=_("Name"), max_length=100, widget=forms.TextInput({**CONTROL, "autofocus": True})
        )
        self.fields["amount"] = forms.ChoiceField(
            label=_("What is summed"),
            choices=[*sums, ("", _("Nothing: rows are counted"))],
            required=False,
            widget=forms.Select(SELECT),
        )
        self.fields["day"] = forms.ChoiceField(label=_("By which day"), choices=days, widget=forms.Select(SELECT))
        self.fields["months"] = forms.IntegerField(label=_("Months"), initial=12, min_value=2, max_value=60)
        for name, label, initial in (
            ("a_share", _("A: share of the sum up to, %"), 80),
            ("b_share", _("B: share of the sum up to, %"), 95),
            ("x_spread", _("X: spread up to, %"), 25),
            ("y_spread", _("Y: spread up to, %"), 60),
            ("drop", _("Declining from a drop of, %"), 30),
        ):
            self.fields[name] = forms.DecimalField(
                label=label, initial=Decimal(initial), max_digits=6, decimal_places=2, localize=True
            )
        self.fields["is_main"] = forms.BooleanField(
            label=_("Its classes are fields: in lists, filters and segments"), required=False
        )
        self.fields["condition"] = ConditionField(actor, source, label=_("Which rows count"), required=False)


class Change(Settings):
    """Another way for a scheme to work."""

    def __init__(self, *args: Any, actor: Actor, row: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, of=row.of, **kwargs)


class Start(forms.Form):
    """Up to which month a scheme is worked out."""

    def __init__(self, *args: Any, actor: Actor, row: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        days = [rules.month_start(today, back) for back in range(25)]
        self.fields["day"] = forms.TypedChoiceField(
            label=_("Months before"),
            choices=[(day.isoformat(), f"{day:%d.%m.%Y}") for day in days],
            widget=forms.Select(SELECT),
            help_text=_("The last whole months before this day are counted; a day in the past shows how it was then."),
        )
