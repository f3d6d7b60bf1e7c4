"""Forms of letters and mailboxes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries as access
from okno.areas.communications import queries
from okno.areas.communications.models import MailAccount
from okno.kit.permissions import Actor
from okno.kit.web.forms import CONTROL, LinkField
from okno.kit.web.widgets import Ticks

PICKER = {
    "data-controller": "select",
    "data-select-url-value": "/mail/addresses/",
    "data-select-create-value": "true",
}


class Addresses(forms.Field):
    """Mail addresses: chosen among those of contacts, or typed."""

    widget = forms.SelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        attrs = {
            "data-controller": "select",
            "data-select-url-value": "/mail/addresses/",
            "data-select-create-value": "true",
        }
        widget: Any = forms.SelectMultiple({**attrs, "class": "form-select"})
        self.widget = widget
        self.widget.is_required = self.required

    def to_python(self, value: Any) -> list[str]:
        """Addresses, one by one; a line of several is parted."""
        parts = [part for one in value or [] for part in str(one).replace(";", ",").split(",")]
        return [part.strip() for part in parts if part.strip()]

    def validate(self, value: Any) -> None:
        """:raises ValidationError: nobody is named, where somebody has to be."""
        if self.required and not value:
            raise forms.ValidationError(_("Say to whom to send."), code="required")


class Files(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class Uploads(forms.FileField):
    """Any number of files."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files that were sent."""
        return [super(Uploads, self).clean(one) for one in (data if isinstance(data, list | tuple) else [data]) if one]


class Compose(forms.Form):
    """A letter."""

    def __init__(self, *args: Any, actor: Actor, row: Model | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = Addresses(label=_("To"))
        self.fields["cc"] = Addresses(label=_("Copy"), required=False)
        accounts = [("", _("As usual")), *((one.pk, one.address) for one in queries.accounts_to_send_from(actor))]
        self.fields["account"] = forms.TypedChoiceField(
            label=_("From"), required=False, coerce=int, empty_value=None, choices=accounts
        )
        self.fields["subject"] = forms.CharField(
            label=_("Subject"), required=False, max_length=500, widget=forms.TextInput(CONTROL)
        )
        self.fields["text"] = forms.CharField(
            label=_("Text"), required=False, max_length=200_000, widget=forms.Textarea({**CONTROL, "rows": 12})
        )
        self.fields["versions"] = forms.TypedMultipleChoiceField(
            label=_("Send along"),
            required=False,
            coerce=int,
            choices=[],
            widget=Ticks(),
        )
        self.fields["uploads"] = Uploads(label=_("Other files"), required=False)
        for name in ("to", "cc"):
            chosen = self.data.getlist(name) if self.is_bound else self.initial.get(name, [])  # type: ignore[attr-defined]
            self.fields[name].widget.choices = [(one, one) for one in chosen]

    def offer_files(self, files: list[tuple[int, str]]) -> None:
        """Files that may be ticked to go along."""
        field = self.fields["versions"]
        field.choices = files  # type: ignore[attr-defined]
        if not files:
            del self.fields["versions"]


class Link(forms.Form):
    """Whom a letter is from."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"] = LinkField(actor, "clients.client", label=_("Client"), required=False)


class Assign(forms.Form):
    """Who is to deal with a letter."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = LinkField(actor, "access.user", label=_("Responsible"))


class Account(forms.ModelForm):
    """A mailbox; it is checked here and set up by its command."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        help_text=gettext_lazy("Kept encrypted. Empty: the one that is there stays."),
        widget=forms.PasswordInput({**CONTROL, "autocomplete": "new-password"}),
    )

    class Meta:
        model = MailAccount
        fields = (
            "address",
            "name",
            "imap_host",
            "imap_port",
            "imap_security",
            "smtp_host",
            "smtp_port",
            "smtp_security",
            "username",
            "lead_source",
            "depth_days",
            "signature",
            "is_active",
            "is_default",
        )

    def __init__(self, *args: Any, actor: Actor, row: Model | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = access.people_to_choose(actor)
        self.fields["owner"] = forms.TypedChoiceField(
            label=_("Whose"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", _("Of all")), *people],
            help_text=_("Letters to the mailbox of a person are seen by that person."),
        )
        labels = {
            "imap_port": _("IMAP port"),
            "imap_security": _("IMAP encryption"),
            "smtp_port": _("SMTP port"),
            "smtp_security": _("SMTP encryption"),
            "username": _("User name, when it is not the address"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        for field in self.fields.values():
            if isinstance(field.widget, forms.TextInput | forms.NumberInput | forms.EmailInput | forms.Textarea):
                field.widget.attrs.setdefault("class", "form-control")
        self.fields["depth_days"].help_text = _("0: only letters that come from today on.")
        self.fields["lead_source"].help_text = _("Code of a source of enquiries. Empty: letters are not enquiries.")
        if row is not None:
            self.fields["address"].disabled = True

    def validate_unique(self) -> None:
        """The command changes a mailbox by its address."""
