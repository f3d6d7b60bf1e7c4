"""Forms of enquiries: they check the shape of what is typed, commands do the work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from okno.areas.leads import queries
from okno.areas.leads.models import Lead
from okno.areas.leads.record import LEAD
from okno.kit import contacts
from okno.kit.permissions import Actor
from okno.kit.web.days import MomentField
from okno.kit.web.forms import CONTROL, LinkField, field_for

CONTACT = ("name", "company", "phone", "email", "inn", "city")


class WhoInput(forms.TextInput):
    """One box for a phone, a mail address, an INN or a name; what is known of them appears below while one types."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The box and the place that htmx fills."""
        built = self.build_attrs({**self.attrs, **CONTROL}, attrs)
        context = {"name": name, "value": value or "", "attrs": built}
        return render_to_string("leads/who_input.html", context)


class Receive(forms.Form):
    """An enquiry by hand."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"] = forms.CharField(
            label=_("Who asks"),
            required=False,
            max_length=500,
            widget=WhoInput(),
            help_text=_("A phone, a mail address, an INN or a name: what is known appears as you type."),
        )
        self.fields["text"] = forms.CharField(
            label=_("What they need"), required=False, widget=forms.Textarea({**CONTROL, "rows": 4})
        )
        self.fields["subject"] = forms.CharField(
            label=_("Subject"), required=False, max_length=255, help_text=_("Empty: the first line of the text.")
        )
        self.fields["kind"] = kind_field()
        for key in (*CONTACT, "amount"):
            self.fields[key] = field_for(actor, LEAD.fields[key])
        sources = [(one.code, one.name) for one in queries.sources() if one.kind == "manual"]
        self.fields["source"] = forms.ChoiceField(
            label=_("Source"), choices=sources or [(one.code, one.name) for one in queries.sources()]
        )
        self.fields["owner"] = LinkField(
            actor,
            "access.user",
            label=_("Who takes care of it"),
            required=False,
            help_text=_("Empty: the next person of the queue."),
        )

    def clean(self) -> dict[str, Any]:
        """What was typed into the one box goes to the fields it fits; the rest of it is a name."""
        cleaned = super().clean() or {}
        who = cleaned.pop("who", "") or ""
        for key, value in split(who).items():
            cleaned[key] = cleaned.get(key) or value
        return cleaned


def kind_field() -> forms.ChoiceField:
    """What the enquiry is about; whoever says nothing of it means a sale."""
    widget, label = forms.Select({"class": "form-select"}), str(LEAD.fields["kind"].label)
    return forms.TypedChoiceField(
        label=label, choices=Lead.Kind.choices, widget=widget, required=False, empty_value=Lead.Kind.SALE
    )


def split(who: str) -> dict[str, str]:
    """Phone, mail address and INN that a text holds, and the rest of it as a name."""
    found: dict[str, str] = {}
    rest = who
    for one in reversed(contacts.recognise(who)):
        found[one.kind] = one.value
        rest = rest[: one.span[0]] + rest[one.span[1] :]
    name = rest.strip(" ,;·-")
    return {**found, **({"name": name} if any(sign.isalpha() for sign in name) else {})}


class Give(forms.Form):
    """Who takes care of the enquiry from now on."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = LinkField(actor, "access.user", label=_("To whom"))


class Why(forms.Form):
    """Why something is done to the enquiry."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({**CONTROL, "rows": 2}))


class Postpone(Why):
    """Until when, and why."""

    until = MomentField(label=_("Until"))
    field_order = ("until", "reason")


class Reject(forms.Form):
    """Why there will be no deal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.pk, one.name) for one in queries.reject_reasons()]
        self.fields["reason"] = forms.TypedChoiceField(label=_("Reason"), coerce=int, choices=[("", "—"), *choices])
        self.fields["comment"] = forms.CharField(
            label=_("Comment"), required=False, widget=forms.Textarea({**CONTROL, "rows": 2})
        )


class LinkClient(forms.Form):
    """Whom the enquiry is from."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"] = LinkField(actor, "clients.client", label=_("Client"))


class Convert(forms.Form):
    """Whose deal it becomes: a client found, or an open deal to attach to; empty for what was recognised."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"] = LinkField(
            actor,
            "clients.client",
            label=_("Client"),
            required=False,
            help_text=_("Empty: the recognised client, else a new one."),
        )
        self.fields["deal"] = LinkField(
            actor,
            "deals.deal",
            label=_("Attach to an open deal"),
            required=False,
            help_text=_("Empty: a new deal is opened."),
        )
        self.fields["title"] = forms.CharField(label=_("Title of the new deal"), required=False, max_length=255)

    def clean(self) -> dict[str, Any]:
        """A client goes without saying where a deal is named."""
        cleaned = super().clean() or {}
        return {**cleaned, "client": None} if cleaned.get("deal") else cleaned
