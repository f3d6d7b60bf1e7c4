"""Forms of organisations and of texts of letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.documents.models import Organisation
from okno.kit import contacts
from okno.kit.errors import Refused
from okno.kit.registry import registry
from okno.kit.web.forms import CONTROL


def checked(check: Callable[..., str], *values: str) -> str:
    """What the check gives. :raises ValidationError: it refuses, to be told beside the field."""
    try:
        return check(*values)
    except Refused as refusal:
        raise ValidationError(refusal.message) from refusal


class OrganisationForm(forms.ModelForm):
    """One of our own organisations; it is checked here and set up by its command."""

    class Meta:
        model = Organisation
        fields = (
            "inn",
            "name",
            "full_name",
            "kpp",
            "ogrn",
            "vat",
            "prefix",
            "address",
            "phone",
            "head_post",
            "head_name",
            "bookkeeper_name",
            "is_default",
        )

    def __init__(self, *args: Any, row: Model | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.TextInput):
                field.widget.attrs["class"] = "form-control"
        self.fields["inn"].required = True
        self.fields["prefix"].help_text = _("Stands before the number of invoices: ОК-15.")
        if row is not None:
            self.fields["inn"].disabled = True

    def clean_inn(self) -> str:
        """The INN with a right checksum."""
        return checked(contacts.check_inn, self.cleaned_data["inn"])

    def validate_unique(self) -> None:
        """The command changes an organisation by its INN."""


class AccountForm(forms.Form):
    """A bank account."""

    bank_name = forms.CharField(label=gettext_lazy("Bank"), max_length=255, widget=forms.TextInput(CONTROL))
    bic = forms.CharField(label=gettext_lazy("BIC"), max_length=9, widget=forms.TextInput(CONTROL))
    account = forms.CharField(label=gettext_lazy("Account"), max_length=20, widget=forms.TextInput(CONTROL))
    corr_account = forms.CharField(
        label=gettext_lazy("Correspondent account"), max_length=20, required=False, widget=forms.TextInput(CONTROL)
    )

    def clean_bic(self) -> str:
        """A BIC of nine digits."""
        return checked(contacts.check_bik, self.cleaned_data["bic"])

    def clean_account(self) -> str:
        """The number of the account with a right check digit for its bank."""
        bic = self.cleaned_data.get("bic")
        return (
            checked(contacts.check_account, self.cleaned_data["account"], bic) if bic else self.cleaned_data["account"]
        )


class TemplateForm(forms.Form):
    """A text of a letter."""

    def __init__(self, *args: Any, row: Model | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        records: list[tuple[str, str]] = [(one.name, str(one.label)) for one in registry.records.values() if one.url]
        self.fields["record"] = forms.ChoiceField(label=_("About"), choices=_by_label(records))
        self.fields["name"] = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(CONTROL))
        self.fields["subject"] = forms.CharField(label=_("Subject"), max_length=300, widget=forms.TextInput(CONTROL))
        help_text = _("Values of the record stand in double braces: {{ number }}, {{ client }}.")
        self.fields["body"] = forms.CharField(
            label=_("Text"), widget=forms.Textarea({**CONTROL, "rows": 12}), help_text=help_text
        )
        self.fields["is_default"] = forms.BooleanField(label=_("Used by default"), required=False)
        if row is not None:
            self.fields["record"].disabled = self.fields["name"].disabled = True


def _by_label(records: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(records, key=lambda one: one[1])
